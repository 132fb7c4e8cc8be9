"""From which version the next one may start: the current one, unless somebody was forgotten since.

Deleted rows stay in the blocks of a file until these are used again. A version that is written whole has no
such rows; so one is written after each erasure and purge, and after a number of days in any case.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from warehouse.database_files import is_encrypted
from warehouse.settings import Settings

_NOTE = "published_from.json"
# Rows that came later stand at the end of their table: so many versions later all are put in order again.
_MOST_STEPS = 30


def note_version(settings: Settings, published: Path, follows: Path | None) -> None:
    """Remembers that `published` is current now, and whether it started from another version."""
    steps = 0 if follows is None else _noted(settings)[2] + 1
    noted = {"published": published.name, "forgotten": _forgotten(settings), "steps": steps}
    path = settings.build / _NOTE
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(noted), encoding="utf-8")
    temporary.replace(path)


def version_to_follow(settings: Settings, current: Path) -> Path | None:
    """The current version's file, if the next one may start as its copy."""
    if not current.exists() or not is_encrypted(current):
        return None
    published, forgotten, steps = _noted(settings)
    file = current.resolve()
    if published != file.name or forgotten != _forgotten(settings) or steps >= _MOST_STEPS:
        return None
    return file


def _noted(settings: Settings) -> tuple[str, str, int]:
    try:
        noted = json.loads((settings.build / _NOTE).read_text(encoding="utf-8"))
        return str(noted["published"]), str(noted["forgotten"]), int(noted["steps"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return "", "", 0


def _forgotten(settings: Settings) -> str:
    """Changes with every receipt of an erasure or a purge, and with everyone who waits to be erased."""
    names = [path.name for path in (settings.privacy / "receipts").glob("[!_.]*.parquet")]
    names += [path.name for path in (settings.privacy / "begun").glob("*.sealed")]
    return hashlib.sha256("\0".join(sorted(names)).encode()).hexdigest()
