"""What a viewer may see of one published version, as SQL that stands in the place of each relation.

A projection names the columns whose class the role sees, keeps the rows of its filter, and shows aggregates
only where enough people stand behind them. Every column in it is qualified: nothing of the text around it can
be taken for a column of its own.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from warehouse import gateway
from warehouse.cells import ShownCells
from warehouse.errors import QueryFailedError, QueryRefusedError, ScorehouseError
from warehouse.policy import Cells, Policy
from warehouse.viewer import Scope

# DuckDB moves conditions of the query around into a subquery, but never below a limit: what a condition of a
# user does with a row (fail, for one) must not happen to a row that the filter takes out.
_BARRIER = "limit 9223372036854775807"
_REMEMBERED_TEXTS = 512
# Both of DuckDB's ways to say so: of the whole FROM, and of one table of it.
_MISSING_COLUMN = re.compile(r'column (?:named )?"([^"]+)"')


@dataclass(frozen=True)
class Projection:
    """`sql` in brackets; `tables` are what it reads beside the published file, by name.

    `rendered` is how DuckDB writes it when it makes the name of a column of an expression.
    """

    sql: str
    rendered: str
    tables: Mapping[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True)
class FilteredQuery:
    """A text with its relations replaced; `tables` must be known to the connection that runs it."""

    sql: str
    relations: frozenset[str]
    projections: Mapping[str, Projection]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """What the connection must know beside the published file."""
        return {name: table for one in self.projections.values() for name, table in one.tables.items()}

    def with_names(self, table: pa.Table) -> pa.Table:
        """The result with columns named after what the query says, not after what stood in its place."""
        names = table.schema.names
        for relation, projection in self.projections.items():
            alias = relation.rpartition(".")[2]
            for written in (f"{projection.rendered} AS {alias}", projection.rendered):
                names = [name.replace(written, relation) for name in names]
        return table if names == table.schema.names else table.rename_columns(names)


class Access:
    """One role and scope, on one published version; compiled as relations are first read."""

    def __init__(
        self,
        policy: Policy,
        scope: Scope,
        columns: Mapping[str, tuple[str, ...]],
        cells: ShownCells,
        cursor: duckdb.DuckDBPyConnection,
    ) -> None:
        self._scope = scope
        self._policy = policy
        self._sees = frozenset(policy.roles[scope.role].sees)
        self._cursor = cursor
        self._columns = {name: self._visible(name, of_mart) for name, of_mart in columns.items()}
        self._published = columns
        self._lock = threading.Lock()
        self._compiled: dict[tuple[str, bool], Projection] = {}
        self._cells = cells
        self._filtered: OrderedDict[tuple[str, bool], FilteredQuery] = OrderedDict()

    @property
    def role(self) -> str:
        """Whose access it is."""
        return self._scope.role

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Relations with the columns that are open to the role, and `suppressed` where that is told."""
        return {
            name: (*visible, "suppressed") if self._tells(name, visible) else visible
            for name, visible in self._columns.items()
            if visible
        }

    def _tells(self, name: str, visible: tuple[str, ...]) -> bool:
        """Whether its projection says in which rows cells are hidden."""
        cells = self._policy.marts[name].cells
        return any(one.n is not None and set(one.hide) & set(visible) for one in cells)

    def filtered(self, sql: str, *, hidden_as_null: bool = False) -> FilteredQuery:
        """What runs instead of `sql`; `QueryRefusedError` for a text that may not run for this role.

        `hidden_as_null`: columns that the role does not see are there and null, relations that it does not
        see are there and empty: for the texts of pages, which are the same for every role.
        """
        key = (sql, hidden_as_null)
        with self._lock:
            known = self._filtered.get(key)
            if known is None:
                checked = gateway.filtered(
                    sql, self._published.keys(), lambda name: self._projection(name, hidden_as_null).sql
                )
                projections = {
                    name: self._compiled[name, hidden_as_null] for name in sorted(checked.relations)
                }
                known = FilteredQuery(checked.sql, checked.relations, projections)
                self._filtered[key] = known
                if len(self._filtered) > _REMEMBERED_TEXTS:
                    self._filtered.popitem(last=False)
            self._filtered.move_to_end(key)
            return known

    def explained(self, failure: QueryFailedError, query: FilteredQuery) -> ScorehouseError:
        """The failure, or why a column that a relation of the query has is not there for this role."""
        named = _MISSING_COLUMN.search(str(failure))
        for relation in sorted(query.relations) if named else ():
            kind = self._class_hidden(relation, named[1].lower()) if named else None
            if kind is not None and named is not None:
                return QueryRefusedError(
                    f"The column {named[1]} of {relation} ({kind}) is not open to the role "
                    f"{self._scope.role}."
                )
        return failure

    def _projection(self, relation: str, hidden_as_null: bool) -> Projection:
        is_open = bool(self._columns[relation])
        if not is_open and not hidden_as_null:
            raise QueryRefusedError(f"{relation} is not open to the role {self._scope.role}.")
        key = (relation, hidden_as_null)
        if key not in self._compiled:
            nulls = self._nulls(relation) if hidden_as_null else []
            self._compiled[key] = self._compile(relation, nulls) if is_open else self._empty(relation, nulls)
        return self._compiled[key]

    def _nulls(self, relation: str) -> list[str]:
        """The columns of a relation that the role does not see, as nulls of their types."""
        hidden = [name for name in self._published[relation] if name not in self._columns[relation]]
        return [f"case when false then m.{_quoted(name)} end as {_quoted(name)}" for name in hidden]

    def _empty(self, relation: str, nulls: list[str]) -> Projection:
        schema, _, table = relation.partition(".")
        sql = f"(select {', '.join(nulls)} from {_quoted(schema)}.{_quoted(table)} as m where false)"
        return Projection(sql, _rendered(sql, self._cursor))

    def _class_hidden(self, relation: str, column: str) -> str | None:
        """The class for which a published column is not shown; None when it is, or is none."""
        if column not in self._published[relation] or column in self._columns[relation]:
            return None
        return self._policy.marts[relation].class_of(column) or "without a class"

    def _visible(self, name: str, published: tuple[str, ...]) -> tuple[str, ...]:
        """Columns of a class that the role sees, in the order of the file; none where it has no filter."""
        mart = self._policy.marts.get(name)
        if mart is None or self._scope.role not in mart.rows:
            return ()
        return tuple(column for column in published if mart.class_of(column) in self._sees)

    def _compile(self, relation: str, nulls: list[str]) -> Projection:
        mart = self._policy.marts[relation]
        visible = self._columns[relation]
        rows = filled(self._policy.filters[mart.rows[self._scope.role]], self._scope)
        guard = _Guard(self._cells, self._published[relation], self._policy.fewest_people)
        asked = [cells for cells in mart.cells if set(cells.hide) & set(visible)]
        shown = [(cells, guard.condition(cells)) for cells in asked]
        chosen = [
            _column(column, [condition for cells, condition in shown if column in cells.hide])
            for column in visible
        ]
        counted = [condition for cells, condition in shown if cells.n is not None]
        if counted:
            chosen.append(f"not ({' and '.join(counted)}) as suppressed")
        chosen += nulls
        schema, _, table = relation.partition(".")
        sql = f"select {', '.join(chosen)} from {_quoted(schema)}.{_quoted(table)} as m{guard.joins}"
        if rows != "true":
            sql += f" where {rows}"
        if rows != "true" or shown:
            sql += f" {_BARRIER}"
        # It must be whole by itself: nothing in it may ever look for a name in the text around it.
        for name, cells_table in guard.tables.items():
            self._cursor.register(name, cells_table)
        try:
            self._cursor.execute(f"from ({sql}) as p limit 0")
        except duckdb.Error:
            raise QueryRefusedError(
                f"{relation} is not open to the role {self._scope.role}: the published file lacks a column "
                "that its row filter needs; run `scorehouse build`."
            ) from None
        return Projection(f"({sql})", _rendered(f"({sql})", self._cursor), guard.tables)


class _Guard:
    """The conditions under which the aggregates of one mart are shown, with what they are joined to."""

    def __init__(self, cells: ShownCells, published: tuple[str, ...], fewest: int) -> None:
        self._cells = cells
        self._published = published
        self._fewest = fewest
        self._shown: dict[tuple[object, ...], str] = {}
        self.joins = ""
        self.tables: dict[str, pa.Table] = {}

    def condition(self, cells: Cells) -> str:
        """SQL that is true or false; false where the file lacks what would tell."""
        needed = {*cells.at, *cells.only, *cells.rows, *filter(None, [cells.n])} - cells.fixed.keys()
        if not needed <= set(self._published):
            return "false"
        only = [f"m.{_quoted(column)} = {_literal(value)}" for column, value in cells.only.items()]
        by_people = "true" if cells.cube is None else self._joined(cells.cube, cells)
        enough = " and ".join([by_people, *only])
        if cells.n is not None:
            count = f"coalesce(m.{_quoted(cells.n)}, 0)"
            enough = f"({count} = 0 or ({count} >= {self._fewest} and {enough}))"
        about = [
            f"m.{_quoted(column)} is distinct from {_literal(value)}" for column, value in cells.rows.items()
        ]
        return f"({' or '.join([*about, enough])})" if about else enough

    def _joined(self, cube: str, cells: Cells) -> str:
        key = (cube, cells.at, *cells.back.items(), *cells.fixed.items())
        if key not in self._shown:
            self._shown[key] = self._join(cube, cells)
        return self._shown[key]

    def _join(self, cube: str, cells: Cells) -> str:
        shown = self._cells.table(cube, cells.at)
        if shown is None:
            return "false"
        alias = f"s{len(self._shown)}"
        name = f"~shown_{'_'.join((cube, *cells.at))}"
        self.tables[name] = shown.append_column("is_shown", pa.array([True] * shown.num_rows, pa.bool_()))
        matches = " and ".join(
            f"{alias}.{_quoted(column)} is not distinct from {_matched(column, cells)}" for column in cells.at
        )
        self.joins += f" left join temp.main.{_quoted(name)} as {alias} on {matches}"
        return f"{alias}.is_shown is not null"


def _rendered(projection: str, cursor: duckdb.DuckDBPyConnection) -> str:
    before = "SELECT * FROM "
    row = cursor.execute(
        "select json_deserialize_sql(json_serialize_sql(?))", [f"select * from {projection}"]
    ).fetchone()
    return str(row[0]).removeprefix(before) if row else projection


def filled(template: str, scope: Scope) -> str:
    """SQL of the policy with the departments and the person of a scope in it."""
    departments = ", ".join(_literal(one) for one in sorted(scope.departments)) or "null"
    candidate = "null" if scope.candidate_id is None else _literal(scope.candidate_id)
    return template.replace("{departments}", departments).replace("{candidate}", candidate)


def _column(name: str, conditions: list[str]) -> str:
    if not conditions:
        return f"m.{_quoted(name)}"
    return f"case when {' and '.join(conditions)} then m.{_quoted(name)} end as {_quoted(name)}"


def _matched(column: str, cells: Cells) -> str:
    """What a dimension of a cube is compared with in the mart."""
    if column in cells.fixed:
        return _literal(cells.fixed[column])
    if column in cells.back:
        return f"cast(m.{_quoted(column)} - interval {cells.back[column]} month as date)"
    return f"m.{_quoted(column)}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
