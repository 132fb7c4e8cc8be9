"""The one way from a column to the Arrow type that a kernel works on."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from scoring_udfs.errors import ColumnError

# pa.Array or pa.ChunkedArray, as engines hand them over.
Column = Any


def cast(column: Column, kind: pa.DataType, name: str, holds: str) -> Column:
    """The column as `kind`; `ColumnError` says in one sentence what the column `name` must hold instead."""
    try:
        return column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ColumnError(f"Column {name} is {column.type}, but it must hold {holds}.") from error
