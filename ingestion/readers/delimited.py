"""CSV and its kin, streamed: quoted line breaks are fine, a broken row is set apart and the rest goes on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.headers import HeaderReader
from ingestion.readers.batch import BATCH_BYTES, BATCH_ROWS, BrokenRow, RowBatch, UnreadableFileError
from ingestion.readers.encoding import UNDECODABLE, Encoding, detect_encoding
from ingestion.readers.records import read_record, read_records

_SEPARATORS = (",", "\t", ";", "|")
# A character of Chinese text takes three bytes in UTF-8: what is read at a time stays below a batch's bytes.
_READ_CHARACTERS = BATCH_BYTES // 4
# Long free texts are ordinary here; the csv module's own limit is 128 KB.
csv.field_size_limit(64 * 1024 * 1024)


class Delimited:
    """The format: any text that is not another one."""

    name = "CSV"

    def recognises(self, head: bytes) -> bool:
        """Text: no zero bytes, unless a byte-order mark says UTF-16."""
        return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head

    def open(self, path: Path, is_utf8: bool, headers: HeaderReader) -> DelimitedReader:
        """Reads the header row; raises `UnreadableFileError` when it cannot be one."""
        return DelimitedReader(path, detect_encoding(path, is_utf8), headers)


class DelimitedReader:
    """One open CSV file."""

    def __init__(self, path: Path, encoding: Encoding, headers: HeaderReader) -> None:
        self._path = path
        self._encoding = encoding
        with self._text() as file:
            first = _first_record(file)
        if first is None:
            raise UnreadableFileError("has no header row")
        self._separator = _best_separator(first, headers)
        record = read_record(first, self._separator)
        if record is None:
            raise UnreadableFileError("has a header row with an unbalanced quote")
        self.headers: tuple[str, ...] = _distinct(record)

    def batches(self) -> Iterator[RowBatch]:
        """Texts, null where a cell is empty."""
        with self._text() as file:
            _first_record(file)
            number = 0
            for records in read_records(file, self._separator, len(self.headers), _READ_CHARACTERS):
                for start in range(0, len(records), BATCH_ROWS):
                    part = records[start : start + BATCH_ROWS]
                    yield self._batch(part, number)
                    number += len(part)

    def _text(self) -> io.TextIOWrapper:
        """Line ends as they are, so that those inside quotes stay."""
        return self._path.open(encoding=self._encoding.codec, errors="surrogateescape", newline="")

    def _batch(self, records: list[list[str] | BrokenRow], before: int) -> RowBatch:
        width = len(self.headers)
        good: list[list[str]] = []
        numbers: list[int] = []
        broken: list[BrokenRow] = []
        for number, record in enumerate(records, before + 1):
            if isinstance(record, BrokenRow):
                broken.append(BrokenRow(number, record.reason, record.content))
            elif len(record) != width:
                reason = f"the row has {len(record)} fields, the header has {width}"
                broken.append(BrokenRow(number, reason, self._joined(record)))
            else:
                good.append(record)
                numbers.append(number)
        try:
            columns = self._columns(good)
        except UnicodeEncodeError:
            broken, good, numbers = self._undecodable(broken, good, numbers)
            columns = self._columns(good)
        return RowBatch(columns, np.array(numbers, dtype=np.int64), tuple(broken))

    def _columns(self, records: list[list[str]]) -> dict[str, pa.Array]:
        if not records:
            return {header: pa.nulls(0, pa.string()) for header in self.headers}
        cells = zip(*records, strict=True)
        return {
            header: pa.array([cell or None for cell in column], pa.string())
            for header, column in zip(self.headers, cells, strict=True)
        }

    def _undecodable(
        self, broken: list[BrokenRow], good: list[list[str]], numbers: list[int]
    ) -> tuple[list[BrokenRow], list[list[str]], list[int]]:
        reason = f"the row has bytes that are not {self._encoding.label}"
        kept: list[list[str]] = []
        kept_numbers: list[int] = []
        for number, record in zip(numbers, good, strict=True):
            content = self._joined(record)
            if UNDECODABLE.search(content):
                broken.append(BrokenRow(number, reason, content))
            else:
                kept.append(record)
                kept_numbers.append(number)
        return sorted(broken, key=lambda row: row.number), kept, kept_numbers

    def _joined(self, record: list[str]) -> str:
        return self._separator.join(record)


def _first_record(file: io.TextIOWrapper) -> str | None:
    """The header row, which may have line breaks inside quotes; blank lines before it are passed over."""
    text = ""
    for line in iter(file.readline, ""):
        if not text and not line.strip():
            continue
        text += line
        if text.count('"') % 2 == 0 or len(text) > _READ_CHARACTERS:
            return text
    return text or None


def _best_separator(header: str, headers: HeaderReader) -> str:
    """The separator under which most headers are known; a comma when none are."""

    def known(separator: str) -> tuple[int, int]:
        record = read_record(header, separator) or []
        return sum(headers.find(cell) is not None for cell in record), -_SEPARATORS.index(separator)

    return max(_SEPARATORS, key=known)


def _distinct(record: list[str]) -> tuple[str, ...]:
    """The headers, an empty one by its place; `UnreadableFileError` when one comes twice."""
    named = [cell.strip() or f"column {place}" for place, cell in enumerate(record, 1)]
    for place, header in enumerate(named, 1):
        earlier = named.index(header) + 1
        if earlier != place:
            # Not the header itself: of a file without headers it would be a person's data.
            raise UnreadableFileError(
                f"has the same header over columns {earlier} and {place}; rename or remove one"
            )
    return tuple(named)
