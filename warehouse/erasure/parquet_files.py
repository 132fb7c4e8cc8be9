"""Parquet files that are written anew with other rows, in the layout that they had, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_FOOTER_BYTES = 16_384
_BY_DICTIONARY = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}
_SPECIAL = {"DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"}


def footer_of(path: Path) -> str:
    """16 hex characters over the end of a Parquet file, where it says what is in each column.

    A file that a killed pass left and a later one wrote anew has the same name and other rows.
    """
    with path.open("rb") as file:
        file.seek(-min(_FOOTER_BYTES, path.stat().st_size), os.SEEK_END)
        return hashlib.sha256(file.read()).hexdigest()[:16]


def holds_any(path: Path, wanted: Mapping[str, Collection[str]]) -> bool:
    """Whether a column of the file (strings, or lists of them) holds one of the values wanted of it."""
    with pq.ParquetFile(path) as file:
        names = [name for name in wanted if name in file.schema_arrow.names and wanted[name]]
        if not names:
            return False
        values = {name: pa.array(sorted(wanted[name]), pa.string()) for name in names}
        for batch in file.iter_batches(columns=names):
            for name in names:
                column = batch.column(name)
                flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
                if len(flat) and pc.any(pc.is_in(flat, value_set=values[name])).as_py():
                    return True
    return False


def write_changed(
    path: Path,
    change: Callable[[pa.Table], pa.Table],
    *,
    metadata: Mapping[bytes, bytes] | None = None,
    before_replacing: Callable[[Path], None] | None = None,
) -> bool:
    """Writes a file anew as `change` makes each of its row groups; False when nothing changed.

    `metadata` is added to what the file says of itself. `before_replacing` is told the finished new file. A
    file without rows is taken away.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    rows, changed = 0, bool(metadata)
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            said = {**(schema.metadata or {}), **(metadata or {})}
            schema = schema.with_metadata(said or None)
            with temporary.open("wb") as target:
                with pq.ParquetWriter(target, schema, **_layout(file.metadata)) as writer:
                    for number in range(file.num_row_groups):
                        table = file.read_row_group(number)
                        after = change(table)
                        changed |= after is not table
                        rows += after.num_rows
                        writer.write_table(after.cast(schema))
                target.flush()
                os.fsync(target.fileno())
        if not changed:
            return False
        if before_replacing is not None:
            before_replacing(temporary)
        if rows or path.name.startswith("_"):
            temporary.replace(path)
        else:
            path.unlink()
        return True
    finally:
        temporary.unlink(missing_ok=True)


def _layout(metadata: pq.FileMetaData) -> dict[str, Any]:
    """How the first row group was written: its codecs, what has a dictionary, and other encodings."""
    if not metadata.num_row_groups:
        return {"compression": "zstd"}
    group = metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    encoded = {
        column.path_in_schema: next(iter(special))
        for column in columns
        if (special := _SPECIAL & set(column.encodings)) and not _BY_DICTIONARY & set(column.encodings)
    }
    codecs = {column.path_in_schema: column.compression.lower() for column in columns}
    return {
        "compression": {path: "none" if codec == "uncompressed" else codec for path, codec in codecs.items()},
        "use_dictionary": [
            column.path_in_schema for column in columns if _BY_DICTIONARY & set(column.encodings)
        ],
        "column_encoding": encoded or None,
        "write_statistics": [column.path_in_schema for column in columns if column.is_stats_set],
    }
