"""Roles: how scores are spread, side by side, for the composite or one competency."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices, titles
from dashboards.ask import Row
from dashboards.charts.spread import density, ranges
from dashboards.frame import (
    Visit,
    basis,
    draw,
    go,
    head,
    how,
    in_columns,
    nothing_chosen,
    section,
    seen,
    visit,
)
from dashboards.number_tables import numbers_right
from dashboards.taken_along import take_along

# One or two roles have half of the width each.
COLUMNS, FEW = 4, 2
STATISTICS = (
    "n",
    "mean",
    "interval",
    "sd",
    "min",
    "p10",
    "p25",
    "p50",
    "p75",
    "p90",
    "max",
    "share_80",
    "top10_cutoff",
)


def measure(page: Visit) -> str:
    """The composite or a competency."""
    words = page.words
    names = {"composite": words("roles.composite")} | {
        row["id"]: row["name"] for row in page.ask.rows("competencies")
    }
    chosen = choices.get("competency", "composite")
    st.session_state["own_competency"] = chosen if chosen in names else "composite"
    picked = st.selectbox(
        words("roles.measure"),
        list(names),
        format_func=lambda key: names[key],
        key="own_competency",
        on_change=lambda: choices.put("competency", st.session_state["own_competency"], "composite"),
        width=320,
    )
    return str(picked)


def statistics(page: Visit, rows: list[Row]) -> None:
    """The summaries as a table."""
    words, formats = page.words, page.formats

    def cell(row: Row, name: str) -> str:
        if name == "n":
            return formats.count(row["n"])
        if name == "interval":
            return formats.interval(row["ci_low"], row["ci_high"], formats.score)
        if name == "share_80":
            return formats.percent(row[name])
        return formats.score(row[name])

    shown = pd.DataFrame(
        {
            words("column.role"): [row["role_name"] for row in rows],
            **{words(f"statistic.{name}"): [cell(row, name) for row in rows] for name in STATISTICS},
        }
    )
    numbers = numbers_right(shown.columns[1:])
    st.dataframe(shown, hide_index=True, row_height=36, column_config=numbers)


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, ask = here.words, here.ask
    top = st.container()
    competency = measure(here)
    name = next(
        (row["name"] for row in ask.rows("competencies") if row["id"] == competency), words("roles.composite")
    )
    rows = seen(here, ask.rows("summaries", competency=competency), "n")
    if not rows:
        with top:
            head(words("nothing.title"), basis(here, 0))
        nothing_chosen(here, words("nothing.scored"))
        how(here, "roles")
        return
    with top:
        head(here.scoped(titles.roles(here, rows, name)), basis(here, None))
    section(words("roles.ranges"), words("roles.ranges_note"))
    draw(ranges(rows, here), words("roles.ranges"))
    go(words("roles.people"), "results")
    section(words("roles.spread"), words("overview.spread_note"))
    bins: dict[str, list[Row]] = {}
    for row in ask.rows("distributions", competency=competency):
        if row["n"] is not None:
            bins.setdefault(row["role_id"], []).append(row)
    drawn = [row for row in rows if row["role_id"] in bins]
    for summary, place in in_columns(drawn, COLUMNS if len(drawn) > FEW else FEW):
        with place:
            told = words("chart.of_role", title=words("roles.spread"), role=summary["role_name"])
            draw(density(bins[summary["role_id"]], summary, here), told)
    section(words("roles.table"))
    take_along(here, "roles", {"competency": competency})
    statistics(here, rows)
    how(here, "roles")


page()
