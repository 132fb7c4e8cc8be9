"""Points of the composite that questions, or the criteria of one, took on average."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.frame import Visit

CLICK = "costly"
LETTERS = 26
# Latin letters take half the room of Chinese ones.
NARROW_LETTERS = 44


def cost_bars(rows: Sequence[Row], page: Visit, what: str) -> Drawing:
    """A bar a row with `id`, `name`, `of`, `cost`, `n` and `lost_share`; a click selects its id."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "id": row["id"],
            "place": str(place),
            "name": row["name"],
            "of": row["of"],
            "cost": row["cost"],
            "written": words("costs.points", points=formats.score(row["cost"])),
            "n": formats.count(row["n"]),
            "share": formats.percent(row["lost_share"]),
        }
        for place, row in enumerate(rows)
    ]
    names = json.dumps([short(str(row["name"])) for row in rows])
    base = chart_of(values).encode(
        y=alt.Y(
            "place:N",
            sort=[value["place"] for value in values],
            title=None,
            axis=alt.Axis(labelExpr=f"{names}[+datum.value]", labelColor=colours.ink, labelLimit=330),
        ),
        tooltip=[
            alt.Tooltip("name:N", title=what),
            alt.Tooltip("of:N", title=words("costs.of")),
            alt.Tooltip("written:N", title=words("costs.cost")),
            alt.Tooltip("share:N", title=words("costs.share")),
            alt.Tooltip("n:N", title=words("questions.answers")),
        ],
    )
    longest = max(row["cost"] for row in rows)
    x = alt.X(
        "cost:Q",
        title=words("costs.axis"),
        scale=alt.Scale(domain=[0, longest * 1.18], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    bars = (
        base.mark_bar(size=18, color=colours.accent, cornerRadiusEnd=3, cursor="pointer")
        .encode(x=x)
        .add_params(alt.selection_point(name=CLICK, fields=["id"]))
    )
    labels = base.mark_text(align="left", dx=8, fontSize=12, color=colours.ink).encode(x=x, text="written:N")
    return alt.layer(bars, labels).properties(height=alt.Step(30))


def short(name: str) -> str:
    """A long question by its beginning; the whole stands in the hover."""
    letters = LETTERS if any(letter >= "\u2e80" for letter in name) else NARROW_LETTERS
    return name if len(name) <= letters else f"{name[: letters - 1]}…"
