"""The filters in the sidebar: the same on every page, remembered in the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards import choices, own_language
from dashboards.ask import Questions
from dashboards.catalogue import LANGUAGES, Words
from dashboards.choices import ALL, Choices
from dashboards.formats import Formats


def language_switch(words: Words) -> None:
    """中文 | English; each language is named in itself."""
    _offer("lang", choices.language())
    st.segmented_control(
        words("filter.language"),
        LANGUAGES,
        required=True,
        format_func=lambda code: words(f"language.{code}"),
        key="pick_lang",
        on_change=_language_chosen,
    )


def everything(words: Words) -> Choices:
    """For a reader without filters: all that they may see."""
    return Choices(ALL, ALL, ALL, ALL, words.language)


def choose(ask: Questions, words: Words, formats: Formats) -> tuple[Choices, list[str]]:
    """Draw the filters; the choices and the values of a link that do not exist here."""
    lang = choices.language()
    departments = {row["id"]: row["name"] for row in ask.rows("departments", lang=lang)}
    everywhere = [ALL]
    if ask.role == "department_head":
        # Totals over other departments are not theirs to see: each of their own stands by itself.
        departments = {key: name for key, name in departments.items() if key in ask.departments}
        everywhere = []
    roles = ask.rows("roles", lang=lang)
    quarters = [row["id"] for row in ask.rows("periods")]
    scenarios = [row["id"] for row in ask.rows("scenarios")]
    unknown: list[str] = []

    def pick(name: str, options: Sequence[str], show: Callable[[str], str], default: str = ALL) -> str:
        chosen, stray = choices.resolved(name, options, default)
        if stray is not None:
            unknown.append(stray)
        _offer(name, chosen)
        st.selectbox(
            words(f"filter.{name}"),
            options,
            format_func=show,
            key=f"pick_{name}",
            on_change=_chosen,
            args=(name, ALL if name != "quarter" else ""),
        )
        return chosen

    offered = [*everywhere, *departments]
    department = pick(
        "department",
        offered,
        lambda key: departments.get(key, words("choice.all_departments")),
        next(iter(offered), ALL),
    )
    role_names = {row["id"]: row["name"] for row in roles}
    here = [row["id"] for row in roles if department in (ALL, row["department_id"])]
    wanted = choices.get("role", ALL)
    if wanted in role_names and wanted not in here:
        here.append(wanted)
    role = pick("role", [ALL, *here], lambda key: role_names.get(key, words("choice.all_roles")))
    scenario = pick(
        "scenario",
        [ALL, *scenarios],
        lambda key: words("choice.all_scenarios") if key == ALL else words.of("scenario", key),
    )
    latest = quarters[0] if quarters else ALL
    quarter = pick("quarter", [*quarters, ALL], formats.quarter_short, latest)
    return Choices(department, role, scenario, quarter, lang), unknown


def scope(ask: Questions, words: Words, chosen: Choices) -> str:
    """The chosen part of the company in words, empty for all of it."""
    parts = []
    if chosen.department != ALL and chosen.role == ALL:
        parts += [row["name"] for row in ask.rows("departments") if row["id"] == chosen.department]
    if chosen.role != ALL:
        parts += [row["name"] for row in ask.rows("roles") if row["id"] == chosen.role]
    if chosen.scenario != ALL:
        parts.append(words.of("scenario", chosen.scenario))
    return " · ".join(parts)


def _offer(name: str, chosen: str) -> None:
    st.session_state[f"pick_{name}"] = chosen


def _language_chosen() -> None:
    _chosen("lang", choices.language_of_browser())
    own_language.switched()


def _chosen(name: str, default: str) -> None:
    value = st.session_state[f"pick_{name}"]
    choices.put(name, choices.quarter_name(value) if name == "quarter" else value, default)
    if name == "department":
        choices.put("role", None)
