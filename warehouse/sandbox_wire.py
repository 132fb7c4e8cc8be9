"""How a sandbox worker and its owner speak: frames over pipes, a letter, a length, then so many bytes.

Headers are JSON and tables are Arrow IPC: nothing that is read can run code.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import pyarrow as pa

# From the owner: how to start, a table by name, a query, stop this query.
START, TABLE, QUERY, CANCEL = b"S", b"T", b"Q", b"C"
# From the worker: ready, or a query is taken up; a piece of an Arrow stream, its end, or why there is none.
READY, DATA, DONE, FAILED = b"R", b"D", b"Z", b"E"
HEADER = struct.Struct(">cQ")
LONGEST_FRAME = 1 << 20


def write(stream: BinaryIO, kind: bytes, payload: bytes | memoryview | pa.Buffer = b"") -> None:
    """One frame, flushed."""
    view = memoryview(payload)
    stream.write(HEADER.pack(kind, view.nbytes))
    stream.write(view)
    stream.flush()


def read(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The next frame; `EOFError` when the other side is gone."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        raise EOFError
    kind, length = HEADER.unpack(header)
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return kind, payload


def text(fields: Mapping[str, Any]) -> bytes:
    """A header."""
    return json.dumps(fields, ensure_ascii=True).encode()


def table_bytes(table: pa.Table) -> pa.Buffer:
    """A table as an Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


class Sending(io.RawIOBase):
    """Sends what is written to it as frames of data, large ones in pieces."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        """Only that."""
        return True

    def write(self, data: Any) -> int:
        """All of it."""
        view = memoryview(data).cast("B")
        for start in range(0, view.nbytes, LONGEST_FRAME):
            write(self._stream, DATA, view[start : start + LONGEST_FRAME])
        return view.nbytes


class Receiving(io.RawIOBase):
    """Reads the bytes of data frames as one stream; `next_piece` gives the next, or None at the end."""

    def __init__(self, next_piece: Callable[[], bytes | bytearray | None]) -> None:
        self._next_piece = next_piece
        self._piece = memoryview(b"")
        self._is_over = False

    def readable(self) -> bool:
        """Only that."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As much of the piece at hand as fits."""
        if not self._piece.nbytes and not self._is_over:
            piece = self._next_piece()
            self._is_over = piece is None
            self._piece = memoryview(piece or b"")
        target = memoryview(buffer).cast("B")
        size = min(target.nbytes, self._piece.nbytes)
        target[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size
