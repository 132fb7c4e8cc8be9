"""Queries that people keep: the last ones that they ran, and those that they saved, own and shared.

One sealed file an account in `queries/` (see `account_shelves`): a text may name somebody. Whoever is erased
is forgotten here too: every query that names them goes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace

from warehouse.account_shelves import Content, Shelves
from warehouse.errors import UsageError
from warehouse.settings import Settings

HISTORY = 50
MOST_SAVED = 200
LONGEST_NAME = 60


@dataclass(frozen=True)
class Ran:
    """A query of the history: when, how many rows came, in how many seconds; rows are None if it failed."""

    sql: str
    at: str
    rows: int | None
    seconds: float


@dataclass(frozen=True)
class Saved:
    """A query under a name; a shared one is seen by every account that has the page."""

    name: str
    sql: str
    owner: str
    is_shared: bool = False


@dataclass(frozen=True)
class Shelf:
    """What one account keeps; the newest query of the history comes first."""

    owner: str
    history: tuple[Ran, ...] = ()
    saved: tuple[Saved, ...] = field(default=())


def shelf_of(settings: Settings, owner: str) -> Shelf:
    """What an account keeps now."""
    return _shelf(_shelves(settings).read(owner))


def shared_by_others(settings: Settings, owner: str) -> list[Saved]:
    """What other accounts share, by name."""
    found = [
        saved
        for shelf in map(_shelf, _shelves(settings).all())
        if shelf.owner != owner
        for saved in shelf.saved
        if saved.is_shared
    ]
    return sorted(found, key=lambda saved: (saved.name, saved.owner))


def remember(settings: Settings, owner: str, sql: str, rows: int | None, seconds: float) -> None:
    """Puts a query on top of the history; the same text stands there once."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with _changing(settings, owner) as change:
        shelf = change.shelf
        older = [ran for ran in shelf.history if ran.sql != sql]
        change.shelf = replace(shelf, history=(Ran(sql, now, rows, round(seconds, 3)), *older)[:HISTORY])


def save(settings: Settings, owner: str, name: str, sql: str, *, is_shared: bool) -> None:
    """Keeps a query under a name; the same name replaces. `UsageError` for a name that is none."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(f"A saved query needs a name of 1 to {LONGEST_NAME} characters.")
    with _changing(settings, owner) as change:
        others = [saved for saved in change.shelf.saved if saved.name != name]
        if len(others) >= MOST_SAVED:
            raise UsageError(f"{MOST_SAVED} queries are saved: delete one first.")
        change.shelf = replace(change.shelf, saved=(*others, Saved(name, sql, owner, is_shared)))


def delete(settings: Settings, owner: str, name: str) -> None:
    """Takes a saved query of the account away."""
    with _changing(settings, owner) as change:
        kept = tuple(saved for saved in change.shelf.saved if saved.name != name)
        change.shelf = replace(change.shelf, saved=kept)


def clear_history(settings: Settings, owner: str) -> None:
    """Forgets what the account ran."""
    with _changing(settings, owner) as change:
        change.shelf = replace(change.shelf, history=())


def forget(settings: Settings, words: Collection[str]) -> int:
    """Takes every query away, of all accounts, that holds one of these words; how many went."""
    needles = [word.casefold() for word in words if word]
    gone = 0

    def names_one(text: str) -> bool:
        return any(needle in text.casefold() for needle in needles)

    for found in map(_shelf, list(_shelves(settings).all())):
        with _changing(settings, found.owner) as change:
            shelf = change.shelf
            history = tuple(ran for ran in shelf.history if not names_one(ran.sql))
            saved = tuple(one for one in shelf.saved if not names_one(f"{one.name} {one.sql}"))
            gone += len(shelf.history) - len(history) + len(shelf.saved) - len(saved)
            change.shelf = replace(shelf, history=history, saved=saved)
    return gone


@dataclass
class _Change:
    shelf: Shelf


@contextmanager
def _changing(settings: Settings, owner: str) -> Iterator[_Change]:
    with _shelves(settings).changing(owner) as content:
        change = _Change(_shelf(content))
        yield change
        content.update(json.loads(json.dumps(asdict(change.shelf))))


def _shelf(content: Content) -> Shelf:
    return Shelf(
        content["owner"],
        tuple(Ran(**ran) for ran in content.get("history", ())),
        tuple(Saved(**saved) for saved in content.get("saved", ())),
    )


def _shelves(settings: Settings) -> Shelves:
    return Shelves(settings, "queries")
