"""Growth, the part of those who came back: no experiment, and said so beside the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.returns import gains, slopes
from dashboards.download import offered
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, draw, figure, section
from dashboards.growth_names import Names
from dashboards.ticked_rows import ticked_rows

LINES_SHOWN = 60
ROWS_IN_FILE = 50_000
PARTS = ("course", "no_course")
EDGE = 5
FIELDS = (
    *("first_interview_id", "next_interview_id", "candidate_id", "name", "role_name", "first_local_date"),
    *("next_local_date", "days_between", "first_score", "next_score", "gain", "was_hired"),
)


def came_back(page: Visit, every: Row | None) -> None:
    """Two cards: how many came back, and the mean gain."""
    words, formats = page.words, page.formats
    if every is None or every["is_small"]:
        value = words("format.none") if every is None else words("suppressed.cell", fewest=FEWEST)
        note = words("growth.returns_none") if every is None else None
        figure(words("growth.came_back"), value, None, note)
        figure(words("growth.gain"), value, None, note)
        return
    figure(
        words("growth.came_back"),
        formats.count(every["people_n"]),
        None,
        words(
            "growth.came_back_note",
            scored=formats.count(every["scored_n"]),
            share=formats.percent(every["came_back"]),
        ),
    )
    figure(
        words("growth.gain"),
        formats.signed(every["gain"]),
        None,
        words(
            "growth.gain_note",
            n=formats.count(every["n"]),
            interval=page.formats.interval(every["low"], every["high"], page.formats.signed),
        ),
    )


def pairs(page: Visit) -> list[Row]:
    """Some returns of each part; without names."""
    return page.ask.rows("return_pairs", row_limit=LINES_SHOWN, with_names=False)


def returns(page: Visit, back: Mapping[str, Row], names: Names) -> None:
    """Slopes with and without a course, the gains with intervals, how many joined, and the list."""
    words, formats = page.words, page.formats
    section(words("growth.returns"), words("growth.returns_note"))
    every = back.get("all")
    if every is None:
        st.caption(plain(words("growth.returns_none")))
        return
    st.info(plain(words("growth.no_experiment")), icon=":material/science:")
    shown = [row for row in pairs(page) if part_of(back, row) is not None]
    scores = [score for row in shown for score in (row["first_score"], row["next_score"])]
    domain = (max(0, min(scores) - EDGE), min(100, max(scores) + EDGE)) if scores else (0, 100)
    columns = st.columns([1, 1, 1.5], gap="medium")
    for column, part in zip(columns, PARTS, strict=False):
        with column:
            panel(page, back.get(part), part, [row for row in shown if row["part"] == part], domain)
    with columns[-1]:
        st.markdown(f"**{plain(words('growth.gains'))}**")
        st.caption(plain(words("growth.gains_note")))
        known = [row for row in back.values() if not row["is_small"]]
        if known:
            draw(gains(known, page), words("growth.gains"))
        st.caption(plain(joined(page, every)))
        if len(known) < len(back):
            told = words("suppressed.groups", n=formats.count(len(back) - len(known)), fewest=FEWEST)
            st.caption(f":material/visibility_off: {told}")
    returners(page, every, names)


def part_of(back: Mapping[str, Row], pair: Row) -> Row | None:
    """The group of a return, when it may be shown."""
    group = back.get(pair["part"])
    return None if group is None or group["is_small"] else group


def panel(
    page: Visit, group: Row | None, part: str, pairs: Sequence[Row], domain: tuple[float, float]
) -> None:
    """One group's slopes."""
    words, formats = page.words, page.formats
    n = 0 if group is None else group["n"]
    name = words(f"growth.{part}")
    if group is None or group["is_small"]:
        st.markdown(f"**{plain(name)}**")
        st.caption(plain(words("growth.returns_none" if group is None else "growth.returns_hidden")))
        return
    st.markdown(f"**{plain(words('growth.pair_panel', part=name, n=formats.count(n)))}**")
    st.caption(plain(gain_of(page, group)))
    draw(slopes(pairs, group, page, domain), name)
    if len(pairs) < n:
        st.caption(plain(words("growth.sampled", n=formats.count(n), shown=formats.count(len(pairs)))))


def gain_of(page: Visit, group: Row) -> str:
    """A group's gain with its interval in words."""
    if group["low"] is None:
        return page.words("growth.gain_alone", gain=page.formats.signed(group["gain"]))
    interval = page.formats.interval(group["low"], group["high"], page.formats.signed)
    return page.words("growth.gain_of", gain=page.formats.signed(group["gain"]), interval=interval)


def joined(page: Visit, every: Row) -> str:
    """How many of those who came back joined."""
    words, formats = page.words, page.formats
    if every["is_joined_hidden"]:
        people = words("suppressed.cell", fewest=FEWEST)
        if not every["is_small"]:
            people = formats.count(every["people_n"])
        return words("growth.joined_hidden", people=people, fewest=FEWEST)
    return words(
        "growth.joined",
        people=formats.count(every["people_n"]),
        joined=formats.count(every["joined_n"]),
        share=formats.percent(every["joined"]),
        interval=formats.interval(every["joined_low"], every["joined_high"], formats.percent),
        days=formats.count(every["median_days"]),
    )


def returners(page: Visit, every: Row, names: Names) -> None:
    """A return a row; choosing one opens the later interview."""
    words, formats = page.words, page.formats
    column = st.column_config
    rows = names.on(pairs(page))
    with st.expander(words("growth.returners"), icon=":material/table_rows:"):
        note, button = st.columns([3, 1], vertical_alignment="center")
        note.caption(plain(words("growth.returners_note")))
        with button:
            offered(
                page,
                words("growth.returns_file", day=page.today.isoformat()),
                lambda: page.ask.table("return_pairs", row_limit=ROWS_IN_FILE, with_names=True),
                title=words("growth.returners"),
                filters=page.choices.parameters(),
                fields=FIELDS,
                label=words("growth.download"),
            )
        shown = {
            "name": [row["name"] or row["candidate_id"] for row in rows],
            "role": [row["role_name"] for row in rows],
            "first_on": [formats.day(row["first_local_date"]) for row in rows],
            "first_score": pd.Series([row["first_score"] for row in rows], dtype="float64"),
            "next_on": [formats.day(row["next_local_date"]) for row in rows],
            "next_score": pd.Series([row["next_score"] for row in rows], dtype="float64"),
            "gain": pd.Series([row["gain"] for row in rows], dtype="float64"),
            "days_between": [row["days_between"] for row in rows],
            "courses": [list(row["courses"] or []) for row in rows],
            "joined": [bool(row["was_hired"]) for row in rows],
        }
        numbers = {
            name: column.NumberColumn(words(f"column.{name}"), format="%.1f")
            for name in ("first_score", "next_score")
        }
        ticked = ticked_rows(
            page,
            pd.DataFrame(shown),
            "growth_returners",
            {
                **{name: column.TextColumn(words(f"column.{name}")) for name in ("name", "role")},
                **{name: column.TextColumn(words(f"column.{name}")) for name in ("first_on", "next_on")},
                **numbers,
                "gain": column.NumberColumn(words("column.gain"), format="%+.1f"),
                "days_between": column.NumberColumn(words("column.days_between")),
                "courses": column.ListColumn(words("column.courses")),
                "joined": column.CheckboxColumn(words("column.joined")),
            },
            in_sight=8,
        )
        if every["n"] is not None and every["n"] > len(rows):
            sampled = {"n": formats.count(every["n"]), "shown": formats.count(len(rows))}
            st.caption(plain(words("growth.sampled", **sampled)))
    for index in ticked:
        chosen = choices.link(interview=rows[index]["next_interview_id"])
        st.switch_page("views/candidate.py", query_params=chosen)
