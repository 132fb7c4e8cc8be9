"""One column, from what was written to the contract's type: fast where all is plain, else by value."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import NUMERIC, Column
from ingestion.values.arrays import as_text, local_to_utc, plain, tidy, utc_to_local
from ingestion.values.choices import BOOLEAN_NO_VALUE, NO_TEXT, NO_VALUE, Choices, absent_word
from ingestion.values.date_order import Decision, OrderNeededError, half_converted, undecided
from ingestion.values.moments import parse_date, parse_moment
from ingestion.values.numbers import POINT_OR_GROUP, parse_number, whole
from ingestion.values.ranges import Reasons, out_of_range, rows_where, within_calendar
from ingestion.values.structured import parse_list, parse_words
from ingestion.values.unreadable import CELL_ERRORS, SwappedDateError, UnreadableError, cell_error, showable

_NAIVE = pa.timestamp("us")
_UTC = pa.timestamp("us", tz="UTC")
_TIMES = ("date", "timestamp")
# A time of day with an offset from UTC behind it.
_OFFSET = r":.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)$"
# Above it no amount is written as 15.000.
_GROUPED_BELOW = 1_000


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
        self._decision: Decision | None = None

    def ordered(self, decision: Decision) -> Converter:
        """The same for one file whose order of day and month is known, or known to be unknown."""
        twin = copy.copy(self)
        twin._decision = decision
        return twin

    def convert(self, array: pa.Array) -> Converted:
        """`array` as the reader gave it (any Arrow type) → N values of the contract's type.

        Raises `OrderNeededError` where a value puts day or month first and no order has been decided.
        """
        source = plain(array)
        if self._decision is not None and self._decision.half_converted:
            return self._none_of(source)
        values, reasons = self._typed(source) if not pa.types.is_string(source.type) else (None, {})
        if values is None:
            source = as_text(source)
            values, reasons = self._from_text(tidy(source, self._column.keep_empty))
        if self._column.type in NUMERIC:
            reasons = {**out_of_range(self._column, values), **reasons}
        elif self._column.type in _TIMES:
            # Also of texts: 9999-12-31 with an offset leads out of the calendar.
            values, beyond = within_calendar(values)
            reasons = {**beyond, **reasons}
        if not reasons:
            return Converted(values)
        problems = tuple(self._problem(source, row, reasons[row]) for row in sorted(reasons))
        return Converted(values, problems)

    def _none_of(self, source: pa.Array) -> Converted:
        """Nothing is accepted: real dates of the column may have been swapped before they were exported."""
        present = rows_where(pc.is_valid(tidy(as_text(source))))
        problems = tuple(self._problem(source, row, half_converted()) for row in present)
        return Converted(pa.nulls(len(source), self._column.arrow_type), problems)

    def _problem(self, source: pa.Array, row: int, why: UnreadableError) -> Problem:
        value = as_text(source.slice(row, 1))[0].as_py()
        shown = showable(
            None if value is None else value.strip(), self._column.is_private, self._column.closed
        )
        return Problem(row, why.sentence(shown, shown is None), shown, why.code)

    def _typed(self, array: pa.Array) -> tuple[pa.Array | None, Reasons]:
        """Values that a Parquet or JSON file already delivers with a type; None when text serves better."""
        kind, target = array.type, self._column.type
        is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        if target in NUMERIC and is_number:
            return self._numbers(_doubles(array)) if target != "integer" else self._integers(array)
        if target == "boolean" and pa.types.is_boolean(kind):
            return array, {}
        is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
        if target == "list" and is_list and not pa.types.is_nested(kind.value_type):
            return array.cast(pa.list_(pa.string())), {}
        if target in _TIMES and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
            existing, beyond = within_calendar(array)
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

    def _numbers(self, numbers: pa.Array) -> tuple[pa.Array, Reasons]:
        why = UnreadableError("{value} is not a number", "not_a_number")
        return _without(numbers, pc.is_inf(numbers), why)

    def _integers(self, array: pa.Array) -> tuple[pa.Array, Reasons]:
        if pa.types.is_signed_integer(array.type) or array.type in (pa.uint8(), pa.uint16(), pa.uint32()):
            return array.cast(pa.int64()), {}
        numbers = array.cast(pa.float64(), safe=False)
        exact = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less_equal(pc.abs(numbers), 2.0**53))
        why = UnreadableError("{value} is not a whole number", "not_whole")
        kept, reasons = _without(numbers, pc.invert(exact), why)
        return kept.cast(pa.int64()), reasons

    def _from_text(self, text: pa.Array) -> tuple[pa.Array, Reasons]:
        column = self._column
        if column.type == "string" and not self._choices:
            return self._texts(text)
        quick = self._quickly(text)
        if quick is not None:
            return quick, {}
        values, reasons = _by_distinct(text, self._parser(), column.arrow_type)
        return values, self._with_order(reasons) if column.type in _TIMES else reasons

    def _texts(self, text: pa.Array) -> tuple[pa.Array, Reasons]:
        """Texts as they are, without the words for no value and the errors of a spreadsheet."""
        if self._column.keep_empty or not pc.any(pc.is_in(text, value_set=_SPECIAL)).as_py():
            return text, {}
        text, reasons = _without(text, pc.is_in(text, value_set=CELL_ERRORS), cell_error())
        if self._column.is_private:
            return text, reasons
        absent = pc.is_in(text, value_set=NO_TEXT)
        return (pc.if_else(absent, _NO_STRING, text) if pc.any(absent).as_py() else text), reasons

    def _quickly(self, text: pa.Array) -> pa.Array | None:
        """The whole column at once when every value is in the plainest form, else None."""
        # First one value, since Arrow writes a sentence about each that it cannot take.
        try:
            return None if self._cast(_first(text)) is None else self._cast(text)
        except pa.ArrowInvalid:
            return None

    def _cast(self, text: pa.Array) -> pa.Array | None:
        """None or an error of Arrow's where one value is not in the plainest form."""
        kind = self._column.type
        if kind == "integer":
            # Arrow would take 0x1F for a number.
            odd = pc.any(pc.match_substring(text, "x", ignore_case=True)).as_py()
            return None if odd else text.cast(pa.int64())
        if kind in NUMERIC:
            return self._quick_numbers(text)
        if kind == "date":
            return text.cast(pa.date32())
        if kind == "timestamp":
            return self._quick_times(text)
        return None

    def _quick_numbers(self, text: pa.Array) -> pa.Array | None:
        numbers = text.cast(pa.float64())
        if pc.all(pc.is_finite(numbers)).as_py() is False:
            return None
        if self._column.type == "money" and (pc.min(pc.abs(numbers)).as_py() or 0) < _GROUPED_BELOW:
            grouped = pc.any(pc.match_substring_regex(text, POINT_OR_GROUP)).as_py()
            return None if grouped else numbers
        return numbers

    def _quick_times(self, text: pa.Array) -> pa.Array | None:
        # Arrow takes no offsets for local times, nor local times where it wants offsets.
        if pc.any(pc.match_substring_regex(_first(text), _OFFSET)).as_py():
            return text.cast(_UTC)
        local = text.cast(_NAIVE)
        # A last day of the calendar is no longer one when it is shifted to UTC.
        return self._utc(local) if within_calendar(local)[0] is local else None

    def _with_order(self, reasons: Reasons) -> Reasons:
        """What is said of 1/2/2025 where no order was found; `OrderNeededError` where none was looked for.

        2025-13-02 asks for an order too: perhaps the whole column has the day before the month.
        """
        open_ = [row for row, why in reasons.items() if why.code == "date_order_unknown"]
        is_told = self._column.date_order is not None or self._decision is not None
        if not is_told and (open_ or any(isinstance(why, SwappedDateError) for why in reasons.values())):
            raise OrderNeededError(self._column.name)
        if not open_ or self._decision is None:
            return reasons
        return {**reasons, **dict.fromkeys(open_, undecided(self._decision))}

    def _parser(self) -> Callable[[str], object]:
        column, zone, full = self._column, self._zone, self._column.limits[1]
        order = column.date_order or (self._decision.order if self._decision else None)
        parsers: dict[str, Callable[[str], object]] = {
            "string": self._choices.read,
            "words": parse_words,
            "list": parse_list,
            "boolean": self._choices.read_boolean,
            "date": lambda text: parse_date(text, zone, order),
            "timestamp": lambda text: parse_moment(text, zone, order),
            "integer": lambda text: whole(parse_number(text, "integer")),
        }
        parse = parsers.get(column.type, lambda text: parse_number(text, column.type, full))
        words = BOOLEAN_NO_VALUE if column.type == "boolean" else NO_VALUE
        if column.type == "string" and not column.closed:
            return lambda text: None if text in _NO_TEXTS else _cell(text, parse)
        return lambda text: None if absent_word(text) in words else _cell(text, parse)


def _first(text: pa.Array) -> pa.Array:
    """The first value that is there, as an array of one; any other one where there is none."""
    return text.slice(max(0, pc.index(pc.is_valid(text), True).as_py()), 1)


_NO_STRING = pa.scalar(None, pa.string())
_NO_TEXTS = frozenset(NO_TEXT.to_pylist())
_SPECIAL = pa.array([*NO_TEXT.to_pylist(), *CELL_ERRORS.to_pylist()], pa.string()).unique()


def _cell(text: str, parse: Callable[[str], object]) -> object:
    if text.startswith("#") and text in _ERRORS:
        raise cell_error()
    return parse(text)


_ERRORS = frozenset(CELL_ERRORS.to_pylist())


def _doubles(array: pa.Array) -> pa.Array:
    """The nearest doubles of numbers."""
    if pa.types.is_decimal(array.type):
        # By way of text: the decimal 30.2 would be cast to 30.200000000000003.
        array = array.cast(pa.string())
    # Not safe: an integer beyond 2**53 becomes the nearest double.
    return array.cast(pa.float64(), safe=False)


def _without(values: pa.Array, bad: pa.Array, why: UnreadableError) -> tuple[pa.Array, Reasons]:
    """The values, null where `bad`."""
    rows = rows_where(bad)
    if not rows:
        return values, {}
    return pc.if_else(bad, pa.scalar(None, values.type), values), dict.fromkeys(rows, why)


def _by_distinct(
    text: pa.Array, parse: Callable[[str], object], kind: pa.DataType
) -> tuple[pa.Array, Reasons]:
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
