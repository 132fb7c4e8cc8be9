"""How scores are spread: one small histogram a role, and all roles as ranges under each other."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Align, Drawing, chart_of
from dashboards.frame import Visit

LOWEST = 30
HIGH = 80
GAP = 0.35
# Beyond this score a label is written against the right edge, so that it is never cut.
RIGHT_EDGE = 87
CUTOFF_ROW, MEDIAN_ROW = 2, 18


def density(bins: Sequence[Row], summary: Row, page: Visit) -> Drawing:
    """Shares in 5-point bins, those from 80 darker, with the median and the top-10 % line."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "start": row["bin_start"] + GAP,
            "end": row["bin_end"] - GAP,
            "share": row["share"],
            "floor": 0,
            "bin": f"{row['bin_start']}–{row['bin_end']}",
            "percent": formats.percent(row["share"]),
            "people": formats.count(row["n"]),
            "colour": colours.accent if row["bin_start"] >= HIGH else colours.soft,
        }
        for row in bins
        if row["bin_end"] > LOWEST or row["n"] > 0
    ]
    lowest = min([LOWEST, *(row["bin_start"] for row in bins if row["n"] > 0)])
    axis = alt.Axis(values=list(range(lowest, 101, 10)), labelOverlap=True)
    x = alt.X("start:Q", title=None, scale=alt.Scale(domain=[lowest, 100]), axis=axis)
    headroom = max(value["share"] for value in values) * 1.45
    bars = (
        chart_of(values)
        .mark_rect()
        .encode(
            x=x,
            x2="end:Q",
            y=alt.Y("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, headroom])),
            y2="floor:Q",
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                alt.Tooltip("bin:N", title=words("chart.bin")),
                alt.Tooltip("percent:N", title=words("chart.share")),
                alt.Tooltip("people:N", title=words("chart.interviews")),
            ],
        )
    )
    median, cutoff = summary["p50"], summary["top10_cutoff"]
    right = cutoff > RIGHT_EDGE
    lines = [
        *_line(median, colours.ink, [1, 0], MEDIAN_ROW),
        _label(
            median,
            words("chart.median_at", value=formats.score(median)),
            colours.ink,
            MEDIAN_ROW,
            "right",
            -4,
        ),
        *_line(cutoff, colours.contrast, [4, 3], CUTOFF_ROW + 7),
        _label(
            100 if right else cutoff,
            words("chart.top10_at", value=formats.score(cutoff)),
            colours.said,
            CUTOFF_ROW,
            "right" if right else "center",
            0,
        ),
    ]
    subtitle = words(
        "chart.spread", n=formats.count(summary["n"]), share=formats.percent(summary["share_80"])
    )
    return alt.layer(bars, *lines).properties(
        height=190, title=alt.TitleParams(summary["role_name"], subtitle=subtitle)
    )


def _line(at: float, colour: str, dash: list[int], top: int) -> list[alt.Chart]:
    data = [{"at": at}]
    rule = chart_of(data).mark_rule(color=colour, strokeDash=dash, strokeWidth=1.5)
    return [rule.encode(x=alt.X("at:Q", title=None), y=alt.value(top), y2=alt.value("height"))]


def _label(at: float, text: str, colour: str, row: int, align: Align, shift: int) -> alt.Chart:
    """The two labels have a row each, so they never cover each other or the other's line."""
    label: alt.Chart = (
        chart_of([{"at": at, "text": text}])
        .mark_text(color=colour, align=align, dx=shift, fontSize=11, baseline="middle")
        .encode(x=alt.X("at:Q", title=None), y=alt.value(row), text="text:N")
    )
    return label


def ranges(summaries: Sequence[Row], page: Visit) -> Drawing:
    """A role a row: p10–p90 as a thin line, the middle half as a bar, median, mean and top-10 % line."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "role": row["role_name"],
            "label": words("chart.role_n", role=row["role_name"], n=formats.count(row["n"])),
            **{name: row[name] for name in ("p10", "p25", "p50", "p75", "p90", "mean", "top10_cutoff")},
            "written": formats.score(row["mean"]),
            "interval": formats.interval(row["ci_low"], row["ci_high"], formats.score),
            "middle": formats.interval(row["p25"], row["p75"], formats.score),
            "wide": formats.interval(row["p10"], row["p90"], formats.score),
            "median": formats.score(row["p50"]),
            "cutoff": formats.score(row["top10_cutoff"]),
            "n": formats.count(row["n"]),
        }
        for row in summaries
    ]
    order = [value["label"] for value in values]
    scale = alt.Scale(zero=False, nice=True, padding=12)
    base = chart_of(values).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelColor=colours.ink, labelLimit=190)),
        tooltip=[
            alt.Tooltip("role:N", title=words("chart.role")),
            alt.Tooltip("n:N", title=words("chart.interviews")),
            alt.Tooltip("written:N", title=words("chart.mean")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
            alt.Tooltip("median:N", title=words("chart.median")),
            alt.Tooltip("middle:N", title=words("chart.half")),
            alt.Tooltip("wide:N", title=words("chart.wide")),
            alt.Tooltip("cutoff:N", title=words("chart.top10")),
        ],
    )

    def at(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, scale=scale, axis=alt.Axis(grid=True, tickCount=6))

    wide = base.mark_rule(color=colours.accent, strokeWidth=2, opacity=0.5).encode(x=at("p10"), x2="p90:Q")
    half = base.mark_bar(color=colours.soft, size=16, cornerRadius=3).encode(x=at("p25"), x2="p75:Q")
    median = base.mark_tick(color=colours.ink, thickness=2, size=16).encode(x=at("p50"))
    cutoff = base.mark_tick(color=colours.contrast, thickness=2.5, size=22).encode(x=at("top10_cutoff"))
    mean = base.mark_point(color=colours.accent, size=55, opacity=1).encode(x=at("mean"))
    return alt.layer(wide, half, median, cutoff, mean).properties(height=alt.Step(34))
