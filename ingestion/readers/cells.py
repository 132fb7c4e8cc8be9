"""Marks around a cell's text that programs leave and no person means: ="0012", '0012, zero bytes, BOMs."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.readers.batch import BrokenRow, RowBatch

_BOM = "\ufeff"
# Excel keeps the zeros of ="0012"; an apostrophe before digits says that they are a text.
_FORMULA = re.compile(r'\s*="(?P<text>[^"]*)"\s*')
_APOSTROPHE = re.compile(r"\s*['‘](?P<text>[0-9][0-9A-Za-z\-]*)\s*")
_ZERO_BYTE = "a cell has a zero byte inside its text"
_SUSPECT = (b'="', b"'", "‘".encode(), b"\0", _BOM.encode())
# So much stays in a core's cache; pieces overlap, so that no mark is cut in two.
_PIECE = 128 * 1024
_OVERLAP = 2


def clean_lines(lines: list[str]) -> list[str]:
    """The same lines without the marks of files that were joined; lines of zero bytes only become empty."""
    text = "".join(lines)
    if _BOM not in text and "\0" not in text and "\x1a" not in text:
        return lines
    found = []
    for line in lines:
        body = line.rstrip("\r\n")
        end = line[len(body) :]
        body = body.lstrip(_BOM).rstrip("\x1a")
        found.append((body if body.strip("\0") else "") + end)
    return found


def tidy_cells(batch: RowBatch) -> RowBatch:
    """The batch without such marks; a row with a zero byte inside a text is broken."""
    if batch.is_tidy:
        return batch
    changed: dict[str, pa.Array] = {}
    broken: set[int] = set()
    for header, column in batch.columns.items():
        if not pa.types.is_string(column.type) or not _is_suspect(column):
            continue
        texts = [None if value is None else tidy_cell(value) for value in column.to_pylist()]
        broken |= {row for row, text in enumerate(texts) if text and "\0" in text}
        changed[header] = pa.array([text or None for text in texts], pa.string())
    if not changed:
        return batch
    batch = RowBatch(batch.columns | changed, batch.numbers, batch.broken)
    return without_rows(batch, dict.fromkeys(broken, _ZERO_BYTE), "undecodable") if broken else batch


def tidy_cell(text: str) -> str:
    """One cell: zero bytes and marks at its ends are padding."""
    text = text.strip("\0").lstrip(_BOM)
    marked = _FORMULA.fullmatch(text) or _APOSTROPHE.fullmatch(text)
    return marked["text"] if marked else text


def without_rows(
    batch: RowBatch, reasons: dict[int, str], code: str = "broken", drop: Sequence[int] = ()
) -> RowBatch:
    """The batch without some rows: those with a reason are broken, those in `drop` are gone."""
    broken = list(batch.broken)
    for row, reason in reasons.items():
        cells = (column[row].as_py() for column in batch.columns.values())
        broken.append(BrokenRow(int(batch.numbers[row]), reason, ",".join(map(_shown, cells)), code))
    keep = np.ones(len(batch.numbers), dtype=bool)
    keep[[*reasons, *drop]] = False
    mask = pa.array(keep)
    columns = {header: column.filter(mask) for header, column in batch.columns.items()}
    return RowBatch(columns, batch.numbers[keep], tuple(sorted(broken, key=lambda row: row.number)))


def _is_suspect(column: pa.Array) -> bool:
    """Whether the bytes of the texts have such a mark anywhere: much quicker than asking each cell."""
    offsets, data = column.buffers()[1:]
    if data is None or not len(column):
        return False
    bounds = np.frombuffer(offsets, dtype=np.int32)
    start, end = int(bounds[column.offset]), int(bounds[column.offset + len(column)])
    content = np.frombuffer(data, dtype=np.uint8)[start:end]
    return any(
        _has_mark(content[piece : piece + _PIECE]) for piece in range(0, len(content), _PIECE - _OVERLAP)
    )


def are_tidy(block: bytes) -> bool:
    """Whether no cell of a block of delimited UTF-8 can have a mark: its bytes are nowhere."""
    if any(mark in block for mark in _SUSPECT if len(mark) == 1):
        return False
    content = np.frombuffer(block, dtype=np.uint8)
    long = [mark for mark in _SUSPECT if len(mark) > 1 and (mark[-1:] != b'"' or b'"' in block)]
    pieces = range(0, len(content), _PIECE - _OVERLAP)
    return not any(_has_mark(content[piece : piece + _PIECE], long) for piece in pieces)


def _has_mark(content: npt.NDArray[np.uint8], marks: Sequence[bytes] = _SUSPECT) -> bool:
    """With numpy, since a long search in `bytes` would let no other thread work."""
    for mark in marks:
        places = np.flatnonzero(content[: max(0, len(content) - len(mark) + 1)] == mark[0])
        for step in range(1, len(mark)):
            places = places[content[places + step] == mark[step]]
        if len(places):
            return True
    return False


def _shown(value: object) -> str:
    return "" if value is None else str(value)
