"""What a department head comes for: who awaits a decision, how batches go, what became of requests."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards.batch_names import batch_name
from dashboards.formats import plain
from dashboards.frame import Visit, go, section, seen
from dashboards.number_tables import number_table
from dashboards.ticked_rows import open_interview, ticked_rows

READER = "department_head"
PEOPLE_SHOWN, REQUESTS_SHOWN, BATCHES_SHOWN = 50, 20, 5
IN_SIGHT = 6


def batches(page: Visit) -> None:
    """The latest batches of the department, a row each."""
    words, formats = page.words, page.formats
    section(words("head.batches"), words("head.batches_note"))
    rows = seen(page, page.ask.rows("batches", row_limit=BATCHES_SHOWN), "invited_n")
    if not rows:
        st.caption(words("head.no_batches"))
    else:
        number_table(
            {
                words("column.batch"): [plain(batch_name(page, row)) for row in rows],
                words("batches.invited"): [formats.count(row["invited_n"]) for row in rows],
                words("batches.completed"): [formats.count(row["completed_n"]) for row in rows],
                words("batches.pending"): [formats.count(row["pending_n"]) for row in rows],
                words("column.participation"): [formats.percent(row["participation"]) for row in rows],
            },
            "head_batches",
        )
    go(words("head.to_batches"), "batches")


def waiting(page: Visit) -> None:
    """People and requests side by side; a tick opens the person."""
    left, right = st.columns(2, gap="large")
    with left:
        deciding(page)
    with right:
        requests(page)


def deciding(page: Visit) -> None:
    """Who is advised for the next round while the application is open."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("head.deciding"), words("head.deciding_note"))
    rows = page.ask.rows("head_deciding", row_limit=PEOPLE_SHOWN)
    if not rows:
        st.caption(words("head.no_deciding"))
        return
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "name": [row["name"] or row["candidate_id"] for row in rows],
                "score": pd.Series([row["composite_score"] for row in rows], dtype="float64"),
                "grade": [row["grade"] for row in rows],
                "role": [row["role_name"] for row in rows],
                "days": [row["days"] for row in rows],
            }
        ),
        "head_deciding",
        {
            "name": column.TextColumn(words("column.name")),
            "score": column.ProgressColumn(
                words("column.score"), min_value=0, max_value=100, format="%.1f", width=100
            ),
            "grade": column.TextColumn(words("column.grade")),
            "role": column.TextColumn(words("column.role")),
            "days": column.NumberColumn(words("head.days"), help=words("head.days_note")),
        },
        in_sight=IN_SIGHT,
    )
    shown, everyone = formats.count(len(rows)), formats.count(rows[0]["all_n"])
    st.caption(plain(words("head.deciding_n", shown=shown, n=everyone)))
    open_interview(rows, ticked)


def requests(page: Visit) -> None:
    """The supplementary interviews that were asked for, and their answers."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("head.requests"), words("head.requests_note"))
    rows = page.ask.rows("head_requests", row_limit=REQUESTS_SHOWN)
    if not rows:
        st.caption(words("head.no_requests"))
        return
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "name": [row["name"] or row["candidate_id"] for row in rows],
                "state": [words.of("head_state", row["state"]) for row in rows],
                "scores": [
                    words(
                        "head.scores",
                        first=formats.score(row["first_score"]),
                        then=formats.score(row["supplement_score"]),
                        gain=formats.signed(row["gain"]),
                    )
                    if row["gain"] is not None
                    else ""
                    for row in rows
                ],
                "role": [row["role_name"] for row in rows],
                "asked": [formats.day(row["requested_local_date"]) for row in rows],
            }
        ),
        "head_requests",
        {
            "name": column.TextColumn(words("column.name")),
            "state": column.TextColumn(words("head.state")),
            "scores": column.TextColumn(words("head.scores_title")),
            "role": column.TextColumn(words("column.role")),
            "asked": column.TextColumn(words("head.asked")),
        },
        in_sight=IN_SIGHT,
    )
    done, everyone = formats.count(rows[0]["done_n"]), formats.count(rows[0]["all_n"])
    st.caption(plain(words("head.requests_n", done=done, n=everyone)))
    open_interview(rows, ticked)
