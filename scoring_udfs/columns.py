"""Reads the columns of a batch, whatever their Arrow layout: sliced, chunked, large, dictionary-encoded."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring_udfs.casting import cast


def texts(column: pa.ChunkedArray | pa.Array, name: str) -> list[str | None]:
    """The values as Python strings; bytes that are not UTF-8 become lone surrogates or U+FFFD, no error."""
    plain = _strings(column, name)
    try:
        values: list[str | None] = plain.to_pylist()
    except UnicodeDecodeError:
        binary = pa.large_binary() if pa.types.is_large_string(plain.type) else pa.binary()
        values = [None if value is None else _decode(value) for value in plain.cast(binary).to_pylist()]
    return values


def categories(
    column: pa.ChunkedArray | pa.Array, name: str
) -> tuple[npt.NDArray[np.int32], list[str | None]]:
    """The values as indices into a list of the distinct ones; −1 for null."""
    coded = _strings(column, name).dictionary_encode()
    chunks = coded.unify_dictionaries().chunks if isinstance(coded, pa.ChunkedArray) else [coded]
    if not chunks:
        return np.zeros(0, np.int32), []
    indices = [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in chunks]
    return np.concatenate(indices).astype(np.int32), texts(chunks[0].dictionary, name)


def numbers(column: pa.ChunkedArray | pa.Array, name: str) -> npt.NDArray[np.float64]:
    """The values as doubles, null as NaN."""
    plain = cast(column, pa.float64(), name, "numbers")
    return np.array(plain.to_numpy(zero_copy_only=False), dtype=np.float64)


def flags(column: pa.ChunkedArray | pa.Array, name: str) -> npt.NDArray[np.bool_]:
    """The values as booleans, null as False."""
    plain = cast(column, pa.bool_(), name, "true or false").fill_null(False)
    return np.array(plain.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _decode(value: bytes) -> str:
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace")


def _strings(column: pa.ChunkedArray | pa.Array, name: str) -> pa.ChunkedArray | pa.Array:
    return column if pa.types.is_string(column.type) else cast(column, pa.large_string(), name, "text")
