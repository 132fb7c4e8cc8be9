"""Whole files that name a person: originals in the archive, and what was taken in and is still in landing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from warehouse.erasure.change import Change
from warehouse.erasure.person import Person
from warehouse.erasure.traces import content_tells
from warehouse.errors import VaultError
from warehouse.originals import content_of, destroy, originals
from warehouse.settings import Settings

_ID_DIGITS = 16


def destroy_holding(settings: Settings, person: Person) -> int:
    """Destroys every original that names the person, or that nobody can read; how many."""
    change = Change(person)
    return destroy(settings, [path for path in originals(settings) if _tells(settings, path, change)])


def remove_landed(settings: Settings, person: Person) -> int:
    """Removes the files of landing that were taken in and name the person; how many.

    What was not taken in yet stays: its rows of the person are left out when it is.
    """
    change, gone = Change(person), 0
    for path in sorted(settings.landing.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        file_id = hashlib.sha256(content).hexdigest()[:_ID_DIGITS]
        is_known = any((settings.raw / "_ledger").glob(f"*_{file_id}.parquet"))
        if is_known and content_tells(content, change):
            path.unlink()
            gone += 1
    return gone


def _tells(settings: Settings, path: Path, change: Change) -> bool:
    try:
        return content_tells(b"".join(content_of(settings, path.stem)), change)
    except VaultError:
        return True
