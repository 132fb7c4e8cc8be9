"""Saved views beside every page: open one, keep the page as it stands, share, rename, start with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards import choices, menu
from dashboards.formats import plain
from dashboards.frame import Visit
from warehouse import saved_views
from warehouse.saved_views import LONGEST_NAME, SHARED_WITH, SHARES, SavedView, ViewRefusedError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

_TOLD = "told_of_view"
_FORM = "view_form_number"
# Pages about the account itself are no views of results.
_NEVER = frozenset({"account", "inbox"})


def shelf(page: Visit, name: str) -> None:
    """A popover in the sidebar; nothing for candidates, who have no filters."""
    viewer, words = page.ask.viewer, page.words
    if viewer.role == menu.CANDIDATE:
        return
    views = [one for one in saved_views.views_of(page.settings, viewer) if menu.is_for(viewer.role, one.page)]
    with st.popover(words("views.title"), icon=":material/bookmark:", width="stretch"):
        _told_before(page)
        _list(page, viewer, views)
        if name not in _NEVER:
            _keep(page, viewer, name)
        own = [view for view in views if view.owner == viewer.name]
        if own:
            _manage(page, viewer, own)


def open_start(settings: Settings, viewer: Viewer) -> None:
    """Leads from the bare address, where it asks for nothing, to the account's start view."""
    if set(st.query_params.to_dict()) - {"lang"}:
        return
    view = saved_views.start_of(settings, viewer)
    if view is not None and menu.is_for(viewer.role, view.page):
        _open(view)


def _open(view: SavedView) -> None:
    address = choices.replace(view.query_params)
    st.switch_page(menu.VIEWS / f"{view.page}.py", query_params=address)


def _list(page: Visit, viewer: Viewer, views: Sequence[SavedView]) -> None:
    words = page.words
    if not views:
        st.caption(words("views.none"))
    for view in views:
        icon = "home" if view.is_start else "bookmark" if view.owner == viewer.name else "group"
        about = words(f"page.{view.page}")
        if view.owner != viewer.name:
            about = words("views.by", page=about, owner=view.owner)
        elif view.shared_with:
            roles = words("format.comma").join(words.of("role", role) for role in view.shared_with)
            about = words("views.shared", page=about, roles=roles)
        label = words("views.entry", name=plain(view.name), about=plain(about))
        if st.button(label, key=f"view_{view.id}", icon=f":material/{icon}:", type="tertiary"):
            _open(view)


def _keep(page: Visit, viewer: Viewer, name: str) -> None:
    words = page.words
    with st.form("save_view", border=False):
        called = st.text_input(
            words("views.name"),
            key=f"view_name_{st.session_state.get(_FORM, 0)}",
            max_chars=LONGEST_NAME,
            placeholder=words(f"page.{name}"),
            help=words("views.name_note"),
        )
        shared: list[str] = []
        if viewer.role == SHARES:
            shared = st.multiselect(
                words("views.share"),
                SHARED_WITH,
                format_func=lambda role: words.of("role", role),
                key=f"view_share_{st.session_state.get(_FORM, 0)}",
                placeholder=words("views.private"),
            )
        pressed = st.form_submit_button(words("views.save"), icon=":material/bookmark_add:")
    if pressed:
        wanted = choices.of_page(name)
        _told(
            "saved",
            lambda: saved_views.save(page.settings, viewer, called, name, wanted, shared_with=shared),
        )


def _manage(page: Visit, viewer: Viewer, own: Sequence[SavedView]) -> None:
    words, settings = page.words, page.settings
    by_id = {view.id: view for view in own}
    chosen = st.selectbox(
        words("views.change"),
        list(by_id),
        index=None,
        format_func=lambda one: by_id[one].name,
        placeholder=words("views.change_hint"),
        key=f"view_change_{st.session_state.get(_FORM, 0)}",
    )
    if chosen is None:
        return
    view = by_id[chosen]
    called = st.text_input(words("views.new_name"), value=view.name, key=f"view_rename_{chosen}")
    rename, start, remove = st.columns(3)
    with rename:
        if st.button(words("views.rename"), key="view_do_rename"):
            _told("renamed", lambda: saved_views.rename(settings, viewer, chosen, called))
    with start:
        label = words("views.no_start" if view.is_start else "views.start")
        if st.button(label, key="view_do_start"):
            wanted = None if view.is_start else chosen
            _told("started", lambda: saved_views.set_start(settings, viewer, wanted))
    with remove:
        if st.button(words("views.remove"), key="view_do_remove"):
            _told("removed", lambda: saved_views.remove(settings, viewer, chosen))


def _told(what: str, act: Callable[[], object]) -> None:
    try:
        act()
        st.session_state[_TOLD] = (True, f"views.told.{what}")
        st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1
    except ViewRefusedError as refused:
        st.session_state[_TOLD] = (False, f"views.refused.{refused.why}")
    st.rerun()


def _told_before(page: Visit) -> None:
    found = st.session_state.pop(_TOLD, None)
    if found:
        (st.success if found[0] else st.error)(page.words(found[1]))
