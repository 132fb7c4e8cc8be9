"""Roles: how scores are spread, side by side, for the composite or one competency."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.spread import density, ranges
from dashboards.frame import Visit, basis, draw, go, head, how, in_columns, nothing, section, seen, visit
from dashboards.number_tables import numbers_right

COLUMNS = 4
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


def title(page: Visit, rows: list[Row], name: str) -> str:
    """Who is highest and who is lowest, or the one role's place."""
    words, formats = page.words, page.formats
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return words(
            "roles.title_one",
            measure=name,
            role=first["role_name"],
            mean=formats.score(first["mean"]),
            share=formats.percent(first["share_80"]),
        )
    if first["ci_low"] is None or last["ci_high"] is None or first["ci_low"] <= last["ci_high"]:
        low, high = formats.score(last["mean"]), formats.score(first["mean"])
        return words("roles.title_close", measure=name, low=low, high=high)
    return words(
        "roles.title",
        measure=name,
        first=first["role_name"],
        high=formats.score(first["mean"]),
        last=last["role_name"],
        low=formats.score(last["mean"]),
    )


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
        nothing(words("nothing.scored"), words("nothing.advice"))
        how(here, "roles")
        return
    with top:
        head(here.scoped(title(here, rows, name)), basis(here, None))
    section(words("roles.ranges"), words("roles.ranges_note"))
    draw(ranges(rows, here), words("roles.ranges"))
    go(words("roles.people"), "results")
    section(words("roles.spread"), words("overview.spread_note"))
    bins: dict[str, list[Row]] = {}
    for row in ask.rows("distributions", competency=competency):
        if row["n"] is not None:
            bins.setdefault(row["role_id"], []).append(row)
    for summary, place in in_columns([row for row in rows if row["role_id"] in bins], COLUMNS):
        with place:
            draw(density(bins[summary["role_id"]], summary, here), words("roles.spread"))
    section(words("roles.table"))
    statistics(here, rows)
    how(here, "roles")


page()
