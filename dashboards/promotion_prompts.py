"""Whom to ask for a promotion interview: employees whose last review is good enough; why not the others."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.download import chosen, offered
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, section
from dashboards.ticked_rows import ticked_rows

ROWS_SHOWN = 200
DOWNLOADED = 100_000
PROMPT = "prompt"
FIELDS = (
    "employee_id",
    "name",
    "department_name",
    "role_name",
    "hired_on",
    "performance_score",
    "performance_period_end",
    "last_score",
    "last_interview_on",
    "last_requested_on",
)


def prompts(page: Visit, fewest: int) -> None:
    """Whom to ask; for readers without people only how many."""
    words, formats = page.words, page.formats
    states = page.ask.rows("internal_prompt_states", fewest=fewest)
    if not states:
        return
    section(
        words("internal.prompts"),
        words("internal.prompts_note", mark=formats.count(states[0]["performance_mark"])),
    )
    asked = next((row for row in states if row["state"] == PROMPT), None)
    if asked is None:
        st.markdown(f":material/done_all: {words('internal.prompts_none')}")
    elif page.ask.sees("personal"):
        people(page)
    else:
        st.markdown(plain(words("internal.prompts_of", n=count_of(page, asked))))
    others = [
        words("internal.why_part", state=words.of("prompt_state", row["state"]), n=count_of(page, row))
        for row in states
        if row["state"] != PROMPT
    ]
    if others:
        st.caption(plain(words("internal.why", parts=words("format.comma").join(others))))


def count_of(page: Visit, row: Row) -> str:
    """How many, or that they are too few to say."""
    if row["n"] is None:
        return page.words("suppressed.cell", fewest=FEWEST)
    return page.formats.count(row["n"])


def people(page: Visit) -> None:
    """An employee a row, the best review first; choosing one opens the last interview where there is one."""
    words, formats = page.words, page.formats
    column = st.column_config
    rows = page.ask.rows("internal_prompts", row_limit=ROWS_SHOWN)
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "name": [row["name"] or row["employee_id"] for row in rows],
                # what decides stands left, where a phone shows it
                "performance": pd.Series([row["performance_score"] for row in rows], dtype="float64"),
                "role": [row["role_name"] for row in rows],
                "department": [row["department_name"] for row in rows],
                "period_end": [formats.day(row["performance_period_end"]) for row in rows],
                "last_score": pd.Series([row["last_score"] for row in rows], dtype="float64"),
                "last_interview": [formats.day(row["last_interview_on"]) for row in rows],
                "hired_on": [formats.day(row["hired_on"]) for row in rows],
            }
        ),
        "internal_prompts",
        {
            "name": column.TextColumn(words("column.name")),
            "role": column.TextColumn(words("column.role")),
            "department": column.TextColumn(words("filter.department")),
            "performance": column.ProgressColumn(
                words("column.performance"), min_value=0, max_value=100, format="%.1f", width=120
            ),
            "period_end": column.TextColumn(words("internal.period_end")),
            "last_score": column.NumberColumn(words("internal.last_score"), format="%.1f"),
            "last_interview": column.TextColumn(words("internal.last_interview")),
            "hired_on": column.TextColumn(words("internal.hired_on")),
        },
    )
    left, right = st.columns([3, 1.4], vertical_alignment="center")
    left.caption(plain(words("internal.prompts_next")))
    if rows[0]["people_n"] > len(rows):
        counts = {"shown": formats.count(len(rows)), "n": formats.count(rows[0]["people_n"])}
        left.caption(plain(words("internal.capped_prompts", **counts)))
    with right:
        offered(
            page,
            words("internal.prompt_file", day=f"{page.today:%Y%m%d}"),
            lambda: page.ask.table("internal_prompts", row_limit=DOWNLOADED),
            title=words("internal.prompts"),
            filters=chosen(page, {}),
            fields=FIELDS,
            label=words("internal.download"),
        )
    for index in ticked:
        if rows[index]["interview_id"]:
            own = choices.link(interview=rows[index]["interview_id"])
            st.switch_page("views/candidate.py", query_params=own)
