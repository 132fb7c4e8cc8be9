"""Promotion and training: the rule as a picture, passes by course, the competencies of one case."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Align, Drawing, chart_of
from dashboards.charts.intervals import OF_A_SHARE, intervals
from dashboards.frame import Visit

CLICK = "case"
DECISIONS = ("approved", "rejected", "pending", "none")
SHAPES = ("circle", "cross", "triangle-up", "diamond")


def rule(rows: Sequence[Row], page: Visit, is_clickable: bool) -> Drawing:
    """Interview across, performance upwards; the two marks part four named corners with their counts."""
    colours, formats, words = page.colours, page.formats, page.words
    first = rows[0]
    paint = (colours.accent, colours.muted, colours.contrast, colours.ink)
    values = [
        {
            "interview_id": row["interview_id"],
            "x": row["interview_score"],
            "y": row["performance_score"],
            "who": row["name"] or words("format.none"),
            "role": row["role_name"],
            "decision": words.of("decision", row["decision"] or "none"),
            "verdict": words.of("verdict", "eligible" if row["is_eligible"] else "below"),
            "interview": formats.score(row["interview_score"]),
            "performance": formats.score(row["performance_score"]),
        }
        for row in rows
    ]
    present = {value["decision"] for value in values}
    known = [one for one in DECISIONS if words.of("decision", one) in present]
    others = sorted(present - {words.of("decision", one) for one in known})
    names = [words.of("decision", one) for one in known] + others
    colour_of = dict(zip(DECISIONS, paint, strict=True))
    shape_of = dict(zip(DECISIONS, SHAPES, strict=True))
    legend = alt.Legend(orient="top", direction="horizontal", symbolSize=90, symbolStrokeWidth=1.5)
    tooltip = [
        alt.Tooltip("role:N", title=words("chart.role")),
        alt.Tooltip("interview:N", title=words("internal.interview")),
        alt.Tooltip("performance:N", title=words("internal.performance")),
        alt.Tooltip("verdict:N", title=words("internal.verdict")),
        alt.Tooltip("decision:N", title=words("column.decision")),
    ]
    if is_clickable:
        tooltip.insert(0, alt.Tooltip("who:N", title=words("chart.candidate")))
    x, y = _axes(page, values)
    dots = (
        chart_of(values)
        .mark_point(filled=True, size=90, opacity=0.85, cursor="pointer" if is_clickable else "default")
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "decision:N",
                title=None,
                legend=legend,
                scale=alt.Scale(
                    domain=names,
                    range=[colour_of[one] for one in known] + [colours.ink] * len(others),
                ),
            ),
            shape=alt.Shape(
                "decision:N",
                title=None,
                legend=legend,
                scale=alt.Scale(
                    domain=names, range=[shape_of[one] for one in known] + ["square"] * len(others)
                ),
            ),
            tooltip=tooltip,
        )
    )
    if is_clickable:
        dots = dots.add_params(alt.selection_point(name=CLICK, fields=["interview_id"]))
    marks = chart_of([{"x": first["interview_mark"], "y": first["performance_mark"]}])
    lines = [
        marks.mark_rule(strokeDash=[5, 4], strokeWidth=1.5).encode(x=x),
        marks.mark_rule(strokeDash=[5, 4], strokeWidth=1.5).encode(y=y),
    ]
    return alt.layer(*lines, *_corners(page, first), dots).properties(height=400)


def _axes(page: Visit, values: Sequence[Row]) -> tuple[alt.X, alt.Y]:
    """From a little below the lowest score, so that the names of the corners stand free, to beyond 100."""
    words = page.words

    def scale(field: str, room: int) -> alt.Scale:
        return alt.Scale(domain=[min(value[field] for value in values) - room, 104], nice=False)

    ticks = list(range(0, 101, 10))
    return (
        alt.X(
            "x:Q",
            title=words("internal.interview"),
            scale=scale("x", 4),
            axis=alt.Axis(values=ticks),
        ),
        alt.Y(
            "y:Q",
            title=words("internal.performance"),
            scale=scale("y", 7),
            axis=alt.Axis(values=ticks, grid=False),
        ),
    )


def _corners(page: Visit, first: Row) -> list[alt.Chart]:
    """The names of the corners with their counts: above and below the plot's marks, left and right."""
    words, formats = page.words, page.formats
    places: list[tuple[str, Align, bool]] = [
        ("performance_only", "left", True),
        ("both", "right", True),
        ("neither", "left", False),
        ("interview_only", "right", False),
    ]
    return [
        chart_of([{"text": words(f"internal.{name}", n=formats.count(first[f"{name}_n"]))}])
        .mark_text(
            align=align,
            baseline="top" if is_top else "bottom",
            dx=6 if align == "left" else -6,
            dy=6 if is_top else -6,
            fontSize=12,
            fontWeight=600 if name == "both" else "normal",
            color=page.colours.ink if name == "both" else page.colours.muted,
        )
        .encode(
            text="text:N",
            x=alt.value(0 if align == "left" else "width"),
            y=alt.value(0 if is_top else "height"),
        )
        for name, align, is_top in places
    ]


def courses(rows: Sequence[Row], page: Visit) -> Drawing:
    """A course a row: the share that passed as a dot, its interval as a line, n beside the name."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "label": words(
                "internal.course_of",
                course=course_name(page, row),
                passed=formats.count(row["passed_n"]),
                n=formats.count(row["n"]),
            ),
            "value": row["share"],
            "low": row["low"],
            "high": row["high"],
            "written": formats.percent(row["share"]),
            "interval": formats.interval(row["low"], row["high"], formats.percent),
            "of": words("internal.of", passed=formats.count(row["passed_n"]), n=formats.count(row["n"])),
            "colour": colours.contrast if row["course_id"] == "all" else colours.accent,
            "size": 130 if row["course_id"] == "all" else 75,
        }
        for row in rows
    ]
    return intervals(
        values,
        page,
        tooltip=[
            alt.Tooltip("label:N", title=words("internal.course")),
            alt.Tooltip("written:N", title=words("internal.passed")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
            alt.Tooltip("of:N", title=words("internal.people")),
        ],
        scale=alt.Scale(domain=[0, 1.02]),
        axis=OF_A_SHARE,
        step=26,
    )


def course_name(page: Visit, row: Row) -> str:
    """A course in words, also all of them and none."""
    if row["course_id"] == "all":
        return page.words("internal.every_course")
    if row["course_id"] == "none":
        return page.words("internal.no_course")
    return str(row["course"] or row["course_id"])


def skills(rows: Sequence[Row], page: Visit) -> Drawing:
    """A competency a row: the score as a bar, what the role requires as a tick; short of it in orange."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "competency": row["competency"],
            "score": row["score"],
            "requirement": row["requirement"],
            "written": formats.score(row["score"]),
            "required": formats.score(row["requirement"]),
            "gap": words("format.none") if row["difference"] is None else formats.signed(row["difference"]),
            "colour": colours.contrast if (row["difference"] or 0) < 0 else colours.accent,
        }
        for row in rows
    ]
    base = chart_of(values).encode(
        y=alt.Y("competency:N", sort=None, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=150)),
        tooltip=[
            alt.Tooltip("competency:N", title=words("column.competency")),
            alt.Tooltip("written:N", title=words("column.skill")),
            alt.Tooltip("required:N", title=words("column.requirement")),
            alt.Tooltip("gap:N", title=words("column.gap")),
        ],
    )
    scale = alt.Scale(domain=[0, 108])
    axis = alt.Axis(values=[0, 20, 40, 60, 80, 100], grid=True)
    bars = base.mark_bar(size=16, cornerRadiusEnd=3).encode(
        x=alt.X("score:Q", title=None, scale=scale, axis=axis), color=alt.Color("colour:N", scale=None)
    )
    ticks = base.mark_tick(thickness=3, size=26, color=colours.ink).encode(
        x=alt.X("requirement:Q", title=None, scale=scale)
    )
    text = base.mark_text(align="left", dx=6, fontSize=12).encode(
        x=alt.X("score:Q", title=None, scale=scale), text="written:N"
    )
    return alt.layer(bars, ticks, text).properties(height=alt.Step(34))
