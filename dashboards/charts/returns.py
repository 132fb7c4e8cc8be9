"""Who came back: first and next score as slopes, and the mean gain of each group with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Align, Drawing, chart_of
from dashboards.charts.intervals import OF_A_DIFFERENCE, intervals
from dashboards.frame import Visit

HEIGHT = 300


def slopes(pairs: Sequence[Row], mean: Row, page: Visit, domain: tuple[float, float]) -> Drawing:
    """Each return as a thin line from the first to the next score, the mean as a thick one with its values.

    Blue rises, orange and dashed falls or stays.
    """
    colours, formats, words = page.colours, page.formats, page.words
    names = [words("growth.first"), words("growth.next")]
    lines = [
        {
            "pair": row["first_interview_id"],
            "when": name,
            "score": row[f"{end}_score"],
            "rises": row["gain"] > 0,
            "who": row["name"] or row["candidate_id"],
            "role": row["role_name"],
            "from_to": f"{formats.score(row['first_score'])} → {formats.score(row['next_score'])}",
            "gain": formats.signed(row["gain"]),
            "days": formats.count(row["days_between"]),
        }
        for row in pairs
        for name, end in zip(names, ("first", "next"), strict=True)
    ]
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    x = alt.X(
        "when:N",
        sort=names,
        title=None,
        scale=alt.Scale(domain=names, padding=0.5),
        axis=alt.Axis(labelAngle=0, labelColor=colours.ink),
    )
    y = alt.Y("score:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5))
    base = chart_of(lines).encode(x=x, y=y, detail="pair:N")
    rising = alt.condition("datum.rises", alt.value(colours.accent), alt.value(colours.contrast))
    thin = base.mark_line(strokeWidth=1.2, opacity=0.5).encode(
        color=rising, strokeDash=alt.condition("datum.rises", alt.value([1, 0]), alt.value([4, 3]))
    )
    ends = base.mark_point(filled=True, size=34, opacity=0.8).encode(
        color=rising,
        tooltip=[
            alt.Tooltip("who:N", title=words("chart.candidate")),
            alt.Tooltip("role:N", title=words("chart.role")),
            alt.Tooltip("from_to:N", title=words("chart.score")),
            alt.Tooltip("gain:N", title=words("column.gain")),
            alt.Tooltip("days:N", title=words("column.days_between")),
        ],
    )
    return alt.layer(thin, ends, *_mean(mean, page, names, x, y)).properties(height=HEIGHT)


def _mean(mean: Row, page: Visit, names: Sequence[str], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    values = [
        {"when": name, "score": mean[f"mean_{end}"], "text": page.formats.score(mean[f"mean_{end}"])}
        for name, end in zip(names, ("first", "next"), strict=True)
    ]
    base = chart_of(values).encode(x=x, y=y)
    sides: list[tuple[str, Align, int]] = [(names[0], "right", -10), (names[1], "left", 10)]
    return [
        base.mark_line(strokeWidth=4, color=page.colours.ink),
        *(
            base.transform_filter(alt.datum.when == name)
            .mark_text(align=align, dx=dx, fontSize=14, fontWeight=600, color=page.colours.ink)
            .encode(text="text:N")
            for name, align, dx in sides
        ),
    ]


def gains(rows: Sequence[Row], page: Visit) -> Drawing:
    """A group a row: mean gain as a dot, its interval as a line, n beside the name, zero as a rule."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "label": words(
                "growth.gain_label", part=words(f"growth.{row['part']}"), n=formats.count(row["n"])
            ),
            "value": row["gain"],
            "low": row["gain"] if row["low"] is None else row["low"],
            "high": row["gain"] if row["high"] is None else row["high"],
            "written": formats.signed(row["gain"]),
            "interval": formats.interval(row["low"], row["high"], formats.signed),
            "colour": colours.accent,
            "size": 120,
        }
        for row in rows
    ]
    return intervals(
        values,
        page,
        tooltip=[
            alt.Tooltip("label:N", title=words("growth.gains")),
            alt.Tooltip("written:N", title=words("growth.gain")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
        ],
        scale=alt.Scale(nice=True, zero=True, padding=12),
        axis=OF_A_DIFFERENCE,
        step=56,
        has_zero=True,
    )
