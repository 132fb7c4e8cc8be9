"""Where people drop: one bar a step, with the number and the rate from the step before."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit

# A label inside a bar that is shorter than this share of the longest stands beside it.
SHORT = 0.45


def funnel(steps: Sequence[Row], page: Visit) -> Drawing:
    """`steps`: `name`, `n` and `rate` (share of the step before, None for the first), in their order."""
    colours, formats, words = page.colours, page.formats, page.words
    longest = max(step["n"] for step in steps) or 1
    values = [
        {
            "name": step["name"],
            "n": step["n"],
            "people": formats.count(step["n"]),
            "rate": "" if step["rate"] is None else formats.percent(step["rate"]),
            "written": words("funnel.step", n=formats.count(step["n"]))
            if step["rate"] is None
            else words("funnel.step_rate", n=formats.count(step["n"]), rate=formats.percent(step["rate"])),
            "is_short": step["n"] < SHORT * longest,
        }
        for step in steps
    ]
    order = [value["name"] for value in values]
    base = chart_of(values).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=150)),
        tooltip=[
            alt.Tooltip("name:N", title=words("funnel.title")),
            alt.Tooltip("people:N", title=words("funnel.people")),
            alt.Tooltip("rate:N", title=words("funnel.rate")),
        ],
    )
    x = alt.X("n:Q", title=None, axis=None, scale=alt.Scale(domain=[0, longest]))
    bars = base.mark_bar(size=26, color=colours.accent, cornerRadiusEnd=3).encode(x=x)
    inside = (
        base.transform_filter("!datum.is_short")
        .mark_text(align="right", dx=-8, fontSize=12, color=colours.surface)
        .encode(x=x, text="written:N")
    )
    beside = (
        base.transform_filter("datum.is_short")
        .mark_text(align="left", dx=8, fontSize=12, color=colours.ink)
        .encode(x=x, text="written:N")
    )
    return alt.layer(bars, inside, beside).properties(height=alt.Step(38))
