"""What became of the grades: a share or a mean a grade as a dot with its interval and n."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.charts.grades import CLICK
from dashboards.charts.intervals import OF_A_SHARE, intervals
from dashboards.frame import Visit

HORIZONS = ("performance_3m", "performance_6m", "performance_12m")


def shares(rows: Sequence[Row], page: Visit, measure: str) -> Drawing:
    """A grade a row: the share as a dot, its interval as a line, n beside the grade. A click selects it."""
    formats, words = page.formats, page.words
    order = list(page.colours.grades)
    values = [
        {
            "grade": row["grade"],
            "value": row["value"],
            "low": row["low"],
            "high": row["high"],
            "written": formats.percent(row["value"]),
            "interval": formats.interval(row["low"], row["high"], formats.percent),
            "colour": page.colours.grades[row["grade"]],
            "size": 130,
            "of": words("outcomes.of", hits=formats.count(row["hits"]), n=formats.count(row["n"])),
            "label": words(
                "outcomes.grade_of",
                grade=row["grade"],
                hits=formats.count(row["hits"]),
                n=formats.count(row["n"]),
            ),
        }
        for row in sorted(rows, key=lambda row: order.index(row["grade"]))
    ]
    return intervals(
        values,
        page,
        tooltip=[
            alt.Tooltip("grade:N", title=words("chart.grade")),
            alt.Tooltip("written:N", title=words(f"outcomes.{measure}")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
            alt.Tooltip("of:N", title=words("outcomes.people")),
        ],
        scale=alt.Scale(domain=[0, 1]),
        axis=OF_A_SHARE,
        step=46,
        click=alt.selection_point(name=CLICK, fields=["grade"]),
    )


def reviews(rows: Sequence[Row], page: Visit) -> Drawing:
    """A grade a row, and in it the mean review 3, 6 and 12 months after hiring, each with interval and n."""
    colours, formats, words = page.colours, page.formats, page.words
    names = [words(f"outcomes.{measure}") for measure in HORIZONS]
    values = [
        {
            "grade": row["grade"],
            "when": words(f"outcomes.{row['measure']}"),
            "value": row["value"],
            "low": row["value"] if row["low"] is None else row["low"],
            "high": row["value"] if row["high"] is None else row["high"],
            "written": formats.score(row["value"]),
            "interval": formats.interval(row["low"], row["high"], formats.score),
            "n": formats.count(row["n"]),
            "people": words("outcomes.n", n=formats.count(row["n"])),
        }
        for row in rows
    ]
    base = chart_of(values).encode(
        y=_grades(page, values),
        yOffset=alt.YOffset("when:N", sort=names),
        color=alt.Color(
            "when:N",
            sort=names,
            scale=alt.Scale(domain=names, range=[colours.muted, colours.contrast, colours.accent]),
            legend=alt.Legend(orient="top", direction="horizontal"),
        ),
        tooltip=[
            alt.Tooltip("grade:N", title=words("chart.grade")),
            alt.Tooltip("when:N", title=words("outcomes.when")),
            alt.Tooltip("written:N", title=words("outcomes.mean_review")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
            alt.Tooltip("n:N", title=words("outcomes.people")),
        ],
    )
    scale = alt.Scale(zero=False, nice=True, padding=44)
    line = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=alt.Axis(grid=True, tickCount=6)), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("value:Q", title=None, scale=scale),
        shape=alt.Shape("when:N", sort=names, scale=alt.Scale(domain=names), legend=None),
    )
    people = base.mark_text(align="right", dx=-2, fontSize=11).encode(
        x=alt.value("width"), text="people:N", color=alt.value(colours.muted)
    )
    return alt.layer(line, dot, people).properties(height=alt.Step(20))


def _grades(page: Visit, values: Sequence[Row]) -> alt.Y:
    present = {value["grade"] for value in values}
    order = [grade for grade in page.colours.grades if grade in present]
    axis = alt.Axis(labelColor=page.colours.ink, labelPadding=14, labelLimit=140)
    return alt.Y("grade:N", sort=order, title=None, axis=axis)
