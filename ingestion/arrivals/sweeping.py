"""Files leave landing once their rows are published: sealed into the archive for some days, or for good.

Only what the ledger knows leaves. Tables of another system that others look things up in stay, since later
files need them; and so does what changed since it was read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.arrivals.landing import look_around
from ingestion.foreign.profile import Profile, load_profiles
from ingestion.state.fingerprint import Memory, fingerprint, identity, is_endless
from ingestion.state.ledger import Ledger
from warehouse.originals import put_away
from warehouse.retention import ORIGINALS, clocks
from warehouse.settings import Settings

_DONE = {"ingested", "rejected", "ignored"}


@dataclass(frozen=True)
class Sweep:
    """What one sweep did: the files that left, and why others could not."""

    left: tuple[Path, ...]
    message: str | None = None


def sweep(settings: Settings) -> Sweep:
    """Takes the files that were taken in out of landing; never raises for a file that cannot be moved."""
    settings.ensure()
    profiles = load_profiles(settings.home)
    found = [one.path for one in look_around(settings.landing, profiles=profiles).files]
    if not found:
        return Sweep(())
    clock = clocks(settings)[ORIGINALS]
    is_kept = clock.stopped_by is not None or clock.purge_days != 0
    left, stuck, why = [], 0, ""
    known = _Known(settings, profiles)
    for path, file_id, before in _settled(found, known):
        try:
            if is_kept:
                put_away(settings, path, file_id)
            if identity(path) == before:
                path.unlink()
                left.append(path)
        except OSError as error:
            stuck, why = stuck + 1, error.strerror or str(error)
    message = None
    if stuck:
        files = "1 file stays" if stuck == 1 else f"{stuck} files stay"
        message = f"{files} in {settings.landing} in clear, since it cannot be taken away ({why})."
    return Sweep(tuple(left), message)


class _Known:
    """What the ledger says of contents, and the memory of archives."""

    def __init__(self, settings: Settings, profiles: dict[str, Profile]) -> None:
        self._ledger = Ledger(settings.raw)
        self._memory = Memory(settings.raw)
        self._done = {entry.file_id for entry in self._ledger.entries if entry.status in _DONE}
        self._stays = {name for name, profile in profiles.items() if _looks_up(profile)}

    def is_done(self, path: Path, file_id: str) -> bool:
        """Whether nothing of a file is needed any more."""
        remembered = self._memory.recall(path)
        if remembered is None:
            return file_id in self._done
        if {name.partition("/")[0] for name in remembered.profiles} & self._stays:
            return False
        entries = [self._ledger.entry(source, id_) for source, id_ in remembered.marks]
        return bool(entries) and all(entry is not None and entry.status in _DONE for entry in entries)


def _settled(found: list[Path], known: _Known) -> Iterator[tuple[Path, str, list[int]]]:
    for path in found:
        try:
            if is_endless(path) or not os.access(path, os.R_OK):
                continue
            before = identity(path)
            file_id = fingerprint(path).file_id
        except OSError:
            continue  # Gone, or not to be read: the next pass says so.
        if known.is_done(path, file_id):
            yield path, file_id, before


def _looks_up(profile: Profile) -> bool:
    return any(
        table.reference or any(output.uses_lookups for output in table.outputs)
        for table in profile.tables.values()
    )
