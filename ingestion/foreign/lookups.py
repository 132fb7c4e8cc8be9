"""Tables of another system that are only looked up: one row a key, the latest; rows never multiply."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.foreign.foreign_rows import deleted_rows, find_header
from ingestion.foreign.profile import Profile
from ingestion.foreign.profile_columns import Mapping
from ingestion.foreign.profile_tables import Table
from ingestion.readers.batch import Reader, UnreadableFileError
from ingestion.readers.registry import open_reader
from ingestion.values.arrays import as_text, plain, tidy
from ingestion.values.moments import parse_moment
from ingestion.values.unreadable import UnreadableError

Integers = npt.NDArray[np.int64]
_BETWEEN = "\x1f"
_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class LookedUp:
    """N values (text, null where there is none) and whether a row of the table had the key at all."""

    values: pa.Array
    found: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Rows:
    """The rows of one table, the latest last."""

    columns: dict[str, pa.Array]
    count: int

    def column(self, header: str) -> pa.Array:
        array = self.columns.get(header)
        return pa.nulls(self.count, pa.string()) if array is None else array

    def keys(self, headers: Sequence[str]) -> pa.Array:
        return _joined([self.column(header) for header in headers])


@dataclass(frozen=True)
class _Index:
    """The rows of a table by key: `keys[code]` is found in row `last[code]`, or as of a time."""

    keys: pa.Array
    last: Integers
    # For as-of: rows sorted by key, then start; `place` = key and rank of the start in one number.
    rows: Integers
    codes: Integers
    place: Integers
    starts: Integers

    def at(self, codes: Integers, ticks: Integers) -> Integers:
        """For each key (−1: none) the row that began last at or before the time, or −1."""
        rank = np.searchsorted(self.starts, ticks, side="right")
        place = codes * (len(self.starts) + 1) + rank
        found = np.searchsorted(self.place, place, side="right") - 1
        is_hit = (codes >= 0) & (found >= 0) & (ticks != _NEVER)
        is_hit &= self.codes[np.maximum(found, 0)] == codes if len(self.codes) else False
        hits: Integers = np.where(is_hit, self.rows[found] if len(self.rows) else -1, -1)
        return hits


@dataclass(frozen=True)
class Lookups:
    """Every table that a profile looks up."""

    tables: dict[str, _Rows] = field(default_factory=dict)
    # Files that could not be read, with the end of a sentence that says why.
    unreadable: dict[Path, str] = field(default_factory=dict)
    _indexes: dict[tuple[str, tuple[str, ...], str], _Index] = field(default_factory=dict)

    @classmethod
    def load(cls, profile: Profile, files: Sequence[tuple[Table, Path, bool]]) -> Lookups:
        """Reads what is looked up from files (table, path, whether all of it is UTF-8), in their order."""
        wanted = profile.looked_at()
        parts: dict[str, list[dict[str, pa.Array]]] = {name: [] for name in wanted}
        unreadable: dict[Path, str] = {}
        for table, path, is_utf8 in files:
            if table.name in wanted:
                try:
                    parts[table.name] += list(_read(table, path, is_utf8, wanted[table.name]))
                except UnreadableFileError as error:
                    unreadable[path] = str(error)
        tables = {name: _together(profile.tables[name], wanted[name], parts[name]) for name in wanted}
        return cls(tables, unreadable)

    @cached_property
    def digest(self) -> str:
        """Changes when anything that can be looked up changes; the order of the rows says nothing."""
        whole = hashlib.blake2b(digest_size=16)
        for name, rows in sorted(self.tables.items()):
            headers = sorted(rows.columns)
            whole.update("\0".join([name, *headers, ""]).encode())
            if rows.count:
                lines = _joined([pc.fill_null(rows.columns[header], "\0") for header in headers])
                for line in lines.take(pc.sort_indices(lines)).to_pylist():
                    whole.update(line.encode("utf-8", "surrogatepass") + b"\n")
        return whole.hexdigest()

    def find(self, mapping: Mapping, keys: Sequence[pa.Array], at: pa.Array | None = None) -> LookedUp:
        """`take` of the row whose columns `on` equal `keys` (texts, one array a column): N in, N out."""
        name, on, start = str(mapping.lookup), tuple(mapping.on or ()), mapping.as_of
        rows = self.tables.get(name, _Rows({}, 0))
        index = self._index(name, rows, on, start.start if start else "")
        codes = pc.fill_null(pc.index_in(_joined(keys), value_set=index.keys), -1).to_numpy().astype(np.int64)
        if start is not None and at is not None:
            hits = index.at(codes, _ticks(at))
        else:
            hits = np.where(codes >= 0, index.last[codes] if len(index.last) else -1, -1)
        found = hits >= 0
        return LookedUp(rows.column(str(mapping.take)).take(pa.array(hits, mask=~found)), found)

    def _index(self, name: str, rows: _Rows, on: tuple[str, ...], start: str) -> _Index:
        known = self._indexes.get((name, on, start))
        if known is None:
            known = self._indexes[name, on, start] = _make_index(rows, on, start)
        return known


def _make_index(rows: _Rows, on: tuple[str, ...], start: str) -> _Index:
    keys = rows.keys(on)
    has_key = np.flatnonzero(pc.is_valid(keys).to_numpy(zero_copy_only=False))
    encoded = keys.take(pa.array(has_key)).dictionary_encode()
    codes = encoded.indices.to_numpy().astype(np.int64)
    last = np.zeros(len(encoded.dictionary), dtype=np.int64)
    last[codes] = has_key  # Of equal keys the last assignment stays: the latest row.
    ticks = _ticks(rows.column(start))[has_key] if start else np.zeros(len(codes), dtype=np.int64)
    order = np.lexsort((has_key, ticks, codes))
    starts = np.unique(ticks)
    place = codes * (len(starts) + 1) + np.searchsorted(starts, ticks, side="left") + 1
    return _Index(encoded.dictionary, last, has_key[order], codes[order], place[order], starts)


def _read(table: Table, path: Path, is_utf8: bool, wanted: set[str]) -> Iterable[dict[str, pa.Array]]:
    """The wanted columns of a file as texts, batch by batch, without deleted rows."""
    for batch in _open(table, path, is_utf8).batches():
        count = len(batch.numbers)
        columns = {}
        for header in wanted:
            found = find_header(batch.columns, header)
            array = pa.nulls(count, pa.string()) if found is None else as_text(plain(batch.columns[found]))
            columns[header] = tidy(array)
        kept = pa.array(~deleted_rows(batch.columns, count, table.deleted_when))
        yield {header: array.filter(kept) for header, array in columns.items()}


def _open(table: Table, path: Path, is_utf8: bool) -> Reader:
    """The file's rows, by its own headers where it has some."""
    if table.header is None:
        return open_reader(path, is_utf8, table)
    try:
        headers = open_reader(path, is_utf8, table).headers
    except UnreadableFileError:
        headers = None  # Its first row would be no header: the same word twice, for instance.
    return open_reader(path, is_utf8, table, given_headers=table.given_headers(headers))


def _together(table: Table, wanted: set[str], parts: list[dict[str, pa.Array]]) -> _Rows:
    """All rows, the latest last: by `latest_by`, then in the order in which they came."""
    columns = {
        header: pa.concat_arrays([part[header] for part in parts]) if parts else pa.array([], pa.string())
        for header in sorted(wanted)
    }
    count = len(next(iter(columns.values()))) if columns else 0
    if not table.latest_by or not count:
        return _Rows(columns, count)
    ranks = []
    for header in reversed(table.latest_by):
        rank = _rank(columns[header.removeprefix("-")])
        ranks.append(np.where(np.isneginf(rank), rank, -rank) if header.startswith("-") else rank)
    order = pa.array(np.lexsort(ranks))  # Stable, so that what is equal keeps its order.
    return _Rows({header: array.take(order) for header, array in columns.items()}, count)


def _rank(text: pa.Array) -> npt.NDArray[np.float64]:
    """A number a row that sorts as the values mean: numbers, else times; what is neither comes first."""
    try:
        ranks: npt.NDArray[np.float64] = pc.fill_null(text.cast(pa.float64()), -np.inf).to_numpy()
    except pa.ArrowInvalid:
        ticks = _ticks(text)
        ranks = np.where(ticks == _NEVER, -np.inf, ticks.astype(np.float64))
    return ranks


def _ticks(text: pa.Array) -> Integers:
    """Microseconds of each time, read as UTC where it has no zone; `_NEVER` where it is none."""
    if not pa.types.is_string(text.type):
        text = as_text(text)
    try:
        moments = text.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        encoded = text.dictionary_encode()
        moments = pa.array([_moment(value) for value in encoded.dictionary.to_pylist()], pa.timestamp("us"))
        moments = moments.take(encoded.indices)
    ticks: Integers = pc.fill_null(moments.cast(pa.int64()), _NEVER).to_numpy()
    return ticks


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parse_moment(text, dt.UTC)  # type: ignore[arg-type]  # any tzinfo will do
    except UnreadableError:
        return None  # No time: such a row comes before every other, such a key finds nothing.
    return None if moment is None else moment.replace(tzinfo=None)


def _joined(arrays: Sequence[pa.Array]) -> pa.Array:
    """One key a row; null where a part is."""
    if len(arrays) == 1:
        return arrays[0]
    return pc.binary_join_element_wise(*arrays, _BETWEEN)
