"""Scoring rules: what each role weighs and each question asks for, tried on an answer, changed on trial."""

from __future__ import annotations

import streamlit as st

from dashboards import rubric_rules, rubric_trial, rubric_weights
from dashboards.frame import Visit, head, how, visit
from dashboards.own_choices import switch
from dashboards.rulebook import Rulebook, rulebook

PARTS = {
    "weights": rubric_weights.part,
    "questions": rubric_rules.questions,
    "try": rubric_trial.part,
    "check": rubric_rules.findings,
}


def versions(page: Visit, book: Rulebook) -> list[str]:
    """Which rules the published results were scored by, and since when."""
    words, run = page.words, page.run
    return [
        words("caption.rubric", version=run["rubric_version"]),
        words("rubrics.weights_version", version=run["weights_version"]),
        words("rubrics.built", moment=page.formats.moment(run["built_at"])),
        ""
        if book.changed_at is None
        else words("rubrics.changed", moment=page.formats.moment(book.changed_at)),
    ]


def differing(page: Visit, book: Rulebook) -> None:
    """Says so when the files are no longer those that the results were scored by."""
    words, run = page.words, page.run
    if book.count("error"):
        st.error(words("rubrics.broken", n=page.formats.count(book.count("error"))), icon=":material/error:")
    elif book.rubric_version != run["rubric_version"]:
        st.info(
            words("rubrics.differs", files=book.rubric_version, published=run["rubric_version"]),
            icon=":material/difference:",
        )


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    book = rulebook(here.settings.seeds, here.today)
    top = st.container()
    chosen = switch(
        "part",
        words("rubrics.part"),
        list(PARTS),
        lambda part: words(f"rubrics.parts.{part}"),
        label_visibility="collapsed",
    )
    title = PARTS[chosen](here, book)
    with top:
        head(title, versions(here, book))
        differing(here, book)
    how(here, "rubrics")


page()
