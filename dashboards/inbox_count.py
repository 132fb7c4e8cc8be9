"""What stands behind "inbox" in the menu: unread mentions and questions of candidates that wait."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboards import ask
from dashboards.ask import REMEMBERED
from warehouse import inbox
from warehouse.grants import scope_of
from warehouse.settings import Settings
from warehouse.viewer import Viewer

PAGE = "inbox"


@st.cache_data(show_spinner=False, max_entries=REMEMBERED)
def _count(published: str, mark: str, departments: tuple[str, ...], home: str, name: str, role: str) -> int:
    settings, viewer, marts = Settings(home=Path(home)), Viewer(name, role), ask.marts(home)
    unread = sum(not item.is_read for item in inbox.mentions(settings, viewer, marts))
    return unread + len(inbox.waiting(settings, viewer, marts))


def marks(settings: Settings, viewer: Viewer) -> dict[str, str]:
    """The mark of the inbox, when something waits there; counted anew after each word, reading or publish."""
    home = str(settings.home)
    version = ask.marts(home).version()
    if viewer.role not in inbox.READERS or version is None:
        return {}
    departments = tuple(sorted(scope_of(settings, viewer).departments))
    key = f"{version.path}:{version.identity}"
    count = _count(key, inbox.mark(settings, viewer), departments, home, viewer.name, viewer.role)
    return {PAGE: str(count)} if count else {}
