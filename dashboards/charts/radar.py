"""The radar: person, requirement and mean of the cohort in polar coordinates that are computed here."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Align, Drawing, chart_of
from dashboards.frame import Visit

RINGS = (20, 40, 60, 80, 100)
FEWEST = 3
SIZE = 340
LABEL_RADIUS = 114
REACH = 152
# Beside the web there is room for about so many letters a line.
LINE = 13
LINE_HEIGHT = 13


def radar(rows: Sequence[Row], page: Visit) -> Drawing:
    """`rows`: competency, score, requirement, cohort_mean (0–100, null = absent). At least three spokes."""
    colours, words = page.colours, page.words
    names = [words("radar.person"), words("radar.requirement"), words("radar.cohort")]
    fields = ("score", "requirement", "cohort_mean")
    lines = [
        {
            **_at(index, len(rows), row[field]),
            "order": order,
            "series": name,
            "competency": row["competency"],
            "value": page.formats.score(row[field]),
        }
        for name, field in zip(names, fields, strict=True)
        for order, (index, row) in enumerate(_closed(rows))
    ]
    scale = alt.Scale(domain=[-REACH, REACH], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=scale), alt.Y("y:Q", axis=None, scale=scale)
    colour = alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=names, range=[colours.accent, colours.contrast, colours.muted]),
        legend=alt.Legend(
            orient="bottom", symbolType="stroke", symbolStrokeWidth=3, direction="horizontal", columns=3
        ),
    )
    dash = alt.StrokeDash(
        "series:N", title=None, scale=alt.Scale(domain=names, range=[[1, 0], [6, 3], [2, 3]])
    )
    base = chart_of(lines).encode(x=x, y=y, order="order:Q")
    fill = base.transform_filter(alt.datum.series == names[0]).mark_line(
        fill=colours.accent, fillOpacity=0.14, strokeWidth=0
    )
    outline = base.mark_line(strokeWidth=2.2).encode(color=colour, strokeDash=dash)
    dots = (
        base.transform_filter(alt.datum.series == names[0])
        .mark_point(size=42, opacity=1, color=colours.accent)
        .encode(
            tooltip=[
                alt.Tooltip("competency:N", title=words("chart.competency")),
                alt.Tooltip("value:N", title=names[0]),
            ]
        )
    )
    return alt.layer(*_web(rows, page, x, y), fill, outline, dots, *_labels(rows, page, x, y)).properties(
        width=SIZE, height=SIZE
    )


def _web(rows: Sequence[Row], page: Visit, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    rings = [
        {**_at(index, len(rows), ring), "order": order, "ring": ring}
        for ring in RINGS
        for order, (index, _) in enumerate(_closed(rows))
    ]
    web = (
        chart_of(rings)
        .mark_line(color=page.colours.grid, strokeWidth=1)
        .encode(x=x, y=y, detail="ring:N", order="order:Q")
    )
    marks = (
        chart_of([{"x": 0, "y": ring, "text": str(ring)} for ring in RINGS[1::2]])
        .mark_text(fontSize=10, color=page.colours.muted, dx=3, dy=-5, align="left")
        .encode(x=x, y=y, text="text:N")
    )
    return [web, marks]


def _labels(rows: Sequence[Row], page: Visit, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    charts = []
    for index, row in enumerate(rows):
        place = _at(index, len(rows), LABEL_RADIUS)
        side = place["x"] or 0
        align: Align = "center" if abs(side) < 10 else ("left" if side > 0 else "right")
        score = page.words("radar.absent") if row["score"] is None else page.formats.score(row["score"])
        name = row["competency"] if align == "center" else _in_lines(row["competency"])
        data = [{**place, "name": name, "score": score}]
        # Above the web and below it the two lines move away from the outermost points.
        shift = 0 if align != "center" else (-8 if (place["y"] or 0) > 0 else 6)
        base = chart_of(data).encode(x=x, y=y)
        charts += [
            base.mark_text(
                fontSize=12,
                align=align,
                color=page.colours.ink,
                lineBreak="\n",
                lineHeight=LINE_HEIGHT,
                dy=shift - 6 - LINE_HEIGHT * name.count("\n"),
            ).encode(text="name:N"),
            base.mark_text(fontSize=11, align=align, color=page.colours.muted, dy=shift + 8).encode(
                text="score:N"
            ),
        ]
    return charts


def _in_lines(name: str) -> str:
    """A long name of several words in two lines."""
    first, space, last = name.rpartition(" ")
    return f"{first}\n{last}" if space and len(name) > LINE else name


def _closed(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """The rows with their places, the first once more at the end."""
    placed = list(enumerate(rows))
    return [*placed, placed[0]]


def _at(index: int, spokes: int, radius: float | None) -> dict[str, float | None]:
    """Where a value lies: the first spoke points up, the others follow clockwise."""
    if radius is None:
        return {"x": None, "y": None}
    angle = 2 * pi * index / spokes
    return {"x": radius * sin(angle), "y": radius * cos(angle)}
