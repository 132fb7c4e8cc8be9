"""What a row says, as one keyed digest: equal for equal typed contents, whatever format brought them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DIGEST_BYTES = 16
_FIELD = "\x1f"


def one_chunk(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as one array; not copied where it is one already."""
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def row_keys(table: pa.Table, names: Sequence[str]) -> pa.Array:
    """N rows → the values of the row key joined; a null part is the empty text."""
    parts = [pc.fill_null(column_text(table[name]), "") for name in names]
    return pc.binary_join_element_wise(*parts, _FIELD)


def key_sql(contract_types: Sequence[tuple[str, pa.DataType]]) -> str:
    """The same text as `row_keys`, as an expression over a raw file."""
    parts = []
    for name, kind in contract_types:
        value = f"epoch_us({name})::varchar" if pa.types.is_timestamp(kind) else f"{name}::varchar"
        parts.append(f"coalesce({value}, '')")
    return "concat_ws(chr(31), " + ", ".join(parts) + ")"


def column_text(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Typed values as text that is the same for the same value; times as microseconds of UTC."""
    array = one_chunk(column)
    kind = array.type
    if pa.types.is_list(kind):
        items = [
            None if value is None else json.dumps(value, ensure_ascii=False) for value in array.to_pylist()
        ]
        return pa.array(items, pa.string())
    if pa.types.is_timestamp(kind):
        array = array.cast(pa.int64())
    return array.cast(pa.string())


def keyed_digests(joined: pa.Array, key: bytes) -> pa.Array:
    """The keyed digest of each text, in hex; straight from Arrow's buffers, since every row passes here."""
    count = len(joined)
    if not count:
        return pa.array([], pa.string())
    offsets = np.frombuffer(joined.buffers()[1], dtype=np.int32)[joined.offset : joined.offset + count + 1]
    data = memoryview(joined.buffers()[2] or b"")
    keyed = hashlib.blake2b(key=key, digest_size=DIGEST_BYTES)
    digests: list[bytes] = []
    for start, end in pairwise(offsets.tolist()):
        one = keyed.copy()
        one.update(data[start:end])
        digests.append(one.digest())
    width = 2 * DIGEST_BYTES
    ends = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    text = pa.py_buffer(b"".join(digests).hex().encode())
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), text)
