"""What the values of a column look like, whatever the contract says of it: tells when an export changes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.values.arrays import as_text, plain
from ingestion.values.choices import NO_VALUE, parse_boolean
from ingestion.values.moments import day_written, year_last
from ingestion.values.unreadable import UnreadableError

Kind = Literal["integer", "decimal", "date", "timestamp", "yes_no", "text", "list", "empty"]
# As many distinct values are looked at.
_SAMPLE = 200
_SHORT = 64
_SHARE = 0.9
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_CLOCK = re.compile(r"\d\s*[:时時点點]|\d[Tt]\d|Date\(")


def kind_of(array: pa.Array) -> Kind:
    """The kind that the first distinct values share, nine of ten of them; `empty` where there are none.

    One bad cell is a matter of its row: the column has not changed for it.
    """
    values = plain(array)
    if values.null_count == len(values):
        return "empty"
    for is_kind, kind in _ARROW_KINDS:
        if is_kind(values.type):
            return kind
    texts = _first_texts(as_text(values))
    if not texts:
        return "empty"
    enough = _SHARE * len(texts)
    return next((kind for kind, fits in _TESTS.items() if sum(map(bool, map(fits, texts))) >= enough), "text")


def _first_texts(text: pa.Array) -> list[str]:
    """Distinct values that say something, trimmed; a long one stands for itself only by its beginning."""
    cut = pc.utf8_slice_codeunits(text.slice(0, 20 * _SAMPLE).drop_null(), 0, _SHORT)
    said = (value.strip() for value in pc.unique(cut).to_pylist())
    return list(
        itertools.islice((value for value in said if value and value.casefold() not in NO_VALUE), _SAMPLE)
    )


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


_ARROW_KINDS: tuple[tuple[Callable[[pa.DataType], bool], Kind], ...] = (
    (pa.types.is_integer, "integer"),
    (_is_number, "decimal"),
    (pa.types.is_boolean, "yes_no"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "timestamp"),
    (_is_list, "list"),
)


def _is_yes_no(text: str) -> bool:
    try:
        parse_boolean(text)
    except UnreadableError:
        return False
    return True


def _is_moment(text: str) -> bool:
    return not text.isdecimal() and (year_last(text) is not None or day_written(text) is not None)


_TESTS: Mapping[Kind, Callable[[str], object]] = {
    "integer": _INTEGER.fullmatch,
    "decimal": _DECIMAL.fullmatch,
    "date": lambda text: _is_moment(text) and not _CLOCK.search(text),
    "timestamp": _is_moment,
    "yes_no": _is_yes_no,
    "list": lambda text: text.startswith("["),
}
