"""The menu: which page stands in which group, and for which roles it is made.

A page that is not for the reader's role is neither in the menu nor drawn when its address is typed. What a
page may show is not decided here: its queries see what the access policy shows to the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboards.catalogue import Words

HERE = Path(__file__).parent
# Not `pages/`: a folder of that name would make Streamlit run its files by itself, before any sign-in.
VIEWS = HERE / "views"

HR, HEAD, ANALYST, CANDIDATE = "hr", "department_head", "analyst", "candidate"
_DECIDERS = frozenset({HR, HEAD})
_STAFF = frozenset({HR, HEAD, ANALYST})


@dataclass(frozen=True)
class Entry:
    """A page of the menu. `is_about_results`: without any interview it has nothing to say.

    `has_filters`: the filters of the sidebar choose what it shows.
    """

    icon: str
    roles: frozenset[str]
    is_about_results: bool = True
    has_filters: bool = True


GROUPS: Mapping[str, Mapping[str, Entry]] = {
    "mine": {
        "my_result": Entry("person", frozenset({CANDIDATE}), is_about_results=False),
        "my_data": Entry("shield_person", frozenset({CANDIDATE}), is_about_results=False),
    },
    "results": {
        "overview": Entry("dashboard", _STAFF),
        "inbox": Entry("inbox", _DECIDERS, is_about_results=False, has_filters=False),
        "results": Entry("list_alt", _STAFF),
        "candidate": Entry("person", _STAFF),
        "compare": Entry("compare_arrows", _STAFF, has_filters=False),
        "batches": Entry("groups", _STAFF),
        "requisitions": Entry("assignment_ind", _STAFF),
    },
    "reasons": {
        "roles": Entry("work", _STAFF),
        "trend": Entry("show_chart", _STAFF),
        "questions": Entry("quiz", frozenset({HR, ANALYST})),
        "outcomes": Entry("conversion_path", _STAFF),
    },
    "decisions": {
        "grades_and_pay": Entry("payments", _DECIDERS),
        "growth": Entry("trending_up", _STAFF),
        "internal": Entry("move_up", _STAFF),
        "rubrics": Entry("rule", frozenset({HR, ANALYST}), is_about_results=False),
    },
    "trust": {
        "claims": Entry("fact_check", frozenset({HR, ANALYST}), has_filters=False),
        "trust": Entry("shield_person", frozenset({HR, ANALYST}), has_filters=False),
        "health": Entry("monitor_heart", frozenset({HR, ANALYST}), is_about_results=False, has_filters=False),
        "sql": Entry("terminal", _STAFF, is_about_results=False, has_filters=False),
        "audit": Entry("policy", frozenset({HR}), is_about_results=False, has_filters=False),
        "account": Entry("manage_accounts", _STAFF | {CANDIDATE}, is_about_results=False, has_filters=False),
    },
}
# Where a reader lands who asks for no page.
_FIRST = {CANDIDATE: "my_result"}
_FIRST_OF_ALL = "overview"


def entries() -> dict[str, Entry]:
    """Every page by its name, in the order of the menu."""
    return {name: entry for pages in GROUPS.values() for name, entry in pages.items()}


def pages_of(role: str) -> list[str]:
    """The pages that are made for a role, in the order of the menu."""
    return [name for name, entry in entries().items() if role in entry.roles]


def first_page(role: str) -> str:
    """The page of an address that names none."""
    return _FIRST.get(role, _FIRST_OF_ALL)


def is_for(role: str, page: str) -> bool:
    """Whether a page is made for a role."""
    return page in pages_of(role)


def navigate(words: Words, role: str | None, marks: Mapping[str, str] | None = None) -> Page:
    """The page that the address names; the menu shows what is for `role`, nothing before sign-in.

    `marks`: what stands behind the name of a page, such as how much is unread there.
    Pages for other roles are known all the same: whoever types their address is told in words.
    """
    told = marks or {}
    groups = {
        words(f"menu.{group}"): list(_pages(pages, words, role, told)) for group, pages in GROUPS.items()
    }
    # The bare address is nobody's page: every page keeps its name, whoever's first it is.
    groups[""] = [st.Page(_bare, url_path="home", title=words("app.name"), default=True, visibility="hidden")]
    return st.navigation(groups, position="hidden" if role is None else "sidebar", expanded=True)


def _bare() -> None:
    """Never drawn: from the bare address the reader is led on."""


def _pages(
    entries_of_group: Mapping[str, Entry], words: Words, role: str | None, marks: Mapping[str, str]
) -> Iterator[Page]:
    for name, entry in entries_of_group.items():
        title = words(f"page.{name}")
        yield st.Page(
            VIEWS / f"{name}.py",
            title=words("menu.marked", page=title, mark=marks[name]) if name in marks else title,
            icon=f":material/{entry.icon}:",
            url_path=name,
            visibility="visible" if role in entry.roles else "hidden",
        )
