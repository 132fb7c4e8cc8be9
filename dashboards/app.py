"""The dashboards: `streamlit run dashboards/app.py`. Sign-in, menu, filters, then the page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboards import access, choices, filters, frame, trouble, updating
from dashboards.ask import PublishedMeanwhileError, Questions, Value
from dashboards.catalogue import Words, words_in
from dashboards.formats import Formats
from dashboards.frame import Visit
from warehouse.errors import NothingPublished, UsageError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

HERE = Path(__file__).parent
# Not `pages/`: a folder of that name would make Streamlit run its files by itself, before any sign-in.
VIEWS = HERE / "views"
DEFAULT = "overview"
MENU = {
    "results": {
        "overview": ":material/dashboard:",
        "results": ":material/list_alt:",
        "candidate": ":material/person:",
    },
    "reasons": {"roles": ":material/work:", "trend": ":material/show_chart:"},
    "decisions": {"grades_and_pay": ":material/payments:", "rubrics": ":material/rule:"},
    "trust": {"health": ":material/monitor_heart:"},
}
# What arrives and what scores by have something to say before the first interview has.
WITHOUT_INTERVIEWS = ("health", "rubrics")
# Pages are made for who sees every row; the policy lets other roles see less than a page needs.
ROLES_WITH_PAGES = frozenset({"hr"})
TELLS_OF_BUILDS = ("overview", "health")


def main() -> None:
    """Draw whatever the URL asks for."""
    choices.take_from_url()
    words = words_in(choices.language())
    st.set_page_config(page_title=words("app.name"), page_icon=str(HERE / "icon.svg"), layout="wide")
    st.html(HERE / "style.css")
    settings = Settings.from_env()
    with trouble.told(words, settings):
        viewer = access.signed_in(settings)
        has_pages = viewer is not None and viewer.role in ROLES_WITH_PAGES
        page = menu(words, is_open=has_pages)
        name = page.url_path or DEFAULT
        access.keep_cookie()
        if viewer is None:
            choices.write_to_url(name)
            access.form(settings, words)
        elif not has_pages:
            access.without_pages(settings, words, viewer)
        else:
            draw(page, name, settings, viewer, words)


def menu(words: Words, is_open: bool) -> Page:
    """The page that the URL names; the menu itself only for who has signed in."""
    groups = {
        words(f"menu.{group}"): [
            st.Page(
                VIEWS / f"{name}.py",
                title=words(f"page.{name}"),
                icon=icon,
                url_path=name,
                default=name == DEFAULT,
            )
            for name, icon in pages.items()
        ]
        for group, pages in MENU.items()
    }
    return st.navigation(groups, position="sidebar" if is_open else "hidden", expanded=True)


def draw(page: Page, name: str, settings: Settings, viewer: Viewer, words: Words) -> None:
    """The sidebar and the page, from one published version."""
    formats = Formats(words, settings.timezone)
    try:
        with st.sidebar:
            visit, unknown = prepare(settings, viewer, words, formats)
            filters.language_switch(words)
            access.account(settings, words, viewer)
        choices.write_to_url(name)
        for value in unknown:
            st.warning(words("choice.unknown", value=value), icon=":material/link_off:")
        if visit.run["interviews_n"] == 0 and name not in WITHOUT_INTERVIEWS:
            empty(settings, words, has_files=bool(visit.ask.rows("sources_with_files")))
            return
        if name in TELLS_OF_BUILDS:
            updating.told(settings, words)
        frame.begin(visit)
        page.run()
    except PublishedMeanwhileError:
        st.rerun()
    except NothingPublished:
        with st.sidebar:
            filters.language_switch(words)
            access.account(settings, words, viewer)
        choices.write_to_url(name)
        empty(settings, words, has_files=False)


def prepare(settings: Settings, viewer: Viewer, words: Words, formats: Formats) -> tuple[Visit, list[str]]:
    """Filters drawn, the tools of this visit, and values of the link that do not exist."""
    asked = Questions(settings, viewer, {"lang": words.language})
    chosen, unknown = filters.choose(asked, words, formats)
    today = datetime.now(UTC).astimezone(settings.timezone).date()
    shared: dict[str, Value] = {
        **chosen.parameters(),
        "coverage_minimum": variable(settings, "coverage_minimum", 0.6, highest=1),
        "today": today.isoformat(),
    }
    ask = Questions(settings, viewer, shared)
    run = ask.row("warehouse_run")
    if run is None:
        raise NothingPublished("The published file has no run: run `scorehouse build`.")
    return Visit(
        words, formats, ask, chosen, filters.scope(ask, words, chosen), run, today, settings
    ), unknown


def variable(settings: Settings, name: str, default: float, highest: int) -> float:
    """A number that the models are built with."""
    value = settings.dbt_variables.get(name, default)
    if not isinstance(value, int | float):
        raise UsageError(f"dbt_project.yml: {name} is {value!r}; write a number from 0 to {highest}.")
    return float(value)


def empty(settings: Settings, words: Words, has_files: bool) -> None:
    """An empty warehouse: what it waits for, or where to see what became of the files that came."""
    updating.told(settings, words)
    frame.head(words("empty.title"), [words("empty.arrived" if has_files else "empty.caption")])
    with st.container(border=True, key="empty"):
        if has_files:
            frame.go(words("health.next"), "health")
        st.markdown(words("empty.steps"))


main()
