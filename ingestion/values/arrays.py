"""Arrow arrays from any reader, brought to the few shapes that the conversion knows."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.values.normal_form import odd_rows

# What stands behind the last digit that counts: 1001.00, 12.50.
_NO_DIGITS = r"^(-?\d+(?:\.\d*[1-9])?)\.?0*$"
_MICROSECONDS = 1_000_000
_BIN = 900 * _MICROSECONDS
# Before, local mean times do not keep to quarters of an hour.
_FIRST_REGULAR = int(dt.datetime(1950, 1, 1, tzinfo=dt.UTC).timestamp()) * _MICROSECONDS
_EPOCH = dt.datetime(1970, 1, 1)


def plain(array: pa.Array) -> pa.Array:
    """Without dictionary, chunks and large offsets; NaN, the way data frames write absence, is null."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        return array.cast(pa.string())
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_floating(array.type):
        if pa.types.is_float32(array.type):
            # By way of text: the single 30.2 is written as 30.2, not as the double 30.200000762939453.
            array = array.cast(pa.string())
        array = array.cast(pa.float64())
        return pc.if_else(pc.is_nan(array), pa.scalar(None, pa.float64()), array)
    return array


def as_text(array: pa.Array) -> pa.Array:
    """Every value as a person would write it: 123.0 as 123 (an id that a data frame made a float)."""
    kind = array.type
    if pa.types.is_string(kind):
        return array
    if pa.types.is_floating(kind):
        return pa.array([number_text(value) for value in array.to_pylist()], pa.string())
    is_bytes = (
        pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    )
    if is_bytes or pa.types.is_nested(kind):
        return pa.array([json_text(value) for value in array.to_pylist()], pa.string())
    text = array.cast(pa.string())
    # An id that a database made a decimal(38, 2).
    return pc.replace_substring_regex(text, _NO_DIGITS, "\\1") if pa.types.is_decimal(kind) else text


def json_text(value: object) -> str | None:
    """A value as JSON; bytes as text where they are text."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return json.dumps(value, ensure_ascii=False, default=str)


def tidy(text: pa.Array, keep_empty: bool = False) -> pa.Array:
    """NFC and trimmed; an empty text is null unless it is kept."""
    if not _is_normal(text):
        values = text.to_pylist()
        text = pa.array(
            [None if value is None else unicodedata.normalize("NFC", value) for value in values], pa.string()
        )
    text = pc.utf8_trim_whitespace(text)
    if keep_empty:
        return text
    empty = pc.equal(text, "")
    if not pc.any(empty).as_py():
        return text
    return pc.if_else(empty, pa.scalar(None, pa.string()), text)


def _is_normal(text: pa.Array) -> bool:
    if pc.all(pc.string_is_ascii(text)).as_py():
        return True
    # A Parquet file may call any bytes a text.
    text.validate(full=True)
    odd = odd_rows(text)
    values = text.take(pa.array(odd, pa.int64())).to_pylist() if odd else []
    return all(value is None or unicodedata.is_normalized("NFC", value) for value in values)


def local_to_utc(moments: pa.Array, zone: ZoneInfo) -> pa.Array | None:
    """Naive local microseconds as UTC instants; None for times before zones kept to quarters of an hour."""

    def offset(local: dt.datetime) -> dt.timedelta | None:
        return local.replace(tzinfo=zone).utcoffset()

    return _shift(moments, offset, -1)


def utc_to_local(moments: pa.Array, zone: ZoneInfo) -> pa.Array | None:
    """UTC instants as naive local microseconds; None as for `local_to_utc`."""

    def offset(utc: dt.datetime) -> dt.timedelta | None:
        return utc.replace(tzinfo=dt.UTC).astimezone(zone).utcoffset()

    return _shift(moments, offset, 1)


def _shift(
    moments: pa.Array, offset_at: Callable[[dt.datetime], dt.timedelta | None], sign: int
) -> pa.Array | None:
    """Adds the zone's offset, asked once for each quarter of an hour that occurs."""
    ticks = moments.cast(pa.int64())
    numbers = ticks.drop_null().to_numpy()
    if len(numbers) and numbers.min() < _FIRST_REGULAR:
        return None
    bins, inverse = np.unique(pc.fill_null(ticks, 0).to_numpy() // _BIN, return_inverse=True)
    seconds = [_seconds(offset_at, int(start)) for start in bins]
    shift = np.array(seconds, dtype=np.int64)[inverse] * (_MICROSECONDS * sign)
    return pc.add(ticks, pa.array(shift))


def _seconds(offset_at: Callable[[dt.datetime], dt.timedelta | None], start: int) -> int:
    offset = offset_at(_EPOCH + dt.timedelta(microseconds=start * _BIN))
    return int((offset or dt.timedelta()).total_seconds())


def number_text(value: float | None) -> str | None:
    """A float without a needless fraction: 123.0 as 123."""
    if value is None:
        return None
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
