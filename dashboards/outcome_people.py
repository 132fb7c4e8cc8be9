"""The people behind the chain of outcomes: a part of it, as a table and as a file."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboards import choices
from dashboards.charts.outcomes import HORIZONS
from dashboards.download import chosen, offered
from dashboards.formats import plain
from dashboards.frame import Visit, nothing_chosen, section
from dashboards.own_choices import one_of
from dashboards.page_tables import ROWS_IN_FILE
from dashboards.ticked_rows import open_interview, ticked_rows

PEOPLE_SHOWN = 200
DATE = 102
# Everybody at 80 or more, whichever grades that is.
HIGH = "high"
PARTS = ("offered", "hired", "refused_offer", "stayed", "left_early", "unmatched")
FIELDS = (
    *("interview_id", "candidate_id", "name", "role_name", "composite_score", "grade", "application_outcome"),
    *("offered_local_date", "hired_on", "left_on", *HORIZONS),
)


def people(page: Visit) -> None:
    """The people of a part of the chain; choosing one opens the interview."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("outcomes.persons"), words("outcomes.persons_note"))
    left, right, button = st.columns([2, 2, 1.4], vertical_alignment="bottom")
    with left:
        part = one_of("outcome", words("outcomes.part"), PARTS, lambda key: words.of("outcome_part", key))
    with right:
        grade = one_of(
            "of_grade",
            words("chart.grade"),
            [HIGH, *page.colours.grades],
            lambda key: {choices.ALL: words("outcomes.every_grade"), HIGH: words("outcomes.high")}.get(
                key, key
            ),
        )
    rows = page.ask.rows("outcome_people", outcome=part, of_grade=grade, row_limit=PEOPLE_SHOWN)
    if not rows:
        nothing_chosen(page, words("outcomes.persons_none"))
        return
    own = {"outcome": part, "of_grade": grade}
    with button:
        offered(
            page,
            words(
                "download.file",
                page=f"{words('page.outcomes')}_{words('outcomes.persons')}",
                day=page.today.isoformat(),
            ),
            lambda: _with_coded_outcome(page.ask.table("outcome_people", row_limit=ROWS_IN_FILE, **own)),
            title=words("outcomes.persons"),
            filters=chosen(page, own),
            fields=FIELDS,
        )
    shown = {
        "name": [row["name"] or row["candidate_id"] for row in rows],
        # what decides stands left, where a phone shows it
        "score": pd.Series([row["score_shown"] for row in rows], dtype="float64"),
        "grade": [row["grade"] for row in rows],
        "outcome": [
            words.of("application_outcome", row["outcome"])
            or words.of("link_reason", row["application_link"])
            for row in rows
        ],
        "role": [row["role_name"] for row in rows],
        "offered": [formats.day(row["offered_local_date"]) for row in rows],
        "hired": [formats.day(row["hired_on"]) for row in rows],
        "left": [formats.day(row["left_on"]) for row in rows],
        **{name: pd.Series([row[name] for row in rows], dtype="float64") for name in HORIZONS},
    }
    ticked = ticked_rows(
        page,
        pd.DataFrame(shown),
        "outcome_people",
        {
            "name": column.TextColumn(words("column.name"), width=70),
            "role": column.TextColumn(words("column.role"), width=140),
            "score": column.ProgressColumn(
                words("column.score"), min_value=0, max_value=100, format="%.1f", width=95
            ),
            "grade": column.TextColumn(words("column.grade"), width=50),
            "outcome": column.TextColumn(words("column.result"), width=84),
            "offered": column.TextColumn(words("column.offered"), width=DATE),
            "hired": column.TextColumn(words("column.hired"), width=DATE),
            "left": column.TextColumn(words("column.left"), width=DATE),
            **{
                name: column.NumberColumn(
                    words(f"outcomes.{name}_short"), help=words(f"outcomes.{name}"), format="%.1f", width=78
                )
                for name in HORIZONS
            },
        },
        in_sight=12,
    )
    if rows[0]["people_n"] > len(rows):
        capped = {"shown": formats.count(len(rows)), "n": formats.count(rows[0]["people_n"])}
        st.caption(plain(words("results.capped", **capped)))
    open_interview(rows, ticked)


def _with_coded_outcome(answer: pa.Table) -> pa.Table:
    """The column by the name under which downloads write its codes in words."""
    return answer.rename_columns({"outcome": "application_outcome"})
