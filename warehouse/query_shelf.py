"""Queries that people keep: the last ones that they ran, and those that they saved, own and shared.

One file an account in `queries/`, sealed under a key of the installation: a text may name somebody. Whoever
is erased is forgotten here too: every query that names them goes.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from warehouse.cipher import seal, unseal
from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.vault import Vault

HISTORY = 50
MOST_SAVED = 200
LONGEST_NAME = 60
_PURPOSE = "queries"


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
    return _read(settings, _path(settings, owner)) or Shelf(owner)


def shared_by_others(settings: Settings, owner: str) -> list[Saved]:
    """What other accounts share, by name."""
    shelves = (_read(settings, path) for path in sorted(_folder(settings).glob("*.sealed")))
    found = [
        saved
        for shelf in shelves
        if shelf is not None and shelf.owner != owner
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

    for path in sorted(_folder(settings).glob("*.sealed")):
        found = _read(settings, path)
        if found is None:
            continue
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
    """Reads, lets the caller change, writes in one step; one at a time over all processes."""
    folder = _folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = shelf_of(settings, owner)
        change = _Change(before)
        yield change
        if change.shelf != before:
            _write(settings, change.shelf)
    finally:
        os.close(lock)


def _write(settings: Settings, shelf: Shelf) -> None:
    path = _path(settings, shelf.owner)
    text = json.dumps(asdict(shelf), ensure_ascii=False)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(seal(_key(settings), text, path.name))
    temporary.replace(path)


def _read(settings: Settings, path: Path) -> Shelf | None:
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        return None
    content = json.loads(unseal(_key(settings), sealed, path.name))
    return Shelf(
        content["owner"],
        tuple(Ran(**ran) for ran in content["history"]),
        tuple(Saved(**saved) for saved in content["saved"]),
    )


def _key(settings: Settings) -> bytes:
    return Vault.open(settings).system_key(_PURPOSE)


def _folder(settings: Settings) -> Path:
    return settings.home / "queries"


def _path(settings: Settings, owner: str) -> Path:
    """Accounts may bear people's names: files do not."""
    return _folder(settings) / f"{hashlib.sha256(owner.encode()).hexdigest()[:24]}.sealed"
