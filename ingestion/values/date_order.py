"""Whether 1/2/2025 is a day in February or in January: decided per column over a whole file, never by row.

Only a value that is a date in exactly one of the two orders decides; all others of the column follow it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.values.arrays import as_text, plain
from ingestion.values.moments import day_written, year_last
from ingestion.values.unreadable import UnreadableError
from warehouse.errors import ScorehouseError

if TYPE_CHECKING:
    from ingestion.readers.batch import Reader
    from ingestion.rows.typed_rows import RowTyper

Order = Literal["dmy", "mdy"]
Why = Literal["decided", "unknown", "contradictory"]
# A spreadsheet that reads days as months turns each date that it can into a real one and leaves the others as
# text: then no text has a day up to 12, and no real date a day above 12. About 40 % of the days of a month
# are up to the 12th; when all of them fell so by less than this probability, it was no chance.
_SHARE_LOW, _SHARE_HIGH, _CHANCE = 0.4, 0.6, 0.005
_LAST_MONTH = 12
# In a workbook, where such a mixture has hardly another cause, not even chance is allowed for.
_WORKBOOKS = ("XLSX", "XLSB", "XLS", "ODS")
_HALF_CONVERTED = "half-converted"


class OrderNeededError(ScorehouseError):
    """A column of the file writes day or month first, and nothing has said yet which; see `scan`."""

    def __init__(self, column: str) -> None:
        super().__init__(f"The order of day and month in the column {column} has not been decided.")
        self.column = column


@dataclass(frozen=True)
class Decision:
    """The order of a column in one file, and what it rests on: values that are dates in one order only.

    `half_converted`: its other dates look as if a spreadsheet, or the export itself, had swapped day and
    month in them, so that no value of the column can be trusted.
    """

    # None with "decided": all dates have the year first, so that there is nothing to decide.
    order: Order | None
    why: Why
    day_first: int = 0
    month_first: int = 0
    half_converted: bool = False


def scan(reader: Reader, typer: RowTyper) -> Mapping[str, Decision]:
    """Reads a whole file for the order of its date columns; those in which nothing asks for it are not named.

    Where several headers stand for one column, each must decide for itself, and all alike.
    """
    is_sheet = reader.layout.format in _WORKBOOKS
    evidence: dict[tuple[str, str], _Evidence] = {}
    for batch in reader.batches():
        for column, headers in typer.unordered_dates(tuple(batch.columns)).items():
            for header in headers:
                seen = evidence.setdefault((column, header), _Evidence(is_sheet=is_sheet))
                seen.add(batch.columns[header])
    decisions: dict[str, list[Decision]] = {}
    for (column, _), seen in evidence.items():
        if seen.year_last or seen.swapped:
            decisions.setdefault(column, []).append(seen.decision())
    return {column: _common(found) for column, found in decisions.items()}


def noted(decisions: Mapping[str, Decision]) -> list[str]:
    """As the ledger keeps them: `hired_on=dmy`, `left_on=unknown`."""
    return [
        f"{column}={_HALF_CONVERTED if decision.half_converted else decision.order or decision.why}"
        for column, decision in sorted(decisions.items())
    ]


def recalled(notes: Iterable[str]) -> dict[str, Decision]:
    """The decisions behind the ledger's notes; without their counts."""
    return {
        column: _RECALLED[said]
        for column, _, said in (note.partition("=") for note in notes)
        if said in _RECALLED
    }


_RECALLED: Mapping[str, Decision] = {
    "dmy": Decision("dmy", "decided"),
    "mdy": Decision("mdy", "decided"),
    "decided": Decision(None, "decided"),
    "unknown": Decision(None, "unknown"),
    "contradictory": Decision(None, "contradictory"),
    _HALF_CONVERTED: Decision(None, "contradictory", half_converted=True),
}


def undecided(decision: Decision) -> UnreadableError:
    """What is said of 1/2/2025 in a column whose order nothing decides, or which has both."""
    if decision.why == "unknown":
        why = "puts the day or the month first and nothing in the column tells which"
        return UnreadableError(
            f"{{value}} {why}; name the order in the contract (date_order)", "date_order_unknown"
        )
    why = "puts the day or the month first and the column does both"
    if decision.day_first or decision.month_first:
        why += f" (day first: {decision.day_first}, month first: {decision.month_first})"
    return UnreadableError(f"{{value}} {why}; export it as 2025-03-01", "date_order_contradictory")


def half_converted() -> UnreadableError:
    """What is said of every date of a column in which a spreadsheet seems to have swapped some."""
    return UnreadableError(
        "{value} cannot be trusted: day and month seem to be swapped in the column or in a part of it; "
        "export it as 2025-03-01, or name the order in the contract (date_order)",
        "date_order_contradictory",
    )


@dataclass
class _Evidence:
    """Counts over the values of one header."""

    year_last: int = 0
    day_first: int = 0
    month_first: int = 0
    # A date in either order, and another one in each.
    either: int = 0
    # Dates in other forms: with the day in 2–12 and not the same as the month; with the day above 12.
    low: int = 0
    high: int = 0
    # On the first of a month other than January.
    first: int = 0
    # With the year first: dates only with the month behind it, only with the day behind it, and all of them.
    sound: int = 0
    swapped: int = 0
    year_first: int = 0
    is_sheet: bool = False

    def add(self, array: pa.Array) -> None:
        values = plain(array)
        if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
            self._add_days(pc.day(values), pc.month(values))
            return
        text = as_text(values)
        parts = pc.extract_regex(text, r"^\s*\d{4}[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:\D|$)")
        days, months = (pc.struct_field(parts, name).cast(pa.int64()) for name in ("day", "month"))
        self._add_days(days, months)
        self._add_year_first(days, months)
        for pair in pc.value_counts(text.filter(pc.is_null(days)).drop_null()).to_pylist():
            self._add_text(pair["values"], pair["counts"])

    def _add_days(self, days: pa.Array, months: pa.Array) -> None:
        low = pc.and_(pc.is_in(days, value_set=_LOW_DAYS), pc.not_equal(days, months))
        self.low += pc.sum(low).as_py() or 0
        self.first += pc.sum(pc.and_(pc.equal(days, 1), pc.greater(months, 1))).as_py() or 0
        self.high += pc.sum(pc.greater(days, _LAST_MONTH)).as_py() or 0

    def _add_year_first(self, days: pa.Array, months: pa.Array) -> None:
        is_day, is_month = (pc.greater(parts, _LAST_MONTH) for parts in (days, months))
        self.sound += pc.sum(pc.and_not(is_day, is_month)).as_py() or 0
        self.swapped += pc.sum(pc.and_not(is_month, is_day)).as_py() or 0
        self.year_first += len(days) - days.null_count

    def _add_text(self, text: str, count: int) -> None:
        parts = year_last(text)
        if parts is None:
            day = day_written(text)
            if day is not None:
                self.low += count * (2 <= day.day <= _LAST_MONTH and day.day != day.month)
                self.high += count * (day.day > _LAST_MONTH)
            return
        first, second, year = parts
        self.year_last += count
        as_dmy, as_mdy = _exists(year, second, first), _exists(year, first, second)
        self.day_first += count * (as_dmy and not as_mdy)
        self.month_first += count * (as_mdy and not as_dmy)
        self.either += count * (as_dmy and as_mdy and first != second)

    def decision(self) -> Decision:
        counts = (self.day_first, self.month_first)
        if self._is_swapped():
            return Decision(None, "contradictory", *counts, half_converted=True)
        if not self.year_last:
            return Decision(None, "decided")
        if all(counts):
            return Decision(None, "contradictory", *counts)
        if not any(counts):
            return Decision(None, "unknown")
        if self._is_half_converted(sum(counts)):
            return Decision(None, "contradictory", *counts, half_converted=True)
        return Decision("dmy" if self.day_first else "mdy", "decided", *counts)

    def _is_swapped(self) -> bool:
        """Whether 2025-13-02 is the rule of the column, not a slip: then 2025-03-02 is no second of March."""
        return self.swapped > 1 and not self.sound and 3 * self.swapped >= self.year_first

    def _is_half_converted(self, decisive: int) -> bool:
        if self.either or self.high:
            return False
        if self.is_sheet:
            return bool(self.low or self.first)
        if not self.low:
            return False
        return _SHARE_LOW**self.low * _SHARE_HIGH**decisive < _CHANCE


_LOW_DAYS = pa.array(range(2, _LAST_MONTH + 1), pa.int64())


def _common(decisions: list[Decision]) -> Decision:
    """What the headers of one column decide together: the least certain of them, none when they differ."""
    counts = sum(one.day_first for one in decisions), sum(one.month_first for one in decisions)
    if any(one.half_converted for one in decisions):
        return Decision(None, "contradictory", *counts, half_converted=True)
    if any(one.why == "contradictory" for one in decisions):
        return Decision(None, "contradictory", *counts)
    if any(one.why == "unknown" for one in decisions):
        return Decision(None, "unknown", *counts)
    decisions = [one for one in decisions if one.order] or decisions
    if len({one.order for one in decisions}) > 1:
        return Decision(None, "contradictory", *counts)
    return Decision(decisions[0].order, "decided", *counts)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
