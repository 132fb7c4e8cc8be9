"""Results as files: CSV, XLSX and Parquet, row by row, with what they are told in the file or beside it.

CSV keeps to RFC 4180: a header, then rows, nothing else. Lines of remarks would be rows for Excel and break
types in pandas; so its particulars stand beside it in `<file>-metadata.json`, the name that the W3C
recommends for CSV on the Web. XLSX has a second sheet, Parquet its own metadata.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import UsageError
from warehouse.export_cells import Hiding, csv_cell, harmless, kind_of, values
from warehouse.export_info import Info, hidden_mark

FORMATS = ("csv", "xlsx", "parquet")
METADATA_KEY = "scorehouse"
SIDECAR = "-metadata.json"


@dataclass(frozen=True)
class Shape:
    """The columns of a file: their names, headers in words, and kinds."""

    schema: pa.Schema
    headers: tuple[str, ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, schema: pa.Schema, headers: tuple[str, ...] | None = None) -> Shape:
        """With the kinds that names and types tell."""
        kinds = tuple(kind_of(field.name, field.type) for field in schema)
        return cls(schema, headers or tuple(schema.names), kinds)


class FileWriter(Protocol):
    """Takes batches, then the particulars; `suppressed` and `rows` are counted."""

    rows: int
    suppressed: int

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""

    def finish(self, info: Info) -> None:
        """Complete the file."""


class CsvWriter:
    """UTF-8 with a byte-order mark (Excel then shows Chinese), CRLF; numbers stay numbers, texts harmless."""

    def __init__(self, target: BinaryIO, shape: Shape, info: Info, hiding: Hiding) -> None:
        self.rows = self.suppressed = 0
        self._shape = shape
        self._info = info
        self._hiding = hiding
        self._text = io.TextIOWrapper(target, "utf-8", "replace", newline="", write_through=False)
        self._text.write("\ufeff")
        self._writer = csv.writer(self._text)
        self._writer.writerow([harmless(header) for header in shape.headers])

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        masks = self._hiding.masks(batch)
        columns = []
        for place, kind in enumerate(self._shape.kinds):
            cells = [
                csv_cell(value, kind) for value in values(batch.column(place), kind, self._info.timezone)
            ]
            if place in masks:
                mark = hidden_mark(self._info.language)
                cells = [
                    mark if is_hidden else cell for cell, is_hidden in zip(cells, masks[place], strict=True)
                ]
                self.suppressed += sum(masks[place])
            columns.append(cells)
        if columns:
            self._writer.writerows(zip(*columns, strict=True))
        self.rows += batch.num_rows

    def finish(self, info: Info) -> None:
        """Nothing more stands in the file itself."""
        self._text.flush()
        self._text.detach()


class ParquetWriter:
    """Zstandard-compressed, with the result's types; hidden cells are null, `suppressed` tells where."""

    def __init__(self, target: BinaryIO, shape: Shape, info: Info, hiding: Hiding) -> None:
        self.rows = self.suppressed = 0
        self._hiding = hiding
        self._schema = shape.schema
        self._writer = pq.ParquetWriter(target, shape.schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        self.suppressed += sum(sum(mask) for mask in self._hiding.masks(batch).values())
        self._writer.write_batch(batch.cast(self._schema))
        self.rows += batch.num_rows

    def finish(self, info: Info) -> None:
        """The particulars go into the file's own metadata."""
        self._writer.add_key_value_metadata({METADATA_KEY: info.as_json()})
        self._writer.close()


def writer(
    file_format: str,
    target: BinaryIO,
    shape: Shape,
    info: Info,
    hiding: Hiding,
    scratch: Path | None = None,
) -> FileWriter:
    """The writer of a format; `UsageError` for another format.

    XLSX is put together in `scratch`, or where the system keeps temporary files; nothing of it stays there.
    """
    if file_format == "csv":
        return CsvWriter(target, shape, info, hiding)
    if file_format == "parquet":
        return ParquetWriter(target, shape, info, hiding)
    if file_format == "xlsx":
        from warehouse.export_xlsx import XlsxWriter

        return XlsxWriter(target, shape, info, hiding, scratch)
    raise UsageError(f"{file_format!r} is not a format of files: use one of {', '.join(FORMATS)}.")


def format_of(path: Path) -> str:
    """By the suffix; `UsageError` where it names no format."""
    found = path.suffix.lower().removeprefix(".")
    if found not in FORMATS:
        raise UsageError(f"{path.name} does not say its format: end it with .csv, .xlsx or .parquet.")
    return found


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file of mode 0600 that is there when it is whole; `UsageError` where it cannot be written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file.") from None
    finally:
        temporary.unlink(missing_ok=True)


def write_sidecar(path: Path, info: Info) -> Path:
    """The particulars of a CSV file beside it."""
    beside = path.with_name(f"{path.name}{SIDECAR}")
    with new_file(beside) as file:
        file.write(f"{info.as_json()}\n".encode())
    return beside
