"""Answers that are nearly another person's, each with the way to that person's page; for HR alone."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, section
from dashboards.standing import standing

# Two names and what they said alike: nobody but HR may put these side by side.
READERS = frozenset({"hr"})
# Of a text that many learnt by heart, the nearest ones say enough.
SHOWN = 5


def similar_answers(page: Visit, interview: str) -> None:
    """Nothing unless an answer of the interview is nearly another person's and the reader may know."""
    if page.ask.role not in READERS:
        return
    words = page.words
    rows = page.ask.rows("candidate_similar", interview=interview, shown=SHOWN)
    if not rows:
        return
    section(words("similar.title"), words("similar.note"))
    for question, alike in groupby(rows, key=lambda row: row["question"] or row["question_id"]):
        _question(page, question, list(alike))


def _question(page: Visit, question: str, alike: list[Row]) -> None:
    words, formats = page.words, page.formats
    st.markdown(f":gray[{plain(question)}]")
    for row in alike:
        name, share = plain(row["name"]), formats.percent(row["similarity"])
        st.page_link(
            "views/candidate.py",
            # How much is known only of two that were compared with each other.
            label=name if row["similarity"] is None else words("similar.link", name=name, share=share),
            icon=":material/person:",
            query_params=choices.link(interview=row["interview_id"]),
        )
        st.caption(
            words(
                "similar.interview",
                role=plain(row["role_name"] or ""),
                day=formats.day(row["local_date"]),
                result=plain(standing(page, row)),
            )
        )
    if alike[0]["alike_n"] > len(alike):
        st.caption(words("similar.more", n=formats.count(alike[0]["alike_n"] - len(alike))))
