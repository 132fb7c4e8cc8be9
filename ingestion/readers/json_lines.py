"""JSON Lines, streamed: one object a line; a line that is none is set apart and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ingestion.readers.batch import BATCH_BYTES, BATCH_ROWS, BrokenRow, Layout, RowBatch
from ingestion.readers.encoding import ESCAPE, UNDECODABLE, Encoding
from ingestion.readers.json_blocks import JsonBlocks
from ingestion.readers.json_values import DuplicateKeyError, is_damaged, strict_decoder
from ingestion.readers.text_lines import open_lines
from ingestion.values.arrays import number_text

_LINES_TRIED = 50
# The first block is read value by value and tells what the next ones will look like: kept short.
_FIRST_BLOCK = 1024 * 1024
_BLOCK = BATCH_BYTES // 2
_decode = strict_decoder.decode


def are_json_lines(text: str) -> bool:
    """Told from one JSON document by a line, of two at least, that is a whole object.

    A file that begins with a broken line is still this when most of its lines are whole objects.
    """
    tried = [line for line in text.split("\n", _LINES_TRIED)[:_LINES_TRIED] if line.strip()]
    if len(tried) < 2:
        return False
    whole = [line.startswith("{") and _is_object(line) for line in tried]
    return any(whole) if text.startswith("{") else sum(whole) > len(tried) / 2


class JsonLinesReader:
    """One open JSON Lines file."""

    headers = None

    def __init__(self, path: Path, encoding: Encoding, is_utf8: bool) -> None:
        self._path = path
        self._encoding = encoding
        self.layout = Layout("JSON Lines", encoding.label)
        self._is_wide = encoding.codec.startswith(("utf-16", "utf-32"))
        self._blocks = JsonBlocks() if is_utf8 and not self._is_wide else None

    def batches(self) -> Iterator[RowBatch]:
        """Columns are the keys of the batch; what is no single value is JSON text."""
        number = 0
        for block in self._texts() if self._is_wide else self._whole_lines():
            columns = self._blocks.read(block) if self._blocks and isinstance(block, bytes) else None
            if columns is not None:
                rows = len(next(iter(columns.values())))
                yield RowBatch(columns, np.arange(number + 1, number + 1 + rows, dtype=np.int64))
                number += rows
                continue
            text = block if isinstance(block, str) else block.decode(self._encoding.codec, ESCAPE)
            lines = [line for line in text.split("\n") if line and not line.isspace()]
            for start in range(0, len(lines), BATCH_ROWS):
                part = lines[start : start + BATCH_ROWS]
                batch = self._batch(part, number)
                if self._blocks and not batch.broken:
                    self._blocks.learn(batch.columns)
                yield batch
                number += len(part)

    def _texts(self) -> Iterator[str]:
        """Whole lines of an encoding in which a line end is more than one byte."""
        with open_lines(self._path, self._encoding) as file:
            while lines := file.readlines(_BLOCK // 4):
                yield "".join(lines)

    def _whole_lines(self) -> Iterator[bytes]:
        """The bytes of the file in blocks that end with a line."""
        size, rest = _FIRST_BLOCK, b""
        with self._path.open("rb") as file:
            while chunk := file.read(size):
                size = _BLOCK
                end = chunk.rfind(b"\n") + 1
                if not end:
                    rest += chunk
                    continue
                yield rest + chunk[:end]
                rest = chunk[end:]
        if rest:
            yield rest

    def _batch(self, lines: list[str], before: int) -> RowBatch:
        numbers = np.arange(before + 1, before + 1 + len(lines), dtype=np.int64)
        try:
            rows = [_decode(line) for line in lines]
            if set(map(type, rows)) == {dict}:
                columns = columns_of(rows)
                # A value that is damaged is refused by Arrow, a key is not.
                if not any(map(UNDECODABLE.search, columns)):
                    return RowBatch(columns, numbers)
        except (ValueError, RecursionError):
            pass  # Some line is broken: find out which.
        broken: list[BrokenRow] = []
        good: list[dict[str, Any]] = []
        kept: list[int] = []
        for number, line in enumerate(lines, before + 1):
            row = self._row(line, number)
            if isinstance(row, BrokenRow):
                broken.append(row)
            else:
                good.append(row)
                kept.append(number)
        return RowBatch(columns_of(good), np.array(kept, dtype=np.int64), tuple(broken))

    def _row(self, line: str, number: int) -> dict[str, Any] | BrokenRow:
        content = line.rstrip("\r\n")
        try:
            row = _decode(line)
        except DuplicateKeyError:
            return BrokenRow(number, "an object has one key twice", content)
        except (ValueError, RecursionError) as error:
            place = f" (character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
            return BrokenRow(number, f"the line is not JSON{place}", content, "not_json")
        if not isinstance(row, dict):
            return BrokenRow(number, "the line is JSON, but not an object", content, "not_an_object")
        if is_damaged(row):
            reason = f"the line has bytes that are not {self._encoding.label}"
            return BrokenRow(number, reason, content, "undecodable")
        return row


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def columns_of(rows: list[dict[str, Any]]) -> dict[str, pa.Array]:
    """The values of some objects by key: one type a column, what is no single value as JSON text."""
    keys = dict.fromkeys(key for row in rows for key in row)
    return {key: array_of([row.get(key) for row in rows]) for key in keys}


def array_of(values: list[Any]) -> pa.Array:
    """Values as JSON has them with the type that they share, else each as text."""
    kinds = set(map(type, values)) - {type(None)}
    try:
        if not kinds:
            return pa.nulls(len(values))
        if kinds == {str}:
            return pa.array(values, pa.string())
        if kinds == {bool}:
            return pa.array(values, pa.bool_())
        if kinds == {int}:
            return pa.array(values, pa.int64())
        if kinds <= {int, float}:
            return pa.array(values, pa.float64())
    except (OverflowError, pa.ArrowInvalid):
        pass  # An integer beyond 64 bits, or beyond what a float holds exactly: kept as text.
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return number_text(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
