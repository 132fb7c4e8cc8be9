"""From one mean to the next in steps that add up: what moved it, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit


@dataclass(frozen=True)
class Step:
    """A part of the change, in points, with what it rests on in words."""

    name: str
    points: float
    basis: str


def steps(parts: Sequence[Step], page: Visit, before: tuple[str, float], after: tuple[str, float]) -> Drawing:
    """A waterfall on its side: the mean before, each part from where the last one ended, the mean after."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [_total(page, *before)]
    at = before[1]
    for part in parts:
        values.append(
            {
                "name": part.name,
                "from": at,
                "to": at + part.points,
                "end": max(at, at + part.points),
                "written": formats.signed(part.points),
                "basis": part.basis,
                "colour": colours.accent if part.points >= 0 else colours.contrast,
            }
        )
        at += part.points
    values.append(_total(page, *after))
    low = min(min(value["from"], value["to"]) for value in values)
    high = max(value["end"] for value in values)
    room = max(high - low, 0.5)
    x = alt.X(
        "from:Q",
        title=words("trend.steps_axis"),
        scale=alt.Scale(domain=[low - 0.15 * room, high + 0.25 * room], nice=False, zero=False),
        axis=alt.Axis(tickCount=5),
    )
    # told whole: each layer draws some of the rows
    order = [value["name"] for value in values]
    base = chart_of(values).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=190)),
        tooltip=[
            alt.Tooltip("name:N", title=words("trend.step")),
            alt.Tooltip("written:N", title=words("trend.step_points")),
            alt.Tooltip("basis:N", title=words("chart.interviews")),
        ],
    )
    bars = (
        base.transform_filter("datum.from !== datum.to")
        .mark_bar(size=18, cornerRadius=2)
        .encode(x=x, x2="to:Q", color=alt.Color("colour:N", scale=None))
    )
    # a mean is a place on the axis, not an amount
    means = (
        base.transform_filter("datum.from === datum.to && datum.colour === null")
        .mark_point(shape="diamond", size=120, filled=True, opacity=1, color=colours.ink)
        .encode(x=x)
    )
    labels = base.mark_text(align="left", dx=9, fontSize=12, fontWeight=600, color=colours.ink).encode(
        x=alt.X("end:Q"), text="written:N"
    )
    return alt.layer(bars, means, labels).properties(height=alt.Step(30))


def _total(page: Visit, quarter: str, mean: float) -> Row:
    return {
        "name": quarter,
        "from": mean,
        "to": mean,
        "end": mean,
        "written": page.formats.score(mean),
        "basis": page.words("format.none"),
        "colour": None,
    }
