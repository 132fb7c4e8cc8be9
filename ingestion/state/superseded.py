"""A file read once more through its profile: what waited of its earlier reading waits in the new one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from ingestion.state.fingerprint import FILE_ID_DIGITS
from ingestion.state.ledger import Entry, read_entry, write_entry
from ingestion.state.releases import BY_FILE, open_rows, write_release

_CONTENT_DIGITS = FILE_ID_DIGITS // 2


def reading_id(content_id: str, depends_on: Iterable[str]) -> str:
    """The id of a content as it reads together with other things: half of it says which content it is."""
    told = hashlib.sha256("\0".join(depends_on).encode()).hexdigest()
    return content_id[:_CONTENT_DIGITS] + told[: FILE_ID_DIGITS - _CONTENT_DIGITS]


def close_earlier(raw: Path, quarantine: Path, entries: Iterable[Entry]) -> None:
    """Closes the open rows of every reading of a content that a later one has taken the place of.

    Each such row has been read again, and waits there if it is still wrong: once, not once a reading.
    """
    latest: dict[tuple[str, str, str, str], Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.arrival_seq):
        if not entry.profile or entry.status != "ingested":
            continue
        reading = (entry.source, entry.profile, entry.file, entry.file_id[:_CONTENT_DIGITS])
        earlier = latest.get(reading)
        latest[reading] = entry
        if earlier is not None and earlier.quarantined:
            _close(raw, quarantine, read_entry(raw, earlier), entry.file)


def _close(raw: Path, quarantine: Path, entry: Entry, by: str) -> None:
    parts = [part.select(["row_number"]) for part in open_rows(quarantine, entry, [])]
    rows = pa.concat_tables(parts) if parts else pa.table({"row_number": pa.array([], pa.int64())})
    if rows.num_rows:
        rows = rows.append_column("by", pa.array([by] * rows.num_rows, pa.string()))
        write_release(quarantine, entry, entry.releases + 1, BY_FILE, rows)
        write_entry(raw, replace(entry, releases=entry.releases + 1))
