"""Growth: who lacks what as a heat map, what is advised as bars, and how those did who came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import FEWEST, Visit

CLICK = "cell"
BAR = "bar"
EVERYBODY = "all"
MEASURES = ("share", "people", "depth")
_FIELDS = {"share": "share", "people": "gap_n", "depth": "mean_gap"}


def written(page: Visit, row: Row, measure: str) -> str:
    """One cell's number in its unit, or that too few people stand behind it."""
    formats = page.formats
    if row["is_small"]:
        return page.words("growth.cell_small", fewest=FEWEST)
    if measure == "people":
        return formats.count(row["gap_n"])
    return formats.percent(row["share"]) if measure == "share" else formats.score(row["mean_gap"])


def _cell(page: Visit, row: Row, measure: str) -> Row:
    words, formats = page.words, page.formats
    hidden = words("suppressed.cell", fewest=FEWEST)
    depth = formats.score(row["mean_gap"])
    if row["low"] is not None and row["high"] is not None:
        depth = f"{depth} ({formats.interval(row['low'], row['high'], formats.score)})"
    of = {"gap_n": formats.count(row["gap_n"] or 0), "n": formats.count(row["n"] or 0)}
    is_small = row["is_small"]
    return {
        "gap": row["competency_id"],
        "gap_role": row["role_id"],
        "competency": row["competency"],
        "role": row["role_name"] or words("growth.every_role"),
        "value": row[_FIELDS[measure]],
        "low": row["share_low"],
        "high": row["share_high"],
        "share_value": row["share"],
        "text": written(page, row, measure),
        "share": hidden if is_small else formats.percent(row["share"]),
        "interval": hidden
        if is_small
        else formats.interval(row["share_low"], row["share_high"], formats.percent),
        "of": hidden if is_small else words("growth.of", **of),
        "depth": hidden if is_small else depth,
    }


def _tooltip(page: Visit) -> list[alt.Tooltip]:
    words = page.words
    return [
        alt.Tooltip("role:N", title=words("chart.role")),
        alt.Tooltip("competency:N", title=words("chart.competency")),
        alt.Tooltip("share:N", title=words("gap_by_long.share")),
        alt.Tooltip("interval:N", title=words("chart.interval")),
        alt.Tooltip("of:N", title=words("gap_by_long.people")),
        alt.Tooltip("depth:N", title=words("gap_by_long.depth")),
    ]


def heat(rows: Sequence[Row], page: Visit, measure: str, people: Mapping[str, int]) -> Drawing:
    """Competencies down, roles across, everybody first; stronger colour is more. A click selects a cell.

    `people`: how many were measured in each role, written beside its name.
    Each measure has its own scale from the least to the greatest cell; totals are not drawn into it.
    """
    colours = page.colours
    values = [_cell(page, row, measure) for row in rows]
    down = list(dict.fromkeys(value["competency"] for value in values))
    for value in values:
        n = people.get(value["gap_role"])
        value["column"] = value["role"]
        if n is not None:
            value["column"] = page.words("growth.axis", role=value["role"], n=page.formats.count(n))
    across = list(dict.fromkeys(value["column"] for value in values))
    cells = [value for value in values if value["gap_role"] != EVERYBODY and value["value"] is not None]
    known = [value["value"] for value in cells] or [0.0]
    # The column of everybody is darkest by its size alone when people are counted: its ground stays plain.
    for value in values:
        value["ground"] = colours.surface
        if value["gap_role"] != EVERYBODY and value["value"] is not None:
            value["ground"] = between(colours.grid, colours.accent, value["value"] / (max(known) or 1))
        value["ink"] = readable(value["ground"], colours.ink, colours.surface)
    base = chart_of(values).encode(
        x=alt.X(
            "column:N",
            sort=across,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-40, labelColor=colours.ink, labelLimit=150),
        ),
        y=alt.Y("competency:N", sort=down, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=118)),
    )
    ground = base.mark_rect(stroke=colours.surface, strokeWidth=2, cornerRadius=4, cursor="pointer").encode(
        color=alt.Color("ground:N", scale=None),
        tooltip=_tooltip(page),
    )
    # On a phone cells are narrow: the number shrinks with them.
    size = alt.expr("clamp(bandwidth('x') / 2.3, 8, 12)")
    text = base.mark_text(fontSize=size, cursor="pointer").encode(
        text="text:N",
        color=alt.Color("ink:N", scale=None),
        opacity=alt.condition("datum.value === null", alt.value(0.65), alt.value(1)),
    )
    ground = ground.add_params(alt.selection_point(name=CLICK, fields=["gap", "gap_role"]))
    return alt.layer(ground, text).properties(height=alt.Step(32))


def between(low: str, high: str, share: float) -> str:
    """The colour at `share` of the way from one to the other."""
    ends = [[int(colour[start : start + 2], 16) for start in (1, 3, 5)] for colour in (low, high)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(*ends, strict=True))


def readable(ground: str, *inks: str) -> str:
    """The ink with most contrast on a ground (WCAG 2.2)."""

    def light(colour: str) -> float:
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    below = light(ground)
    return max(inks, key=lambda ink: max(light(ink), below) / min(light(ink), below))


def gaps_of_one(rows: Sequence[Row], page: Visit) -> Drawing:
    """One role: a competency a row, the share below the requirement with interval and people."""
    colours = page.colours
    values = [_cell(page, row, "share") for row in rows if not row["is_small"]]
    order = [value["competency"] for value in values]
    base = chart_of(values).encode(
        y=alt.Y(
            "competency:N", sort=order, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=150)
        ),
        tooltip=_tooltip(page),
    )
    scale = alt.Scale(domain=[0, 1])
    line = base.mark_rule(strokeWidth=3, opacity=0.4, color=colours.accent).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=alt.Axis(format=".0%", tickCount=5, grid=True)),
        x2="high:Q",
    )
    dot = (
        base.mark_point(filled=True, size=120, opacity=1, color=colours.accent, cursor="pointer")
        .encode(x=alt.X("share_value:Q", title=None, scale=scale))
        .add_params(alt.selection_point(name=CLICK, fields=["gap", "gap_role"]))
    )
    text = base.mark_text(dy=-13, fontSize=12, color=colours.ink).encode(
        x=alt.X("share_value:Q", title=None), text="share:N"
    )
    people = base.mark_text(align="right", dx=-2, fontSize=11, color=colours.muted).encode(
        x=alt.value("width"), text="of:N"
    )
    return alt.layer(line, dot, text, people).properties(height=alt.Step(42))


def bars(
    rows: Sequence[Row], page: Visit, field: str, chosen: str, title: str, tips: Sequence[tuple[str, str]]
) -> Drawing:
    """A bar a row, its people written at its end; `field` is what a click selects. The chosen one stands out.

    `rows`: name, people_n and `field`; `tips` are (field, words) of more lines for the hover.
    """
    colours, formats = page.colours, page.formats
    values = [
        {
            **{name: row[name] for name in (field, "name", "people_n", *(tip for tip, _ in tips))},
            "text": formats.count(row["people_n"]),
            "strength": 1.0 if chosen in (EVERYBODY, row[field]) else 0.35,
        }
        for row in rows
    ]
    # room for the number at the end of the longest bar
    most = max(row["people_n"] for row in rows)
    order = [value["name"] for value in values]
    base = chart_of(values).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=190)),
        x=alt.X("people_n:Q", title=None, axis=None, scale=alt.Scale(domain=[0, most * 1.14])),
        tooltip=[
            alt.Tooltip("name:N", title=title),
            alt.Tooltip("text:N", title=page.words("growth.people_n")),
            *(alt.Tooltip(f"{tip}:N", title=said) for tip, said in tips),
        ],
    )
    bar = (
        base.mark_bar(size=17, cornerRadiusEnd=3, color=colours.accent, cursor="pointer")
        .encode(opacity=alt.Opacity("strength:Q", scale=None))
        .add_params(alt.selection_point(name=BAR, fields=[field]))
    )
    text = base.mark_text(align="left", dx=5, fontSize=12, color=colours.ink).encode(text="text:N")
    return alt.layer(bar, text).properties(height=alt.Step(28))
