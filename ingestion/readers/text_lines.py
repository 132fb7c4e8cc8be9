"""Whole lines of a text file in any encoding; bytes that do not decode cost their own line only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

import numpy as np

from ingestion.readers.encoding import ESCAPE, Encoding

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_BOM = "\ufeff"
# Misread by one byte, Latin letters and separators become characters whose low byte is zero.
_MISREAD = 0.1


class Lines(Protocol):
    """What a reader of lines needs of an open file."""

    def readlines(self, hint: int = -1, /) -> list[str]:
        """The next whole lines with their ends, about `hint` characters; none at the end."""
        ...


def split_lines(text: str) -> list[str]:
    """The lines of a text with their ends: LF, CR or both."""
    return [line for line in _LINE.findall(text) if line]


def open_text(path: Path, encoding: Encoding) -> TextIO:
    """The text of the file without a byte-order mark; line ends as they are."""
    errors = "surrogateescape" if encoding.codec == "utf-8-sig" else ESCAPE
    text = path.open(encoding=encoding.codec, errors=errors, newline="")
    if encoding.codec != "utf-8-sig" and text.read(1) != _BOM:
        text.seek(0)
    return text


@contextmanager
def open_lines(path: Path, encoding: Encoding) -> Iterator[Lines]:
    """The lines from the beginning of the file."""
    if encoding.codec.startswith("utf-16"):
        with path.open("rb") as file:
            yield _Utf16Lines(file, encoding.codec)
    else:
        with open_text(path, encoding) as text:
            yield text


class _Utf16Lines:
    """UTF-16 that finds its way back after a lost byte: at the next line end, wherever that stands."""

    def __init__(self, file: BinaryIO, codec: str) -> None:
        self._file = file
        self._codec = codec
        self._dtype = np.dtype("<u2" if codec.endswith("le") else ">u2")
        newline, cr = "\n".encode(codec), "\r".encode(codec)
        self._ends = re.compile(
            b"(?:" + re.escape(cr + newline) + b"|" + re.escape(newline) + b"|" + re.escape(cr) + b")"
        )
        self._rest = b""
        mark = _BOM.encode(codec)
        if file.read(2) != mark:
            file.seek(0)

    def readlines(self, hint: int = -1, /) -> list[str]:
        chunk = self._file.read(2 * hint if hint > 0 else -1)
        data = self._rest + chunk
        self._rest = b""
        if not data:
            return []
        if not chunk:
            return self._decoded(data)
        end = self._last_end(data)
        while not end and chunk:
            chunk = self._file.read(max(2 * hint, 1024))
            data += chunk
            end = self._last_end(data)
        if not end:
            end = len(data)
        self._rest = data[end:]
        return self._decoded(data[:end])

    def _last_end(self, data: bytes) -> int:
        """Where the last whole line ends, in whole characters if the data are; 0 when there is none.

        A CR at the very end may have its LF still to come: the line before it is the last one then.
        """
        newline = "\n".encode(self._codec)
        units = np.frombuffer(data, self._dtype, len(data) // 2)
        if not self._is_misread(units):
            found = np.flatnonzero((units == 10) | ((units == 13) & (np.arange(len(units)) < len(units) - 1)))
            return int(2 * found[-1] + 2) if len(found) else 0
        at = data.rfind(newline)
        return at + 2 if at >= 0 else 0

    def _is_misread(self, units: np.ndarray) -> bool:
        return len(units) > 0 and float(((units & 0xFF) == 0).mean()) > _MISREAD

    def _decoded(self, data: bytes) -> list[str]:
        units = np.frombuffer(data, self._dtype, len(data) // 2)
        if not self._is_misread(units):
            return split_lines(data.decode(self._codec, ESCAPE))
        lines = []
        at = 0
        for end in self._ends.finditer(data):
            lines.append(data[at : end.end()])
            at = end.end()
        lines.append(data[at:])
        return [line.decode(self._codec, ESCAPE) for line in lines if line]
