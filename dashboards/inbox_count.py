"""What waits in the inbox, opened once after each word, and the number of it behind "inbox" in the menu."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboards import ask
from dashboards.ask import REMEMBERED
from warehouse import inbox
from warehouse.grants import scope_of
from warehouse.inbox import Item
from warehouse.settings import Settings
from warehouse.viewer import Viewer

PAGE = "inbox"
_Items = list[Item]


@st.cache_data(show_spinner=False, max_entries=REMEMBERED)
def _said(
    published: str, mark: str, departments: tuple[str, ...], home: str, name: str, role: str
) -> tuple[_Items, _Items]:
    settings, viewer, marts = Settings(home=Path(home)), Viewer(name, role), ask.marts(home)
    return inbox.mentions(settings, viewer, marts), inbox.waiting(settings, viewer, marts)


@st.cache_data(show_spinner=False, max_entries=REMEMBERED)
def _count(published: str, mark: str, departments: tuple[str, ...], home: str, name: str, role: str) -> int:
    said, waiting = items(Settings(home=Path(home)), Viewer(name, role))
    return sum(not item.is_read for item in said) + len(waiting)


def items(settings: Settings, viewer: Viewer) -> tuple[_Items, _Items]:
    """Where the viewer is mentioned, and the questions that wait; opened anew after each word or publish."""
    if _published(settings) is None:
        return [], []
    said, waiting = _said(*_key(settings, viewer, inbox.said_mark(settings)))
    return inbox.with_readings(settings, viewer, said), waiting


def marks(settings: Settings, viewer: Viewer) -> dict[str, str]:
    """The mark of the inbox, when something waits there; counted anew after each word, reading or publish."""
    if viewer.role not in inbox.READERS or _published(settings) is None:
        return {}
    count = _count(*_key(settings, viewer, inbox.mark(settings, viewer)))
    return {PAGE: str(count)} if count else {}


def _published(settings: Settings) -> str | None:
    version = ask.marts(str(settings.home)).version()
    return None if version is None else f"{version.path}:{version.identity}"


def _key(settings: Settings, viewer: Viewer, mark: str) -> tuple[str, str, tuple[str, ...], str, str, str]:
    departments = tuple(sorted(scope_of(settings, viewer).departments))
    return str(_published(settings)), mark, departments, str(settings.home), viewer.name, viewer.role
