"""The raw layer: which columns a source has there, and Parquet files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import UTC_TIME, Contract

SCHEMA_FILE = "_schema.parquet"
ROW_GROUP = 65_536
_ROW_GROUP_BYTES = 128 * 1024 * 1024
TEMPORARY = ".tmp"
# Counts up from row to row: the differences take next to nothing.
_COUNTED = "_row_number"
# How values that hardly come again are written.
_ENCODINGS = {
    pa.int64(): "DELTA_BINARY_PACKED",
    pa.date32(): "DELTA_BINARY_PACKED",
    UTC_TIME: "DELTA_BINARY_PACKED",
    pa.float64(): "BYTE_STREAM_SPLIT",
}
_SAMPLE = 4_096


def raw_schema(contract: Contract) -> pa.Schema:
    """The contract's columns, sealed ones as `<column>_sealed`, and where each row came from."""
    fields = []
    for column in contract.columns.values():
        if column.sealed:
            fields.append(pa.field(f"{column.name}_sealed", pa.binary()))
        else:
            fields.append(pa.field(column.name, column.arrow_type))
    if contract.sealed_columns:
        fields.append(pa.field("_seal_key_id", pa.string()))
    fields += [
        pa.field("_file_id", pa.string()),
        pa.field("_file_name", pa.string()),
        pa.field("_row_number", pa.int64()),
        pa.field("_content_hash", pa.string()),
        pa.field("_exported_at", UTC_TIME),
        pa.field("_arrived_at", UTC_TIME),
        pa.field("_arrival_seq", pa.int64()),
        pa.field("_extra_sealed", pa.binary()),
        # Of a row that says only some of the columns: their names with commas between; null = all of them.
        pa.field("_partial_columns", pa.string()),
    ]
    return pa.schema(fields)


class ParquetFile:
    """A Parquet file that is written beside its place and moved there when it is whole."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._temporary = path.with_name(path.name + TEMPORARY)
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._is_published = False

    def write(self, table: pa.Table) -> None:
        """Adds rows; row groups are filled up to 65,536 rows or 128 MB."""
        if not table.num_rows:
            return
        self._waiting.append(table.select(self._schema.names).cast(self._schema))
        rows = sum(part.num_rows for part in self._waiting)
        if rows >= ROW_GROUP or sum(part.nbytes for part in self._waiting) >= _ROW_GROUP_BYTES:
            self._flush()

    def publish(self) -> None:
        """Moves the file to its place; nothing appears when no row was written."""
        if not self._flush():
            return
        assert self._writer is not None
        self._writer.close()
        self._writer = None
        put_in_place(self._temporary, self._path)
        self._is_published = True

    def discard(self) -> None:
        """Leaves nothing behind, also of what has been published already."""
        if self._is_published:
            self._path.unlink(missing_ok=True)
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._waiting = []
        self._temporary.unlink(missing_ok=True)

    def _flush(self) -> bool:
        """Writes what waits, in groups of at most 65,536 rows; whether there is a file at all."""
        if self._waiting:
            if self._writer is None:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                layout = _layout_of(self._waiting[0])
                self._writer = pq.ParquetWriter(self._temporary, self._schema, **layout)
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=ROW_GROUP)
            self._waiting = []
        return self._writer is not None


def _layout_of(first: pa.Table) -> dict[str, Any]:
    """How the columns are written, as suits the first rows; what looks like chance is not compressed.

    A dictionary serves values that come again; where they hardly do, it takes twice the time and more room.
    """
    names: list[str] = first.column_names
    chance = [name for name in names if name.endswith(("_sealed", "_hash"))]
    others = [name for name in names if name not in chance]
    distinct = [name for name in others if name == _COUNTED or _are_distinct(first[name])]
    encodings = {name: _ENCODINGS.get(first[name].type) for name in distinct}
    return {
        "compression": dict.fromkeys(others, "zstd") | dict.fromkeys(chance, "none"),
        "use_dictionary": [name for name in others if name not in distinct],
        "column_encoding": {name: encoding for name, encoding in encodings.items() if encoding} or None,
        "write_statistics": others,
    }


def _are_distinct(column: pa.ChunkedArray) -> bool:
    """Whether most of the first values of a column come only once; of few rows nobody knows."""
    if len(column) < _SAMPLE or pa.types.is_nested(column.type):
        return False
    present = column.slice(0, _SAMPLE).drop_null()
    return 2 * len(present) > _SAMPLE and 2 * len(present.unique()) > len(present)


def write_parquet(path: Path, table: pa.Table) -> None:
    """A small Parquet file, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY)
    pq.write_table(table, temporary, compression="zstd")
    put_in_place(temporary, path)


def write_schema(path: Path, schema: pa.Schema) -> None:
    """A file of no rows that shows the schema, so that a glob never comes up empty.

    Nothing is lost with it, so that it need not be on the disk at once: a damaged one is written again.
    """
    try:
        if pq.read_schema(path).remove_metadata().equals(schema):
            return
    except (FileNotFoundError, pa.ArrowInvalid):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(path.name + TEMPORARY)
    pq.write_table(schema.empty_table(), temporary)
    temporary.replace(path)


def put_in_place(temporary: Path, path: Path) -> None:
    """Moves a finished file to its name once its bytes are on the disk."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
