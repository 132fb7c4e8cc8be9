"""How far a person's own applications have come: stage and day of each, in kind words."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, section


def stages(page: Visit) -> None:
    """Every application with the stages that it has reached; nothing where there is none."""
    words = page.words
    rows = page.ask.rows("my_applications")
    if not rows:
        return
    section(words("applications.title"), words("applications.note"))
    for _, found in groupby(rows, key=lambda row: row["application_id"]):
        st.markdown(_application(page, list(found)))


def _application(page: Visit, rows: list[Row]) -> str:
    """Role and how it stands, then a line a stage, the earliest first."""
    words, formats = page.words, page.formats
    last = max(rows, key=lambda row: row["version_number"])
    told = words(
        "applications.entry",
        role=plain(last["role_name"] or last["role_id"] or words("applications.no_role")),
        standing=plain(words.of("my_outcome", last["outcome"] or "open")),
        day=formats.day_of(last["applied_at"]),
    )
    reached = [
        words(
            "applications.stage",
            stage=plain(words.of("my_stage", row["stage"])),
            day=formats.day_of(row["entered_at"]),
        )
        for row in rows
        if row["stage"]
    ]
    return "\n".join([told, "", *(f"- {line}" for line in reached)])
