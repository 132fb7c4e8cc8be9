"""Whether openings have enough people: those at 80 or more as a bar, the places as a mark across it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.charts.grades import CLICK
from dashboards.frame import Visit

# Room right of the longest bar for its words, as a share of it.
ROOM = 1.4


def supply(rows: Sequence[Row], page: Visit) -> Drawing:
    """An opening a row, in the order of `rows`. A click on a bar selects it under the name `CLICK`."""
    colours, formats, words = page.colours, page.formats, page.words
    longest = max(max(row["high_n"], row["needed_n"]) for row in rows) or 1
    values = [
        {
            "bar": row["requisition_id"],
            "label": label,
            "high": row["high_n"],
            "needed": row["needed_n"],
            "end": max(row["high_n"], row["needed_n"]),
            "written": words(
                "requisitions.of", high=formats.count(row["high_n"]), needed=formats.count(row["needed_n"])
            ),
            "needed_written": formats.count(row["needed_n"]),
            "high_written": formats.count(row["high_n"]),
            "completed": formats.count(row["completed_n"]),
            "ratio": formats.percent(row["supply_ratio"]),
            "colour": colours.contrast if row["is_short"] else colours.accent,
        }
        for row, label in zip(rows, _labels(rows, page), strict=True)
    ]
    x = alt.Scale(domain=[0, longest * ROOM], nice=False)
    base = chart_of(values).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=190)),
        tooltip=[
            alt.Tooltip("label:N", title=words("column.role")),
            alt.Tooltip("bar:N", title=words("column.requisition")),
            alt.Tooltip("needed_written:N", title=words("requisitions.needed")),
            alt.Tooltip("completed:N", title=words("requisitions.completed")),
            alt.Tooltip("high_written:N", title=words("requisitions.high")),
            alt.Tooltip("ratio:N", title=words("requisitions.supply")),
        ],
    )
    bars = base.mark_bar(size=16, cornerRadiusEnd=3, cursor="pointer").encode(
        x=alt.X("high:Q", title=None, axis=None, scale=x), color=alt.Color("colour:N", scale=None)
    )
    places = base.mark_tick(color=colours.ink, thickness=2.5, size=24).encode(
        x=alt.X("needed:Q", title=None, axis=None, scale=x)
    )
    said = base.mark_text(align="left", dx=8, fontSize=12, color=colours.ink).encode(
        x=alt.X("end:Q", title=None, axis=None, scale=x), text="written:N"
    )
    picked = alt.selection_point(name=CLICK, fields=["bar"])
    return alt.layer(bars.add_params(picked), places, said).properties(height=alt.Step(30))


def _labels(rows: Sequence[Row], page: Visit) -> list[str]:
    """The role; with its day of opening, then its number, where a role alone would name two openings."""
    named = [row["role_name"] or row["role_id"] for row in rows]
    for field in ("opened_on", "requisition_id"):
        times = Counter(named)
        named = [
            name if times[name] == 1 else page.words("chart.who", name=name, role=_written(page, row[field]))
            for name, row in zip(named, rows, strict=True)
        ]
    return named


def _written(page: Visit, value: object) -> str:
    return value if isinstance(value, str) else page.formats.day(value)  # type: ignore[arg-type]
