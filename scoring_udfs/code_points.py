"""The texts of a column as UTF-8, straight from Arrow's buffers, and texts as code points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring_udfs.casting import cast

Points = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

_TEXT_TYPES = (pa.string(), pa.binary(), pa.large_string(), pa.large_binary())


@dataclass(frozen=True)
class Texts:
    """Row r is `data[offsets[r]:offsets[r + 1]]`, UTF-8 that may be damaged; nothing where it is null."""

    data: Bytes
    offsets: Offsets
    is_null: Flags

    def __len__(self) -> int:
        return len(self.is_null)

    def text(self, row: int) -> str:
        """One row as a Python string: lone surrogates stay, where the bytes are damaged there is U+FFFD."""
        raw = self.data[self.offsets[row] : self.offsets[row + 1]].tobytes()
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace")


def string_of(points: Points) -> str:
    """Code points as a Python string."""
    return points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def points_of(text: str) -> Points:
    """A Python string as code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32)


def decode(array: pa.Array | pa.ChunkedArray, name: str = "text") -> Texts:
    """The texts of a column of strings or of UTF-8 bytes, whatever its Arrow layout.

    Lone surrogates may stand as the three bytes that Python's `surrogatepass` makes of them. A column of one
    chunk is not copied. Raises `ColumnError` with `name` for a column of anything else.
    """
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    parts = [_texts(_plain(chunk, name)) for chunk in chunks]
    if len(parts) == 1:
        return parts[0]
    lengths = [np.diff(part.offsets) for part in parts]
    return Texts(
        np.concatenate(
            [np.zeros(0, np.uint8), *(part.data[part.offsets[0] : part.offsets[-1]] for part in parts)]
        ),
        np.concatenate([np.zeros(1, np.int64), *lengths]).cumsum(),
        np.concatenate([np.zeros(0, np.bool_), *(part.is_null for part in parts)]),
    )


def text_chunks(
    column: pa.Array | pa.ChunkedArray, name: str, most_rows: int, most_bytes: int
) -> Iterator[pa.Array]:
    """The column in pieces of up to so many rows and bytes (a longer text is a piece by itself).

    Raises `ColumnError` as `decode` does.
    """
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        plain = _plain(chunk, name)
        offsets, _ = _buffers(plain)
        start = 0
        while start < len(plain):
            fitting = int(np.searchsorted(offsets, offsets[start] + most_bytes, side="right")) - 1
            end = min(start + most_rows, max(fitting, start + 1))
            yield plain.slice(start, end - start)
            start = end


def encoded(texts: Any) -> pa.Array:
    """A sequence of Python strings or None as a column that `decode` reads, lone surrogates included."""
    return pa.array(
        [None if text is None else text.encode("utf-8", "surrogatepass") for text in texts], pa.large_binary()
    )


def _plain(chunk: pa.Array, name: str) -> pa.Array:
    """The chunk with offsets and bytes in buffers of their own."""
    if chunk.type in _TEXT_TYPES:
        return chunk
    kind = chunk.type.value_type if pa.types.is_dictionary(chunk.type) else chunk.type
    is_bytes = pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind)
    is_bytes |= pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return cast(chunk, pa.large_binary() if is_bytes else pa.large_string(), name, "text")


def _texts(chunk: pa.Array) -> Texts:
    offsets, data = _buffers(chunk)
    return Texts(data, offsets, np.asarray(chunk.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_))


def _buffers(chunk: pa.Array) -> tuple[Offsets, Bytes]:
    """Where each row begins and ends in the bytes; offsets of a slice begin where it does."""
    _, offset_buffer, data_buffer = chunk.buffers()
    is_large = pa.types.is_large_string(chunk.type) or pa.types.is_large_binary(chunk.type)
    if offset_buffer is None or offset_buffer.size == 0:
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    offsets = np.frombuffer(offset_buffer, np.int64 if is_large else np.int32)
    offsets = offsets[chunk.offset : chunk.offset + len(chunk) + 1]
    data = np.zeros(0, np.uint8) if data_buffer is None else np.frombuffer(data_buffer, np.uint8)
    return offsets.astype(np.int64), data
