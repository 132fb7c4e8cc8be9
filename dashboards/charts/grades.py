"""Grades as shares: one bar a role or a quarter, S on the left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit

SMALLEST_LABELLED = 0.07
CLICK = "bar"


def grade_colour(page: Visit, legend: bool = True) -> alt.Color:
    """The grade colours of the mode, S to D."""
    grades = page.colours.grades
    return alt.Color(
        "grade:N",
        title=None,
        sort=list(grades),
        scale=alt.Scale(domain=list(grades), range=list(grades.values())),
        legend=alt.Legend(orient="top", direction="horizontal") if legend else None,
    )


def share_bars(
    rows: Sequence[Row], page: Visit, bar: str, label: str, title: str, clickable: bool = False
) -> Drawing:
    """Normalised stacked bars; `bar` names the field that identifies a bar, `label` the one that is written.

    A click on a clickable bar selects it under the name `CLICK`.
    """
    formats, words = page.formats, page.words
    values = [
        {
            "bar": row[bar],
            "label": row[label],
            "grade": row["grade"],
            "rank": row["grade_rank"],
            "share": row["share"],
            # the middle of a segment is a place in the chart
            "middle": row["share_before"] + row["share"] / 2,
            "percent": formats.percent(row["share"]),
            "written": formats.percent(row["share"]) if row["share"] >= SMALLEST_LABELLED else "",
            "people": words("chart.of", n=formats.count(row["n"]), all=formats.count(row["group_n"])),
        }
        for row in rows
    ]
    order = list(dict.fromkeys(value["label"] for value in values))
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelColor=page.colours.ink, labelLimit=170))
    base = chart_of(values).encode(y=y)
    cursor: Literal["pointer", "default"] = "pointer" if clickable else "default"
    bars = base.mark_bar(size=22, stroke=page.colours.surface, strokeWidth=1.5, cursor=cursor).encode(
        x=alt.X(
            "share:Q",
            stack="zero",
            title=None,
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5, grid=False),
        ),
        color=grade_colour(page),
        order=alt.Order("rank:Q", sort="ascending"),
        tooltip=[
            alt.Tooltip("label:N", title=title),
            alt.Tooltip("grade:N", title=words("chart.grade")),
            alt.Tooltip("percent:N", title=words("chart.share")),
            alt.Tooltip("people:N", title=words("chart.interviews")),
        ],
    )
    if clickable:
        bars = bars.add_params(alt.selection_point(name=CLICK, fields=["bar"]))
    ink_on_grade = alt.condition(
        "datum.grade === 'B' || datum.grade === 'C'", alt.value("#1C2B33"), alt.value("#FFFFFF")
    )
    if page.colours.grades["S"] != "#0B3C5D":
        ink_on_grade = alt.condition(
            "datum.grade === 'B' || datum.grade === 'D'", alt.value("#FFFFFF"), alt.value("#11191E")
        )
    text = base.mark_text(fontSize=11, cursor=cursor).encode(
        x=alt.X("middle:Q", scale=alt.Scale(domain=[0, 1])), text="written:N", color=ink_on_grade
    )
    return alt.layer(bars, text).properties(height=alt.Step(30))
