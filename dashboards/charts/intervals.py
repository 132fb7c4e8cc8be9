"""A row a thing: its value as a dot, its 95 % interval as a line, the value written above the dot."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit

OF_A_SHARE = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=True)
OF_A_DIFFERENCE = alt.Axis(tickCount=6, grid=True)
# A row less high than this has no room for a number above its dot.
ROOM = 30


def intervals(
    values: Sequence[Row],
    page: Visit,
    *,
    tooltip: Sequence[alt.Tooltip],
    scale: alt.Scale,
    axis: alt.Axis,
    step: int,
    label_limit: int = 190,
    has_zero: bool = False,
    click: alt.Parameter | None = None,
) -> Drawing:
    """`values`: label, value, low, high, written, colour, size (area of the dot in px²) a row, from the top.

    `has_zero` marks zero: an interval of differences across it shows nothing clear. A click on a dot selects
    by `click`.
    """
    colours = page.colours

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, scale=scale, axis=axis)

    # Room for the half of a dot that stands on the lowest value.
    names = alt.Axis(labelColor=colours.ink, labelLimit=label_limit, labelPadding=10)
    base = chart_of(values).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=names),
        color=alt.Color("colour:N", scale=None),
        tooltip=list(tooltip),
    )
    line = base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=across("low"), x2="high:Q")
    dot = base.mark_point(filled=True, opacity=1, cursor="pointer" if click else "default").encode(
        x=across("value"), size=alt.Size("size:Q", scale=None)
    )
    if click:
        dot = dot.add_params(click)
    layers: list[alt.Chart] = [line, dot]
    if has_zero:
        zero = chart_of([{"at": 0}]).mark_rule(color=colours.ink, strokeDash=[4, 3])
        layers.insert(0, zero.encode(x=across("at")))
    if step >= ROOM:
        text = base.mark_text(dy=-12, fontSize=12).encode(
            x=across("value"), text="written:N", color=alt.value(colours.ink)
        )
        layers.append(text)
    return alt.layer(*layers).properties(height=alt.Step(step))
