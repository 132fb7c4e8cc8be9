"""CSV and its kin, streamed: quoted line breaks are fine, a broken row is set apart and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.readers.batch import (
    BATCH_BYTES,
    BATCH_ROWS,
    BrokenRow,
    Hints,
    Layout,
    RowBatch,
    UnreadableFileError,
)
from ingestion.readers.cells import tidy_cells
from ingestion.readers.encoding import UNDECODABLE, UTF_8, Encoding
from ingestion.readers.fast_delimited import batches as fast_batches
from ingestion.readers.records import Record, parse, read_records
from ingestion.readers.set_apart import Apart
from ingestion.readers.sniff import sniff
from ingestion.readers.text_lines import Lines, open_lines, open_text, split_lines

# A character of Chinese text takes three bytes in UTF-8: what is read at a time stays below a batch's bytes.
_READ_CHARACTERS = BATCH_BYTES // 4
# What is looked at to find out the layout; the header row must end in it.
_SNIFFED_CHARACTERS = 1024 * 1024


class DelimitedReader:
    """One open CSV file."""

    def __init__(self, path: Path, encoding: Encoding, hints: Hints) -> None:
        self._path = path
        self._encoding = encoding
        self._knower = hints.headers
        lines = self._first_lines()
        start = sniff(lines, hints)
        self._dialect = start.dialect
        self._skipped = lines[: start.lines]
        self.headers: tuple[str, ...] = start.headers
        self.layout = Layout("CSV", encoding.label, start.dialect.separator, start.header_row)

    def batches(self) -> Iterator[RowBatch]:
        """Texts, null where a cell is empty. A header that comes again is a broken row."""
        apart = Apart(self.headers, self._knower)
        fast = self._encoding == UTF_8 and self._dialect.is_standard
        for batch in self._fast() if fast else self._careful():
            yield apart.part(tidy_cells(batch))

    def _first_lines(self) -> list[str]:
        """The lines that are looked at, all of them whole."""
        with open_text(self._path, self._encoding) as file:
            text = file.read(_SNIFFED_CHARACTERS)
            is_whole = not file.read(1)
        lines = split_lines(text)
        if is_whole:
            return lines
        if len(lines) < 2:
            raise UnreadableFileError("begins with a line of more than a million characters; it is no table")
        # The last one may go on, also where it seems to end with a CR.
        return lines[:-1]

    def _careful(self) -> Iterator[RowBatch]:
        with open_lines(self._path, self._encoding) as file:
            rest = _Behind(file, len(self._skipped))
            number = 0
            for records in read_records(rest, self._dialect, len(self.headers), _READ_CHARACTERS):
                for start in range(0, len(records), BATCH_ROWS):
                    part = records[start : start + BATCH_ROWS]
                    yield self._batch(part, number)
                    number += len(part)

    def _fast(self) -> Iterator[RowBatch]:
        with self._path.open("rb") as file:
            mark = len(b"\xef\xbb\xbf") if file.read(3) == b"\xef\xbb\xbf" else 0
        skipped = mark + len("".join(self._skipped).encode("utf-8", "surrogateescape"))
        return fast_batches(self._path, self._dialect.separator, self.headers, skipped, self._block)

    def _block(self, lines: list[str], before: int, at_end: bool) -> tuple[RowBatch, list[str]]:
        """The rows of whole lines, numbered from `before` + 1, and the lines that may go on behind them."""
        records, pending = parse(lines, self._dialect, len(self.headers), at_end)
        return self._batch(records, before), pending

    def _batch(self, records: list[Record], before: int) -> RowBatch:
        width = len(self.headers)
        good: list[list[str]] = []
        numbers: list[int] = []
        broken: list[BrokenRow] = []
        for number, record in enumerate(records, before + 1):
            if isinstance(record, BrokenRow):
                broken.append(BrokenRow(number, record.reason, record.content, record.code))
            elif len(record) != width:
                reason = f"the row has {len(record)} fields, the header has {width}"
                broken.append(BrokenRow(number, reason, self._joined(record), "field_count"))
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
                broken.append(BrokenRow(number, reason, content, "undecodable"))
            else:
                kept.append(record)
                kept_numbers.append(number)
        return sorted(broken, key=lambda row: row.number), kept, kept_numbers

    def _joined(self, record: list[str]) -> str:
        return self._dialect.separator.join(record)


class _Behind:
    """The lines behind the first ones."""

    def __init__(self, file: Lines, skipped: int) -> None:
        self._file = file
        self._skipped = skipped

    def readlines(self, hint: int = -1, /) -> list[str]:
        lines = self._file.readlines(hint)
        while self._skipped and lines:
            self._skipped, lines = max(0, self._skipped - len(lines)), lines[self._skipped :]
            lines = lines or self._file.readlines(hint)
        return lines
