"""Which marts the results that were archived last belong to: comparing with them spares most of the digests.

`build/archived.json` is written when a version is published. It says nothing any more once another version is
current, somebody was erased or something purged, or results are digested in another way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from warehouse.publish import CURRENT
from warehouse.published_chain import held_by_current
from warehouse.result_archive import VALUES, Archived
from warehouse.result_records import FORMAT, Part, digests_sql
from warehouse.settings import Settings

_NOTE = "archived.json"


def note_archived(settings: Settings, stem: str, parts: Sequence[Part]) -> None:
    """Remembers that the current version holds the marts whose results are archived as those of this run."""
    path = settings.build / _NOTE
    temporary = path.with_suffix(".tmp")
    noted = {"stem": stem, "published": _current(settings), "mark": _mark(settings, parts)}
    temporary.write_text(json.dumps(noted), encoding="utf-8")
    temporary.replace(path)


def archived_marts(settings: Settings, parts: Sequence[Part], whole_at: str | None = None) -> Archived | None:
    """The run that was archived last and its marts, if they are known to be those of the current version.

    `whole_at`: when the build whose results are to be archived was last made whole, if it is known.
    """
    try:
        noted = json.loads((settings.build / _NOTE).read_text(encoding="utf-8"))
        stem, known = str(noted["stem"]), (noted["published"], noted["mark"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    if known != (_current(settings), _mark(settings, parts)):
        return None
    current = settings.published / CURRENT
    return Archived(stem, current.resolve(), held_by_current(settings, current, whole_at))


def _current(settings: Settings) -> str:
    """The name of the file that readers see; an erasure gives it another one."""
    current = settings.published / CURRENT
    return current.resolve().name if current.exists() else ""


def _mark(settings: Settings, parts: Sequence[Part]) -> str:
    """Changes with every receipt, and with the way in which results are digested."""
    receipts = sorted(path.name for path in (settings.privacy / "receipts").glob("[!_.]*.parquet"))
    said = [str(FORMAT), *VALUES, *(digests_sql(part, "marts") for part in parts), *receipts]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()
