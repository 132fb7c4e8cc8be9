"""How a kernel on Arrow columns becomes a function of DuckDB; its types are said once, in Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa

_SQL_TYPES = {
    pa.string(): "VARCHAR",
    pa.binary(): "BLOB",
    pa.bool_(): "BOOLEAN",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
}


def sql_type(kind: pa.DataType) -> str:
    """DuckDB's name of an Arrow type."""
    if pa.types.is_list(kind):
        return f"{sql_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        fields = ", ".join(f'"{field.name}" {sql_type(field.type)}' for field in kind)
        return f"STRUCT({fields})"
    return _SQL_TYPES[kind]


def add_function(
    connection: Any,
    name: str,
    kernel: Callable[..., pa.Array],
    arguments: Iterable[pa.DataType],
    return_type: pa.DataType,
) -> None:
    """Makes `kernel` known to the database of a connection while that is open; it answers nulls itself."""
    connection.create_function(
        name,
        kernel,
        [sql_type(kind) for kind in arguments],
        sql_type(return_type),
        type="arrow",
        null_handling="special",
    )
