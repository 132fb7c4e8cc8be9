"""The weights of a role, and what other weights would have made of the results of the choice."""

from __future__ import annotations

import streamlit as st

from dashboards import choices, proposal
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, nothing, section
from dashboards.number_tables import number_table
from dashboards.own_choices import bound
from dashboards.proposal import Proposal, Weighted
from dashboards.rubric_effect import effect
from dashboards.rulebook import Rulebook

STEP = 5.0
_EDITS_REQUIREMENTS = "edits_requirements"


def part(page: Visit, book: Rulebook) -> str:
    """The role's weights, editable, and their effect; gives the title."""
    words, ask = page.words, page.ask
    names = {row["id"]: row["name"] for row in ask.rows("roles") if _is_here(page, row)}
    if not names:
        nothing(words("rubrics.no_roles"))
        return words("rubrics.no_roles")
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    with left:
        role = _role(page, names)
    sets = ask.rows("weight_sets", of_role=role)
    if not sets:
        nothing(words("rubrics.no_weights"), words("rubrics.no_weights_next"))
        return words("rubrics.title_none", role=names[role])
    with right:
        held = _set(page, sets)
    rows = ask.rows("weight_rows", of_role=role, weight_set=held["id"])
    now = proposal.of_rows(rows)
    wanted = proposal.from_link(choices.get("proposal"), role, held["id"], now)
    section(words("rubrics.weights", role=names[role]), words("rubrics.weights_note"))
    _inputs(page, rows, role, held["id"], wanted)
    _table(page, rows, now, wanted)
    if wanted == now:
        n = page.formats.count(held["interviews_n"])
        nothing(words("rubrics.unchanged", n=n, period=page.formats.quarter(page.choices.quarter)))
        return _title(page, rows, names[role])
    st.button(
        words("rubrics.reset"),
        icon=":material/undo:",
        on_click=choices.put,
        args=("proposal", None),
        key="reset_proposal",
    )
    return effect(page, book, role, names[role], held, wanted)


def _is_here(page: Visit, role: Row) -> bool:
    chosen = page.choices
    return chosen.department in (choices.ALL, role["department_id"]) or chosen.role == role["id"]


def _role(page: Visit, names: dict[str, str]) -> str:
    """The role of the sidebar; where that is all of them, the first."""
    shown = page.choices.role if page.choices.role in names else next(iter(names))
    st.session_state["own_of_role"] = shown
    st.selectbox(
        page.words("filter.role"),
        list(names),
        format_func=lambda role: names[role],
        key="own_of_role",
        on_change=lambda: choices.put("role", st.session_state["own_of_role"], choices.ALL),
    )
    return shown


def _set(page: Visit, sets: list[Row]) -> Row:
    """The set that is looked at: of those used in the choice the newest, unless another was chosen."""
    words, formats = page.words, page.formats
    by_day = {row["id"]: row for row in sets}
    default = next((row["id"] for row in sets if row["interviews_n"]), sets[0]["id"])

    def label(day: str) -> str:
        row = by_day[day]
        until = row["valid_before"]
        span = words("rubrics.since", day=formats.day(row["valid_from"]))
        if until is not None:
            span = words("rubrics.between", day=formats.day(row["valid_from"]), until=formats.day(until))
        return words("rubrics.set", span=span, n=formats.count(row["interviews_n"]))

    chosen = bound(
        "set",
        default,
        st.selectbox,
        label=words("rubrics.set_label"),
        options=list(by_day),
        format_func=label,
        help=words("rubrics.set_note"),
    )
    return by_day[chosen]


def _inputs(page: Visit, rows: list[Row], role: str, day: str, wanted: Proposal) -> None:
    """A field a competency; what is typed goes to the URL at once."""
    words = page.words
    place = (role, day, tuple(row["competency_id"] for row in rows))
    with st.container(horizontal=True, gap="small", key="weights"):
        for row in rows:
            name = row["competency_id"]
            _field(
                page, "weight", place, name, row["competency"], wanted[name].weight, proposal.HIGHEST_WEIGHT
            )
    is_edited = any(wanted[row["competency_id"]].requirement != row["requirement"] for row in rows)
    if is_edited:
        st.session_state[_EDITS_REQUIREMENTS] = True
    if not st.toggle(words("rubrics.edit_requirements"), key=_EDITS_REQUIREMENTS):
        return
    with st.container(horizontal=True, gap="small", key="requirements"):
        for row in rows:
            name = row["competency_id"]
            if wanted[name].weight > 0:
                label = words("rubrics.requirement_of", competency=row["competency"])
                value = wanted[name].requirement
                _field(page, "requirement", place, name, label, value, proposal.HIGHEST_SCORE)


def _field(
    page: Visit,
    kind: str,
    place: tuple[str, str, tuple[str, ...]],
    name: str,
    label: str,
    value: float | None,
    highest: float,
) -> None:
    key = _key(kind, place, name)
    st.session_state[key] = value
    st.number_input(
        plain(label),
        min_value=0.0,
        max_value=highest,
        step=STEP,
        format="%g",
        placeholder=page.words("format.none"),
        key=key,
        on_change=_keep,
        args=(page, place),
        width="stretch",
    )


def _key(kind: str, place: tuple[str, str, tuple[str, ...]], name: str) -> str:
    return f"{kind}~{place[0]}~{place[1]}~{name}"


def _keep(page: Visit, place: tuple[str, str, tuple[str, ...]]) -> None:
    """All fields as they stand now, as the proposal in the URL; an emptied weight is none."""
    role, day, names = place
    rows = page.ask.rows("weight_rows", of_role=role, weight_set=day)
    now = proposal.of_rows(rows)
    before = proposal.from_link(choices.get("proposal"), role, day, now)
    wanted = {
        name: Weighted(
            st.session_state.get(_key("weight", place, name), before[name].weight) or 0.0,
            st.session_state.get(_key("requirement", place, name), before[name].requirement),
        )
        for name in names
    }
    choices.put("proposal", proposal.to_link(role, day, now, wanted))


def _table(page: Visit, rows: list[Row], now: Proposal, wanted: Proposal) -> None:
    """Shares and requirements, with what the proposal makes of them."""
    words, formats = page.words, page.formats
    before, after = proposal.shares(now), proposal.shares(wanted)
    shown = [row for row in rows if now[row["competency_id"]].weight or wanted[row["competency_id"]].weight]
    columns = {
        words("column.competency"): [plain(row["competency"]) for row in shown],
        words("column.weight_share"): [formats.percent(before[row["competency_id"]]) for row in shown],
        words("column.requirement"): [formats.score(row["requirement"]) for row in shown],
    }
    if wanted != now:
        columns[words("column.share_after")] = [formats.percent(after[row["competency_id"]]) for row in shown]
        columns[words("column.requirement_after")] = [
            formats.score(wanted[row["competency_id"]].requirement) for row in shown
        ]
    number_table(columns, "weights_of_role")


def _title(page: Visit, rows: list[Row], role: str) -> str:
    words = page.words
    weighted = [row for row in rows if row["weight"]]
    return words(
        "rubrics.title_weights",
        role=role,
        n=page.formats.count(len(weighted)),
        competency=weighted[0]["competency"],
        share=page.formats.percent(weighted[0]["weight_share"]),
    )
