"""What questions cost: which one took most points, which of its criteria did, and in which answers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.costs import CLICK, cost_bars
from dashboards.criteria import criteria_of
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, draw, go, section
from dashboards.ticked_rows import ticked_rows
from warehouse.policy import policy

QUESTIONS_SHOWN = 12
LOWEST_SHOWN = 100


def fewest(page: Visit) -> int:
    """How many people a group of the reader's role needs at least."""
    return 0 if policy().roles[page.ask.role].everything else FEWEST


def costliest(page: Visit) -> None:
    """Questions by the points that they cost on average; a click opens the question."""
    words, formats = page.words, page.formats
    section(words("costs.questions"), words("costs.questions_note"))
    rows = page.ask.rows("question_costs", question=choices.ALL, fewest=fewest(page))
    if not rows:
        st.caption(plain(words("costs.none")))
        return
    shown = [
        {
            **row,
            "id": row["question_id"],
            "name": row["question"] or row["question_id"],
            "of": row["role_name"] or words("questions.every_role"),
        }
        for row in rows[:QUESTIONS_SHOWN]
    ]
    picked = draw(
        cost_bars(shown, page, words("column.question")),
        words("costs.questions"),
        key="question_costs",
        on_select="rerun",
        selection_mode=CLICK,
    )
    if len(rows) > len(shown):
        st.caption(plain(words("costs.capped", shown=formats.count(len(shown)), n=formats.count(len(rows)))))
    for bar in picked.selection.get(CLICK, []):
        st.switch_page("views/questions.py", query_params=choices.link(question=bar["id"]))


def criteria(page: Visit, row: Row) -> None:
    """Which criteria of the question took the points."""
    words = page.words
    section(words("costs.criteria"), words("costs.criteria_note"))
    rows = page.ask.rows("question_costs", question=row["question_id"], fewest=fewest(page))
    if not rows:
        st.caption(plain(words("costs.none")))
        return
    named = criteria_of(page, [one["criterion_id"] for one in rows])
    shown = [
        {**one, "id": criterion.criterion_id, "name": criterion.name, "of": criterion.competency}
        for one, criterion in zip(rows, named, strict=True)
    ]
    draw(cost_bars(shown, page, words("elements.criterion")), words("costs.criteria"))
    if page.ask.role == "hr":
        go(words("costs.rules"), "rubrics", part="questions", question=row["question_id"])


def lowest(page: Visit, row: Row) -> None:
    """The answers that earned least, with what they missed; a tick opens that answer."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("costs.lowest"), words("costs.lowest_note"))
    rows = page.ask.rows("question_lowest", question=row["question_id"], row_limit=LOWEST_SHOWN)
    if not rows:
        st.caption(plain(words("costs.none")))
        return
    ids = list(dict.fromkeys(one for found in rows for one in found["missed"] or []))
    names = {criterion.criterion_id: criterion.name for criterion in criteria_of(page, ids)}
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "name": [one["name"] or one["candidate_id"] for one in rows],
                "points": pd.Series([one["points"] for one in rows], dtype="float64"),
                "missed": [[names[key] for key in one["missed"] or []] for one in rows],
                "role": [one["role_name"] for one in rows],
                "date": [formats.day(one["completed_local_date"]) for one in rows],
                "score": pd.Series([one["composite_score"] for one in rows], dtype="float64"),
            }
        ),
        "question_lowest",
        {
            "name": column.TextColumn(words("column.name")),
            "points": column.ProgressColumn(
                words("column.points"), min_value=0, max_value=100, format="%.0f", width=105
            ),
            "missed": column.ListColumn(words("costs.missed"), width="large"),
            "role": column.TextColumn(words("column.role")),
            "date": column.TextColumn(words("column.date")),
            "score": column.NumberColumn(words("column.score"), format="%.1f"),
        },
        in_sight=8,
    )
    if rows[0]["answers_n"] > len(rows):
        shown, everyone = formats.count(len(rows)), formats.count(rows[0]["answers_n"])
        st.caption(plain(words("costs.lowest_capped", shown=shown, n=everyone)))
    for index in ticked:
        own = choices.link(interview=rows[index]["interview_id"], answer=row["question_id"])
        st.switch_page("views/candidate.py", query_params=own)
