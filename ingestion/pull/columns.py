"""Rows of a database as an Arrow table: every column has the type that all of its values share."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

_LOCAL, _INSTANT = pa.timestamp("us"), pa.timestamp("us", tz="UTC")
_TYPES: dict[type, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    dt.date: pa.date32(),
}


def to_table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """N rows of the same keys → N rows; times with an offset stay instants, local ones stay local."""
    names = dict.fromkeys(key for row in rows for key in row)
    return pa.table({name: column([row.get(name) for row in rows]) for name in names})


def column(values: list[Any]) -> pa.Array:
    """N values of Python as N of one Arrow type: numbers, booleans, dates and times, else texts."""
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pa.nulls(len(values), pa.string())
    try:
        typed = _typed(values, kinds)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        typed = None  # Beyond what the type holds, as a whole number of more than 64 bits: kept as text.
    return typed if typed is not None else pa.array([text(value) for value in values], pa.string())


def _typed(values: list[Any], kinds: set[type]) -> pa.Array | None:
    if len(kinds) == 1:
        (kind,) = kinds
        if kind in _TYPES:
            return pa.array(values, _TYPES[kind])
        if kind is Decimal:
            return _decimals(values)
        if kind is dt.datetime:
            return _times(values)
    if kinds <= {int, float}:
        return pa.array(values, pa.float64())
    if kinds <= {int, Decimal}:
        return _decimals([Decimal(value) if isinstance(value, int) else value for value in values])
    return None


def _decimals(values: list[Decimal | None]) -> pa.Array | None:
    """Exact numbers; None where one is no number (PostgreSQL's NaN)."""
    if not all(value is None or value.is_finite() for value in values):
        return None
    return pa.array(values)


def _times(values: list[dt.datetime | None]) -> pa.Array | None:
    """Instants or local times; None for a mixture."""
    with_offset = {value.tzinfo is not None for value in values if value is not None}
    if len(with_offset) > 1:
        return None
    return pa.array(values, _INSTANT if with_offset == {True} else _LOCAL)


def text(value: Any) -> str | None:
    """A value as text: ISO for times (with their offset), JSON for lists and objects, base64 for bytes."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=text)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)
