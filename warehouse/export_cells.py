"""Cells of exported files: their kinds, safe texts, local times, and what a hidden one says."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

# A spreadsheet takes a cell that begins so for a formula; the full-width twins too, in Chinese and Japanese.
# Looked through are blanks, invisible marks and quotes: some programs drop them on import.
_THROUGH = "[\\s\u200b-\u200f\u2060\ufeff\"'\u2018\u2019\u201c\u201d\u300c\u300d\uff02\uff07]*"
_FORMULA = re.compile(rf"\t|\r|\n|{_THROUGH}[=+\-@＝＋－＠\u2212\ufe62\ufe63\ufe66\ufe6b]")
SUPPRESSED = "suppressed"
_SHARES = re.compile(r"(^|_)(share|rate|coverage|percent_of|probability)($|_)|_share_|_rate_")
_MONEY = re.compile(r"(^|_)(pay|salary|offer|bonus|cost|amount)($|_)")
_COUNTED = re.compile(r"(_n|_count|^n|_rank|_days)$")
LARGEST_EXACT = 2**53


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would see a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for one."""
    return _FORMULA.match(text) is not None


def kind_of(name: str, type_: pa.DataType) -> str:
    """How a column is shown: share, money, count, number, flag, date, moment or text."""
    if pa.types.is_boolean(type_):
        return "flag"
    if pa.types.is_timestamp(type_):
        return "moment"
    if pa.types.is_date(type_):
        return "date"
    if not is_number(type_):
        return "text"
    if pa.types.is_integer(type_) or _COUNTED.search(name):
        return "money" if _MONEY.search(name) else "count"
    if _SHARES.search(name):
        return "share"
    return "money" if _MONEY.search(name) else "number"


def is_number(kind: pa.DataType) -> bool:
    """Integers, floats and decimals."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def plain(value: object) -> object:
    """What JSON can hold."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        return plain(float(value))
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def written(value: object) -> str:
    """A value that is neither number, flag nor moment, as text."""
    if isinstance(value, list | tuple | dict):
        return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


@dataclass(frozen=True)
class Hiding:
    """Which cells of a result are hidden and not merely empty.

    In a row that says `suppressed`, those of `columns` (aggregates over people) that are null.
    """

    columns: frozenset[str] = frozenset()

    def masks(self, batch: pa.RecordBatch) -> dict[int, list[bool]]:
        """For each column with hidden cells, by its place: which ones."""
        names = batch.schema.names
        if not self.columns or names.count(SUPPRESSED) != 1:
            return {}
        told = batch.column(names.index(SUPPRESSED))
        if not pa.types.is_boolean(told.type):
            return {}
        rows = pc.fill_null(told, False)
        if not pc.any(rows).as_py():
            return {}
        found: dict[int, list[bool]] = {}
        for place, name in enumerate(names):
            if name in self.columns and batch.column(place).null_count:
                found[place] = pc.and_(rows, batch.column(place).is_null()).to_pylist()
        return {place: mask for place, mask in found.items() if any(mask)}


def localised(column: pa.Array, timezone: ZoneInfo) -> pa.Array:
    """Moments (UTC where they have no zone) as the company's clock showed them."""
    zoned = column if column.type.tz else pc.assume_timezone(column, "UTC")
    return pc.local_timestamp(zoned.cast(pa.timestamp("us", timezone.key), safe=False))


def values(column: pa.Array, kind: str, timezone: ZoneInfo | None) -> Sequence[object]:
    """The cells of a column as Python values; not-a-number is empty, moments are local."""
    if kind == "moment" and timezone is not None:
        column = localised(column, timezone)
    found: list[object] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [value if value is not None and math.isfinite(value) else None for value in found]  # type: ignore[arg-type]
    return found


def csv_cell(value: object, kind: str) -> object:
    """A cell as the `csv` module writes it: numbers as they are, texts harmless."""
    if value is None:
        return ""
    match kind:
        case "flag":
            return "true" if value else "false"
        case "moment":
            return str(value)
        case "text":
            return harmless(written(value))
        case _:
            return value
