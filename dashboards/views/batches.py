"""Batches: how far each batch has come, where people drop out, and who is still waited for."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices, titles
from dashboards.ask import Row
from dashboards.batch_names import batch_choice
from dashboards.charts.funnel import funnel
from dashboards.formats import plain
from dashboards.frame import (
    Visit,
    basis,
    draw,
    figure,
    figures,
    head,
    how,
    nothing_chosen,
    section,
    seen,
    visit,
)
from dashboards.number_tables import number_table
from dashboards.own_choices import one_of
from dashboards.taken_along import take_along
from dashboards.ticked_rows import open_interview, ticked_rows

ROWS_SHOWN = 500
WAITING_SHOWN = 200


def cards(page: Visit, rows: list[Row], chosen: Row | None) -> None:
    """The five figures of the batch, or of all batches of the choice."""
    words, formats = page.words, page.formats
    first = rows[0]

    def of(own: str, total: str) -> int:
        return int(first[total] if chosen is None else chosen[own] or 0)

    known = of("invited_n", "all_invited") - of("declined_n", "all_declined")
    started = of("started_n", "all_started")
    with figures():
        figure(words("batches.invited"), formats.count(of("invited_n", "all_invited")))
        figure(
            words("batches.completed"),
            formats.count(of("completed_n", "all_completed")),
            None,
            words("batches.completed_note", started=formats.count(started), known=formats.count(known)),
        )
        figure(words("batches.pending"), formats.count(of("pending_n", "all_pending")))
        figure(
            words("batches.interruptions"),
            formats.count(of("interruptions_n", "all_interruptions")),
            None,
            words("batches.interruptions_note"),
        )
        late, told = of("notify_late_n", "all_late"), of("notified_n", "all_notified")
        minutes = None if chosen is None else chosen["median_notify_minutes"]
        figure(
            words("batches.told"),
            formats.percent(1 - late / told if told else None),
            None,
            words("batches.told_note"),
            words("batches.told_late", late=formats.count(late), n=formats.count(told))
            if minutes is None
            else words("batches.told_after", minutes=formats.count(round(minutes)), late=formats.count(late)),
        )


def steps(page: Visit, batch: str) -> None:
    """The funnel, and the channels of the invitation side by side."""
    words, formats = page.words, page.formats
    rows = seen(page, page.ask.rows("batch_steps", batch=batch), "completed_n")
    total = next((row for row in rows if row["channel"] == "all"), None)
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        section(words("batches.funnel"), words("batches.funnel_note"))
        if total is not None:
            names = ("invited_n", "willing_n", "started_n", "completed_n")
            numbers = [int(total[name] or 0) for name in names]
            before = [None, *numbers[:-1]]
            draw(
                funnel(
                    [
                        {"name": words(f"step.{name}"), "n": n, "rate": n / last if last else None}
                        for name, n, last in zip(names, numbers, before, strict=True)
                    ],
                    page,
                ),
                words("batches.funnel"),
            )
            gone = words(
                "batches.gone",
                declined=formats.count(total["declined_n"]),
                refused=formats.count(total["refused_ai_n"]),
                abandoned=formats.count(total["abandoned_n"]),
            )
            st.caption(plain(gone))
    with right:
        section(words("batches.channels"), words("batches.channels_note"))
        channels(page, [row for row in rows if row["channel"] != "all"])


def channels(page: Visit, rows: list[Row]) -> None:
    """A channel a row."""
    words, formats = page.words, page.formats
    if not rows:
        st.caption(words("format.none"))
        return
    number_table(
        {
            words("column.channel"): [words.of("channel", row["channel"]) for row in rows],
            words("batches.invited"): [formats.count(row["invited_n"]) for row in rows],
            words("step.started_n"): [formats.percent(row["started_share"]) for row in rows],
            words("step.completed_n"): [formats.percent(row["completed_share"]) for row in rows],
            words("batches.pending"): [formats.count(row["pending_n"]) for row in rows],
        },
        "channels",
    )


def table(page: Visit, rows: list[Row]) -> None:
    """A batch a row; choosing one shows it alone."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("batches.table"), words("batches.table_note"))
    take_along(page, "batches")
    shown = pd.DataFrame(
        {
            # what decides stands left, where a phone shows it
            "role": [row["role_name"] or words("choice.all_roles") for row in rows],
            "participation": pd.Series([row["participation_percent"] for row in rows], dtype="float64"),
            "invited": [row["invited_n"] for row in rows],
            "completed": [row["completed_n"] for row in rows],
            "pending": [row["pending_n"] for row in rows],
            "notified": pd.Series([row["median_notify_minutes"] for row in rows], dtype="float64"),
            "abandoned": [row["abandoned_n"] for row in rows],
            "declined": [row["declined_n"] for row in rows],
            "interruptions": [row["interruptions_n"] for row in rows],
            "anomalies": [row["anomalies_n"] for row in rows],
            "csat": pd.Series([row["csat"] for row in rows], dtype="float64"),
            "invited_on": [formats.day(row["first_invited_on"]) for row in rows],
            "batch": [row["batch_id"] for row in rows],
        }
    )
    ticked = ticked_rows(
        page,
        shown,
        "batches_table",
        {
            "batch": column.TextColumn(words("column.batch")),
            "role": column.TextColumn(words("column.role")),
            "invited_on": column.TextColumn(words("column.first_invited")),
            "invited": column.NumberColumn(words("batches.invited")),
            "participation": column.ProgressColumn(
                words("column.participation"), min_value=0, max_value=100, format="%d%%", width=85
            ),
            "completed": column.NumberColumn(words("batches.completed")),
            "pending": column.NumberColumn(words("batches.pending")),
            "abandoned": column.NumberColumn(words("status.abandoned")),
            "declined": column.NumberColumn(words("column.declined")),
            "interruptions": column.NumberColumn(words("batches.interruptions")),
            "anomalies": column.NumberColumn(words("column.anomalies"), help=words("column.anomalies_note")),
            "notified": column.NumberColumn(
                words("column.notified"), format="%.0f", help=words("column.notified_note")
            ),
            "csat": column.NumberColumn(words("column.csat"), format="%.1f", help=words("column.csat_note")),
        },
    )
    if rows[0]["batches_n"] > len(rows):
        shown_n, all_n = formats.count(len(rows)), formats.count(rows[0]["batches_n"])
        st.caption(plain(words("results.capped", shown=shown_n, n=all_n)))
    for index in ticked:
        st.switch_page("views/batches.py", query_params=choices.link(batch=rows[index]["batch_id"]))


def waiting(page: Visit, batch: str) -> None:
    """Who was invited and has not begun; choosing one opens the person."""
    words, formats = page.words, page.formats
    rows = page.ask.rows("batch_waiting", batch=batch, row_limit=WAITING_SHOWN)
    section(words("batches.waiting"), words("batches.waiting_note"))
    if not rows:
        st.caption(words("batches.waiting_none"))
        return
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                words("column.name"): [row["name"] or row["candidate_id"] for row in rows],
                words("column.days"): [row["days"] for row in rows],
                words("column.role"): [row["role_name"] for row in rows],
                words("column.channel"): [words.of("channel", row["channel"]) for row in rows],
                words("column.first_invited"): [formats.day(row["invited_local_date"]) for row in rows],
                words("column.batch"): [row["batch_id"] or "" for row in rows],
            }
        ),
        "batch_waiting",
    )
    if rows[0]["waiting_n"] > len(rows):
        shown, everyone = formats.count(len(rows)), formats.count(rows[0]["waiting_n"])
        st.caption(plain(words("results.capped", shown=shown, n=everyone)))
    open_interview(rows, ticked)


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    rows = seen(here, here.ask.rows("batches", row_limit=ROWS_SHOWN), "invited_n")
    if not rows:
        head(words("batches.none"), basis(here, None))
        nothing_chosen(here, words("batches.none"))
        how(here, "batches")
        return
    top = st.container()
    known = {row["batch_id"]: batch_choice(here, row) for row in rows}
    batch = one_of(
        "batch",
        words("column.batch"),
        list(known),
        lambda key: words("batches.all") if key == choices.ALL else known[key],
        width=560,
    )
    chosen = next((row for row in rows if row["batch_id"] == batch), None)
    with top:
        head(here.scoped(titles.batches(here, rows, chosen)), basis(here, None))
    cards(here, rows, chosen)
    steps(here, batch)
    waiting(here, batch)
    table(here, rows)
    how(here, "batches")


page()
