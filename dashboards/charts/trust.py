"""Privacy: how many records are in time, when they go, whether refusing the AI interview costs anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.charts.intervals import OF_A_DIFFERENCE, OF_A_SHARE, intervals
from dashboards.frame import Visit

STATES = ("purged", "overdue", "kept", "on_hold")
# A segment that is narrower than this share of its bar has no room for its number.
ROOM = 0.14


def state_colours(page: Visit) -> Mapping[str, str]:
    """Overdue stands out; what is done or in time is calm."""
    colours = page.colours
    return {
        "purged": colours.muted,
        "overdue": colours.contrast,
        "kept": colours.accent,
        "on_hold": colours.soft,
    }


def clocks(rows: Sequence[Row], page: Visit) -> Drawing:
    """A class of records a row, its states as parts of one bar; `rows`: duty, state, n, people_n."""
    colours, formats, words = page.colours, page.formats, page.words
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["duty"]] = totals.get(row["duty"], 0) + row["n"]
    values = []
    for duty, total in totals.items():
        start = 0
        by_state = {row["state"]: row for row in rows if row["duty"] == duty}
        for state in (one for one in STATES if one in by_state):
            n = by_state[state]["n"]
            values.append(
                {
                    "duty": duty,
                    "state": state,
                    "label": words(
                        "trust.role_of", role=words.of("duty", duty), n=formats.count(totals[duty])
                    ),
                    "said": words.of("duty_state", state),
                    "start": start / total,
                    "end": (start + n) / total,
                    "middle": (start + n / 2) / total,
                    "n": formats.count(n),
                    "share": formats.percent(n / total),
                    "written": formats.count(n) if n / total >= ROOM else "",
                    "ink": colours.ink if state == "on_hold" else colours.surface,
                }
            )
            start += n
    named = [state for state in STATES if any(value["state"] == state for value in values)]
    labels = [words.of("duty_state", state) for state in named]
    paint = state_colours(page)
    base = chart_of(values).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelColor=colours.ink, labelLimit=170),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=words("trust.rule_class")),
            alt.Tooltip("said:N", title=words("trust.state")),
            alt.Tooltip("n:N", title=words("csv.duty_n")),
            alt.Tooltip("share:N", title=words("chart.share")),
        ],
    )
    scale = alt.Scale(domain=[0, 1])
    bars = base.mark_bar(size=30).encode(
        x=alt.X("start:Q", title=None, axis=None, scale=scale),
        x2="end:Q",
        color=alt.Color(
            "said:N",
            title=None,
            scale=alt.Scale(domain=labels, range=[paint[state] for state in named]),
            legend=alt.Legend(orient="top", direction="horizontal"),
        ),
    )
    text = base.mark_text(fontSize=12).encode(
        x=alt.X("middle:Q", title=None, axis=None, scale=scale),
        text="written:N",
        color=alt.Color("ink:N", scale=None),
    )
    return alt.layer(bars, text).properties(height=alt.Step(62))


def calendar(rows: Sequence[Row], page: Visit) -> Drawing:
    """A month a bar: what was due and is still there, what was purged, what comes."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "month": row["month_start"].isoformat(),
            "said": words.of("duty_state", row["state"]),
            "state": row["state"],
            "order": STATES.index(row["state"]) if row["state"] in STATES else len(STATES),
            "n": row["n"],
            "when": f"{row['month_start']:%Y-%m}",
            "written": formats.count(row["n"]),
            "recordings": formats.count(row["recordings_n"]),
            "texts": formats.count(row["texts_n"]),
        }
        for row in rows
    ]
    named = [state for state in STATES if any(value["state"] == state for value in values)]
    paint = state_colours(page)
    bars = (
        chart_of(values)
        .mark_bar(width=alt.RelativeBandSize(0.72))
        .encode(
            x=alt.X(
                "when:O",
                title=None,
                axis=alt.Axis(labelAngle=0, labelOverlap=True, labelColor=colours.muted),
            ),
            y=alt.Y("n:Q", title=None, axis=alt.Axis(tickCount=4, format=",.0f")),
            order=alt.Order("order:Q"),
            color=alt.Color(
                "said:N",
                title=None,
                scale=alt.Scale(
                    domain=[words.of("duty_state", state) for state in named],
                    range=[paint[state] for state in named],
                ),
                legend=alt.Legend(orient="top", direction="horizontal"),
            ),
            tooltip=[
                alt.Tooltip("when:O", title=words("trust.due_by")),
                alt.Tooltip("said:N", title=words("trust.state")),
                alt.Tooltip("written:N", title=words("csv.duty_n")),
                alt.Tooltip("recordings:N", title=words.of("duty", "recordings")),
                alt.Tooltip("texts:N", title=words.of("duty", "texts")),
            ],
        )
    )
    return alt.layer(bars).properties(height=236)


def rates(row: Row, page: Visit) -> Drawing:
    """Two rows: the rate of refusers and of the others, each with interval and n."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "group": words(f"trust.{part}"),
            "label": words(
                "trust.group_of",
                group=words(f"trust.{part}"),
                hits=formats.count(row[f"{part}_advanced_n"]),
                n=formats.count(row[f"{part}_n"]),
            ),
            "value": row[f"{part}_rate"],
            "low": row[f"{part}_low"],
            "high": row[f"{part}_high"],
            "written": formats.percent(row[f"{part}_rate"]),
            "interval": formats.interval(row[f"{part}_low"], row[f"{part}_high"], formats.percent),
            "colour": colours.contrast if part == "refusers" else colours.accent,
            "size": 130,
        }
        for part in ("refusers", "others")
    ]
    return intervals(
        values,
        page,
        tooltip=[
            alt.Tooltip("label:N", title=words("trust.group")),
            alt.Tooltip("written:N", title=words("chart.share")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
        ],
        scale=alt.Scale(domain=[0, 1]),
        axis=OF_A_SHARE,
        step=56,
        label_limit=220,
    )


def differences(rows: Sequence[Row], page: Visit) -> Drawing:
    """A role a row: refusers minus others in percentage points, interval as a line, zero marked."""
    colours, formats, words = page.colours, page.formats, page.words
    values = [
        {
            "label": words(
                "trust.role_of",
                role=row["role_name"] or words("trust.everyone"),
                n=formats.count(row["refusers_n"]),
            ),
            "value": 100 * row["difference"],
            "low": 100 * row["ci_low"],
            "high": 100 * row["ci_high"],
            "written": formats.signed(100 * row["difference"], 0),
            "interval": interval(page, row),
            "refusers": words(
                "trust.of", hits=formats.count(row["refusers_advanced_n"]), n=formats.count(row["refusers_n"])
            ),
            "others": words(
                "trust.of", hits=formats.count(row["others_advanced_n"]), n=formats.count(row["others_n"])
            ),
            "colour": colours.muted if row["is_unclear"] else colours.contrast,
            "size": 130 if row["role_id"] == "all" else 70,
        }
        for row in rows
    ]
    return intervals(
        values,
        page,
        tooltip=[
            alt.Tooltip("label:N", title=words("chart.role")),
            alt.Tooltip("written:N", title=words("trust.points")),
            alt.Tooltip("interval:N", title=words("chart.interval")),
            alt.Tooltip("refusers:N", title=words("trust.refusers_of")),
            alt.Tooltip("others:N", title=words("trust.others_of")),
        ],
        scale=alt.Scale(nice=True),
        axis=OF_A_DIFFERENCE,
        step=34,
        label_limit=170,
        has_zero=True,
    )


def interval(page: Visit, row: Row) -> str:
    """The interval of the difference in percentage points, in words."""

    def show(points: float) -> str:
        return page.formats.signed(points, 0)

    return page.formats.interval(100 * row["ci_low"], 100 * row["ci_high"], show)
