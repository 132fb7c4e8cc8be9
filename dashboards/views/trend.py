"""Trend: quarters with their intervals and n, in total and role by role."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import mean_change, titles
from dashboards.ask import Row
from dashboards.charts.quarters import delta_bars, mean_line, role_line, share_lines
from dashboards.frame import Visit, basis, draw, head, how, in_columns, nothing_chosen, section, seen, visit
from dashboards.number_tables import numbers_right
from dashboards.taken_along import take_along

COLUMNS = 4


def role_lines(page: Visit, everyone: list[Row]) -> None:
    """A small chart a role, all on one scale, the total behind in grey."""
    words = page.words
    series: dict[str, list[Row]] = {}
    for row in seen(page, page.ask.rows("quarters", each_role=True), "n"):
        if row["role_id"] not in ("all", page.choices.role):
            series.setdefault(row["role_id"], []).append(row)
    if len(series) < 2:
        return
    section(words("trend.roles"), words("trend.roles_note"))
    bounds = page.ask.row("quarter_bounds")
    domain = (bounds["low"], bounds["high"]) if bounds else (0.0, 100.0)
    for rows, place in in_columns([{"rows": rows} for rows in series.values()], COLUMNS):
        with place:
            told = words("chart.of_role", title=words("trend.roles"), role=rows["rows"][0]["role_name"])
            draw(role_line(rows["rows"], everyone, page, domain), told)


def numbers(page: Visit, rows: list[Row]) -> None:
    """The same as a table."""
    words, formats = page.words, page.formats

    newest = list(reversed(rows))
    shown = pd.DataFrame(
        {
            words("column.quarter"): [formats.quarter_short(row["quarter"]) for row in newest],
            words("statistic.n"): [formats.count(row["n"]) for row in newest],
            words("statistic.mean"): [formats.score(row["mean"]) for row in newest],
            words("statistic.interval"): [
                formats.interval(row["ci_low"], row["ci_high"], formats.score) for row in newest
            ],
            words("statistic.delta"): [
                words("format.none") if row["delta_mean"] is None else formats.signed(row["delta_mean"])
                for row in newest
            ],
            words("statistic.delta_interval"): [
                formats.interval(row["delta_ci_low"], row["delta_ci_high"], formats.signed)
                if row["delta_mean"] is not None
                else words("chart.no_previous")
                for row in newest
            ],
            words("statistic.sd"): [formats.score(row["sd"]) for row in newest],
            words("statistic.p10"): [formats.score(row["p10"]) for row in newest],
            words("statistic.p50"): [formats.score(row["median"]) for row in newest],
            words("statistic.p90"): [formats.score(row["p90"]) for row in newest],
            words("trend.pass_rate"): [formats.percent(row["pass_rate"]) for row in newest],
            words("trend.share_80"): [formats.percent(row["share_80"]) for row in newest],
        }
    )
    numbers = numbers_right(shown.columns[1:])
    st.dataframe(shown, hide_index=True, row_height=36, column_config=numbers)


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    rows = seen(here, here.ask.rows("quarters", each_role=False), "n")
    if not rows:
        head(words("nothing.title"), basis(here, 0))
        nothing_chosen(here, words("nothing.scored"))
        how(here, "trend")
        return
    caption = [words("trend.caption"), *basis(here, None)[2:]]
    head(here.scoped(titles.trend(here, rows)), caption)
    section(words("overview.quarters"), words("overview.quarters_note"))
    draw(mean_line(rows, here, height=300), words("overview.quarters"))
    mean_change.why(here, rows)
    left, right = st.columns(2, gap="large")
    with left:
        section(words("trend.delta"), words("trend.delta_note"))
        draw(delta_bars(rows, here), words("trend.delta"))
    with right:
        section(words("trend.shares"), words("trend.shares_note"))
        draw(share_lines(rows, here), words("trend.shares"))
    role_lines(here, rows)
    section(words("trend.table"))
    take_along(here, "trend")
    numbers(here, rows)
    how(here, "trend")


page()
