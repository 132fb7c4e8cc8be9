"""Days from a promotion request to its decision: how they are spread, and quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit


def cycles(rows: Sequence[Row], page: Visit) -> Drawing:
    """Days from request to decision in bins, with median and 90th percentile as labelled lines."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "start": row["bin_start"] + 0.1,
            "end": row["bin_end"] - 0.1,
            "middle": (row["bin_start"] + row["bin_end"]) / 2,
            "floor": 0,
            "n": row["n"],
            "days": words("internal.half_of", low=row["bin_start"], high=row["bin_end"] - 1),
            "written": formats.count(row["n"]),
        }
        for row in rows
    ]
    first = rows[0]
    highest = max(value["n"] for value in values)
    edges = [row["bin_start"] for row in rows] + [rows[-1]["bin_end"]]
    x = alt.X(
        "start:Q",
        title=words("internal.cycle_axis"),
        scale=alt.Scale(domain=[edges[0], edges[-1]], nice=False),
        axis=alt.Axis(values=edges, labelOverlap=True),
    )
    y = alt.Y("n:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.55 * highest]))
    base = chart_of(values).encode(
        tooltip=[
            alt.Tooltip("days:N", title=words("internal.cycle_axis")),
            alt.Tooltip("written:N", title=words("internal.requests_n")),
        ]
    )
    bars = base.mark_rect(color=colours.soft).encode(x=x, x2="end:Q", y=y, y2="floor:Q")
    text = base.mark_text(dy=-8, fontSize=12).encode(x=alt.X("middle:Q", title=None), y=y, text="written:N")
    layers: list[alt.Chart] = [bars, text]
    for place, (field, key, colour) in enumerate(
        (("middle", "internal.median_at", colours.ink), ("p90", "internal.p90_at", colours.said))
    ):
        line = chart_of([{"at": first[field], "text": words(key, days=plain_days(first[field]))}]).encode(
            x=alt.X("at:Q", title=None)
        )
        top = 4 + 17 * place
        layers.append(line.mark_rule(color=colour).encode(y=alt.value(top), y2=alt.value("height")))
        layers.append(
            line.mark_text(align="right", dx=-5, baseline="middle", fontSize=12, color=colour).encode(
                y=alt.value(top), text="text:N"
            )
        )
    return alt.layer(*layers).properties(height=240)


def quarters(rows: Sequence[Row], page: Visit) -> Drawing:
    """The median a quarter as a line, the middle half as a rule, requests below."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "quarter": formats.quarter_short(row["quarter"]),
            "middle": row["middle"],
            "p25": row["p25"],
            "p75": row["p75"],
            "written": plain_days(row["middle"]),
            "half": words("internal.half_of", low=plain_days(row["p25"]), high=plain_days(row["p75"])),
            "n": words("internal.n", n=formats.count(row["n"])),
        }
        for row in rows
    ]
    base = chart_of(values).encode(
        x=alt.X("quarter:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        tooltip=[
            alt.Tooltip("quarter:N", title=words("chart.quarter")),
            alt.Tooltip("written:N", title=words("chart.median")),
            alt.Tooltip("half:N", title=words("internal.half")),
            alt.Tooltip("n:N", title=words("internal.requests_n")),
        ],
    )
    top = max(value["p75"] for value in values)
    y = alt.Y("middle:Q", title=None, axis=alt.Axis(tickCount=5), scale=alt.Scale(domain=[0, 1.15 * top]))
    half = base.mark_rule(strokeWidth=8, opacity=0.22, color=colours.accent).encode(
        y=alt.Y("p25:Q", title=None), y2="p75:Q"
    )
    line = base.mark_line().encode(y=y)
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(y=y)
    text = base.mark_text(dy=-13, dx=12, fontSize=12).encode(y=y, text="written:N")
    people = base.mark_text(dy=-8, fontSize=11, color=colours.muted).encode(y=alt.value("height"), text="n:N")
    return alt.layer(half, line, dots, text, people).properties(height=240)


def plain_days(days: float) -> str:
    """Days with at most one decimal: medians of few requests fall on halves."""
    return f"{round(days, 1):g}"
