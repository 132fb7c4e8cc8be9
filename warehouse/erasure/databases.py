"""A published version without a person: every table copied, the person's cells changed on the way.

A DuckDB file keeps what was deleted from it until the room is needed: only a file made anew is sure to hold
nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.erasure.change import Change
from warehouse.erasure.columns import CONTACT, KINDS_OF, OWNING

_SHORTEST_IN_TEXT = 4
_COLUMNS = """
    select schema_name, table_name, column_name, data_type from duckdb_columns()
    where database_name = 'before' and not internal order by schema_name, table_name, column_index
"""
_COMMENTS = """
    select schema_name, table_name, null, comment from duckdb_tables()
    where database_name = 'before' and comment is not null
    union all
    select schema_name, table_name, column_name, comment from duckdb_columns()
    where database_name = 'before' and comment is not null
"""


def copy_without(connection: duckdb.DuckDBPyConnection, change: Change) -> int:
    """Copies all tables of the database `before` into `after`, changed; how many rows were the person's.

    `connection` has both attached. Texts that name an id in passing are changed as well.
    """
    own_rows = 0
    for schema, table, columns in _tables(connection):
        made = _Table(schema, table, columns, change)
        own_rows += made.count(connection)
        connection.execute(f"create schema if not exists after.{_name(schema)}")
        connection.execute(f"create table after.{made.name} as {made.select(made.hits(connection))}")
    for schema, table, column, comment in connection.execute(_COMMENTS).fetchall():
        name = f"after.{_name(schema)}.{_name(table)}"
        what = f"column {name}.{_name(column)}" if column else f"table {name}"
        connection.execute(f"comment on {what} is {_text(comment)}")
    return own_rows


def holds(connection: duckdb.DuckDBPyConnection, change: Change) -> bool:
    """Whether anything in the attached database `before` names the person."""
    for schema, table, columns in _tables(connection):
        made = _Table(schema, table, columns, change)
        if made.hits(connection) or made.count(connection):
            return True
    return False


def _tables(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[str, str, dict[str, str]]]:
    tables: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(_COLUMNS).fetchall():
        tables.setdefault((schema, table), {})[column] = kind
    for (schema, table), columns in tables.items():
        yield schema, table, columns


@dataclass(frozen=True)
class _Table:
    schema: str
    table: str
    columns: Mapping[str, str]
    change: Change

    @property
    def name(self) -> str:
        return f"{_name(self.schema)}.{_name(self.table)}"

    @property
    def own(self) -> str:
        """The condition under which a row is the person's own."""
        parts = [
            f"coalesce({_name(column)} in ({', '.join(map(_text, sorted(ids)))}), false)"
            for column in OWNING
            if column in self.columns and (ids := self.change.person.of_column(column))
        ]
        return f"({' or '.join(parts)})" if parts else "false"

    def count(self, connection: duckdb.DuckDBPyConnection) -> int:
        (count,) = connection.execute(
            f"select count(*) from before.{self.name} where {self.own}"
        ).fetchone() or (0,)
        return int(count)

    def hits(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        """The columns that name the person anywhere."""
        pattern = self._pattern()
        asked = [name for name, kind in self.columns.items() if "VARCHAR" in kind]
        conditions = []
        for name in asked:
            exact = sorted(self.change.person.of_column(name))
            if exact and self.columns[name] == "VARCHAR":
                conditions.append(f"bool_or({_name(name)} in ({', '.join(map(_text, exact))}))")
            elif pattern:
                conditions.append(
                    f"bool_or(regexp_matches(cast({_name(name)} as varchar), {_text(pattern)}))"
                )
            else:
                conditions.append("false")
        if not asked:
            return []
        found = connection.execute(f"select {', '.join(conditions)} from before.{self.name}").fetchone()
        return [name for name, is_hit in zip(asked, found or (), strict=True) if is_hit]

    def select(self, hits: Sequence[str]) -> str:
        """The rows as they are afterwards."""
        shown = []
        for name, kind in self.columns.items():
            value = self._renamed(name, kind) if name in hits and self.change.renames else _name(name)
            if self.change.personal and name in CONTACT and self.own != "false":
                value = f"case when {self.own} then null else {value} end"
            shown.append(f"cast({value} as {kind}) as {_name(name)}" if value != _name(name) else value)
        where = f" where not {self.own}" if self.change.removes else ""
        return f"select {', '.join(shown)} from before.{self.name}{where}"

    def _renamed(self, name: str, kind: str) -> str:
        value = _name(name)
        if name in KINDS_OF and kind == "VARCHAR":
            cases = " ".join(
                f"when {_text(id_)} then {_text(new)}" for id_, new in self.change.names_of(name).items()
            )
            return f"case {value} {cases} else {value} end"
        value = value if kind == "VARCHAR" else f"cast(to_json({value}) as varchar)"
        for id_, new in self._words().items():
            found = _text(rf"(^|[^A-Za-z0-9]){re.escape(id_)}($|[^A-Za-z0-9])")
            put = _text(rf"\1{new}\2")
            value = f"regexp_replace({value}, {found}, {put}, 'g')"
        return value if kind == "VARCHAR" else f"cast(cast({value} as json) as {kind})"

    def _words(self) -> dict[str, str]:
        return {
            id_: new
            for names in self.change.renamed.values()
            for id_, new in names.items()
            if len(id_) >= _SHORTEST_IN_TEXT
        }

    def _pattern(self) -> str:
        words = sorted(self._words())
        return f"(^|[^A-Za-z0-9])({'|'.join(map(re.escape, words))})($|[^A-Za-z0-9])" if words else ""


def drop(path: Path) -> None:
    """A database file and what DuckDB may have left beside it."""
    for one in (path, path.with_name(f"{path.name}.wal")):
        one.unlink(missing_ok=True)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
