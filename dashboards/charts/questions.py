"""Questions: how hard against how they are answered, and how the answers to one of them are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Align, Drawing, chart_of
from dashboards.frame import Visit

CLICK = "question"
GAP = 0.04


def quadrants(rows: Sequence[Row], page: Visit, measure: str, middle: Mapping[str, float]) -> Drawing:
    """Difficulty across, `measure` upwards; the medians part four named corners. A click selects one."""
    colours, formats, words = page.colours, page.formats, page.words
    is_share = measure != "duration_vs_expected"
    values = [
        {
            "question_id": row["question_id"],
            "difficulty": row["difficulty"],
            "measure": row[measure],
            "question": row["question"] or row["question_id"],
            "role": row["role_name"] or words("questions.every_role"),
            "hard": formats.percent(row["difficulty"]),
            "written": formats.percent(row[measure]) if is_share else f"{row[measure]:.2f}",
            "n": formats.count(row["n"]),
            "why": words("format.comma").join(words.of("question_reason", one) for one in row["reasons"])
            or words("questions.no_reason"),
            "colour": colours.contrast if row["reasons"] else colours.accent,
            "shape": "diamond" if row["reasons"] else "circle",
        }
        for row in rows
    ]
    x = alt.X(
        "difficulty:Q",
        title=words("questions.difficulty"),
        scale=alt.Scale(zero=False, padding=24),
        axis=alt.Axis(format=".0%", tickCount=6),
    )
    y = alt.Y(
        "measure:Q",
        title=words(f"questions.{measure}"),
        scale=alt.Scale(zero=False, padding=24),
        axis=alt.Axis(format=".0%" if is_share else ".2f", tickCount=5),
    )
    dots = (
        chart_of(values)
        .mark_point(filled=True, size=110, opacity=0.85, cursor="pointer")
        .encode(
            x=x,
            y=y,
            color=alt.Color("colour:N", scale=None),
            shape=alt.Shape("shape:N", scale=None),
            tooltip=[
                alt.Tooltip("question:N", title=words("column.question")),
                alt.Tooltip("role:N", title=words("chart.role")),
                alt.Tooltip("hard:N", title=words("questions.difficulty")),
                alt.Tooltip("written:N", title=words(f"questions.{measure}")),
                alt.Tooltip("n:N", title=words("questions.answers")),
                alt.Tooltip("why:N", title=words("questions.reasons")),
            ],
        )
        .add_params(alt.selection_point(name=CLICK, fields=["question_id"]))
    )
    line = chart_of([dict(middle)])
    across = line.mark_rule(strokeDash=[4, 3]).encode(x=alt.X("difficulty:Q", title=None))
    upwards = line.mark_rule(strokeDash=[4, 3]).encode(y=alt.Y("measure:Q", title=None))
    layers = [across, upwards, *_corners(page, measure), dots]
    return alt.layer(*layers).properties(height=380)


def _corners(page: Visit, measure: str) -> list[alt.Chart]:
    words = page.words
    high, low = words(f"questions.high_{measure}"), words(f"questions.low_{measure}")
    easy, hard = words("questions.easier"), words("questions.harder")
    places: list[tuple[str, str, Align, str, str]] = [
        (easy, high, "left", "start", "top"),
        (hard, high, "right", "end", "top"),
        (easy, low, "left", "start", "bottom"),
        (hard, low, "right", "end", "bottom"),
    ]
    found: list[alt.Chart] = []
    for name, measured, align, side, edge in places:
        found.append(
            chart_of([{"text": words("questions.corner", difficulty=name, measure=measured)}])
            .mark_text(
                align=align,
                dx=6 if side == "start" else -6,
                dy=10 if edge == "top" else -10,
                fontSize=12,
                color=page.colours.muted,
            )
            .encode(
                text="text:N",
                x=alt.value(0 if side == "start" else "width"),
                y=alt.value(0 if edge == "top" else "height"),
            )
        )
    return found


def spread(bins: Sequence[Row], page: Visit, unit: str, marks: Sequence[tuple[float, str, str]]) -> Drawing:
    """Answers in bins, with vertical lines: `marks` are (at, words, colour), one label a row."""
    colours, formats, words = page.colours, page.formats, page.words
    width = bins[0]["bin_end"] - bins[0]["bin_start"]
    values = [
        {
            "start": row["bin_start"] + GAP * width,
            "end": row["bin_end"] - GAP * width,
            "floor": 0,
            "share": row["share"],
            "bin": words("questions.from", value=f"{row['bin_start']:.0f}")
            if row["is_open"]
            else f"{row['bin_start']:.0f}–{row['bin_end']:.0f}",
            "percent": formats.percent(row["share"]),
            "answers": formats.count(row["n"]),
        }
        for row in bins
    ]
    top = bins[-1]["bin_end"]
    headroom = max(value["share"] for value in values) * 1.4
    x = alt.X(
        "start:Q",
        title=unit,
        scale=alt.Scale(domain=[0, top]),
        axis=alt.Axis(values=[row["bin_start"] for row in bins] + [top], labelOverlap=True),
    )
    bars = (
        chart_of(values)
        .mark_rect(color=colours.soft)
        .encode(
            x=x,
            x2="end:Q",
            y=alt.Y("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, headroom])),
            y2="floor:Q",
            tooltip=[
                alt.Tooltip("bin:N", title=unit),
                alt.Tooltip("percent:N", title=words("chart.share")),
                alt.Tooltip("answers:N", title=words("questions.answers")),
            ],
        )
    )
    layers: list[alt.Chart] = [bars]
    for place, (at, text, colour) in enumerate(marks):
        row = 4 + 16 * place
        inside = min(at, top)
        align: Align = "right" if inside > 0.6 * top else "left"
        at_place = chart_of([{"at": inside, "text": text}]).encode(x=alt.X("at:Q", title=None))
        layers += [
            at_place.mark_rule(color=colour, strokeWidth=1.5).encode(
                y=alt.value(row), y2=alt.value("height")
            ),
            at_place.mark_text(
                color=colour, align=align, dx=-5 if align == "right" else 5, fontSize=12, baseline="middle"
            ).encode(y=alt.value(row), text="text:N"),
        ]
    return alt.layer(*layers).properties(height=210)


def quarters(rows: Sequence[Row], page: Visit) -> Drawing:
    """How often the question was asked, a bar a quarter, its mean written above."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "quarter": formats.quarter_short(row["quarter"]),
            "n": row["n"],
            "asked": formats.count(row["n"]),
            "mean": formats.score(row["mean"]),
            "skip": formats.percent(row["skip_rate"]),
        }
        for row in rows
    ]
    base = chart_of(values).encode(
        x=alt.X("quarter:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("n:Q", title=None, axis=None),
        tooltip=[
            alt.Tooltip("quarter:N", title=words("chart.quarter")),
            alt.Tooltip("asked:N", title=words("questions.asked")),
            alt.Tooltip("mean:N", title=words("chart.mean")),
            alt.Tooltip("skip:N", title=words("questions.skip_rate")),
        ],
    )
    bars = base.mark_bar(color=colours.accent, width=alt.RelativeBandSize(0.55))
    text = base.mark_text(dy=-8, fontSize=12).encode(text="asked:N")
    return alt.layer(bars, text).properties(height=210)
