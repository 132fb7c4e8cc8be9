"""The quick way through delimited UTF-8 text: whole blocks by Arrow on several threads, the rest with care.

A block is taken quickly only where that cannot differ from the careful reader: every quote stands where the
format wants one, every row has its fields, every byte is UTF-8, lines end with LF or CRLF. Any other block
is cut into small ones, and those that are still odd go to the careful reader. Where a record ends is told by
the parity of quotes; where odd quotes mislead it, the careful reader says where the next record begins, and
what had been read ahead is read again from there.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from ingestion.readers.batch import BATCH_ROWS, RowBatch
from ingestion.readers.cells import are_tidy
from ingestion.readers.records import may_swallow_rows

BLOCK_BYTES = 8 * 1024 * 1024
# Of a block with an odd row the pieces without one are still taken quickly.
_PIECES = 64
# The careful reader has its own ways with fields of this length, and with fields over so many lines.
_LONGEST_FIELD = 16 * 1024 * 1024
_MOST_LINES = 4_000
# How many line ends are tried, from the last one back, for one outside quotes.
_ENDS_TRIED = 10_000
_THREADS = 4
_BOM = "\ufeff"
_QUOTE, _LF, _CR = b'"\n\r'


class CarefulReader(Protocol):
    """Takes apart whole lines, line by line where necessary."""

    def __call__(self, lines: list[str], before: int, at_end: bool) -> tuple[RowBatch, list[str]]:
        """The rows of `lines`, numbered from `before` + 1, and the last lines that may go on behind them.

        Lines keep their ends; bytes that are not UTF-8 are lone surrogates. With `at_end` no line is left.
        """
        ...


def batches(
    path: Path,
    separator: str,
    headers: tuple[str, ...],
    skip_bytes: int,
    careful: CarefulReader,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[RowBatch]:
    """The rows of a file behind its first `skip_bytes` bytes (mark, header …), equal to the careful reader's.

    Rows and their numbers are the same; only where one batch ends and the next begins may differ.
    `separator` is one ASCII character.
    """
    threads = min(_THREADS, os.cpu_count() or 1)
    with path.open("rb") as file, ThreadPoolExecutor(threads, thread_name_prefix="delimited") as pool:
        blocks = _Blocks(file, skip_bytes, block_bytes)
        yield from _Reading(blocks, _Parser(separator, headers), careful).batches(pool, threads + 1)


@dataclass(frozen=True)
class _Block:
    """Bytes that end with a record, as far as quotes tell, and where in the file they end."""

    content: bytes
    end: int
    is_last: bool


class _Parsed(NamedTuple):
    """The rows of a block: a chunk of texts a column; and whether no cell has marks around its text."""

    rows: pa.Table
    is_tidy: bool


class _Reading:
    """One way through one file."""

    def __init__(self, blocks: _Blocks, parser: _Parser, careful: CarefulReader) -> None:
        self._blocks = blocks
        self._parser = parser
        self._careful = careful
        self._number = 0

    def batches(self, pool: ThreadPoolExecutor, most_ahead: int) -> Iterator[RowBatch]:
        ahead: deque[tuple[_Block, Future[_Parsed | None]]] = deque()
        try:
            while True:
                while len(ahead) < most_ahead and (block := self._blocks.next()) is not None:
                    ahead.append((block, pool.submit(self._parser.parse, block.content)))
                if not ahead:
                    return
                block, parsed = ahead.popleft()
                if (quick := parsed.result()) is not None:
                    yield from self._numbered(quick)
                    continue
                left_over = yield from self._with_care(block)
                if left_over:
                    # The last record goes on behind the block: all that was cut off there was cut in a row.
                    _forget(ahead)
                    self._blocks.go_back(block.end - left_over, left_over)
        finally:
            _forget(ahead)

    def _numbered(self, parsed: _Parsed) -> Iterator[RowBatch]:
        """Batches of about equal size, so that none is tiny."""
        rows = parsed.rows.num_rows
        parts = -(-rows // BATCH_ROWS)
        for part in range(parts):
            start, end = rows * part // parts, rows * (part + 1) // parts
            columns = {
                header: parsed.rows.column(place).chunk(0).slice(start, end - start)
                for place, header in enumerate(self._parser.headers)
            }
            numbers = np.arange(self._number + 1, self._number + 1 + end - start, dtype=np.int64)
            yield RowBatch(columns, numbers, is_tidy=parsed.is_tidy)
            self._number += end - start

    def _with_care(self, block: _Block) -> Generator[RowBatch, None, int]:
        """A block in small pieces, quickly where possible; returns how many of its bytes are left over."""
        pieces = _Blocks(io.BytesIO(block.content), 0, max(1, self._blocks.size // _PIECES))
        while (piece := pieces.next()) is not None:
            quick = self._parser.parse(piece.content) if len(piece.content) < len(block.content) else None
            if quick is not None:
                yield from self._numbered(quick)
                continue
            text = piece.content.decode("utf-8", "surrogateescape")
            # As a text file would be cut into lines.
            lines = io.StringIO(text, newline="").readlines()
            pending: list[str] = []
            for start in range(0, len(lines), BATCH_ROWS):
                some = pending + lines[start : start + BATCH_ROWS]
                at_end = block.is_last and piece.is_last and start + BATCH_ROWS >= len(lines)
                batch, pending = self._careful(some, self._number, at_end)
                if len(batch.numbers) or batch.broken:
                    yield batch
                self._number += len(batch.numbers) + len(batch.broken)
            if left_over := len("".join(pending).encode("utf-8", "surrogateescape")):
                if piece.is_last:
                    return left_over
                pieces.go_back(piece.end - left_over, left_over)
        return 0


class _Blocks:
    """Cuts bytes into blocks at line ends outside quotes."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self.size = size
        self._start = self._first_size = -1
        self.go_back(start, 0)

    def go_back(self, start: int, left_over: int) -> None:
        """Goes on at byte `start`; the next block will be longer than the `left_over` that was too short."""
        longer = 2 * self._first_size if start == self._start else 0
        self._first_size = max(self.size, 2 * left_over, longer)
        self._file.seek(start)
        self._start = self._at = start
        self._rest = b""
        self._is_done = False

    def next(self) -> _Block | None:
        """The next block, None behind the last one."""
        if self._is_done:
            return None
        size = first = self._first_size if self._at == self._start else self.size
        data = self._rest
        while True:
            data += self._file.read(max(1, size - len(data)))
            if len(data) < size:
                self._is_done = True
                return self._block(data, len(data), is_last=True) if data else None
            cut = _record_end(data)
            if not cut and size > first:
                cut = _line_end(data)
            if cut:
                return self._block(data, cut, is_last=False)
            size *= 2

    def _block(self, data: bytes, cut: int, *, is_last: bool) -> _Block:
        self._at += cut
        self._rest = data[cut:]
        return _Block(data[:cut], self._at, is_last)


def _record_end(data: bytes) -> int:
    """Behind the last line end that an even number of quotes stands before; 0 when there is none."""
    last, end = len(data), data.rfind(b"\n")
    quotes = data.count(b'"') if b'"' in data else 0
    for _ in range(_ENDS_TRIED):
        if end < 0:
            break
        quotes -= data.count(b'"', end, last)
        if quotes % 2 == 0:
            return end + 1
        last, end = end, data.rfind(b"\n", 0, end)
    return 0


def _line_end(data: bytes) -> int:
    """Behind the last line end, which may be a lone CR but not half of a CRLF; 0 when there is none."""
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, -1) + 1


class _Parser:
    """Takes blocks apart; threads may share one."""

    def __init__(self, separator: str, headers: tuple[str, ...]) -> None:
        self.headers = headers
        self._separator = separator.encode()
        # Headers may be empty or strange: columns go by their places.
        self._places = [str(place) for place in range(len(headers))]
        self._convert = pv.ConvertOptions(
            column_types=dict.fromkeys(self._places, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )

    def parse(self, block: bytes) -> _Parsed | None:
        """The rows, null where a cell is empty; None when the block wants more care."""
        return None if (rows := self._table(block)) is None else _Parsed(rows, are_tidy(block))

    def _table(self, block: bytes) -> pa.Table | None:
        # Zero bytes, and the end mark of old systems.
        if len(block) > _LONGEST_FIELD or b"\0" in block or b"\x1a" in block:
            return None
        if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
            return None
        is_quoted = b'"' in block
        # A byte-order mark where a line begins says that files were joined; here, even inside a text.
        if is_quoted and (b"\n" + _BOM.encode() in block or not self._has_clean_quotes(block)):
            return None
        try:
            table = pv.read_csv(
                pa.BufferReader(block),
                pv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=self._places),
                pv.ParseOptions(delimiter=self._separator.decode(), newlines_in_values=is_quoted),
                self._convert,
            )
        except pa.ArrowInvalid:
            return None
        table = table.combine_chunks()
        if is_quoted and _has_long_record(block, table.num_rows):
            return None
        # The last line may have no end.
        if is_quoted and table.num_rows < block.count(b"\n") + (not block.endswith(b"\n")):
            text = np.frombuffer(block, dtype=np.uint8)
            if may_swallow_rows(text, self._separator[0], len(self.headers)):
                return None
        return None if pc.any(pc.starts_with(table.column(0), _BOM)).as_py() else table

    def _has_clean_quotes(self, block: bytes) -> bool:
        """Whether each quote opens a field at its beginning, closes it at its end, or is doubled inside.

        Counted from the beginning of the block, quotes open (or go on, behind the first of a pair) and close
        by turns.
        """
        text = np.frombuffer(block, dtype=np.uint8)
        quotes = np.flatnonzero(text == _QUOTE)
        if len(quotes) % 2:
            return False
        around = np.zeros(256, dtype=bool)
        around[[_QUOTE, _LF, _CR, self._separator[0]]] = True
        opening, closing = quotes[::2], quotes[1::2]
        before = text[opening[opening > 0] - 1]
        behind = text[closing[closing < len(text) - 1] + 1]
        return bool(around[before].all() and around[behind].all())


def _has_long_record(block: bytes, rows: int) -> bool:
    """Whether a record goes over more lines than the careful reader may be ready to follow."""
    if block.count(b"\n") - rows < _MOST_LINES:
        return False
    text = np.frombuffer(block, dtype=np.uint8)
    line_ends = np.flatnonzero(text == _LF)
    quotes_before = np.searchsorted(np.flatnonzero(text == _QUOTE), line_ends)
    record_ends = np.flatnonzero(quotes_before % 2 == 0)
    lines = np.diff(record_ends, prepend=-1, append=len(line_ends))
    return bool(lines.max() > _MOST_LINES)


def _forget(ahead: deque[tuple[_Block, Future[_Parsed | None]]]) -> None:
    for _, parsed in ahead:
        parsed.cancel()
    ahead.clear()
