"""The only way from a page to data: a named query, asked through the warehouse's one query function.

An answer is remembered by (published file, reader with grants, SQL, parameters): a publish or another grant
forgets it by itself. What the reader may not see is null or has no rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st
from sqlglot.expressions import convert as literal

from warehouse import metrics
from warehouse.errors import NothingPublished, ScorehouseError
from warehouse.grants import scope_of
from warehouse.marts import Marts
from warehouse.policy import policy
from warehouse.settings import Settings
from warehouse.viewer import Viewer

FOLDER = Path(__file__).parent / "queries"
REMEMBERED = 600
_PART = re.compile(r"\{\{ part\('([a-z_]+)'\) \}\}")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")

Value = str | int | float | bool | None
Row = dict[str, Any]
# Name, role, and whose rows these are at this moment: an ended grant forgets what was remembered under it.
Reader = tuple[str, str, tuple[str, ...], str | None]


class PublishedMeanwhileError(ScorehouseError):
    """A new version, or another grant, came between two questions of a page: it is drawn again."""


@cache
def marts(home: str) -> Marts:
    """One reader of the published marts a process and home: a second one cannot open the same file."""
    return Marts(Settings(home=Path(home)))


@cache
def _text_of(name: str) -> str:
    """A query, each `{{ part('name') }}` in it replaced by what several share: `queries/parts/name.sql`."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return _PART.sub(lambda found: _text_of(f"parts/{found[1]}").rstrip(), text)


def sql_of(name: str) -> str:
    """The text of `queries/<name>.sql`, its `{{ metric(…) }}` written out by the definition of today."""
    return metrics.render(_text_of(name), Settings.from_env())


def runnable(name: str, parameters: Mapping[str, Value]) -> str:
    """The same with the values of `parameters` in their places: it runs on the SQL page as it stands."""
    return _PARAMETER.sub(lambda found: _literal(parameters[found[1]]), sql_of(name))


def _literal(value: Value) -> str:
    # Else a decimal: the same number, and other ways to round.
    return f"cast({value!r} as double)" if isinstance(value, float) else literal(value).sql("duckdb")


@st.cache_data(show_spinner=False, max_entries=REMEMBERED)
def _answer(
    published: str, home: str, reader: Reader, sql: str, parameters: tuple[tuple[str, Value], ...]
) -> pa.Table:
    source = marts(home)
    table = source.query(sql, dict(parameters), viewer=Viewer(*reader[:2]), hidden_as_null=True)
    if _published(source) != published:
        raise PublishedMeanwhileError(
            "New marts were published while this page was drawn; it is drawn again."
        )
    # Else rows of a grant made just now would be remembered under a reader who did not have it.
    if _reader(Settings(home=Path(home)), Viewer(*reader[:2])) != reader:
        raise PublishedMeanwhileError("A grant has changed while this page was drawn; it is drawn again.")
    return without_decimals(table)


def _reader(settings: Settings, viewer: Viewer) -> Reader:
    scope = scope_of(settings, viewer)
    return viewer.name, viewer.role, tuple(sorted(scope.departments)), scope.candidate_id


def without_decimals(table: pa.Table) -> pa.Table:
    """DuckDB's sums of integers and its literals arrive as decimals, which charts and JSON do not know."""
    for index, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            kind = pa.int64() if field.type.scale == 0 else pa.float64()
            table = table.set_column(index, field.name, table.column(index).cast(kind))
    return table


def _published(source: Marts) -> str:
    version = source.version()
    if version is None:
        raise NothingPublished("No marts yet: run `make run` or `scorehouse build`.")
    return f"{version.path}:{version.identity}"


class Questions:
    """Asks the marts on behalf of one reader, for one visit of a page."""

    def __init__(self, settings: Settings, viewer: Viewer, shared: dict[str, Value]) -> None:
        self._home = str(settings.home)
        self._reader = _reader(settings, viewer)
        self._shared = shared
        # Every question of this visit with what it was asked with last: "how is this computed" shows them.
        self.asked: dict[str, dict[str, Value]] = {}
        self.version = _published(marts(self._home))

    @property
    def standing(self) -> tuple[str, Reader]:
        """Of which published version, for whom, with which grants: what was made for another is not shown."""
        return self.version, self._reader

    def holds(self, settings: Settings) -> bool:
        """Whether the reader's grants and the published version are still those of this visit."""
        now = _published(marts(self._home)), _reader(settings, self.viewer)
        return now == self.standing

    @property
    def role(self) -> str:
        """The reader's role, as the warehouse knows it."""
        return self._reader[1]

    @property
    def viewer(self) -> Viewer:
        """The reader, as the warehouse knows them."""
        return Viewer(*self._reader[:2])

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments that a grant opens to the reader; empty for roles without grants."""
        return self._reader[2]

    def sees(self, column_class: str) -> bool:
        """Whether the reader's role sees columns of a class of the access policy, such as `pay`."""
        role = policy().roles.get(self.role)
        return role is not None and (role.everything or column_class in role.sees)

    def table(self, query: str, **parameters: Value) -> pa.Table:
        """The answer to `queries/<query>.sql` with the visit's choices and `parameters`."""
        sql = sql_of(query)
        known = {**self._shared, **parameters}
        used = tuple((name, known[name]) for name in sorted(set(_PARAMETER.findall(sql))))
        self.asked[query] = dict(used)
        return _answer(self.version, self._home, self._reader, sql, used)

    def rows(self, query: str, **parameters: Value) -> list[Row]:
        """The answer as a list of rows."""
        rows: list[Row] = self.table(query, **parameters).to_pylist()
        return rows

    def row(self, query: str, **parameters: Value) -> Row | None:
        """The first row of the answer, None when it is empty."""
        rows = self.rows(query, **parameters)
        return rows[0] if rows else None
