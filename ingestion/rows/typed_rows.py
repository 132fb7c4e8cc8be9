"""A batch read through its contract: typed rows that are accepted, and bad ones with the reason."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import EXPORTED_AT, Column, Contract
from ingestion.readers.batch import RowBatch
from ingestion.rows.content import row_keys
from ingestion.rows.headers import HeaderMap, HeaderReader
from ingestion.rows.row_shapes import BadRow, SeenColumn, Told, TypedRows
from ingestion.values.arrays import as_text, plain
from ingestion.values.choices import read_names
from ingestion.values.convert import Converted, Converter, Problem
from ingestion.values.date_order import Decision
from ingestion.values.kinds import kind_of
from ingestion.values.unreadable import EMPTY
from warehouse.settings import Settings

_UNDECIDED = Decision(None, "unknown")


class RowTyper:
    """Reads the batches of one file through the source's contract.

    Threads may share `typed`; what it returns is then noted in the order of the file.
    """

    def __init__(
        self, contract: Contract, headers: HeaderReader, converters: Mapping[str, Converter]
    ) -> None:
        self._contract = contract
        self._headers = headers
        self._converters = dict(converters)
        # Of all headers that were asked for, and of those that were noted.
        self._read_maps: dict[tuple[str, ...], HeaderMap] = {}
        self._maps: dict[tuple[str, ...], HeaderMap] = {}
        self._seen: dict[str, None] = {}
        self._unknown: dict[str, None] = {}
        self._emotion: dict[str, None] = {}
        self._kinds: dict[str, str] = {}

    def use_orders(self, decisions: Mapping[str, Decision]) -> None:
        """Reads dates as decided for the whole file from now on; no column asks for its order any more.

        One that is not named is undecided; an order that the contract names stays.
        """
        for column in (*self._contract.columns.values(), self._contract.exported_at):
            if _is_unordered(column):
                decision = decisions.get(column.name, _UNDECIDED)
                self._converters[column.name] = self._converters[column.name].ordered(decision)

    def unordered_dates(self, headers: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The headers of the date columns for which the contract names no order, by column."""
        found = self.learn(headers).columns
        return {name: behind for name, behind in found.items() if _is_unordered(self._column(name))}

    @property
    def columns(self) -> tuple[SeenColumn, ...]:
        """Every header so far that was not dropped, what it stands for, and what its values look like."""
        owners = {
            header: name
            for found in self._maps.values()
            for name, hs in found.columns.items()
            for header in hs
        }
        dropped = set(self._emotion)
        seen = dict.fromkeys(header for key in self._maps for header in key if header not in dropped)
        return tuple(SeenColumn(name, owners.get(name), self._kinds.get(name, "empty")) for name in seen)

    def _column(self, name: str) -> Column:
        return self._contract.exported_at if name == EXPORTED_AT else self._contract.columns[name]

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """Headers that the contract does not know, so far."""
        return tuple(self._unknown)

    @property
    def emotion_columns(self) -> tuple[str, ...]:
        """Headers that were dropped because they infer emotion, so far."""
        return tuple(self._emotion)

    @property
    def missing_columns(self) -> tuple[str, ...]:
        """Required columns that no header has stood for, so far."""
        return tuple(name for name in self._contract.required_columns if name not in self._seen)

    def learn(self, headers: Sequence[str]) -> HeaderMap:
        """Maps headers onto the contract, and remembers what they told about the file."""
        key = tuple(headers)
        if key not in self._maps:
            found = self._maps[key] = self._map(key)
            self._seen.update(dict.fromkeys(found.columns))
            self._unknown.update(dict.fromkeys(found.unknown))
            self._emotion.update(dict.fromkeys(found.emotion))
        return self._maps[key]

    def _map(self, key: tuple[str, ...]) -> HeaderMap:
        # Two threads may both read the same headers: they find the same.
        if key not in self._read_maps:
            self._read_maps[key] = self._headers.read(key)
        return self._read_maps[key]

    def read(self, batch: RowBatch) -> TypedRows:
        """Types every column, checks every row, and parts the good rows from the bad."""
        self.learn(tuple(batch.columns))
        rows, told = self.typed(batch)
        self.note(told)
        return rows

    def note(self, told: Told) -> None:
        """Remembers what a batch told about the file."""
        self.learn(told.headers)
        self._unknown.update(dict.fromkeys(told.beside))
        for header, kind in told.kinds.items():
            if self._kinds.get(header, "empty") == "empty":
                self._kinds[header] = kind

    def typed(self, batch: RowBatch) -> tuple[TypedRows, Told]:
        """The same as `read` without noting anything, for several batches at a time."""
        headers_read = tuple(batch.columns)
        found = self._map(headers_read)
        rows = len(batch.numbers)
        open_ = [header for header in headers_read if self._kinds.get(header, "empty") == "empty"]
        kinds = {header: kind_of(batch.columns[header]) for header in open_}
        beside: dict[str, None] = {}
        aside = {header: plain(batch.columns[header]) for header in found.unknown}
        typed: dict[str, pa.Array] = {}
        problems: dict[int, tuple[str, Problem]] = {}
        keyless: set[int] = set()
        for column in (*self._contract.columns.values(), self._contract.exported_at):
            headers = found.columns.get(column.name, ())
            array, spare = _merge([(header, batch.columns[header]) for header in headers])
            aside.update(spare)
            beside.update({header: None for header, values in spare.items() if values.null_count < rows})
            converted = None if array is None else self._convert(column.name, array, batch)
            typed[column.name] = pa.nulls(rows, column.arrow_type) if converted is None else converted.values
            for problem in () if converted is None else converted.problems:
                problems.setdefault(problem.row, (column.name, problem))
                keyless.update([problem.row] if column.name in self._contract.key else ())
        self._fill_defaults(typed)
        for column in self._contract.columns.values():
            for row in _empty_rows(column, typed):
                problems.setdefault(row, (column.name, Problem(row, EMPTY, None, "empty")))
                keyless.update([row] if column.name in self._contract.key else ())
        told = Told(headers_read, kinds, tuple(beside))
        return self._parted(batch, found, typed, aside, problems, keyless), told

    def _convert(self, name: str, array: pa.Array, batch: RowBatch) -> Converted:
        """One column of a batch; the place for whoever wants to know what becomes of each value."""
        return self._converters[name].convert(array)

    def _fill_defaults(self, typed: dict[str, pa.Array]) -> None:
        for column in self._contract.columns.values():
            if column.default is not None:
                default = pa.scalar(column.default, column.arrow_type)
                typed[column.name] = pc.fill_null(typed[column.name], default)

    def _parted(
        self,
        batch: RowBatch,
        found: HeaderMap,
        typed: dict[str, pa.Array],
        aside: Mapping[str, pa.Array],
        problems: Mapping[int, tuple[str, Problem]],
        keyless: Collection[int],
    ) -> TypedRows:
        """Good rows as a table, bad ones with the first reason in the order of the contract."""
        exported = typed.pop(EXPORTED_AT)
        table = pa.table(typed)
        numbers = batch.numbers
        bad = [
            BadRow(
                *(row.number, row.column, None, row.reason),
                *(row.content if row.is_row else _line(row.content), row.code),
            )
            for row in batch.broken
        ]
        if problems:
            rows = sorted(problems)
            said = batch.columns if batch.original is None else batch.original
            kept = {header: array for header, array in said.items() if header not in found.emotion}
            bad_rows = pa.array(rows)
            contents = _as_json({header: array.take(bad_rows) for header, array in kept.items()}, len(rows))
            keys = row_keys(table.take(bad_rows), self._contract.key).to_pylist()
            times = exported.take(bad_rows).to_pylist()
            for row, content, key, at in zip(rows, contents, keys, times, strict=True):
                name, problem = problems[row]
                said_why = (problem.value, problem.reason, content or "{}", problem.code)
                known = None if row in keyless else key
                bad.append(BadRow(int(numbers[row]), name, *said_why, known, at))
            good = np.ones(len(numbers), dtype=bool)
            good[rows] = False
            mask = pa.array(good)
            table, exported, numbers = table.filter(mask), exported.filter(mask), numbers[good]
            aside = {header: array.filter(mask) for header, array in aside.items()}
        extra = _as_json(aside, len(numbers))
        return TypedRows(table, numbers, exported, extra, tuple(sorted(bad, key=lambda row: row.number)))


def make_converters(
    contract: Contract, zone: ZoneInfo, names: Mapping[str, Mapping[str, str]]
) -> dict[str, Converter]:
    """A converter a column; `names` maps what people call things onto ids, by seed."""
    columns = (*contract.columns.values(), contract.exported_at)
    return {column.name: Converter(column, zone, names.get(column.names_from or "")) for column in columns}


def converters_of(contract: Contract, settings: Settings) -> dict[str, Converter]:
    """The same with the names that the seeds have, in the company's time zone."""
    seeds = {column.names_from for column in contract.columns.values() if column.names_from}
    names = {str(seed): read_names(settings.seeds, seed) for seed in seeds}
    return make_converters(contract, settings.timezone, names)


def _is_unordered(column: Column) -> bool:
    """Whether it holds dates and the contract does not say in which order day and month stand."""
    return column.type in ("date", "timestamp") and column.date_order is None


def _merge(
    arrays: Sequence[tuple[str, pa.Array]],
) -> tuple[pa.Array | None, dict[str, pa.Array]]:
    """One array from the headers that stand for a column: the first that has a value counts.

    What a later one says beside a value is not lost: it comes back to be kept aside.
    """
    if not arrays:
        return None, {}
    merged = plain(arrays[0][1])
    spare: dict[str, pa.Array] = {}
    for header, other in arrays[1:]:
        array = plain(other)
        if array.type != merged.type:
            merged, array = as_text(merged), as_text(array)
        absent = pc.is_null(merged)
        spare[header] = pc.if_else(absent, pa.scalar(None, array.type), array)
        merged = pc.if_else(absent, array, merged)
    return merged, spare


def _empty_rows(column: Column, typed: Mapping[str, pa.Array]) -> list[int]:
    """The rows in which a required column has no value."""
    if column.required:
        needed = pc.is_null(typed[column.name])
    elif column.required_when:
        applies = pc.equal(typed[column.required_when.column], column.required_when.value)
        needed = pc.and_(pc.fill_null(applies, False), pc.is_null(typed[column.name]))
    else:
        return []
    found: list[int] = np.flatnonzero(needed.to_numpy(zero_copy_only=False)).tolist()
    return found


def _as_json(columns: Mapping[str, pa.Array], count: int) -> list[str | None]:
    """A JSON object for each of `count` rows, without the absent values; None where nothing is left."""
    if not columns:
        return [None] * count
    headers = list(columns)
    # Times as text: Python has no dates beyond the year 9999, and a bad row may hold one.
    values = (as_text(array) if pa.types.is_temporal(array.type) else array for array in columns.values())
    rows = zip(*(array.to_pylist() for array in values), strict=True)
    return [
        _object({header: value for header, value in zip(headers, row, strict=True) if value is not None})
        for row in rows
    ]


def _object(values: dict[str, object]) -> str | None:
    # Escaped, so that half a surrogate pair in a damaged row survives.
    return json.dumps(values, default=str) if values else None


def _line(content: str) -> str:
    return json.dumps({"line": content})
