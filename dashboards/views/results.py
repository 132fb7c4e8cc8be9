"""Results: every interview of the choice, found by grade, name or id; a row opens its person."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import choices, reporting, subscribing, titles
from dashboards.ask import Row, Value
from dashboards.comparing import to_comparison
from dashboards.download import FIELDS, chosen, offered
from dashboards.formats import plain
from dashboards.frame import Visit, basis, head, how, nothing, nothing_chosen, visit
from dashboards.own_choices import bound, took
from dashboards.standing import standing
from dashboards.ticked_rows import ticked_rows

ROWS_SHOWN = 1_000
ROWS_IN_FILE = 100_000
BELOW_SHOWN = 8


def find(page: Visit) -> dict[str, Value]:
    """The filters of this page, as parameters of the query."""
    words = page.words
    search, grade, state, top = st.columns([2.2, 2.4, 1.6, 1.2], vertical_alignment="bottom")
    with search:
        text = bound(
            "search",
            "",
            st.text_input,
            label=words("results.search"),
            placeholder=words("results.search_hint"),
        )
    with grade:
        grades = [row["grade"] for row in page.ask.rows("bands")]
        picked = _bound_list("grade", words("results.grade"), grades)
    with state:
        status = bound(
            "status",
            "all",
            st.selectbox,
            label=words("results.status"),
            options=["all", *words.choices("status")],
            format_func=lambda code: (
                words("choice.all_states") if code == "all" else words.of("status", code)
            ),
        )
    with top:
        only_top = _bound_flag("top10", words("results.top10"))
    return {
        "search": str(text).strip(),
        "grade": "".join(picked) or "all",
        "status": status,
        "top10": only_top,
        **further(page),
    }


def further(page: Visit) -> dict[str, Value]:
    """Filters that come with a link from another page: shown as a tag that can be taken off."""
    words = page.words
    found: dict[str, Value] = {}
    for name in ("recommendation", "flag"):
        value = choices.get(name, "all")
        if value not in words.choices(name):
            value = "all"
        found[name] = value
        if value != "all":
            st.button(
                words("results.only", what=words.of(name, value)),
                icon=":material/close:",
                key=f"take_off_{name}",
                on_click=choices.put,
                args=(name, None),
            )
    return found


def _bound_list(name: str, label: str, options: list[str]) -> list[str]:
    key = f"own_{name}"
    st.session_state[key] = [option for option in options if option in choices.get(name)]
    picked = st.pills(label, options, selection_mode="multi", key=key, on_change=took, args=(name, ""))
    return [str(option) for option in picked]


def _bound_flag(name: str, label: str) -> bool:
    key = f"own_{name}"
    st.session_state[key] = choices.get(name) == "1"
    return bool(st.toggle(label, key=key, on_change=took, args=(name, "")))


def table(page: Visit, rows: list[Row], note: DeltaGenerator) -> None:
    """The rows as people read them; choosing one opens its person, or several are compared (by `note`)."""
    words, formats = page.words, page.formats
    shown = pd.DataFrame(
        {
            "name": [row["name"] or row["candidate_id"] for row in rows],
            # what decides stands left, where a phone shows it
            "score": pd.Series([row["score_shown"] for row in rows], dtype="float64"),
            "grade": [row["grade"] or reason(page, row) for row in rows],
            "role": [row["role_name"] for row in rows],
            "rank": [place(page, row) for row in rows],
            "recommendation": [words.of("recommendation", row["recommendation"]) for row in rows],
            "fit": pd.Series([row["fit_percent"] for row in rows], dtype="float64"),
            "pay": [
                "" if row["pay_min"] is None else formats.pay_range(row["pay_min"], row["pay_max"])
                for row in rows
            ],
            "scenario": [words.of("scenario", row["scenario"]) for row in rows],
            "date": [formats.day(row["local_date"]) for row in rows],
            "signals": [[words.of("flag", flag) for flag in row["flags"] or []] for row in rows],
            "id": [row["interview_id"] for row in rows],
        }
    )
    column = st.column_config
    if not page.ask.sees("own"):
        shown = shown.drop(columns="pay")
    places = ticked_rows(
        page,
        shown,
        f"results_table_{is_picking()}",
        {
            # not pinned: Streamlit writes pinned columns in grey
            "name": column.TextColumn(words("column.name")),
            "role": column.TextColumn(words("column.role")),
            "score": column.ProgressColumn(
                words("column.score"), min_value=0, max_value=100, format="%.1f", width=100
            ),
            "grade": column.TextColumn(words("column.grade")),
            "rank": column.TextColumn(words("column.rank"), help=words("column.rank_note")),
            "recommendation": column.TextColumn(words("column.recommendation")),
            "fit": column.NumberColumn(words("column.fit"), format="%d%%", help=words("column.fit_note")),
            "pay": column.TextColumn(words("column.pay")),
            "scenario": column.TextColumn(words("column.scenario")),
            "date": column.TextColumn(words("column.date")),
            "signals": column.ListColumn(words("column.signals"), width="medium"),
            "id": column.TextColumn(words("column.id")),
        },
        in_sight=14,
        row_height=38,
        takes_many=is_picking(),
    )
    ticked = [rows[index]["interview_id"] for index in places]
    if is_picking():
        # in the place of the hint: the table stays where it is while rows are ticked
        with note:
            to_comparison(page, ticked)
        return
    for interview in ticked:
        st.switch_page("views/candidate.py", query_params=choices.link(interview=interview))


def place(page: Visit, row: Row) -> str:
    """The place among those of the same role, scenario and quarter, with a star for the best tenth.

    Who is alone there is the first of nobody else.
    """
    if row["cohort_rank"] is None:
        return ""
    if row["cohort_n"] == 1:
        return page.words("results.alone")
    return f"{row['cohort_rank']} / {row['cohort_n']}{' ★' if row['is_top10'] else ''}"


def below_the_line(page: Visit, wanted: Mapping[str, Value]) -> bool:
    """Who was looked for among the best tenth and is not in it: where they stand, and the way to why."""
    if not (wanted["top10"] and wanted["search"]):
        return False
    words = page.words
    rows = page.ask.rows("results", row_limit=BELOW_SHOWN, **{**wanted, "top10": False})
    if not rows:
        return False
    nothing(words("results.not_top10", name=wanted["search"]), words("results.not_top10_next"))
    for row in rows:
        at = place(page, row)
        label = words(
            "results.stands",
            name=row["name"] or row["candidate_id"],
            role=row["role_name"] or "",
            result=standing(page, row),
            rank=words("results.rank", rank=at) if at else "",
        )
        st.page_link(
            "views/candidate.py",
            label=plain(label),
            icon=":material/person:",
            query_params=choices.link(interview=row["interview_id"]),
        )
    return True


def is_picking() -> bool:
    """Whether rows are ticked to be compared; else a tick opens the person."""
    return choices.get("pick") == "1"


def reason(page: Visit, row: Row) -> str:
    """Why there is no grade."""
    return page.words(f"absent.{row['status']}", coverage=page.formats.percent(row["coverage"]))


def own_link() -> dict[str, str]:
    """The choices of this page, as they stand in its link."""
    return {name: choices.get(name) for name in choices.OWN["results"] if choices.get(name)}


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, formats = here.words, here.formats
    title = st.container()
    wanted = find(here)
    rows = here.ask.rows("results", row_limit=ROWS_SHOWN, **wanted)
    found = rows[0]["found_n"] if rows else 0
    with title:
        head(here.scoped(titles.results(here, rows)), basis(here, None))
    if not rows:
        if not below_the_line(here, wanted):
            nothing_chosen(here, words("results.none"))
    else:
        note, tick, button = st.columns([1.5, 0.8, 2.2], vertical_alignment="center")
        with tick:
            _bound_flag("pick", words("compare.tick"))
        capped = words("results.capped", shown=formats.count(len(rows)), n=formats.count(found))
        if not is_picking():
            note.caption(plain(capped if found > len(rows) else words("results.open_hint")))
        with button, st.container(horizontal=True, gap="small"):
            offered(
                here,
                words("results.file", day=here.today.isoformat()),
                lambda: here.ask.table("results", row_limit=ROWS_IN_FILE, **wanted),
                title=words("page.results"),
                filters=chosen(here, wanted),
                fields=FIELDS,
                label=words("results.download"),
            )
            reporting.of_many(here, [row["interview_id"] for row in rows], found)
            subscribing.offered(here, "results", own_link())
        table(here, rows, note)
    how(here, "results")


page()
