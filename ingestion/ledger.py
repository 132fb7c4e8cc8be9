"""The ledger: one small Parquet file for each file that was taken in or rejected, written last."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.contract import SOURCES, UTC_TIME
from ingestion.raw_layer import SCHEMA_FILE, TEMPORARY, write_parquet, write_schema

LEDGER = "_ledger"
SPILL = ".spill"
SCHEMA = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("file", pa.string()),
        pa.field("file_id", pa.string()),
        pa.field("arrival_seq", pa.int64()),
        pa.field("status", pa.string()),
        pa.field("rows_in", pa.int64()),
        pa.field("kept", pa.int64()),
        pa.field("duplicates", pa.int64()),
        pa.field("quarantined", pa.int64()),
        pa.field("new_columns", pa.list_(pa.string())),
        pa.field("missing_columns", pa.list_(pa.string())),
        pa.field("message", pa.string()),
        pa.field("ingested_at", UTC_TIME),
        pa.field("contract_version", pa.string()),
        pa.field("seconds", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Entry:
    """What became of one file; rows_in = kept + duplicates + quarantined."""

    source: str
    file: str
    file_id: str
    arrival_seq: int
    status: str
    rows_in: int
    kept: int
    duplicates: int
    quarantined: int
    new_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]
    message: str | None
    ingested_at: dt.datetime
    contract_version: str
    seconds: float


class Ledger:
    """Which files are known, by source and content."""

    def __init__(self, raw: Path) -> None:
        self._folder = raw / LEDGER
        write_schema(self._folder / SCHEMA_FILE, SCHEMA)
        self._entries: dict[tuple[str, str], Path] = {}
        self._facts: dict[tuple[str, str], tuple[str, str]] = {}
        self._last = 0
        rows = duckdb.sql(
            "select source, file_id, arrival_seq, status, contract_version, filename"
            " from read_parquet($ledger, filename = true) order by arrival_seq",
            params={"ledger": str(self._folder / "*.parquet")},
        )
        for row in rows.to_arrow_table().to_pylist():
            self._remember(Path(row.pop("filename")), row)

    def _remember(self, path: Path, row: dict[str, object]) -> None:
        """A later entry for the same content takes the place of the earlier one."""
        known = (str(row["source"]), str(row["file_id"]))
        earlier = self._entries.get(known)
        if earlier is not None and earlier != path:
            earlier.unlink(missing_ok=True)
        self._entries[known] = path
        self._facts[known] = (str(row["status"]), str(row["contract_version"]))
        self._last = max(self._last, int(str(row["arrival_seq"])))

    @property
    def next_seq(self) -> int:
        """The place in the order of arrival that the next file takes."""
        return self._last + 1

    def is_settled(self, source: str, file_id: str, contract_version: str) -> bool:
        """Whether a file needs nothing more: it was taken in, or rejected under this very contract."""
        status, version = self._facts.get((source, file_id), ("", ""))
        return status == "ingested" or (status == "rejected" and version == contract_version)

    def is_ingested(self, source: str, file_id: str) -> bool:
        """Whether the rows of a file belong to the raw layer."""
        return self._facts.get((source, file_id), ("", ""))[0] == "ingested"

    def is_known(self, source: str, file_id: str) -> bool:
        """Whether there is an entry for a file at all."""
        return (source, file_id) in self._facts

    def record(self, entry: Entry) -> None:
        """Writes the entry; from then on the file is known."""
        path = self._folder / f"{entry.arrival_seq:08d}_{entry.file_id}.parquet"
        row = {
            **entry.__dict__,
            "new_columns": list(entry.new_columns),
            "missing_columns": list(entry.missing_columns),
        }
        write_parquet(path, pa.Table.from_pylist([row], SCHEMA))
        self._remember(path, row)


def clear_leftovers(raw: Path, quarantine: Path, ledger: Ledger) -> int:
    """Removes what a killed run left: temporary files, and files without an entry; how many."""
    shutil.rmtree(raw / SPILL, ignore_errors=True)
    leftovers = [*raw.glob(f"*/*{TEMPORARY}"), *quarantine.glob(f"*/*{TEMPORARY}")]
    for source in SOURCES:
        for path in (raw / source).glob("*.parquet"):
            if path.name != SCHEMA_FILE and not ledger.is_ingested(source, path.stem):
                leftovers.append(path)
        for path in (quarantine / source).glob("*"):
            if path.suffix in (".parquet", ".file") and not ledger.is_known(source, path.stem):
                leftovers.append(path)
    for path in leftovers:
        path.unlink()
    return len(leftovers)
