"""The one way to read marts: `Marts(settings).query(sql, params, viewer=…)`.

Everything that dashboards, exports and `scorehouse sql` show comes through `Marts.query`: the gateway
checks the text, a closed read-only connection runs it, with a time limit and a row cap. A publish in
mid-visit is seen by the next query; queries that run meanwhile finish on the version they began with.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse import gateway
from warehouse.cells import ShownCells
from warehouse.connections import TRUNCATED, Params, open_closed, run
from warehouse.database_files import cursor_of, file_key, is_encrypted
from warehouse.errors import NothingPublished, QueryFailedError, QueryRefusedError
from warehouse.grants import scope_of
from warehouse.policy import Role, policy
from warehouse.prepared import Prepared, PublishedVersion
from warehouse.projections import Access, filled
from warehouse.publish import CURRENT, PUBLISHED_SCHEMAS, run_id_of
from warehouse.settings import Settings
from warehouse.sql_functions import NO_MORE, ExtraFunctions
from warehouse.viewer import OPERATOR as OPERATOR
from warehouse.viewer import Scope
from warehouse.viewer import Viewer as Viewer

DEFAULT_MAX_ROWS = 100_000
# Viewers whose projections stay compiled.
_KEPT_ACCESSES = 64
# The current version, and the one before it for queries that just begin.
_KEPT_CONNECTIONS = 2


@dataclass(frozen=True)
class _Open:
    version: PublishedVersion
    connection: duckdb.DuckDBPyConnection
    columns: Mapping[str, tuple[str, ...]]
    accesses: OrderedDict[Scope, Access] = field(default_factory=OrderedDict)
    cells: OrderedDict[tuple[str | None, int], ShownCells] = field(default_factory=OrderedDict)

    @property
    def relations(self) -> frozenset[str]:
        return frozenset(self.columns)

    def access(self, scope: Scope) -> Access:
        """What a scope may see of this version; the ones that were asked for last are kept compiled."""
        if scope not in self.accesses:
            access = Access(policy(), scope, self.columns, self._cells_of(scope), cursor_of(self.connection))
            self.accesses[scope] = access
            if len(self.accesses) > _KEPT_ACCESSES:
                self.accesses.popitem(last=False)
        self.accesses.move_to_end(scope)
        return self.accesses[scope]

    def _cells_of(self, scope: Scope) -> ShownCells:
        """Shared by all who see the same rows of people one by one: every analyst, every candidate."""
        role = policy().roles[scope.role]
        own_rows = None if role.own_rows is None else filled(role.own_rows, scope)
        key = (own_rows, role.own_people)
        if key not in self.cells:
            self.cells[key] = ShownCells(policy(), *key, cursor_of(self.connection))
            if len(self.cells) > _KEPT_ACCESSES:
                self.cells.popitem(last=False)
        self.cells.move_to_end(key)
        return self.cells[key]


class Marts:
    """The published marts of one installation; threads may share one, pages keep one for the process."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout_seconds: float = 30.0,
        memory_limit: str = "2GB",
        threads: int | None = None,
        functions: ExtraFunctions = NO_MORE,
    ) -> None:
        self._settings = settings
        self._published = settings.published
        self._timeout = timeout_seconds
        self._memory_limit = memory_limit
        self._threads = threads
        self._functions = functions
        self._opened: list[_Open] = []
        self._lock = threading.Lock()

    @property
    def holds_demo(self) -> bool:
        """Whether people in here may be generated ones."""
        return self._settings.holds_demo

    def version(self) -> PublishedVersion | None:
        """What is published now, asked anew in microseconds; None when nothing is, or its file is gone.

        A good key for caches: a publish changes it.
        """
        path = Path(os.path.realpath(self._published / CURRENT))
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        identity = (status.st_ino, status.st_mtime_ns, status.st_size)
        return PublishedVersion(path, run_id_of(path), identity)

    def relations(self) -> frozenset[str]:
        """The names that a query may read, as `schema.table`; `NothingPublished` when there are none."""
        with self._lock:
            return self._current().relations

    def query(
        self,
        sql: str,
        params: Params = (),
        *,
        viewer: Viewer,
        max_rows: int | None = DEFAULT_MAX_ROWS,
        hidden_as_null: bool = False,
    ) -> pa.Table:
        """The rows of one SELECT over the marts, as an Arrow table.

        `params` fill `?` and `$1` (a sequence) or `$name` (a mapping). Of more than `max_rows` rows the
        first ones come, and `is_truncated(table)` says so; None means all. `hidden_as_null`: what the viewer
        may not see is null or has no rows, instead of a refusal. Raises `NothingPublished`,
        `QueryRefusedError` for a text that may not run, `QueryFailedError` for one that does not end well.
        """
        prepared, cursor = self._prepare(sql, viewer, hidden_as_null)
        if prepared.access is None:
            self._functions.relate(cursor)
        for name, table in prepared.tables.items():
            cursor.register(name, table)
        try:
            found = run(cursor, prepared.sql, params, max_rows=max_rows, timeout_seconds=self._timeout)
        except QueryFailedError as failure:
            raise prepared.explained(failure) from None
        return found if prepared.filtered is None else prepared.filtered.with_names(found)

    def prepare(self, sql: str, viewer: Viewer) -> Prepared:
        """What would run when `viewer` asks `sql`; `QueryRefusedError` for a text that may not."""
        prepared, cursor = self._prepare(sql, viewer)
        cursor.close()
        return prepared

    def effective_sql(self, sql: str, viewer: Viewer) -> str:
        """What runs when `viewer` asks `sql`: every relation as the policy shows it to them."""
        return self.prepare(sql, viewer).sql

    def columns(self, viewer: Viewer) -> dict[str, tuple[str, ...]]:
        """The relations that `viewer` may read, as `schema.table`, with the columns that they see."""
        role = _role_of(viewer)
        with self._lock:
            opened = self._current()
            if role.everything:
                return dict(opened.columns)
            return opened.access(scope_of(self._settings, viewer)).columns

    def _prepare(
        self, sql: str, viewer: Viewer, hidden_as_null: bool = False
    ) -> tuple[Prepared, duckdb.DuckDBPyConnection]:
        """With a cursor, which keeps its file for as long as it lives, whatever is published meanwhile."""
        role = _role_of(viewer)
        scope = None if role.everything else scope_of(self._settings, viewer)
        with self._lock:
            opened = self._current()
            access = None if scope is None else opened.access(scope)
            cursor = cursor_of(opened.connection)
        try:
            if access is None:
                checked = gateway.check(sql, opened.relations, self._functions)
                return Prepared(opened.version, checked.sql, checked.relations, opened.columns), cursor
            query = access.filtered(sql, hidden_as_null=hidden_as_null)
        except BaseException:
            cursor.close()
            raise
        return Prepared(opened.version, query.sql, query.relations, access.columns, access, query), cursor

    def close(self) -> None:
        """Closes every connection; the next query opens a new one."""
        with self._lock:
            self._drop(lambda opened: True)

    def _current(self) -> _Open:
        """The connection to the current version, made when there is none yet; the lock is held."""
        version = self._existing_version()
        for opened in self._opened:
            if opened.version == version:
                return opened
        # DuckDB hands out an open file again under its name, even when another one stands there now.
        self._drop(lambda opened: opened.version.path == version.path)
        self._opened.insert(0, self._open(version))
        kept = self._opened[:_KEPT_CONNECTIONS]
        self._drop(lambda opened: opened not in kept)
        return kept[0]

    def _existing_version(self) -> PublishedVersion:
        version = self.version()
        if version is not None:
            return version
        link = self._published / CURRENT
        if link.is_symlink():
            raise NothingPublished(
                f"The published file {link.readlink()} is gone from {self._published}: "
                "run `scorehouse build` to publish again."
            )
        raise NothingPublished("No marts yet: run `make run` or `scorehouse build`.")

    def _open(self, version: PublishedVersion) -> _Open:
        try:
            key = file_key(self._settings) if is_encrypted(version.path) else None
            connection = open_closed(
                version.path, memory_limit=self._memory_limit, threads=self._threads, key=key
            )
            columns = _columns_of(connection)
        except duckdb.Error:
            newer = self._existing_version()
            if newer != version:
                # Publishes overtook us and removed the file before it was open.
                return self._open(newer)
            raise NothingPublished(
                f"The published file {version.path} cannot be read: it is damaged, or was made by a newer "
                "version; run `scorehouse build` to publish again."
            ) from None
        self._functions.register(connection)
        return _Open(version, connection, columns)

    def _drop(self, unwanted: Callable[[_Open], bool]) -> None:
        """Closes connections; cursors that still run on them keep the file until they end."""
        for opened in [opened for opened in self._opened if unwanted(opened)]:
            self._opened.remove(opened)
            opened.connection.close()


def _role_of(viewer: Viewer) -> Role:
    role = policy().roles.get(viewer.role)
    if role is None:
        raise QueryRefusedError(f"The role {viewer.role!r} has no access to the marts.")
    return role


def _columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The columns of every published relation, as `schema.table`, in their order."""
    rows = connection.execute(
        """
        select schema_name, table_name, list(column_name order by column_index)
        from duckdb_columns() where not internal group by all
        """
    ).fetchall()
    return {
        f"{schema}.{table}": tuple(columns) for schema, table, columns in rows if schema in PUBLISHED_SCHEMAS
    }


def is_truncated(table: pa.Table) -> bool:
    """Whether `Marts.query` left out rows beyond its cap."""
    return TRUNCATED in (table.schema.metadata or {})
