"""The quick way through JSON Lines: whole blocks by Arrow, where that cannot differ from line by line."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.json as pj

_BOM = b"\xef\xbb\xbf"
_CHUNK = 1024 * 1024
_FAILURES_ALLOWED = 3


class JsonBlocks:
    """Reads blocks of the shape that earlier ones had; gives up on a file that keeps changing its shape.

    Every key and its type must be one that was seen value by value before, since Arrow on its own would take
    texts for times. And every line must begin with a brace and end with one: then no object can reach over a
    line (a brace cannot follow a brace inside an object), and no line can hold two, or the count is wrong.
    """

    def __init__(self) -> None:
        self._types: dict[str, pa.DataType] = {}
        self._failures = 0

    def learn(self, columns: Mapping[str, pa.Array]) -> None:
        """Takes note of a batch that was read value by value."""
        for key, array in columns.items():
            if not pa.types.is_null(array.type) or key not in self._types:
                self._types[key] = array.type

    def read(self, block: bytes) -> dict[str, pa.Array] | None:
        """The columns of a block of whole lines, or None when it has to be read line by line."""
        if not self._types or self._failures >= _FAILURES_ALLOWED:
            return None
        rows = _lines_of_one_object(block)
        if rows is None:
            return None
        try:
            table = pj.read_json(
                pa.BufferReader(block),
                pj.ReadOptions(block_size=max(_CHUNK, len(block) // 16)),
                pj.ParseOptions(
                    explicit_schema=pa.schema(list(self._types.items())),
                    newlines_in_values=False,
                    unexpected_field_behavior="error",
                ),
            )
        except pa.ArrowInvalid:
            table = None
        if table is None or table.num_rows != rows:
            self._failures += 1
            return None
        self._failures = 0
        table = table.combine_chunks()
        return {name: table[name].chunk(0) for name in table.column_names}


def _lines_of_one_object(block: bytes) -> int | None:
    """How many lines there are, when each begins and ends with a brace and none is blank."""
    if block.startswith(_BOM) or not block.startswith(b"{"):
        return None
    ended = block.endswith(b"}\n")
    if not ended and not block.endswith(b"}"):
        return None
    lines = block.count(b"\n") + (not ended)
    return lines if block.count(b"}\n{") == lines - 1 else None
