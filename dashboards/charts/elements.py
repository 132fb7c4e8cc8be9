"""The criteria of one answer: what each was worth, and how much of it was earned."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit


def elements(parts: Sequence[Row], page: Visit) -> Drawing:
    """A bar a criterion, as long as it was worth; the earned part is filled, the numbers stand behind it."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "place": str(place),
            "name": part["criterion"].name,
            "competency": part["criterion"].competency or words("format.none"),
            "points": part["points"],
            "points_of": part["points_of"],
            "written": words(
                "elements.of", points=formats.score(part["points"]), most=formats.score(part["points_of"])
            ),
            "lost": formats.score(part["lost"]),
            "met": formats.percent(part["h"]),
            "said": words("format.comma").join(part["said"]) or words("format.none"),
        }
        for place, part in enumerate(parts)
    ]
    names = [value["name"] for value in values]
    base = chart_of(values).encode(
        # by place, since two criteria may share a name
        y=alt.Y(
            "place:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelExpr=f"{json.dumps(names)}[+datum.value]", labelColor=colours.ink, labelLimit=210
            ),
        ),
        tooltip=[
            alt.Tooltip("name:N", title=words("elements.criterion")),
            alt.Tooltip("competency:N", title=words("column.competency")),
            alt.Tooltip("written:N", title=words("elements.points")),
            alt.Tooltip("lost:N", title=words("elements.lost_points")),
            alt.Tooltip("met:N", title=words("elements.met")),
            alt.Tooltip("said:N", title=words("elements.said")),
        ],
    )
    most = max(part["points_of"] for part in parts)
    x = alt.X(
        "points_of:Q",
        title=words("elements.axis"),
        scale=alt.Scale(domain=[0, most * 1.45], nice=False),
        axis=alt.Axis(tickCount=5, grid=False),
    )
    worth = base.mark_bar(size=20, color=colours.soft, cornerRadiusEnd=3).encode(x=x)
    earned = base.mark_bar(size=20, color=colours.accent, cornerRadiusEnd=3).encode(x=alt.X("points:Q"))
    label = base.mark_text(align="left", dx=8, fontSize=12, color=colours.ink).encode(x=x, text="written:N")
    return alt.layer(worth, earned, label).properties(height=alt.Step(34))
