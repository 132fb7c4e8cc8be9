"""Views that people keep: a page with its filters under a name, for themselves or shared with a role.

A view is an address and no copy of anything: whoever opens it sees what their own role and grants show.
Sealed like saved queries (see `account_shelves`), because a name or a search may name somebody.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from warehouse.account_shelves import Content, Shelves
from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

MOST_SAVED = 100
LONGEST_NAME = 60
# Whose shared views others find in their list, and with whom they can be shared.
SHARES = "hr"
SHARED_WITH = ("hr", "department_head", "analyst")
_VIEWS, _START = "views", "start"


class ViewRefusedError(UsageError):
    """A view that cannot be kept so; `why` is for pages: name, taken, many, share, gone."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class SavedView:
    """A page and the choices in its address. `is_start`: the one that opens first for who asked."""

    id: str
    owner: str
    name: str
    page: str
    query_params: Mapping[str, str]
    shared_with: tuple[str, ...]
    created_at: dt.datetime
    is_start: bool = False


def save(
    settings: Settings,
    viewer: Viewer,
    name: str,
    page: str,
    query_params: Mapping[str, str],
    *,
    shared_with: Sequence[str] = (),
) -> SavedView:
    """Keeps a view of the account under a name; the same name replaces it and keeps its id.

    `ViewRefusedError` for a name that is none, for too many, and for sharing by somebody who may not.
    """
    called = _checked(name)
    roles = _checked_roles(viewer, shared_with)
    with _shelves(settings).changing(viewer.name) as content:
        views = content.setdefault(_VIEWS, [])
        before = next((one for one in views if one["name"] == called), None)
        if before is None and len(views) >= MOST_SAVED:
            raise ViewRefusedError(f"{MOST_SAVED} views are saved: remove one first.", "many")
        kept = {
            "id": before["id"] if before else secrets.token_hex(8),
            "name": called,
            "page": page,
            "query_params": dict(query_params),
            "shared_with": list(roles),
            "created_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        }
        content[_VIEWS] = [one for one in views if one is not before] + [kept]
        return _view(kept, viewer.name, content.get(_START))


def views_of(settings: Settings, viewer: Viewer) -> list[SavedView]:
    """The account's own views, then what others share with its role, each by name."""
    start = _shelves(settings).read(viewer.name).get(_START)
    found = [
        _view(kept, content["owner"], start)
        for content in _shelves(settings).all()
        for kept in content.get(_VIEWS, ())
        if content["owner"] == viewer.name or viewer.role in kept["shared_with"]
    ]
    return sorted(found, key=lambda view: (view.owner != viewer.name, view.name, view.owner))


def get(settings: Settings, viewer: Viewer, view_id: str) -> SavedView | None:
    """The view, when it is the account's own or shared with its role; None for any other."""
    return next((view for view in views_of(settings, viewer) if view.id == view_id), None)


def rename(settings: Settings, viewer: Viewer, view_id: str, name: str) -> None:
    """Gives an own view another name; `ViewRefusedError` when that is none, or another one's."""
    called = _checked(name)
    with _shelves(settings).changing(viewer.name) as content:
        views = _own(content, view_id)
        if any(one["name"] == called and one["id"] != view_id for one in views):
            raise ViewRefusedError("Another view has this name already.", "taken")
        for one in views:
            if one["id"] == view_id:
                one["name"] = called


def remove(settings: Settings, viewer: Viewer, view_id: str) -> None:
    """Takes an own view away, for everybody with whom it was shared as well."""
    with _shelves(settings).changing(viewer.name) as content:
        content[_VIEWS] = [one for one in _own(content, view_id) if one["id"] != view_id]
        if content.get(_START) == view_id:
            del content[_START]


def set_start(settings: Settings, viewer: Viewer, view_id: str | None) -> None:
    """Lets a view open first for the account; None gives the usual first page back."""
    if view_id is not None and get(settings, viewer, view_id) is None:
        raise ViewRefusedError("There is no such view any more.", "gone")
    with _shelves(settings).changing(viewer.name) as content:
        content.pop(_START, None)
        if view_id is not None:
            content[_START] = view_id


def start_of(settings: Settings, viewer: Viewer) -> SavedView | None:
    """The view that opens first for the account; None when there is none, or it is gone."""
    start = _shelves(settings).read(viewer.name).get(_START)
    return None if start is None else get(settings, viewer, start)


def forget(settings: Settings, words: Collection[str]) -> int:
    """Takes away every view that holds one of these words, and all of an account that is one; how many."""
    needles = {word.casefold() for word in words if word}
    gone = 0
    for found in list(_shelves(settings).all()):
        owner = found["owner"]
        if owner.casefold() in needles:
            gone += len(found.get(_VIEWS, ()))
            _shelves(settings).remove(owner)
            continue
        with _shelves(settings).changing(owner) as content:
            kept = [one for one in content.get(_VIEWS, ()) if not _names_one(one, needles)]
            gone += len(content.get(_VIEWS, ())) - len(kept)
            content[_VIEWS] = kept
    return gone


def _names_one(kept: Content, needles: Collection[str]) -> bool:
    text = json.dumps([kept["name"], kept["query_params"]], ensure_ascii=False).casefold()
    return any(needle in text for needle in needles)


def _checked(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME:
        raise ViewRefusedError(f"A saved view needs a name of 1 to {LONGEST_NAME} characters.", "name")
    return called


def _checked_roles(viewer: Viewer, roles: Sequence[str]) -> tuple[str, ...]:
    if roles and viewer.role != SHARES:
        raise ViewRefusedError("Only HR shares views with a role.", "share")
    unknown = [role for role in roles if role not in SHARED_WITH]
    if unknown:
        raise ViewRefusedError(f"A view is shared with {', '.join(SHARED_WITH)} alone.", "share")
    return tuple(dict.fromkeys(roles))


def _own(content: Content, view_id: str) -> list[Content]:
    views: list[Content] = content.get(_VIEWS, [])
    if all(one["id"] != view_id for one in views):
        raise ViewRefusedError("This view is not one of your own.", "gone")
    return views


def _view(kept: Content, owner: str, start: str | None) -> SavedView:
    return SavedView(
        id=kept["id"],
        owner=owner,
        name=kept["name"],
        page=kept["page"],
        query_params=dict(kept["query_params"]),
        shared_with=tuple(kept["shared_with"]),
        created_at=dt.datetime.fromisoformat(kept["created_at"]),
        is_start=kept["id"] == start,
    )


def _shelves(settings: Settings) -> Shelves:
    return Shelves(settings, "saved_views")
