"""Requisitions: whether each opening has enough people above the mark, and who they are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices, reporting, titles
from dashboards.ask import Row
from dashboards.charts.grades import CLICK
from dashboards.charts.supply import supply
from dashboards.formats import plain
from dashboards.frame import Visit, basis, draw, figure, figures, head, how, nothing_chosen, section, visit
from dashboards.own_choices import one_of
from dashboards.taken_along import take_along
from dashboards.ticked_rows import ticked_rows

ROWS_SHOWN = 500
PEOPLE_SHOWN = 200
BARS_SHOWN = 15


def cards(page: Visit, row: Row) -> None:
    """The figures of one opening."""
    words, formats = page.words, page.formats
    with figures():
        figure(words("requisitions.needed"), formats.count(row["needed_n"]))
        figure(words("requisitions.completed"), formats.count(row["completed_n"]))
        figure(
            words("requisitions.high"), formats.count(row["high_n"]), None, words("requisitions.high_note")
        )
        figure(
            words("requisitions.supply"),
            formats.percent(row["supply_ratio"]),
            None,
            words("requisitions.supply_note"),
        )
        figure(
            words("requisitions.last"),
            formats.score(row["last_score"]),
            None,
            words("requisitions.last_note"),
        )


def enough(page: Visit, rows: list[Row]) -> None:
    """The open ones as bars, the shortest of people first; a click shows the people of one."""
    words, formats = page.words, page.formats
    opened = [row for row in rows if row["requisition_status"] == "open" and row["supply_ratio"] is not None]
    if not opened:
        return
    section(words("requisitions.enough"), words("requisitions.enough_note"))
    picked = draw(
        supply(opened[:BARS_SHOWN], page),
        words("requisitions.enough"),
        key="requisitions_supply",
        on_select="rerun",
        selection_mode=CLICK,
    )
    if len(opened) > BARS_SHOWN:
        st.caption(words("requisitions.more", n=formats.count(len(opened) - BARS_SHOWN)))
    for bar in picked.selection.get(CLICK, []):
        st.switch_page("views/requisitions.py", query_params=choices.link(requisition=bar["bar"]))


def openings(page: Visit, rows: list[Row]) -> None:
    """An opening a row; choosing one shows its people."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("requisitions.all"), words("requisitions.all_note"))
    take_along(page, "requisitions")
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                # what decides stands left, where a phone shows it
                "role": [row["role_name"] for row in rows],
                "needed": [row["needed_n"] for row in rows],
                "high": [row["high_n"] for row in rows],
                "supply": pd.Series([row["supply_percent"] for row in rows], dtype="float64"),
                "completed": [row["completed_n"] for row in rows],
                "state": [words.of("requisition_status", row["requisition_status"]) for row in rows],
                "department": [row["department_name"] for row in rows],
                "opened": [formats.day(row["opened_on"]) for row in rows],
                "id": [row["requisition_id"] for row in rows],
                "best": pd.Series([row["best_score"] for row in rows], dtype="float64"),
            }
        ),
        "requisitions_table",
        {
            "id": column.TextColumn(words("column.requisition")),
            "role": column.TextColumn(words("column.role")),
            "department": column.TextColumn(words("filter.department")),
            "state": column.TextColumn(words("column.state")),
            "opened": column.TextColumn(words("column.opened")),
            "needed": column.NumberColumn(words("requisitions.needed")),
            "completed": column.NumberColumn(words("requisitions.completed")),
            "high": column.NumberColumn(words("requisitions.high"), help=words("requisitions.high_note")),
            "supply": column.NumberColumn(
                words("requisitions.supply"), format="%d%%", help=words("requisitions.supply_note")
            ),
            "best": column.NumberColumn(words("column.best"), format="%.1f"),
        },
        in_sight=12,
    )
    if rows[0]["requisitions_n"] > len(rows):
        shown, everything = formats.count(len(rows)), formats.count(rows[0]["requisitions_n"])
        st.caption(plain(words("results.capped", shown=shown, n=everything)))
    for index in ticked:
        chosen = rows[index]["requisition_id"]
        st.switch_page("views/requisitions.py", query_params=choices.link(requisition=chosen))


def people(page: Visit, chosen: Row) -> None:
    """The shortlist: best first, those within the places marked; choosing one opens the person."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("requisitions.people"), words("requisitions.people_note"))
    rows = page.ask.rows("shortlist", requisition=chosen["requisition_id"], row_limit=PEOPLE_SHOWN)
    shown = pd.DataFrame(
        {
            "place": [row["list_order"] for row in rows],
            "name": [row["name"] or row["candidate_id"] for row in rows],
            "score": pd.Series([row["score_shown"] for row in rows], dtype="float64"),
            "grade": [row["grade"] for row in rows],
            "within": [bool(row["is_within_headcount"]) for row in rows],
            "above": [bool(row["is_above_80"]) for row in rows],
            "fit": pd.Series([row["fit_percent"] for row in rows], dtype="float64"),
            "recommendation": [words.of("recommendation", row["recommendation"]) for row in rows],
            "date": [formats.day(row["local_date"]) for row in rows],
            "signals": [[words.of("flag", flag) for flag in row["flags"] or []] for row in rows],
        }
    )
    ticked = ticked_rows(
        page,
        shown,
        "shortlist_table",
        {
            "place": column.NumberColumn(words("column.place"), width="small"),
            "name": column.TextColumn(words("column.name")),
            "score": column.ProgressColumn(
                words("column.score"), min_value=0, max_value=100, format="%.1f", width=130
            ),
            "grade": column.TextColumn(words("column.grade")),
            "within": column.CheckboxColumn(words("column.within"), help=words("column.within_note")),
            "above": column.CheckboxColumn(words("column.above")),
            "fit": column.NumberColumn(words("column.fit"), format="%d%%", help=words("column.fit_note")),
            "recommendation": column.TextColumn(words("column.recommendation")),
            "date": column.TextColumn(words("column.date")),
            "signals": column.ListColumn(words("column.signals"), width="medium"),
        },
        in_sight=12,
        takes_many=True,
    )
    reporting.of_many(page, [row["interview_id"] for row in rows], len(rows))
    picked = [rows[index] for index in ticked]
    if not picked:
        st.caption(words("requisitions.pick"))
    for row in picked:
        st.page_link(
            "views/candidate.py",
            label=plain(row["name"] or row["candidate_id"]),
            icon=":material/person:",
            query_params=choices.link(interview=row["interview_id"]),
        )


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    rows = here.ask.rows("requisitions", row_limit=ROWS_SHOWN)
    if not rows:
        head(words("requisitions.none"), basis(here, None))
        nothing_chosen(here, words("requisitions.none"))
        how(here, "requisitions")
        return
    top = st.container()
    known = {
        row["requisition_id"]: " · ".join(
            (row["role_name"] or row["role_id"], here.formats.day(row["opened_on"]), row["requisition_id"])
        )
        for row in rows
    }
    wanted = one_of(
        "requisition",
        words("column.requisition"),
        list(known),
        lambda key: words("requisitions.every") if key == choices.ALL else known[key],
        width=560,
    )
    chosen = next((row for row in rows if row["requisition_id"] == wanted), None)
    with top:
        head(here.scoped(titles.requisitions(here, rows, chosen)), basis(here, None))
    if chosen is not None:
        cards(here, chosen)
        people(here, chosen)
    else:
        enough(here, rows)
    openings(here, rows)
    how(here, "requisitions")


page()
