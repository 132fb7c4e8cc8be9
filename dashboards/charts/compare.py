"""Up to five people side by side: a competency a group of lanes, a person a lane, against the requirement."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Align, Drawing, chart_of
from dashboards.frame import Visit

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
# The same shapes as letters, for headings and tables.
SIGNS = ("●", "■", "▲", "◆", "✚")
LANE = 15
STEP = 10


def lanes(rows: Sequence[Row], people: Sequence[str], page: Visit, places: Sequence[int]) -> Drawing:
    """A score is a shape, the requirement a tick, the gap the line between them.

    `people`: the names in the order of the lanes, `places`: which of the five colours and shapes each has;
    `rows`: a competency of a person each, `column` is its place in `people`.
    """
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "competency": row["competency"],
            "who": people[row["column"]],
            "score": row["score"],
            "requirement": row["requirement"],
            "text": words("radar.absent") if row["score"] is None else formats.score(row["score"]),
            "needs": formats.score(row["requirement"]),
            "gap": words("format.none") if row["gap"] is None else formats.signed(row["gap"]),
            "role": row["role_name"],
            "below": row["gap"] is not None and row["gap"] < 0,
        }
        for row in rows
    ]
    order = list(dict.fromkeys(value["competency"] for value in values))
    names = list(people)
    n = len(names)
    scale = alt.Scale(domain=[_start(values), 100], nice=False)
    x = alt.X("score:Q", title=None, scale=scale, axis=alt.Axis(tickCount=6, grid=True))
    legend = alt.Legend(orient="top", direction="horizontal", columns=3, symbolOpacity=1, symbolSize=110)
    colour = alt.Color(
        "who:N",
        title=None,
        sort=names,
        scale=alt.Scale(domain=names, range=[colours.people[place] for place in places]),
        legend=legend,
    )
    base = chart_of(values).encode(
        y=alt.Y(
            "competency:N",
            sort=order,
            title=None,
            scale=alt.Scale(paddingInner=0.28, paddingOuter=0.1),
            axis=alt.Axis(
                labelColor=colours.ink, labelLimit=130, labelFontSize=13, grid=True, tickBand="extent"
            ),
        ),
        yOffset=alt.YOffset("who:N", sort=names, scale=alt.Scale(domain=names)),
        tooltip=[
            alt.Tooltip("who:N", title=words("compare.person")),
            alt.Tooltip("competency:N", title=words("chart.competency")),
            alt.Tooltip("text:N", title=words("column.skill")),
            alt.Tooltip("needs:N", title=words("column.requirement")),
            alt.Tooltip("gap:N", title=words("column.gap")),
            alt.Tooltip("role:N", title=words("chart.role")),
        ],
    )
    gap = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        x=alt.X("requirement:Q", title=None, scale=scale), x2="score:Q", color=colour
    )
    tick = base.mark_tick(thickness=2.5, size=LANE - 2, color=colours.muted, opacity=1).encode(
        x=alt.X("requirement:Q", title=None, scale=scale)
    )
    shape = base.mark_point(filled=True, size=85, opacity=1).encode(
        x=x,
        color=colour,
        shape=alt.Shape(
            "who:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=[SHAPES[place] for place in places]),
            legend=legend,
        ),
    )
    # A number stands on the side that the line does not come from.
    sides: list[tuple[bool, Align, int]] = [(False, "left", 9), (True, "right", -9)]
    texts = [
        base.transform_filter(alt.datum.below == below)
        .mark_text(align=align, dx=dx, fontSize=11, color=colours.ink)
        .encode(x=alt.X("score:Q", title=None, scale=scale), text="text:N")
        for below, align, dx in sides
    ]
    height = max(3, n) * LANE * len(order) * 1.32
    return alt.layer(gap, tick, shape, *texts).properties(height=height)


def _start(values: Sequence[Row]) -> float:
    """Where the axis begins: below the lowest number, at a full step, since dots need no zero."""
    known = [value[field] for value in values for field in ("score", "requirement")]
    lowest = min((number for number in known if number is not None), default=0)
    return max(0, (lowest - STEP / 2) // STEP * STEP)
