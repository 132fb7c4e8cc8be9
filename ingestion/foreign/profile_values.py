"""The values that a profile makes out of another system's rows, column by column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.foreign.foreign_rows import ForeignRows, has_header
from ingestion.foreign.lookups import Lookups
from ingestion.foreign.profile_columns import FILE_NAME, Mapping
from ingestion.foreign.speech import Spoken
from ingestion.values.arrays import as_text, tidy
from ingestion.values.moments import parse_moment
from ingestion.values.numbers import parse_number
from ingestion.values.unreadable import UnreadableError

_LOCAL_CLOCK = re.compile(r".*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*")
_WITH_ZONE = re.compile(r".*:\d{2}(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_TICKS = {"s": 1.0, "ms": 1_000.0}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Trouble:
    """Why a row has no value where the profile expects one."""

    reason: str
    code: str
    # Whether the row is bad even where the column may be empty, since something did stand there.
    is_always: bool = False


@dataclass
class Made:
    """N values, and what is known about rows that have none."""

    values: pa.Array
    troubles: dict[int, Trouble] = field(default_factory=dict)


@dataclass(frozen=True)
class Maker:
    """Makes our columns of one batch of foreign rows."""

    rows: ForeignRows
    lookups: Lookups
    file_name: str
    zone: ZoneInfo | None
    # What was said in each row, None where a row is no usable speech.
    spoken: list[Spoken | None] | None

    def make(self, mapping: Mapping, kind: str) -> Made | None:
        """The values of a column of the type `kind`; None when the file has nothing that it is made of."""
        if not is_available(mapping, self.rows.columns):
            return None
        made = self._origin(mapping, kind)
        for step in self._steps(mapping, kind):
            made = step(made)
        return made

    def in_zone(self, values: pa.Array, kind: str) -> pa.Array:
        """Times without a zone, and the day of an instant, by the zone of the other system."""
        change = {"timestamp": _instant, "date": _day}.get(kind)
        if self.zone is None or change is None or not pa.types.is_string(values.type):
            return values
        zone = self.zone
        return _by_distinct(values, lambda text: change(text, zone))

    def _origin(self, mapping: Mapping, kind: str) -> Made:
        if mapping.from_ is not None:
            return Made(self._column(mapping.from_))
        if mapping.constant is not None:
            return Made(pa.repeat(pa.scalar(mapping.constant), self.rows.count))
        if mapping.join is not None:
            return self._joined(mapping)
        if mapping.first is not None:
            return self._first(mapping.first, kind)
        if mapping.lookup is not None:
            return self._looked_up(mapping)
        return Made(self._said(str(mapping.speech)))

    def _steps(self, mapping: Mapping, kind: str) -> Iterable[Callable[[Made], Made]]:
        if mapping.pattern is not None:
            pattern = mapping.pattern
            yield lambda made: _extracted(made, pattern)
        if mapping.values is not None:
            known = {_key(text): value for text, value in mapping.values.items()}
            otherwise = mapping.otherwise
            yield lambda made: Made(
                tidy(_by_distinct(made.values, lambda text: _chosen(text, known, otherwise))), made.troubles
            )
        number = _arithmetic(mapping)
        if number is not None:
            yield lambda made: _calculated(made, number)
        if mapping.unix is not None:
            ticks = _TICKS[mapping.unix]
            yield lambda made: Made(
                _by_distinct(made.values, lambda text: _from_unix(text, ticks, kind)), made.troubles
            )

    def _column(self, path: str) -> pa.Array:
        if path == FILE_NAME:
            return pa.repeat(pa.scalar(self.file_name), self.rows.count)
        found = self.rows.texts(path)
        return pa.nulls(self.rows.count, pa.string()) if found is None else found

    def _joined(self, mapping: Mapping) -> Made:
        """The parts that have a value; null where only constants have one."""
        parts = [(part, self.make(part, "string")) for part in mapping.join or ()]
        made = [(part, found) for part, found in parts if found is not None]
        texts = [as_text(found.values) for _, found in made]
        said = [text for (part, _), text in zip(made, texts, strict=True) if part.constant is None]
        joined = _together(texts, mapping.with_)
        if said:
            missing = np.logical_and.reduce([pc.is_null(t).to_numpy(zero_copy_only=False) for t in said])
            joined = pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), joined)
        return _with_troubles(joined, [found.troubles for _, found in made])

    def _first(self, mappings: Iterable[Mapping], kind: str) -> Made:
        found = [made for made in (self.make(one, kind) for one in mappings) if made is not None]
        arrays = [made.values for made in found]
        if len({array.type for array in arrays}) > 1:
            arrays = [as_text(array) for array in arrays]
        return _with_troubles(pc.coalesce(*arrays), [made.troubles for made in found])

    def _looked_up(self, mapping: Mapping) -> Made:
        made = [self.make(source, "string") for source in (mapping.on or {}).values()]
        keys = [one for one in made if one is not None]
        at = self.make(mapping.as_of.at, "timestamp") if mapping.as_of else None
        texts = [as_text(one.values) for one in keys]
        found = self.lookups.find(mapping, texts, None if at is None else as_text(at.values))
        asked = np.logical_and.reduce([pc.is_valid(text).to_numpy(zero_copy_only=False) for text in texts])
        why = Trouble(f"nothing in the table {mapping.lookup} of this export belongs to it", "lookup_missing")
        missed = dict.fromkeys(np.flatnonzero(asked & ~found.found).tolist(), why)
        return _with_troubles(found.values, [missed, *(one.troubles for one in keys)])

    def _said(self, take: str) -> pa.Array:
        said = self.spoken or [None] * self.rows.count
        kind = pa.string() if take in ("text", "words") else pa.float64()
        return pa.array([None if one is None else getattr(one, take) for one in said], kind)


def is_available(mapping: Mapping, headers: Iterable[str]) -> bool:
    """Whether a file with these headers has what a column is made of."""
    known = tuple(headers)
    if mapping.from_ is not None:
        return mapping.from_ == FILE_NAME or has_header(known, mapping.from_)
    if mapping.join is not None:
        parts = [part for part in mapping.join if part.constant is None] or mapping.join
        return any(is_available(part, known) for part in parts)
    if mapping.first is not None:
        return any(is_available(part, known) for part in mapping.first)
    return all(is_available(part, known) for part in mapping.parts)


def _with_troubles(values: pa.Array, troubles: Iterable[dict[int, Trouble]]) -> Made:
    """Troubles of the rows that ended up without a value; the first one known counts."""
    kept: dict[int, Trouble] = {}
    empty = pc.is_null(values).to_numpy(zero_copy_only=False)
    for known in troubles:
        for row, trouble in known.items():
            if empty[row]:
                kept.setdefault(row, trouble)
    return Made(values, kept)


def _together(texts: list[pa.Array], between: str) -> pa.Array:
    """The texts of each row that are there, one behind the other."""
    # Not Arrow's join that skips nulls: of rows that have nothing but nulls it gives none.
    ends = [pc.fill_null(pc.binary_join_element_wise(text, between, ""), "") for text in texts]
    joined = pc.binary_join_element_wise(*ends, "")
    return pc.utf8_slice_codeunits(joined, 0, -len(between)) if between else joined


def _by_distinct(values: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """`change` of each distinct text once; null stays null."""
    encoded = as_text(values).dictionary_encode()
    changed = pa.array([change(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)


def _extracted(made: Made, pattern: str) -> Made:
    compiled = re.compile(pattern)

    def group(text: str) -> str | None:
        match = compiled.search(text)
        return match[1] if match else None

    values = tidy(_by_distinct(made.values, group))
    missed = np.flatnonzero(
        pc.and_(pc.is_null(values), pc.is_valid(made.values)).to_numpy(zero_copy_only=False)
    )
    why = Trouble("the value does not have the form that the profile expects", "broken")
    return Made(values, {**dict.fromkeys(missed.tolist(), why), **made.troubles})


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _chosen(text: str, known: dict[str, str], otherwise: str | None) -> str | None:
    value = known.get(_key(text))
    return (text if otherwise is None else otherwise) if value is None else value


def _arithmetic(mapping: Mapping) -> Callable[[float], float] | None:
    scale, factor, digits = mapping.scale, mapping.multiply, mapping.round_
    if scale is None and factor is None and digits is None:
        return None

    def calculate(number: float) -> float:
        if scale is not None:
            (low, high), (new_low, new_high) = scale.from_, scale.to
            number = new_low + (number - low) * (new_high - new_low) / (high - low)
        if factor is not None:
            number *= factor
        return number if digits is None else round(number, digits)

    return calculate


def _calculated(made: Made, calculate: Callable[[float], float]) -> Made:
    """Numbers calculated; where something else stands the row is bad."""
    encoded = as_text(made.values).dictionary_encode()
    read = [_number(text) for text in encoded.dictionary.to_pylist()]
    results = [None if number is None else calculate(number) for number in read]
    values = pa.array(results, pa.float64()).take(encoded.indices)
    lost = pc.and_(pc.is_null(values), pc.is_valid(made.values)).to_numpy(zero_copy_only=False)
    why = Trouble("the value is not a number", "not_a_number", is_always=True)
    return Made(values, {**made.troubles, **dict.fromkeys(np.flatnonzero(lost).tolist(), why)})


def _number(text: str) -> float | None:
    # A point in another system's export is a decimal one, however many digits follow.
    if _PLAIN_NUMBER.fullmatch(text):
        return float(text)
    try:
        return parse_number(text, "money")
    except UnreadableError:
        return None


def _from_unix(text: str, ticks: float, kind: str) -> str:
    """Seconds or milliseconds since 1970 as ISO text (a day, in UTC, for a date); anything else as it is."""
    try:
        moment = _EPOCH + dt.timedelta(seconds=float(text) / ticks)
    except (ValueError, OverflowError):
        return text
    return moment.date().isoformat() if kind == "date" else moment.isoformat()


def _day(text: str, zone: ZoneInfo) -> str:
    """Of an instant the day that it is over there; a day, and a time without a zone, as they are."""
    if not _WITH_ZONE.fullmatch(text):
        return text
    try:
        moment = parse_moment(text, zone)
    except UnreadableError:
        return text
    return text if moment is None else moment.astimezone(zone).date().isoformat()


def _instant(text: str, zone: ZoneInfo) -> str:
    try:
        moment = parse_moment(text, zone)
    except UnreadableError:
        # Day or month first, perhaps: the contract decides, but the clock is still that of the system.
        return f"{text.rstrip()}Z" if zone.key == "UTC" and _LOCAL_CLOCK.fullmatch(text) else text
    return text if moment is None else moment.isoformat()
