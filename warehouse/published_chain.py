"""From which version the next one may start: the current one, unless somebody was forgotten since.

Deleted rows stay in the blocks of a file until these are used again. A version that is written whole has no
such rows; so one is written after each erasure and purge, and after a number of days in any case.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from warehouse.database_files import is_encrypted
from warehouse.settings import Settings
from warehouse.touched import Held

_NOTE = "published_from.json"
# Rows that came later stand at the end of their table: so many versions later all are put in order again,
# or when the file has grown to so many times its size.
_MOST_STEPS = 30
_MOST_GROWTH = 2.0


@dataclass(frozen=True)
class _Noted:
    """Of the current version: its file's name, the mark of who was forgotten, how many versions ago all rows
    were written, how many bytes that file had, and the state of the build that it holds, if known."""

    published: str
    forgotten: str
    steps: int
    whole_bytes: int
    held: Held | None


def note_version(settings: Settings, published: Path, follows: Path | None, held: Held | None = None) -> None:
    """Remembers that `published` is current now, whether it started from another version, and which state of
    the build it holds."""
    before = _noted(settings) if follows is not None else None
    noted = {
        "published": published.name,
        "forgotten": _forgotten(settings),
        "steps": before.steps + 1 if before else 0,
        "whole_bytes": before.whole_bytes if before else published.stat().st_size,
        "held": None if held is None else {"whole_at": held.whole_at, "builds": sorted(held.builds)},
    }
    path = settings.build / _NOTE
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(noted), encoding="utf-8")
    temporary.replace(path)


def version_to_follow(settings: Settings, current: Path) -> Path | None:
    """The current version's file, if the next one may start as its copy."""
    if not current.exists() or not is_encrypted(current):
        return None
    noted = _of_current(settings, current)
    file = current.resolve()
    if noted is None or noted.steps >= _MOST_STEPS:
        return None
    return None if file.stat().st_size > _MOST_GROWTH * noted.whole_bytes else file


def held_by_current(settings: Settings, current: Path, whole_at: str | None) -> Held | None:
    """The state of the build that the current version holds, if the build was made whole `whole_at` and has
    only been added to since; None where that is not known, so that rows must be compared."""
    noted = _of_current(settings, current) if whole_at and current.exists() else None
    return noted.held if noted and noted.held and noted.held.whole_at == whole_at else None


def _of_current(settings: Settings, current: Path) -> _Noted | None:
    """What is noted, as long as the file is the current one and nobody was forgotten since."""
    noted = _noted(settings)
    is_it = noted and noted.published == current.resolve().name and noted.forgotten == _forgotten(settings)
    return noted if is_it else None


def _noted(settings: Settings) -> _Noted | None:
    try:
        noted = json.loads((settings.build / _NOTE).read_text(encoding="utf-8"))
        held = noted["held"]
        return _Noted(
            str(noted["published"]),
            str(noted["forgotten"]),
            int(noted["steps"]),
            int(noted["whole_bytes"]),
            Held(str(held["whole_at"]), frozenset(map(str, held["builds"]))) if held else None,
        )
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _forgotten(settings: Settings) -> str:
    """Changes with every receipt of an erasure or a purge, and with everyone who waits to be erased."""
    names = [path.name for path in (settings.privacy / "receipts").glob("[!_.]*.parquet")]
    names += [path.name for path in (settings.privacy / "begun").glob("*.sealed")]
    return hashlib.sha256("\0".join(sorted(names)).encode()).hexdigest()
