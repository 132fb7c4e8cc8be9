"""The ledger: one small Parquet file for each file that was taken in or rejected, written last."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import UTC_TIME
from ingestion.state.raw_layer import SCHEMA_FILE, write_parquet, write_schema

LEDGER = "_ledger"
SPILL = ".spill"
# What needs nothing more until the contract (or the profile) that looked at it has changed.
_SET_ASIDE = ("rejected", "reference", "ignored")
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
        pa.field("profile", pa.string()),
        pa.field("format", pa.string()),
        pa.field(
            "headers",
            pa.list_(
                pa.struct(
                    [
                        pa.field("header", pa.string()),
                        pa.field("column", pa.string()),
                        pa.field("kind", pa.string()),
                    ]
                )
            ),
        ),
        pa.field("date_orders", pa.list_(pa.string())),
        pa.field("releases", pa.int64()),
    ]
)


class Header(NamedTuple):
    """A header of a file, the contract's column that it stood for, and what its values look like."""

    header: str
    column: str | None
    kind: str


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
    profile: str | None = None
    # How the file was laid out, e.g. `CSV, GB18030, ;`.
    format: str | None = None
    headers: tuple[Header, ...] = ()
    # The order of day and month that was decided for the whole file, e.g. `hired_on=dmy`.
    date_orders: tuple[str, ...] = ()
    # How many times rows were released from its quarantine; what carries a higher number is a killed run's.
    releases: int = 0


class Ledger:
    """Which files are known, by source and content."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        folder = raw / LEDGER
        write_schema(folder / SCHEMA_FILE, SCHEMA)
        self._paths: dict[tuple[str, str], Path] = {}
        self._entries: dict[tuple[str, str], Entry] = {}
        self._last = 0
        rows = duckdb.sql(
            "select * from read_parquet($ledger, filename = true, union_by_name = true) order by arrival_seq",
            params={"ledger": str(folder / "*.parquet")},
        )
        for row in rows.to_arrow_table().to_pylist():
            self._remember(Path(row.pop("filename")), _entry(row))

    def _remember(self, path: Path, entry: Entry) -> None:
        """A later entry for the same content takes the place of the earlier one."""
        known = (entry.source, entry.file_id)
        earlier = self._paths.get(known)
        if earlier is not None and earlier != path:
            earlier.unlink(missing_ok=True)
        self._paths[known] = path
        self._entries[known] = entry
        self._last = max(self._last, entry.arrival_seq)

    @property
    def next_seq(self) -> int:
        """The place in the order of arrival that the next file takes."""
        return self._last + 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries as this ledger has read or recorded them, in the order of arrival."""
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.arrival_seq))

    def is_settled(self, source: str, file_id: str, contract_version: str) -> bool:
        """Whether a file needs nothing more: it was taken in, or set aside under this very contract."""
        entry = self._entries.get((source, file_id))
        if entry is None:
            return False
        set_aside = entry.status in _SET_ASIDE and entry.contract_version == contract_version
        return entry.status == "ingested" or set_aside

    def is_ingested(self, source: str, file_id: str) -> bool:
        """Whether the rows of a file belong to the raw layer."""
        entry = self._entries.get((source, file_id))
        return entry is not None and entry.status == "ingested"

    def entry(self, source: str, file_id: str) -> Entry | None:
        """The entry of a file, or None."""
        return self._entries.get((source, file_id))

    def is_known(self, source: str, file_id: str) -> bool:
        """Whether there is an entry for a file at all."""
        return (source, file_id) in self._entries

    def releases(self, source: str, file_id: str) -> int:
        """How many releases of a file's quarantined rows count."""
        entry = self._entries.get((source, file_id))
        return 0 if entry is None else entry.releases

    def withdraw(self, source: str, file_id: str) -> None:
        """Takes back the entry of a file that has come to something else."""
        if self._entries.pop((source, file_id), None) is not None:
            self._paths.pop((source, file_id)).unlink(missing_ok=True)

    def record(self, entry: Entry) -> None:
        """Writes the entry; from then on the file is known."""
        self._remember(write_entry(self._raw, entry), entry)


def read_entries(raw: Path, source: str) -> list[Entry]:
    """The entries of a source as they stand on disk, in the order of arrival."""
    rows = duckdb.sql(
        "select * from read_parquet($ledger, union_by_name = true)"
        " where source = $source order by arrival_seq",
        params={"ledger": str(raw / LEDGER / "*.parquet"), "source": source},
    )
    return [_entry(row) for row in rows.to_arrow_table().to_pylist()]


def read_entry(raw: Path, entry: Entry) -> Entry:
    """The same entry as it stands on disk by now."""
    (row,) = pq.ParquetFile(_path(raw, entry)).read().to_pylist()
    return _entry(row)


def write_entry(raw: Path, entry: Entry) -> Path:
    """The file of an entry, whole or not at all; an entry of the same file and place is replaced."""
    path = _path(raw, entry)
    row = {**asdict(entry), "headers": [header._asdict() for header in entry.headers]}
    write_parquet(path, pa.Table.from_pylist([_storable(row)], SCHEMA))
    return path


def _storable(value: Any) -> Any:
    """The same with half surrogate pairs escaped: a header of damaged JSON may hold one, a file never."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, (list, tuple)) else value


def _path(raw: Path, entry: Entry) -> Path:
    return raw / LEDGER / f"{entry.arrival_seq:08d}_{entry.file_id}.parquet"


def _entry(row: dict[str, Any]) -> Entry:
    """An entry as it was read; ledgers of earlier versions lack the later columns."""
    headers = tuple(Header(**header) for header in row.get("headers") or ())
    names = ("new_columns", "missing_columns", "date_orders")
    several = {name: tuple(row.get(name) or ()) for name in names}
    return Entry(**{**row, **several, "headers": headers, "releases": row.get("releases") or 0})
