"""Quarters: the mean with its band, the change with its interval, the shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit

BAND = 0.28
# A zero has no sign.
SIGNED = "datum.value === 0 ? '0' : format(datum.value, '+~g')"


def mean_line(rows: Sequence[Row], page: Visit, height: int = 250) -> Drawing:
    """Mean a quarter with its 95 % band, the value above it and n below."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "quarter": formats.quarter_short(row["quarter"]),
            "mean": row["mean"],
            "low": row["ci_low"] if row["ci_low"] is not None else row["mean"],
            "high": row["ci_high"] if row["ci_high"] is not None else row["mean"],
            "value": formats.score(row["mean"]),
            "n": words("chart.n", n=formats.count(row["n"])),
            "interval": page.formats.interval(row["ci_low"], row["ci_high"], page.formats.score),
            "size": 110 if row["is_chosen"] else 45,
        }
        for row in rows
    ]
    base = chart_of(values).encode(
        x=alt.X("quarter:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    )
    score = alt.Scale(zero=False, nice=True, padding=26)
    tooltip = [
        alt.Tooltip("quarter:N", title=words("chart.quarter")),
        alt.Tooltip("value:N", title=words("chart.mean")),
        alt.Tooltip("interval:N", title=words("chart.interval")),
        alt.Tooltip("n:N", title=words("chart.interviews")),
    ]
    y = alt.Y("mean:Q", title=None, scale=score, axis=alt.Axis(tickCount=5))
    band = base.mark_area(color=colours.accent, opacity=BAND / 2).encode(
        y=alt.Y("low:Q", title=None, scale=score), y2="high:Q"
    )
    line = base.mark_line(color=colours.accent, strokeWidth=2.5).encode(y=y)
    points = base.mark_point(color=colours.accent, opacity=1).encode(
        y=y, size=alt.Size("size:Q", scale=None), tooltip=tooltip
    )
    high, low = (alt.Y(f"{end}:Q", scale=score, title=None) for end in ("high", "low"))
    labels: list[alt.Chart] = []
    # A halo in the ground's colour keeps numbers readable where a steep line passes behind them.
    edge: dict[str, Any] = {"stroke": colours.surface, "strokeWidth": 4, "strokeJoin": "round"}
    for halo in (edge, {}):
        labels += [
            base.mark_text(dy=-11, fontWeight=600, fontSize=13, color=colours.ink, **halo).encode(
                y=high, text="value:N"
            ),
            base.mark_text(dy=13, fontSize=11, color=colours.muted, **halo).encode(y=low, text="n:N"),
        ]
    return alt.layer(band, line, *labels[:2], points, *labels[2:]).properties(height=height)


def role_line(
    rows: Sequence[Row], everyone: Sequence[Row], page: Visit, domain: tuple[float, float]
) -> Drawing:
    """One role's quarters over the total of the choice in grey; small, so the last value alone is written."""
    colours, formats, words = page.colours, page.formats, page.words
    quarters = [formats.quarter_short(row["quarter"]) for row in everyone]
    values = [_point(row, page) for row in rows]
    x = alt.X(
        "quarter:O",
        title=None,
        sort=quarters,
        scale=alt.Scale(domain=quarters),
        axis=alt.Axis(labelAngle=0, labelOverlap=True),
    )
    scale = alt.Scale(domain=list(domain), clamp=True)
    axis = alt.Axis(tickCount=3)
    behind = (
        chart_of([_point(row, page) for row in everyone])
        .mark_line(color=colours.muted, strokeWidth=1.2, strokeDash=[3, 3], opacity=0.8)
        .encode(x=x, y=alt.Y("mean:Q", title=None, scale=scale, axis=axis))
    )
    base = chart_of(values).encode(x=x)
    band = base.mark_area(color=colours.accent, opacity=BAND / 2).encode(
        y=alt.Y("low:Q", title=None, scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=colours.accent, strokeWidth=2).encode(
        y=alt.Y("mean:Q", title=None, scale=scale)
    )
    points = base.mark_point(color=colours.accent, size=28, opacity=1).encode(
        y=alt.Y("mean:Q", title=None, scale=scale),
        tooltip=[
            alt.Tooltip("quarter:N", title=words("chart.quarter")),
            alt.Tooltip("value:N", title=words("chart.mean")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
            alt.Tooltip("n:N", title=words("chart.interviews")),
        ],
    )
    last = rows[-1]
    subtitle = words(
        "trend.role_now",
        value=formats.score(last["mean"]),
        n=formats.count(last["n"]),
        quarter=formats.quarter_short(last["quarter"]),
    )
    return alt.layer(behind, band, line, points).properties(
        height=190, title=alt.TitleParams(last["role_name"], subtitle=subtitle)
    )


def delta_bars(rows: Sequence[Row], page: Visit) -> Drawing:
    """Change against the quarter before with its 95 % interval; what crosses zero is no clear change."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "quarter": formats.quarter_short(row["quarter"]),
            "delta": row["delta_mean"],
            "low": row["delta_ci_low"],
            "high": row["delta_ci_high"],
            "value": formats.signed(row["delta_mean"]),
            "clear": words("chart.clear" if row["is_higher"] or row["is_lower"] else "chart.unclear"),
            "interval": page.formats.interval(row["delta_ci_low"], row["delta_ci_high"], page.formats.signed),
        }
        for row in rows
        if row["delta_mean"] is not None
    ]
    base = chart_of(values).encode(
        x=alt.X("quarter:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    )
    kinds = [words("chart.clear"), words("chart.unclear")]
    colour = alt.Color(
        "clear:N", scale=alt.Scale(domain=kinds, range=[colours.accent, colours.muted]), title=None
    )
    shape = alt.Shape("clear:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), title=None)
    scale = alt.Scale(nice=True, padding=14)
    zero = chart_of([{"zero": 0}]).mark_rule(color=colours.ink, strokeWidth=1).encode(y="zero:Q")
    whisker = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y("low:Q", title=None, scale=scale), y2="high:Q", color=colour
    )
    dot = base.mark_point(size=90, opacity=1).encode(
        y=alt.Y("delta:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5, labelExpr=SIGNED)),
        color=colour,
        shape=shape,
        tooltip=[
            alt.Tooltip("quarter:N", title=words("chart.quarter")),
            alt.Tooltip("value:N", title=words("chart.delta")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
        ],
    )
    # Labels stand on the far side of zero, so that the zero line never crosses them.
    labels = [
        base.transform_filter(f"datum.delta {test} 0")
        .mark_text(align="left", dx=9, dy=shift, fontWeight=600, color=colours.ink)
        .encode(y="delta:Q", text="value:N")
        for test, shift in ((">=", -9), ("<", 9))
    ]
    return alt.layer(zero, whisker, dot, *labels).properties(height=260)


def share_lines(rows: Sequence[Row], page: Visit) -> Drawing:
    """Pass rate and share of 80 and more; told apart by dash as well as by colour."""
    colours, formats, words = page.colours, page.formats, page.words
    names = {"pass_rate": words("trend.pass_rate"), "share_80": words("trend.share_80")}
    values = [
        {
            "quarter": formats.quarter_short(row["quarter"]),
            "series": names[field],
            "share": row[field],
            "value": formats.percent(row[field]),
        }
        for row in rows
        for field in names
    ]
    order = list(names.values())
    base = chart_of(values).encode(
        x=alt.X("quarter:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y(
            "share:Q",
            title=None,
            # Above 100 % is room for the number of a point that stands there.
            scale=alt.Scale(domain=[0, 1.1], nice=False),
            axis=alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
        ),
        color=alt.Color(
            "series:N",
            title=None,
            scale=alt.Scale(domain=order, range=[colours.accent, colours.said]),
            legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=3),
        ),
    )
    line = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash(
            "series:N", title=None, scale=alt.Scale(domain=order, range=[[1, 0], [5, 3]])
        )
    )
    points = base.mark_point(size=50, opacity=1).encode(
        tooltip=[
            alt.Tooltip("quarter:N", title=words("chart.quarter")),
            alt.Tooltip("series:N", title=words("chart.series")),
            alt.Tooltip("value:N", title=words("chart.share")),
        ]
    )
    labels = base.mark_text(dy=-12, fontWeight=600).encode(text="value:N")
    return alt.layer(line, points, labels).properties(height=260)


def _point(row: Row, page: Visit) -> Row:
    mean = row["mean"]
    return {
        "quarter": page.formats.quarter_short(row["quarter"]),
        "mean": mean,
        "low": mean if row["ci_low"] is None else row["ci_low"],
        "high": mean if row["ci_high"] is None else row["ci_high"],
        "value": page.formats.score(mean),
        "interval": page.formats.interval(row["ci_low"], row["ci_high"], page.formats.score),
        "n": page.formats.count(row["n"]),
    }
