"""The saved views that may be mailed, as the recipient may use them now."""

from __future__ import annotations

from dashboards.page_tables import TABLES
from warehouse import saved_views
from warehouse.saved_views import SavedView
from warehouse.settings import Settings
from warehouse.viewer import Viewer


def views_of(settings: Settings, viewer: Viewer) -> list[SavedView]:
    """The saved views of pages that are mailed: the viewer's own, and those shared with them."""
    return [one for one in saved_views.views_of(settings, viewer) if one.page in TABLES]


def view_of(settings: Settings, viewer: Viewer, id_: str) -> SavedView | None:
    """One by its id; None when it is gone, or no longer shared with the viewer."""
    return saved_views.get(settings, viewer, id_)
