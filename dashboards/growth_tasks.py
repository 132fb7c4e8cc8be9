"""Growth, what needs doing: scores at which the policy asks for a step, and feedback that nobody answered."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, go, section
from dashboards.growth_names import Names
from dashboards.ticked_rows import open_interview, ticked_rows

WAITING_SHOWN = 50


def tasks(page: Visit, fewest: int, names: Names) -> None:
    """Risks with the next step, then the questions that wait for a reply."""
    words, formats = page.words, page.formats
    section(words("growth.todo"))
    risks = page.ask.rows("growth_risks", fewest=fewest)
    known = [row for row in risks if not row["is_small"]]
    feedback = page.ask.row("feedback", fewest=fewest)
    for number, row in enumerate(known):
        with st.container(key=f"task_risk_{number}"):
            risk(page, row)
    if len(known) < len(risks):
        told = words("suppressed.groups", n=formats.count(len(risks) - len(known)), fewest=FEWEST)
        st.caption(f":material/visibility_off: {told}")
    asked = 0 if feedback is None or feedback["is_small"] else feedback["n"]
    if feedback is not None and asked:
        with st.container(key="task_feedback"):
            replies(page, feedback)
        if feedback["waiting_n"]:
            waiting(page, names)
    if not risks and not asked:
        st.caption(plain(words("growth.todo_none")))


def risk(page: Visit, row: Row) -> None:
    """One competency below the line of the policy."""
    words, formats = page.words, page.formats
    what, why, link = st.columns([1.4, 2.2, 0.8], vertical_alignment="center")
    what.markdown(
        plain(
            words(
                "growth.risk",
                competency=row["competency"],
                below=formats.count(row["below"]),
                n=formats.count(row["people_n"]),
            )
        )
    )
    why.markdown(f":gray[{plain(row['risk'])}]")
    with link:
        go(words("growth.risk_next"), "growth", gap=row["competency_id"])


def replies(page: Visit, row: Row) -> None:
    """How many questions for feedback wait, and how long replies take."""
    words, formats = page.words, page.formats
    what, how_long, _ = st.columns([1.4, 2.2, 0.8], vertical_alignment="center")
    key = "growth.feedback_waiting" if row["waiting_n"] else "growth.feedback_done"
    n = row["waiting_n"] or row["n"]
    days = formats.count((row["longest_hours"] or 0) // 24)
    what.markdown(plain(words(key, n=formats.count(n), days=days)))
    if row["replied_n"]:
        told = words(
            "growth.feedback_hours",
            n=formats.count(row["replied_n"]),
            median=formats.count(row["median_hours"]),
            p90=formats.count(row["p90_hours"]),
        )
        how_long.markdown(f":gray[{plain(told)}]")


def unanswered(page: Visit) -> list[Row]:
    """The questions that wait longest; without names."""
    return page.ask.rows("feedback_waiting", row_limit=WAITING_SHOWN)


def waiting(page: Visit, names: Names) -> None:
    """Questions that nobody has answered; choosing one opens the person."""
    words, formats = page.words, page.formats
    rows = names.on(unanswered(page))
    st.markdown(f"**{plain(words('growth.waiting'))}**")
    st.caption(plain(words("growth.waiting_note")))
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                words("column.name"): [row["name"] or row["candidate_id"] for row in rows],
                words("column.role"): [row["role_name"] for row in rows],
                words("growth.asked_by"): [
                    words("growth.by_candidate" if row["is_by_candidate"] else "growth.by_staff")
                    for row in rows
                ],
                words("growth.asked_on"): [formats.day(row["created_local_date"]) for row in rows],
                words("growth.waiting_days"): [int(row["waiting_days"]) for row in rows],
            }
        ),
        "growth_waiting",
    )
    open_interview(rows, ticked)
