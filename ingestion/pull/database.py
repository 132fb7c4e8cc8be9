"""Rows of a database, streamed in the order of the cursor; nothing is ever written there."""

from __future__ import annotations

import logging
import sqlite3
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from ingestion.pull.clock import Clock
from ingestion.pull.config import DatabasePull
from ingestion.pull.cursor import Value, earlier
from ingestion.pull.database_errors import explained
from ingestion.pull.errors import AgainError, PullError
from ingestion.pull.files import ParquetWriter
from ingestion.pull.origin import Chunk
from ingestion.pull.secret_values import Secrets, is_reference
from ingestion.pull.state import Position

_ROWS_A_FETCH = 2_000
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_POSTGRESQL = frozenset({"postgresql", "postgres"})
_OUR_DRIVER = "postgresql+pg8000"


class Database:
    """One table or query, as the pull's configuration names it."""

    is_ordered = True

    def __init__(self, pull: DatabasePull, secrets: Secrets, clock: Clock) -> None:
        self._pull, self._secrets, self._clock = pull, secrets, clock
        self._engine: Engine | None = None

    def chunks(self, since: Value, position: Position | None = None) -> Iterator[Chunk]:
        """First the rows without a cursor, then those from `since` on in its order, of one snapshot."""
        cursor = self._pull.cursor
        if cursor is not None and isinstance(since, str):
            # The database compares texts as it stores them: counting back would have to guess its form.
            if cursor.overlap_minutes:
                raise PullError(
                    "overlap_minutes needs a cursor that is a time, and the database stores a text; remove it"
                )
        elif cursor is not None:
            since = earlier(since, cursor.overlap_minutes, cursor.unit)
        with explained(self._pull.time_out_seconds):
            connection = self._connected()
            try:
                for statement in self._statements(since):
                    yield from self._fetch(connection, statement)
            finally:
                connection.close()

    def writer(self, folder: Path) -> ParquetWriter:
        """Parquet, which keeps the types."""
        return ParquetWriter(folder)

    def notes(self) -> list[str]:
        """Nothing to say: a database answers or refuses."""
        return []

    def close(self) -> None:
        """Ends the engine."""
        if self._engine is not None:
            self._engine.dispose()

    def _statements(self, since: Value) -> Iterator[sa.Select[Any]]:
        pull = self._pull
        if pull.cursor is None:
            yield self._select(())
            return
        column: sa.ColumnClause[Any] = sa.column(pull.cursor.column)
        yield self._select((pull.cursor.column,)).where(column.is_(None))
        rest = self._select((pull.cursor.column,)).where(column.is_not(None))
        yield (rest if since is None else rest.where(column >= since)).order_by(column)

    def _select(self, needed: tuple[str, ...]) -> sa.Select[Any]:
        pull = self._pull
        if pull.query is not None:
            # A colon is a colon in it: nobody may bind parameters.
            query = pull.query.strip().rstrip(";").replace(":", r"\:")
            return sa.select(sa.text("*")).select_from(sa.text(f"(\n{query}\n) pulled"))
        schema, _, name = str(pull.table).rpartition(".")
        also = (pull.exported_at,) if pull.exported_at else ()
        names = dict.fromkeys((*pull.columns, *needed, *also)) if pull.columns else ()
        chosen: list[Any] = [sa.column(each) for each in names] or [sa.text("*")]
        return sa.select(*chosen).select_from(sa.table(name, schema=schema or None))

    def _fetch(self, connection: Connection, statement: sa.Select[Any]) -> Iterator[Chunk]:
        with connection.execution_options(yield_per=_ROWS_A_FETCH).execute(statement) as result:
            names = list(result.keys())
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise PullError(
                    f"its query has the column {twice[0]!r} more than once; give each a name of its own"
                )
            for rows in result.partitions():
                yield Chunk([dict(zip(names, row, strict=True)) for row in rows])

    def _connected(self) -> Connection:
        """A connection that may only read, tried again where the server cannot be reached."""
        for attempt in Retrying(
            retry=retry_if_exception_type(AgainError),
            stop=stop_after_attempt(self._pull.attempts),
            wait=wait_exponential(max=30),
            sleep=self._clock.sleep,
            reraise=True,
        ):
            with attempt, explained(self._pull.time_out_seconds):
                self._engine = self._engine or self._make_engine()
                connection = self._engine.connect()
        if connection.dialect.name == "postgresql":
            # One snapshot for both statements: a row cannot slip from one into the other unseen.
            options = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
            connection = connection.execution_options(**options)
        return connection

    def _make_engine(self) -> Engine:
        # Tidying up after a failure, it logs what it meets, values included; the failure is told anyway.
        logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL + 1)
        url = self._url()
        options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
        if url.get_backend_name() == "sqlite":
            options["creator"] = _sqlite_opener(url, self._pull.time_out_seconds)
        elif url.drivername == _OUR_DRIVER:
            options["connect_args"] = {"timeout": self._pull.time_out_seconds, **self._tls(url)}
        elif self._pull.tls is not None or self._pull.ca_file is not None:
            raise PullError(
                f"tls and ca_file are for {_OUR_DRIVER}; name the options of your driver in the url"
            )
        return sa.create_engine(url, **options)

    def _url(self) -> URL:
        """The address with its secrets filled in; they are hidden from here on."""
        if is_reference(self._pull.url):
            filled = self._secrets.fill(self._pull.url)
            try:
                url = make_url(filled)
            except (sa.exc.ArgumentError, ValueError):
                raise PullError(
                    f"what {self._pull.url} holds is no address of a database; "
                    "it looks like postgresql+pg8000://user:password@host/database"
                ) from None
            self._secrets.hide([str(url.password or "")])
        else:
            url = make_url(self._pull.url)
            if url.password:
                url = url.set(password=self._secrets.fill(str(url.password)))
            parts = {
                name: self._secrets.fill(getattr(url, name) or "")
                for name in ("username", "host", "database")
            }
            query = {name: self._secrets.fill(str(value)) for name, value in url.query.items()}
            url = url.set(
                username=parts["username"] or None,
                host=parts["host"] or None,
                database=parts["database"] or None,
                query=query,
            )
        return url.set(drivername=_OUR_DRIVER) if url.drivername in _POSTGRESQL else url

    def _tls(self, url: URL) -> dict[str, Any]:
        is_here = not url.host or url.host in _HERE or url.host.startswith("/")
        if self._pull.tls is False or (self._pull.tls is None and is_here and self._pull.ca_file is None):
            return {}
        try:
            return {"ssl_context": ssl.create_default_context(cafile=self._pull.ca_file)}
        except OSError:
            raise PullError(
                f"the ca_file {self._pull.ca_file} is no file of certificates; correct its path"
            ) from None


def _sqlite_opener(url: URL, seconds: float) -> Any:
    """Opens the file for reading only; SQLite would else make one that is missing."""
    path = Path(url.database or "").absolute()
    if not path.is_file():
        raise PullError(f"there is no SQLite file {path}; correct the url")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=ro", uri=True, timeout=seconds, check_same_thread=False
        )
        # A text that is no UTF-8 must not stop the rows around it; its bytes stay visible.
        connection.text_factory = lambda content: content.decode("utf-8", "backslashreplace")
        return connection

    return connect
