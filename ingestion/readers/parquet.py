"""Parquet, streamed row group by row group with the types that it brings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.readers.batch import BATCH_BYTES, BATCH_ROWS, Layout, RowBatch, UnreadableFileError
from ingestion.readers.cells import without_rows

_MAGIC = b"PAR1"
_UNDECODABLE = "the row has bytes that are not UTF-8"
_DAMAGED = "begins like Parquet but is damaged or encrypted; export it again"


def is_parquet(head: bytes) -> bool:
    """Whether a file begins with `PAR1`, or with `PARE` of an encrypted one (which then does not open)."""
    return head.startswith((_MAGIC, b"PARE"))


class ParquetReader:
    """One open Parquet file."""

    layout = Layout("Parquet")

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with pq.ParquetFile(path) as file:
                names = file.schema_arrow.names
                self._rows = _rows_at_a_time(file.metadata)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # The last of damaged names.
            raise UnreadableFileError(_DAMAGED) from error
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise UnreadableFileError(f"has the column {twice[0]!r} more than once; rename or remove one")
        self.headers: tuple[str, ...] = tuple(names)

    def batches(self) -> Iterator[RowBatch]:
        """Arrow arrays of the file's own types."""
        number = 0
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(batch_size=self._rows):
                    numbers = np.arange(number + 1, number + 1 + batch.num_rows, dtype=np.int64)
                    yield _decoded(RowBatch(dict(zip(self.headers, batch.columns, strict=True)), numbers))
                    number += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFileError(_DAMAGED) from error


def _decoded(batch: RowBatch) -> RowBatch:
    """The batch without rows whose texts are not UTF-8: Parquet promises that they are, and nobody checks."""
    reasons: dict[int, str] = {}
    columns = dict(batch.columns)
    for header, column in batch.columns.items():
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)) or _is_utf8(column):
            continue
        values = _bytes_of(column)
        texts = [None if value is None else value.decode("utf-8", "replace") for value in values]
        columns[header] = pa.array(texts, pa.string())
        reasons |= {
            row: _UNDECODABLE
            for row, (value, text) in enumerate(zip(values, texts, strict=True))
            if value is not None and text is not None and text.encode() != value
        }
    return without_rows(RowBatch(columns, batch.numbers), reasons, "undecodable") if reasons else batch


def _is_utf8(column: pa.Array) -> bool:
    try:
        (column.dictionary if pa.types.is_dictionary(column.type) else column).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _bytes_of(column: pa.Array) -> list[bytes | None]:
    """The bytes of a column of texts, whatever they are."""
    if pa.types.is_dictionary(column.type):
        words = column.dictionary.cast(pa.large_binary()).to_pylist()
        return [None if code is None else words[code] for code in column.indices.to_pylist()]
    values: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    return values


def _rows_at_a_time(metadata: pq.FileMetaData) -> int:
    """As many rows as a batch may hold bytes, by the file's own average."""
    sizes = (metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    average = max(1, sum(sizes) // max(1, metadata.num_rows))
    return int(max(1_000, min(BATCH_ROWS, BATCH_BYTES // average)))
