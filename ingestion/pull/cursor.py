"""Cursor values: the order that they stand in, what they mean in time, and how the state keeps them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.pull.errors import PullError

# A value of a cursor column as the database or the JSON delivers it.
Value = Any
_MANY_GROUPS = 1000
_ENDLESS = ("infinity", "-infinity")
_WRITTEN: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    dt.datetime: ("timestamp", dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.date: ("date", dt.date.isoformat, dt.date.fromisoformat),
    Decimal: ("decimal", str, Decimal),
    uuid.UUID: ("uuid", str, uuid.UUID),
    bytes: ("bytes", bytes.hex, bytes.fromhex),
    str: ("text", str, str),
    int: ("integer", int, int),
    float: ("float", float, float),
}


def write(value: Value) -> list[Any] | None:
    """A value with its type, for JSON; raises `PullError` for a type that no cursor can have."""
    if value is None:
        return None
    known = _WRITTEN.get(type(value))
    if known is None:
        raise PullError(
            f"its cursor column holds values of the type {type(value).__name__}; "
            "name a column of times, numbers or texts"
        )
    return [known[0], known[1](value)]


def read(written: list[Any] | None) -> Value:
    """The value that `write` wrote."""
    if written is None:
        return None
    kind, value = written
    parse = next(parse for name, _, parse in _WRITTEN.values() if name == kind)
    return parse(value)


def moment_of(value: Value, zone: ZoneInfo, unit: str | None = None) -> dt.datetime | None:
    """The instant that a value names (local ones in `zone`); None for what is no time."""
    try:
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value.strip())
        elif unit is not None and isinstance(value, int | float | Decimal):
            seconds = float(value) / (1000 if unit == "milliseconds" else 1)
            return dt.datetime.fromtimestamp(seconds, dt.UTC)
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            value = dt.datetime.combine(value, dt.time())
        if not isinstance(value, dt.datetime):
            return None
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def earlier(value: Value, minutes: float, unit: str | None = None) -> Value:
    """`value` less some minutes, in the form that it has; raises `PullError` for what is no time."""
    if not minutes or value is None:
        return value
    back = dt.timedelta(minutes=minutes)
    try:
        if isinstance(value, dt.datetime):
            return value - back
        if isinstance(value, dt.date):
            return value - dt.timedelta(days=-(-back // dt.timedelta(days=1)))
        if unit is not None and isinstance(value, int | float | Decimal):
            return type(value)(value - int(back.total_seconds() * (1000 if unit == "milliseconds" else 1)))
        if isinstance(value, str):
            moment = dt.datetime.fromisoformat(value.strip()) - back
            return (
                moment.isoformat().replace("+00:00", "Z")
                if value.strip().endswith("Z")
                else moment.isoformat()
            )
    except (ValueError, OverflowError):
        pass  # No time that can be counted back from: said below.
    raise PullError("overlap_minutes needs a cursor that is a time; remove it, or name such a column")


def is_endless(value: Value) -> bool:
    """PostgreSQL's infinity: no row will ever come after it."""
    return isinstance(value, str) and value.lower() in _ENDLESS


def text_of(value: Value) -> str:
    """A value as a person reads it."""
    return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)


@dataclass
class _Group:
    """The rows of one cursor value."""

    rank: Any
    moment: dt.datetime | None
    is_future: bool
    digests: list[bytes] = field(default_factory=list)


class Window:
    """The rows that the next pull will meet again, since the cursor is inclusive; they need not land twice.

    Kept are the rows at the highest cursor (and `overlap` before it), those without a cursor, and those
    whose cursor lies after `ceiling`, the beginning of the pull: what changes while we read gets such a
    cursor, and the next pull must not begin after it. At most `limit` rows, then none.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        *,
        highest: Value = None,
        unit: str | None = None,
        overlap_minutes: float = 0,
        ordered: bool = False,
        limit: int = 1_000_000,
    ) -> None:
        self._zone, self._unit, self._limit = zone, unit, limit
        self._overlap = dt.timedelta(minutes=overlap_minutes)
        # Ordered: values come in the order of the database, whose rules for texts are its own.
        self._ordered = ordered
        self._groups: dict[Value, _Group] = {}
        self._count = 0
        self._serial = 0
        self.is_full = False
        self.ceiling: dt.datetime | None = None
        # How many rows have no cursor, one after `ceiling`, or one before where the pull began.
        self.without, self.future, self.before = 0, 0, 0
        self.highest = highest
        self._last = highest
        self._top = self._start = _Group(self._rank(highest), self._moment(highest), False)

    def add(self, value: Value, digest: bytes) -> None:
        """Meets one row; raises `PullError` when its cursor cannot be compared with the others."""
        if is_endless(value):
            value = None
        elif type(value) not in _WRITTEN:
            write(value)
        self.without += value is None
        group = self._groups.get(value) or self._new_group(value)
        self.future += group.is_future
        self.before += self._is_before(value, group)
        if not self.is_full and self._stays(value, group):
            self._groups[value] = group
            group.digests.append(digest)
            self._count += 1
            if self._count > self._limit:
                self._prune()

    def groups(self) -> list[tuple[Value, bytes]]:
        """(cursor, digests of 16 bytes each, one behind the other) of the rows that will come again."""
        self._prune()
        return [(value, b"".join(group.digests)) for value, group in self._groups.items() if group.digests]

    def _new_group(self, value: Value) -> _Group:
        moment = self._moment(value)
        is_future = moment is not None and self.ceiling is not None and moment > self.ceiling
        group = _Group(self._rank(value), moment, is_future)
        if value is not None and not is_future and self._is_after(group, self._top):
            self.highest, self._top = value, group
            if len(self._groups) > _MANY_GROUPS:
                self._prune()
        return group

    def _rank(self, value: Value) -> Any:
        if value is None:
            return None
        if self._ordered:
            self._serial += value != self._last
            self._last = value
            return self._serial
        return self._moment(value) or value

    def _moment(self, value: Value) -> dt.datetime | None:
        return moment_of(value, self._zone, self._unit)

    def _is_after(self, group: _Group, other: _Group) -> bool:
        if other.rank is None:
            return True
        try:
            return bool(group.rank > other.rank)
        except TypeError:
            raise PullError(
                "its cursor column holds values of different kinds, which have no order; name another column"
            ) from None

    def _belongs(self, group: _Group) -> bool:
        """Whether the next pull will meet this group again, as far as is known now."""
        if group.is_future or group is self._top or not self._is_after(self._top, group):
            return True
        if not self._overlap or group.moment is None or self._top.moment is None:
            return False
        return group.moment >= self._top.moment - self._overlap

    def _is_before(self, value: Value, group: _Group) -> bool:
        """Whether the row is one that was not asked for."""
        if value is None or self._start.rank is None or self._overlap or group.is_future:
            return False
        return self._is_after(self._start, group)

    def _stays(self, value: Value, group: _Group) -> bool:
        return value is None or self._belongs(group)

    def _prune(self) -> None:
        self._groups = {value: group for value, group in self._groups.items() if self._stays(value, group)}
        self._count = sum(len(group.digests) for group in self._groups.values())
        if self._count > self._limit:
            self.is_full = True
            self._groups = {}
            self._count = 0
