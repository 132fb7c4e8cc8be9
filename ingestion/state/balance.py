"""The promise of ingestion, checked from its ledger and its files: no row is lost in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow.compute as pc

from ingestion.contract import SOURCES
from ingestion.state.ledger import Entry, read_entries
from ingestion.state.raw_layer import SCHEMA_FILE
from ingestion.state.releases import BY_CONTRACT, released_rows
from ingestion.state.sightings import sightings_folder
from warehouse.settings import Settings


def unbalanced_files(settings: Settings) -> list[tuple[str, str]]:
    """(source, file) of every file whose rows are not all accounted for; none is right.

    Rows in = kept + duplicates + quarantined in the ledger, and each of the three is what raw, sightings and
    quarantine hold of the file (by the Parquet footers). Releases move rows from the quarantine to raw.
    """
    return [
        (source, entry.file)
        for source in SOURCES
        for entry in _unbalanced(settings, read_entries(settings.raw, source), source)
    ]


def _unbalanced(settings: Settings, entries: Iterable[Entry], source: str) -> Iterable[Entry]:
    kept = _rows_by_file(settings.raw / source)
    duplicates = _rows_by_file(sightings_folder(settings.raw, source))
    quarantined = _rows_by_file(settings.quarantine / source)
    for entry in entries:
        file_id = entry.file_id
        released = pc.equal(released_rows(settings.quarantine, entry)["how"], BY_CONTRACT)
        found = (kept[file_id], duplicates[file_id], quarantined[file_id] - (pc.sum(released).as_py() or 0))
        # Files that an earlier version took in have left no sightings.
        said_duplicates = 0 if entry.format is None else entry.duplicates
        adds_up = entry.rows_in == entry.kept + entry.duplicates + entry.quarantined
        if not adds_up or found != (entry.kept, said_duplicates, entry.quarantined):
            yield entry


def _rows_by_file(folder: Path) -> Counter[str]:
    """file_id → rows, over a file's own Parquet file and those of its releases (`<file_id>-r<n>`)."""
    rows: Counter[str] = Counter()
    paths = [str(path) for path in folder.glob("*.parquet") if path.name != SCHEMA_FILE]
    if paths:
        footers = duckdb.sql(
            "select file_name, num_rows from parquet_file_metadata($paths)", params={"paths": paths}
        )
        for path, count in footers.fetchall():
            rows[Path(path).stem.partition("-r")[0]] += count
    return rows
