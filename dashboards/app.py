"""The dashboards, which `dashboards/web.py` serves. Sign-in, menu, filters, then the page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboards import (
    access,
    chart_images,
    choices,
    filters,
    frame,
    inbox_count,
    menu,
    own_language,
    trouble,
    updating,
    view_shelf,
)
from dashboards.ask import PublishedMeanwhileError, Questions, Value
from dashboards.catalogue import Words, words_in
from dashboards.charts.specs import without_checks
from dashboards.formats import Formats
from dashboards.frame import Visit
from warehouse.errors import NothingPublished, UsageError
from warehouse.grants import scope_of
from warehouse.settings import Settings
from warehouse.viewer import Viewer

HERE = Path(__file__).parent
TELLS_OF_BUILDS = ("overview", "health")


def main() -> None:
    """Draw whatever the URL asks for."""
    without_checks()
    choices.take_from_url()
    words = words_in(choices.language())
    st.set_page_config(page_icon=str(HERE / "icon.svg"), layout="wide")
    st.html(HERE / "style.css")
    settings = Settings.from_env()
    with trouble.told(words, settings):
        viewer = access.signed_in(settings)
        words = own_language.words_of(settings, viewer)
        own_language.tell_browser(words)
        role = viewer.role if viewer is not None and menu.pages_of(viewer.role) else None
        marks = inbox_count.marks(settings, viewer) if viewer is not None and role else {}
        page = menu.navigate(words, role, marks)
        name = page.url_path
        shown = page.title if role is not None and name else words("signin.title")
        st.set_page_config(page_title=words("app.titled", page=shown))
        access.keep_cookie()
        if viewer is None:
            choices.write_to_url(name)
            access.form(settings, words)
        elif role is None:
            access.without_pages(settings, words, viewer)
        elif not name:
            view_shelf.open_start(settings, viewer)
            first = menu.VIEWS / f"{menu.first_page(role)}.py"
            st.switch_page(first, query_params=st.query_params.to_dict())
        elif not menu.is_for(role, name):
            not_open(settings, words, viewer)
        elif role == menu.HEAD and not scope_of(settings, viewer).departments:
            without_grant(settings, words, viewer)
        else:
            draw(page, name, settings, viewer, words)


def not_open(settings: Settings, words: Words, viewer: Viewer) -> None:
    """A page of another role: a sentence, no data, and the way to an own page."""
    beside(settings, words, viewer)
    frame.head(words("page.not_open"), [words("page.not_open_note")])
    first = menu.first_page(viewer.role)
    st.page_link(f"views/{first}.py", label=words(f"page.{first}"), icon=":material/arrow_forward:")


def without_grant(settings: Settings, words: Words, viewer: Viewer) -> None:
    """A department head whose grants have ended or have not begun: what to ask for."""
    beside(settings, words, viewer)
    frame.head(words("page.no_grant"), [words("page.no_grant_note")])


def beside(settings: Settings, words: Words, viewer: Viewer) -> None:
    """The sidebar of a page without filters."""
    with st.sidebar:
        filters.language_switch(words)
        access.account(settings, words, viewer)


def draw(page: Page, name: str, settings: Settings, viewer: Viewer, words: Words) -> None:
    """The sidebar and the page, from one published version."""
    formats = Formats(words, settings.timezone)
    try:
        with st.sidebar:
            visit, unknown = prepare(name, settings, viewer, words, formats)
            view_shelf.shelf(visit, name)
            filters.language_switch(words)
            access.account(settings, words, viewer)
        choices.write_to_url(name)
        for value in unknown:
            st.warning(words("choice.unknown", value=value), icon=":material/link_off:")
        if visit.run["interviews_n"] == 0 and menu.entries()[name].is_about_results:
            empty(settings, words, has_files=bool(visit.ask.rows("sources_with_files")))
            return
        if name in TELLS_OF_BUILDS:
            updating.told(settings, words)
        frame.begin(visit)
        chart_images.menus(words)
        page.run()
    except PublishedMeanwhileError:
        st.rerun()
    except NothingPublished:
        beside(settings, words, viewer)
        choices.write_to_url(name)
        empty(settings, words, has_files=False)


def prepare(
    name: str, settings: Settings, viewer: Viewer, words: Words, formats: Formats
) -> tuple[Visit, list[str]]:
    """Filters drawn, the tools of this visit, and values of the link that do not exist."""
    asked = Questions(settings, viewer, {"lang": words.language})
    if viewer.role == menu.CANDIDATE or not menu.entries()[name].has_filters:
        chosen, unknown = filters.everything(words), list[str]()
    else:
        chosen, unknown = filters.choose(asked, words, formats)
    today = datetime.now(UTC).astimezone(settings.timezone).date()
    shared: dict[str, Value] = {
        **chosen.parameters(),
        "coverage_minimum": variable(settings, "coverage_minimum", 0.6, highest=1),
        "participation_alert": variable(settings, "participation_alert", 0.6, highest=1),
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
