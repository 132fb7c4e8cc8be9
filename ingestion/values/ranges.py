"""Values that have the right type and still cannot be: outside the contract's range, outside the calendar."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import Column
from ingestion.values.unreadable import UnreadableError

Reasons = dict[int, UnreadableError]
# Python has dates for the years 1 to 9999 only; the first and the last day are how systems write "none" and
# "no end", and keeping off them, no time zone leads out of the calendar.
_EPOCH_DAY, _FIRST_DAY, _LAST_DAY = dt.date(1970, 1, 1), dt.date(1, 1, 1), dt.date(9999, 12, 31)
_TICKS_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000}


def out_of_range(column: Column, values: pa.Array) -> Reasons:
    """The rows whose number lies outside the column's limits."""
    low, high = column.limits
    checks = []
    if low is not None:
        checks.append((pc.less(values, low), f"is below {low:g}"))
    if high is not None:
        checks.append((pc.greater(values, high), f"is above {high:g}"))
    if low is not None and high is not None:
        checks = [(mask, f"is outside {low:g}–{high:g}") for mask, _ in checks]
    if column.above is not None:
        checks.append((pc.less_equal(values, column.above), f"is not above {column.above:g}"))
    reasons: Reasons = {}
    for mask, why in checks:
        reasons.update(dict.fromkeys(rows_where(mask), UnreadableError("{value} " + why, "out_of_range")))
    return reasons


def within_calendar(times: pa.Array) -> tuple[pa.Array, Reasons]:
    """The times that Python has dates for, null for the others; nanoseconds never lead that far.

    A moment of the first or the last day says that there is no date: null without a reason.
    """
    kind = times.type
    ticks_a_day = 1 if pa.types.is_date32(kind) else _TICKS_A_DAY.get(getattr(kind, "unit", "ms"))
    if ticks_a_day is None:
        return times, {}
    ticks = (times.cast(pa.int32()) if pa.types.is_date32(kind) else times).cast(pa.int64())
    first, last = ((day - _EPOCH_DAY).days * ticks_a_day for day in (_FIRST_DAY, _LAST_DAY))
    unusual = pc.or_(pc.less(ticks, first + ticks_a_day), pc.greater_equal(ticks, last))
    if not pc.any(unusual).as_py():
        return times, {}
    beyond = pc.or_(pc.less(ticks, first), pc.greater_equal(ticks, last + ticks_a_day))
    why = UnreadableError("{value} is not a date that exists", "no_such_date")
    return pc.if_else(unusual, pa.scalar(None, kind), times), dict.fromkeys(rows_where(beyond), why)


def rows_where(mask: pa.Array) -> list[int]:
    """The numbers (from 0) of the rows for which a mask is true."""
    found: list[int] = np.flatnonzero(pc.fill_null(mask, False).to_numpy(zero_copy_only=False)).tolist()
    return found
