"""Pay: the bands of the grades, what lies between them, offers as dots, one person as a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.charts.grades import grade_colour
from dashboards.frame import Visit

# A row without a band below the others, where the person's offer is written.
OFFER_ROW = " "
# Room above the bands for the names of gaps.
TOP = 24


def bands(rows: Sequence[Row], offers: Sequence[Row], page: Visit, chosen: str | None = None) -> Drawing:
    """One bar a band; gaps and overlaps are named. `chosen` is the person's grade: the others step back."""
    colours, formats, words = page.colours, page.formats, page.words
    paid = [row for row in rows if not row["has_no_band"]]
    unit = 10_000 if words.language == "zh" else 1_000
    order = [row["grade"] for row in paid] + ([] if chosen is None else [OFFER_ROW])
    values = [
        {
            "grade": row["grade"],
            "low": row["pay_min"] / unit,
            "high": row["pay_max"] / unit,
            "range": formats.pay_range(row["pay_min"], row["pay_max"]),
            "opacity": 1.0 if chosen in (None, row["grade"]) else 0.35,
        }
        for row in paid
    ]
    x = _x(page, unit)
    y = alt.Y(
        "grade:N",
        sort=order,
        scale=alt.Scale(domain=order),
        title=None,
        axis=alt.Axis(labelColor=colours.ink, labelFontSize=13, labelFontWeight=600),
    )
    base = chart_of(values).encode(y=y)
    bars = base.mark_bar(size=18, cornerRadius=5).encode(
        x=x("low"),
        x2="high:Q",
        color=grade_colour(page, legend=False),
        opacity=alt.Opacity("opacity:Q", scale=None),
        tooltip=[
            alt.Tooltip("grade:N", title=words("chart.grade")),
            alt.Tooltip("range:N", title=words("chart.band")),
        ],
    )
    layers: list[Any] = [*_between(paid, page, x, unit), bars]
    if chosen is None:
        layers += _dots(offers, page, x, y, unit)
    else:
        layers += _person(offers, page, x, y, unit)
    drawn: alt.LayerChart = alt.layer(*layers).resolve_scale(color="independent")
    return drawn.properties(height=alt.Step(64 if chosen is None else 38), padding={"top": TOP})


def _x(page: Visit, unit: int) -> Any:
    title = page.words("chart.pay_axis")
    return lambda field: alt.X(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(zero=False, nice=False, padding=18),
        axis=alt.Axis(tickCount=8, grid=False, format=".1f" if unit == 10_000 else ".0f"),
    )


def _between(paid: Sequence[Row], page: Visit, x: Any, unit: int) -> list[alt.Chart]:
    spaces = [
        {
            "low": min(row["below_max"], row["pay_min"]) / unit,
            "high": max(row["below_max"], row["pay_min"]) / unit,
            "text": page.words(
                "pay.gap_label" if row["has_gap"] else "pay.overlap_label",
                range=page.formats.pay_range(
                    min(row["below_max"], row["pay_min"]), max(row["below_max"], row["pay_min"])
                ),
            ),
            "middle": (row["below_max"] + row["pay_min"]) / 2 / unit,
        }
        for row in paid
        if row["has_gap"] or row["has_overlap"]
    ]
    base = chart_of(spaces)
    shade = base.mark_rect(color=page.colours.contrast, opacity=0.13).encode(x=x("low"), x2="high:Q")
    label = base.mark_text(
        fontSize=11, color=page.colours.said, baseline="bottom", lineBreak="\n", lineHeight=13, dy=-17
    ).encode(x=x("middle"), y=alt.value(0), text="text:N")
    return [shade, label]


def _dots(offers: Sequence[Row], page: Visit, x: Any, y: alt.Y, unit: int) -> list[alt.Chart]:
    colours, formats, words = page.colours, page.formats, page.words
    kinds = [words("pay.inside"), words("pay.outside")]
    values = [
        {
            "grade": offer["grade"],
            "pay": offer["offer_monthly_salary"] / unit,
            "offset": offer["jitter"],
            "kind": kinds[1] if offer["is_out_of_band"] else kinds[0],
            "who": words("chart.who", name=offer["name"] or offer["interview_id"], role=offer["role_name"]),
            "amount": formats.pay(offer["offer_monthly_salary"]),
            "score": formats.score(offer["composite_score"]),
        }
        for offer in offers
        if offer["pay_min"] is not None
    ]
    # the legend shows the diamond in the colour in which it is drawn
    filled = f"datum.value === {json.dumps(kinds[1])} ? '{colours.contrast}' : '{colours.ink}'"
    legend = alt.Legend(orient="bottom", symbolFillColor=alt.ExprRef(filled), symbolStrokeWidth=0)
    dots = (
        chart_of(values)
        .mark_point(size=55, opacity=0.85, stroke=colours.surface, strokeWidth=0.8)
        .encode(
            y=y,
            yOffset=alt.YOffset("offset:Q", scale=alt.Scale(domain=[-0.6, 1.6])),
            x=x("pay"),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[colours.ink, colours.contrast]),
                legend=None,
            ),
            shape=alt.Shape(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=["circle", "diamond"]),
                legend=legend,
            ),
            tooltip=[
                alt.Tooltip("who:N", title=words("chart.candidate")),
                alt.Tooltip("grade:N", title=words("chart.grade")),
                alt.Tooltip("score:N", title=words("chart.score")),
                alt.Tooltip("amount:N", title=words("chart.offer")),
                alt.Tooltip("kind:N", title=words("chart.band")),
            ],
        )
    )
    return [dots]


def _person(offers: Sequence[Row], page: Visit, x: Any, y: alt.Y, unit: int) -> list[alt.Chart]:
    values = [
        {
            "pay": offer["offer_monthly_salary"] / unit,
            "row": OFFER_ROW,
            "text": page.words("pay.offer_label", amount=page.formats.pay(offer["offer_monthly_salary"])),
        }
        for offer in offers
    ]
    base = chart_of(values).encode(x=x("pay"))
    return [
        base.mark_rule(color=page.colours.ink, strokeWidth=2),
        base.mark_text(align="left", dx=6, fontSize=12, fontWeight=600, color=page.colours.ink).encode(
            y=alt.Y("row:N", title=None), text="text:N"
        ),
    ]
