"""Releases: which quarantined rows are open no more, and by what. The quarantine's own files never change.

A release is a small file beside them, `_releases/<source>/<file_id>-<n>.parquet`; it counts as soon as the
ledger entry of the file says that there are n of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.contract import UTC_TIME
from ingestion.state.ledger import Entry
from ingestion.state.quarantine import quarantine_schema
from ingestion.state.raw_layer import TEMPORARY, write_parquet
from warehouse.erasure.columns import ERASED

RELEASES = "_releases"
# By a changed contract or profile that accepts the row; or by a later file that brought it right.
BY_CONTRACT, BY_FILE = "contract", "file"
_UNCHECKED = "_unchecked_since"
_ROWS_AT_A_TIME = 8_192
_NO_NUMBER = 10**9


def releases_schema() -> pa.Schema:
    """One row a released row; `by` is a contract version, or the name of the file that brought it right."""
    return pa.schema(
        [
            pa.field("source", pa.string()),
            pa.field("file_id", pa.string()),
            pa.field("row_number", pa.int64()),
            pa.field("released_at", UTC_TIME),
            pa.field("how", pa.string()),
            pa.field("by", pa.string()),
        ]
    )


def release_number(stem: str, before_number: str) -> tuple[str, int]:
    """`<file_id>-r2` → file_id and 2; without a number 0, and more than any release for what is none."""
    file_id, mark, number = stem.partition(before_number)
    if not mark:
        return file_id, 0
    return file_id, int(number) if number.isascii() and number.isdigit() else _NO_NUMBER


def write_release(quarantine: Path, entry: Entry, number: int, how: str, rows: pa.Table) -> None:
    """The release `number` of a file's rows (`row_number`, `by`); in force once the ledger says so."""
    count = rows.num_rows
    released = pa.table(
        {
            "source": pa.array([entry.source] * count, pa.string()),
            "file_id": pa.array([entry.file_id] * count, pa.string()),
            "row_number": rows["row_number"],
            "released_at": pa.array([dt.datetime.now(dt.UTC)] * count, UTC_TIME),
            "how": pa.array([how] * count, pa.string()),
            "by": rows["by"],
        }
    )
    write_parquet(release_path(quarantine, entry, number), released.cast(releases_schema()))


def released_rows(quarantine: Path, entry: Entry) -> pa.Table:
    """`row_number` and `how` of each row of a file that has been released."""
    return pa.concat_tables(
        [releases_schema().empty_table().select(["row_number", "how"])]
        + [
            pq.read_table(release_path(quarantine, entry, number), columns=["row_number", "how"])
            for number in range(1, entry.releases + 1)
        ]
    )


def open_rows(quarantine: Path, entry: Entry, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of a file that wait in the quarantine, some thousands at a time: `row_number` and `columns`.

    Those of people who were erased, or whose content was purged, wait for nothing. A column that the file
    does not have, since an earlier version wrote it, is null.
    """
    path = quarantine / entry.source / f"{entry.file_id}.parquet"
    if not path.is_file():
        return
    released = released_rows(quarantine, entry)["row_number"].combine_chunks()
    with pq.ParquetFile(path) as file:
        absent = [name for name in columns if name not in file.schema_arrow.names]
        there = ["row_number", *(name for name in columns if name not in absent)]
        codes = [name for name in ("code",) if name in file.schema_arrow.names and name not in there]
        for batch in file.iter_batches(batch_size=_ROWS_AT_A_TIME, columns=[*there, *codes]):
            rows = pa.Table.from_batches([batch])
            if codes:
                is_erased = pc.fill_null(pc.equal(rows["code"], ERASED), False)
                rows = rows.filter(pc.invert(is_erased)).select(there)
            for name in absent:
                kind = quarantine_schema().field(name).type
                rows = rows.append_column(name, pa.nulls(rows.num_rows, kind))
            if "row_sealed" in columns:
                rows = rows.filter(pc.is_valid(rows["row_sealed"]))
            yield rows.filter(pc.invert(pc.is_in(rows["row_number"], value_set=released)))


def note_arrival(quarantine: Path, source: str, arrival_seq: int) -> None:
    """Notes, before a file of the source is in the ledger, that it may bring quarantined rows right.

    `release_fixed` looks at all files from the first one noted, also when the pass that took them was killed.
    """
    if not any((quarantine / source).glob("*.parquet")):
        return
    path = quarantine / RELEASES / source / _UNCHECKED
    earlier = unchecked_since(quarantine, source)
    if earlier is not None and earlier <= arrival_seq:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY)
    temporary.write_text(str(arrival_seq), encoding="utf-8")
    temporary.replace(path)


def unchecked_since(quarantine: Path, source: str) -> int | None:
    """The arrival from which on files may bring quarantined rows right; None when all have been looked at."""
    try:
        return int((quarantine / RELEASES / source / _UNCHECKED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        return 0  # Damaged: all files are looked at.


def all_checked(quarantine: Path, source: str) -> None:
    """Every file that was noted has been looked at."""
    (quarantine / RELEASES / source / _UNCHECKED).unlink(missing_ok=True)


def release_path(quarantine: Path, entry: Entry, number: int) -> Path:
    """Where a release of a file's rows lies."""
    return quarantine / RELEASES / entry.source / f"{entry.file_id}-{number}.parquet"
