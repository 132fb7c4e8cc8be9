"""One column, from what was written to the contract's type: fast where all is plain, else by value."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import NUMERIC, Column
from ingestion.values.arrays import as_text, local_to_utc, plain, tidy, utc_to_local
from ingestion.values.choices import NO_TEXT, NO_VALUE, Choices, parse_boolean
from ingestion.values.moments import parse_date, parse_moment
from ingestion.values.numbers import parse_number, whole
from ingestion.values.unreadable import UnreadableError, showable

_LIST_SEPARATORS = re.compile(r"[,;，；、|]")
_NAIVE = pa.timestamp("us")
_UTC = pa.timestamp("us", tz="UTC")
# Python has dates for the years 1 to 9999 only; a day less at both ends, so that no time zone leads out.
_EPOCH_DAY, _FIRST_DAY, _DAY_AFTER_LAST = dt.date(1970, 1, 1), dt.date(1, 1, 2), dt.date(9999, 12, 31)
_TICKS_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000}


@dataclass(frozen=True)
class Problem:
    """A cell that was not accepted: its row in the batch, why, and the value where it may be shown."""

    row: int
    reason: str
    value: str | None
    code: str


@dataclass(frozen=True)
class Converted:
    """N values of the contract's type (null where absent or not accepted) and what was not accepted."""

    values: pa.Array
    problems: tuple[Problem, ...] = ()


class Converter:
    """Reads the values of one column of a contract."""

    def __init__(self, column: Column, zone: ZoneInfo, names: Mapping[str, str] | None = None) -> None:
        self._column = column
        self._zone = zone
        self._choices = Choices(column, names)

    def convert(self, array: pa.Array) -> Converted:
        """`array` as the reader gave it (any Arrow type) → N values of the contract's type."""
        source = plain(array)
        values, reasons = self._typed(source) if not pa.types.is_string(source.type) else (None, {})
        if values is None:
            source = as_text(source)
            values, reasons = self._from_text(tidy(source, self._column.keep_empty))
        if self._column.type in NUMERIC:
            reasons = {**self._out_of_range(values), **reasons}
        elif self._column.type in ("date", "timestamp"):
            # Also of texts: 9999-12-31 with an offset leads out of the calendar.
            values, beyond = _within_calendar(values)
            reasons = {**beyond, **reasons}
        if not reasons:
            return Converted(values)
        problems = tuple(self._problem(source, row, reasons[row]) for row in sorted(reasons))
        return Converted(values, problems)

    def _problem(self, source: pa.Array, row: int, why: UnreadableError) -> Problem:
        value = as_text(source.slice(row, 1))[0].as_py()
        shown = showable(None if value is None else value.strip(), self._column.is_private)
        return Problem(row, why.sentence(shown, shown is None), shown, why.code)

    def _typed(self, array: pa.Array) -> tuple[pa.Array | None, dict[int, UnreadableError]]:
        """Values that a Parquet or JSON file already delivers with a type; None when text serves better."""
        kind, target = array.type, self._column.type
        is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        if target in NUMERIC and is_number:
            # Not safe: an integer beyond 2**53 becomes the nearest double.
            return (
                self._numbers(array.cast(pa.float64(), safe=False))
                if target != "integer"
                else self._integers(array)
            )
        if target == "boolean" and pa.types.is_boolean(kind):
            return array, {}
        is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
        if target == "list" and is_list and not pa.types.is_nested(kind.value_type):
            return array.cast(pa.list_(pa.string())), {}
        if target in ("date", "timestamp") and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
            existing, beyond = _within_calendar(array)
            values = self._times(existing)
            return values, beyond if values is not None else {}
        return None, {}

    def _times(self, array: pa.Array) -> pa.Array | None:
        if pa.types.is_date(array.type):
            days = array.cast(pa.date32())
            return days if self._column.type == "date" else self._utc(days.cast(_NAIVE))
        if array.type.tz is None:
            local = array.cast(_NAIVE, safe=False)
            return local.cast(pa.date32(), safe=False) if self._column.type == "date" else self._utc(local)
        instants = array.cast(_UTC, safe=False)
        if self._column.type == "timestamp":
            return instants
        ticks = utc_to_local(instants, self._zone)
        return None if ticks is None else ticks.cast(_NAIVE).cast(pa.date32(), safe=False)

    def _utc(self, local: pa.Array) -> pa.Array | None:
        ticks = local_to_utc(local, self._zone)
        return None if ticks is None else ticks.cast(_UTC)

    def _numbers(self, numbers: pa.Array) -> tuple[pa.Array, dict[int, UnreadableError]]:
        return self._without(numbers, pc.is_inf(numbers), UnreadableError("{value} is not a number"))

    def _integers(self, array: pa.Array) -> tuple[pa.Array, dict[int, UnreadableError]]:
        if pa.types.is_signed_integer(array.type) or array.type in (pa.uint8(), pa.uint16(), pa.uint32()):
            return array.cast(pa.int64()), {}
        numbers = array.cast(pa.float64(), safe=False)
        exact = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less_equal(pc.abs(numbers), 2.0**53))
        why = UnreadableError("{value} is not a whole number")
        kept, reasons = self._without(numbers, pc.invert(exact), why)
        return kept.cast(pa.int64()), reasons

    def _without(
        self, values: pa.Array, bad: pa.Array, why: UnreadableError
    ) -> tuple[pa.Array, dict[int, UnreadableError]]:
        """The values, null where `bad`."""
        rows = np.flatnonzero(pc.fill_null(bad, False).to_numpy(zero_copy_only=False))
        if not len(rows):
            return values, {}
        return pc.if_else(bad, pa.scalar(None, values.type), values), dict.fromkeys(rows.tolist(), why)

    def _from_text(self, text: pa.Array) -> tuple[pa.Array, dict[int, UnreadableError]]:
        column = self._column
        if column.type == "string" and not self._choices:
            if column.is_private:
                return text, {}
            absent = pc.is_in(text, value_set=pa.array(NO_TEXT))
            return self._without(text, absent, UnreadableError())[0], {}
        quick = self._quickly(text)
        if quick is not None:
            return quick, {}
        return _by_distinct(text, self._parser(), column.arrow_type)

    def _quickly(self, text: pa.Array) -> pa.Array | None:
        """The whole column at once when every value is in the plainest form, else None."""
        kind = self._column.type
        try:
            if kind == "integer":
                # Arrow would take 0x1F for a number.
                odd = pc.any(pc.match_substring(text, "x", ignore_case=True)).as_py()
                return None if odd else text.cast(pa.int64())
            if kind in NUMERIC:
                numbers = text.cast(pa.float64())
                return numbers if pc.all(pc.is_finite(numbers)).as_py() is not False else None
            if kind == "date":
                return text.cast(pa.date32())
            if kind == "timestamp":
                return self._quick_times(text)
        except pa.ArrowInvalid:
            return None
        return None

    def _quick_times(self, text: pa.Array) -> pa.Array | None:
        try:
            return self._utc(text.cast(_NAIVE))
        except pa.ArrowInvalid:
            # Not all are local: perhaps all carry an offset.
            return text.cast(_UTC)

    def _parser(self) -> Callable[[str], object]:
        kind, order = self._column.type, self._column.date_order
        parsers: dict[str, Callable[[str], object]] = {
            "string": self._choices.read,
            "words": parse_words,
            "list": parse_list,
            "boolean": parse_boolean,
            "date": lambda text: parse_date(text, self._zone, order),
            "timestamp": lambda text: parse_moment(text, self._zone, order),
            "integer": lambda text: whole(parse_number(text, kind)),
        }
        parse = parsers.get(kind, lambda text: parse_number(text, kind))
        if kind == "boolean":
            return parse
        if kind == "string" and not self._column.closed:
            return _unless_absent(parse, lambda text: text in NO_TEXT)
        return _unless_absent(parse, lambda text: text.casefold() in NO_VALUE)

    def _out_of_range(self, values: pa.Array) -> dict[int, UnreadableError]:
        low, high = self._column.limits
        above = self._column.above
        checks = []
        if low is not None:
            checks.append((pc.less(values, low), f"is below {low:g}"))
        if high is not None:
            checks.append((pc.greater(values, high), f"is above {high:g}"))
        if low is not None and high is not None:
            span = f"is outside {low:g}–{high:g}"
            checks = [(mask, span) for mask, _ in checks]
        if above is not None:
            checks.append((pc.less_equal(values, above), f"is not above {above:g}"))
        reasons: dict[int, UnreadableError] = {}
        for mask, why in checks:
            rows = np.flatnonzero(pc.fill_null(mask, False).to_numpy(zero_copy_only=False))
            reasons.update(dict.fromkeys(rows.tolist(), UnreadableError("{value} " + why)))
        return reasons


def _within_calendar(times: pa.Array) -> tuple[pa.Array, dict[int, UnreadableError]]:
    """The times that Python has dates for, null for the others; nanoseconds never lead that far."""
    kind = times.type
    ticks_a_day = 1 if pa.types.is_date32(kind) else _TICKS_A_DAY.get(getattr(kind, "unit", "ms"))
    if ticks_a_day is None:
        return times, {}
    ticks = (times.cast(pa.int32()) if pa.types.is_date32(kind) else times).cast(pa.int64())
    first, end = ((day - _EPOCH_DAY).days * ticks_a_day for day in (_FIRST_DAY, _DAY_AFTER_LAST))
    beyond = pc.or_(pc.less(ticks, first), pc.greater_equal(ticks, end))
    rows = np.flatnonzero(pc.fill_null(beyond, False).to_numpy(zero_copy_only=False))
    if not len(rows):
        return times, {}
    why = UnreadableError("{value} is not a date that exists")
    return pc.if_else(beyond, pa.scalar(None, kind), times), dict.fromkeys(rows.tolist(), why)


def parse_list(text: str) -> list[str]:
    """A JSON list, or items between commas, semicolons, 、 or |."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except ValueError:
            raise UnreadableError("{value} is not a list") from None
    else:
        items = _LIST_SEPARATORS.split(text)
    return [str(item).strip() for item in items if item is not None and str(item).strip()]


def parse_words(text: str) -> str:
    """The JSON text of a list of {w, start_ms, end_ms}."""
    try:
        items = json.loads(text)
    except ValueError:
        raise UnreadableError("{value} is not JSON") from None
    if not isinstance(items, list) or not all(isinstance(item, dict) and "w" in item for item in items):
        raise UnreadableError("{value} is not a list of words with w, start_ms and end_ms")
    return text


def _unless_absent(
    parse: Callable[[str], object], is_absent: Callable[[str], bool]
) -> Callable[[str], object]:
    """`parse`, but null for a word that says there is no value."""
    return lambda text: None if is_absent(text) else parse(text)


def _by_distinct(
    text: pa.Array, parse: Callable[[str], object], kind: pa.DataType
) -> tuple[pa.Array, dict[int, UnreadableError]]:
    """Parses each distinct text once."""
    encoded = text.dictionary_encode()
    parsed: list[object] = []
    unreadable: dict[int, UnreadableError] = {}
    for code, value in enumerate(encoded.dictionary.to_pylist()):
        try:
            parsed.append(parse(value))
        except UnreadableError as why:
            parsed.append(None)
            unreadable[code] = why
    values = pa.array(parsed, kind).take(encoded.indices)
    if not unreadable:
        return values, {}
    codes = pc.fill_null(encoded.indices, -1).to_numpy()
    rows = np.flatnonzero(np.isin(codes, list(unreadable)))
    return values, {int(row): unreadable[int(codes[row])] for row in rows}
