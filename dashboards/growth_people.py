"""Growth, the list behind the gaps: who lacks what, and what is advised."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.growth import EVERYBODY
from dashboards.download import chosen, offered
from dashboards.formats import plain
from dashboards.frame import Visit, nothing, section
from dashboards.growth_names import Names
from dashboards.growth_pool import listed
from dashboards.growth_returns import pairs
from dashboards.growth_tasks import unanswered
from dashboards.own_choices import one_of
from dashboards.ticked_rows import open_interview, ticked_rows

PEOPLE_SHOWN = 200
ROWS_IN_FILE = 100_000
KINDS = ("course", "project", "mentor")
FIELDS = (
    *("interview_id", "candidate_id", "name", "role_name", "competency", "score", "requirement", "gap"),
    *("grade", "local_date", "course", "project", "mentor"),
)


def people(page: Visit, gaps: Sequence[Row], fewest: int, names: Names) -> None:
    """Who has which gap, and what is advised; choosing one opens the interview.

    As the first list of the page it learns the names for those below, too.
    """
    words, formats = page.words, page.formats
    section(words("growth.people"), words("growth.people_note"))
    found = list_filters(page, gaps, fewest)
    rows = page.ask.rows("growth_people", row_limit=PEOPLE_SHOWN, with_names=False, **found)
    names.ask_for(rows, pairs(page), listed(page, choices.get("pool", choices.ALL)), unanswered(page))
    if not rows:
        nothing(words("growth.people_none"), words("nothing.advice"))
        return
    counts = {"rows": formats.count(rows[0]["rows_n"]), "people": formats.count(rows[0]["people_n"])}
    note, button = st.columns([3, 1], vertical_alignment="center")
    note.caption(plain(words("growth.rows", **counts)))
    with button:
        offered(
            page,
            words("growth.file", day=page.today.isoformat()),
            lambda: page.ask.table("growth_people", row_limit=ROWS_IN_FILE, with_names=True, **found),
            title=words("growth.people"),
            filters=chosen(page, found),
            fields=FIELDS,
            label=words("growth.download"),
        )
    people_table(page, names.on(rows))
    if rows[0]["rows_n"] > len(rows):
        capped = {"shown": formats.count(len(rows)), "n": counts["rows"]}
        st.caption(plain(words("growth.capped", **capped)))


def list_filters(page: Visit, gaps: Sequence[Row], fewest: int) -> dict[str, str]:
    """What the list shows: a competency, a role, and advice that a click chose."""
    words = page.words
    competencies = {row["competency_id"]: row["competency"] for row in gaps if row["competency_id"] != "any"}
    roles = {row["role_id"]: row["role_name"] for row in gaps if row["role_id"] != EVERYBODY}
    left, right = st.columns(2)
    with left:
        gap = one_of(
            "gap",
            words("growth.gap"),
            list(competencies),
            lambda key: competencies.get(key, words("growth.every_competency")),
        )
    with right:
        role = one_of(
            "gap_role",
            words("growth.gap_role"),
            list(roles),
            lambda key: roles.get(key, words("growth.every_role")),
        )
    kind = choices.get("help_kind", KINDS[0])
    known = {row["id"]: row["name"] for row in page.ask.rows("growth_helps", help_kind=kind, fewest=fewest)}
    help_id = choices.get("help", choices.ALL)
    if help_id not in known:
        help_id = choices.ALL
    if help_id != choices.ALL:
        st.button(
            words("growth.only_help", what=plain(known[help_id])),
            icon=":material/close:",
            key="take_off_help",
            on_click=choices.put,
            args=("help", None),
        )
    return {"gap": gap, "gap_role": role, "help": help_id, "help_kind": kind}


def people_table(page: Visit, rows: Sequence[Row]) -> None:
    """A gap a row."""
    words, formats = page.words, page.formats
    column = st.column_config
    shown = {
        "name": [row["name"] or row["candidate_id"] for row in rows],
        # what decides stands left, where a phone shows it
        "competency": [row["competency"] for row in rows],
        "gap": pd.Series([row["gap"] for row in rows], dtype="float64"),
        "score": pd.Series([row["score"] for row in rows], dtype="float64"),
        "requirement": pd.Series([row["requirement"] for row in rows], dtype="float64"),
        "role": [row["role_name"] for row in rows],
        "course": [row["course"] for row in rows],
        "project": [row["project"] for row in rows],
        "mentor": [row["mentor"] for row in rows],
        "date": [formats.day(row["local_date"]) for row in rows],
    }
    ticked = ticked_rows(
        page,
        pd.DataFrame(shown),
        "growth_people",
        {
            "name": column.TextColumn(words("column.name")),
            "role": column.TextColumn(words("column.role")),
            "competency": column.TextColumn(words("column.competency")),
            "score": column.NumberColumn(words("column.skill"), format="%.1f"),
            "requirement": column.NumberColumn(words("column.requirement"), format="%.1f"),
            "gap": column.ProgressColumn(
                words("column.gap_points"), min_value=0, max_value=100, format="%.1f", width=95
            ),
            "course": column.TextColumn(words("column.course")),
            "project": column.TextColumn(words("column.project")),
            "mentor": column.TextColumn(words("column.mentor")),
            "date": column.TextColumn(words("column.date")),
        },
    )
    open_interview(rows, ticked)
