"""The quarantine by reason: one bar a broken rule, what waits left of what is settled."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit

CLICK = "reason"


def reason_bars(rows: Sequence[Row], page: Visit, chosen: str) -> Drawing:
    """Rows of `quarantine_reasons` as bars; a click selects one, `chosen` ('all' or a code) stands out."""
    words, formats, colours = page.words, page.formats, page.colours
    parts = {"open": colours.accent, "released": colours.soft}
    names = {state: words.of("state", state) for state in parts}
    values = [
        {
            "reason": row["code"],
            "label": words.of("code", row["code"]),
            "state": names[state],
            "place": place,
            "n": row[f"{state}_n"],
            "total": row["n"],
            "written": formats.count(row["n"]),
            "files": formats.count(row["files"]),
            "is_faint": chosen not in ("all", row["code"]),
        }
        for row in rows
        for place, state in enumerate(parts)
        if row[f"{state}_n"] > 0
    ]
    base = chart_of(values).encode(
        y=alt.Y(
            "label:N",
            sort=[words.of("code", row["code"]) for row in rows],
            title=None,
            axis=alt.Axis(labelColor=colours.ink, labelLimit=190),
        ),
        opacity=alt.condition("datum.is_faint", alt.value(0.35), alt.value(1)),
    )
    present = [name for name in names.values() if any(value["state"] == name for value in values)]
    bars = (
        base.mark_bar(size=18, cursor="pointer")
        .encode(
            x=alt.X("n:Q", stack="zero", title=None, axis=None),
            color=alt.Color(
                "state:N",
                scale=alt.Scale(domain=list(names.values()), range=list(parts.values())),
                legend=alt.Legend(orient="top", direction="horizontal") if len(present) > 1 else None,
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("label:N", title=words("column.reason")),
                alt.Tooltip("state:N", title=words("column.state")),
                alt.Tooltip("n:Q", title=words("chart.rows"), format=","),
                alt.Tooltip("files:N", title=words("health.figure.files")),
            ],
        )
        .add_params(alt.selection_point(name=CLICK, fields=["reason"]))
    )
    totals = base.mark_text(align="left", dx=6, fontSize=12, cursor="pointer").encode(
        x=alt.X("max(total):Q"), text="written:N", color=alt.value(colours.ink)
    )
    return alt.layer(bars, totals).properties(height=alt.Step(28))
