"""Closed DuckDB connections to a published file, and one query on them within its limits."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.database_files import CATALOG, attach_with_key, load_cipher
from warehouse.errors import QueryFailedError

Params = Sequence[object] | Mapping[str, object]

TRUNCATED = b"scorehouse.truncated"
_BATCH_ROWS = 65_536
_LONGEST_MESSAGE = 400
# These are raised before any row is read: what they quote is the viewer's own text.
_ABOUT_THE_TEXT = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
_SOURCE_EXCERPT = re.compile(r"\n+LINE \d+:.*", re.DOTALL)


def open_closed(
    path: Path, *, memory_limit: str, threads: int | None, key: str | None = None
) -> duckdb.DuckDBPyConnection:
    """A read-only connection that reaches nothing but the file, and whose settings cannot be changed.

    Further cursors come from `database_files.cursor_of`. `key` is that of an encrypted file.
    Times are UTC. Nothing spills to disk: a query that needs more than `memory_limit` fails.
    Raises `duckdb.Error` when the file cannot be opened.
    """
    connection = duckdb.connect(":memory:")
    try:
        if key is not None:
            # Nothing is written here, but with it blocks are opened four times as fast as with DuckDB's own.
            load_cipher(connection)
        attach_with_key(connection, path, CATALOG, key, read_only=True)
        connection.execute(f"use {CATALOG}")
        connection.execute("set global TimeZone = 'UTC'")
        connection.execute("set python_enable_replacements = false")
        connection.execute("set memory_limit = ?", [memory_limit])
        if threads is not None:
            connection.execute("set threads = ?", [threads])
        connection.execute("set temp_directory = ''")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def run(
    cursor: duckdb.DuckDBPyConnection,
    sql: str,
    params: Params,
    *,
    max_rows: int | None,
    timeout_seconds: float,
) -> pa.Table:
    """The rows of `sql`; closes the cursor. `QueryFailedError` is one sentence that quotes no row."""
    with _limited(cursor, timeout_seconds):
        try:
            cursor.execute(sql, _bound(params))
            return _read(cursor, max_rows)
        except duckdb.InterruptException:
            raise QueryFailedError(
                f"The query was stopped after {timeout_seconds:g} seconds: filter more or aggregate."
            ) from None
        except (duckdb.Error, pa.ArrowException, RuntimeError) as error:
            raise QueryFailedError(sentence(error)) from None


def sentence(error: BaseException) -> str:
    """What went wrong in a query, without the values of rows that DuckDB likes to quote."""
    if isinstance(error, _ABOUT_THE_TEXT):
        text = _SOURCE_EXCERPT.sub("", str(error).partition(": ")[2])
        text = " ".join(text.split())
        if len(text) > _LONGEST_MESSAGE:
            text = f"{text[:_LONGEST_MESSAGE]}…"
        return f"The query cannot run: {text}"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "The query needs more memory than it may use: filter more, or aggregate before joining."
    if isinstance(error, duckdb.ConversionException):
        target = re.search(r" to (?:type )?([A-Z][A-Z0-9_]+)\b", str(error))
        return (
            f"The query stopped: a value cannot be converted{f' to {target[1]}' if target else ''}; "
            "try_cast(… as …) gives null for such values."
        )
    message = str(error)
    if "parameter" in message and isinstance(error, duckdb.InvalidInputException):
        return "The query and its parameters do not fit: give each ? or $name exactly one value."
    if "More than one row returned by a subquery" in message:
        return "The query stopped: a subquery that must give one value gives several rows."
    if isinstance(error, duckdb.OutOfRangeException):
        return "The query stopped: a number is too large for its type; cast it to double or hugeint."
    kind = type(error).__name__.removesuffix("Exception")
    return f"The query stopped at a value that it cannot take ({kind}); filter such rows, or use try(…)."


@contextmanager
def _limited(cursor: duckdb.DuckDBPyConnection, timeout_seconds: float) -> Iterator[None]:
    """Interrupts the cursor when its time is over, and closes it in any case."""
    done = threading.Event()

    def stop() -> None:
        # The query may have ended in this very moment: then there is nothing to stop.
        with suppress(duckdb.Error):
            if not done.is_set():
                cursor.interrupt()

    timer = threading.Timer(timeout_seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        done.set()
        timer.cancel()
        cursor.close()


def _bound(params: Params) -> list[object] | dict[str, object] | None:
    if not params:
        return None
    return dict(params) if isinstance(params, Mapping) else list(params)


def _read(cursor: duckdb.DuckDBPyConnection, max_rows: int | None) -> pa.Table:
    """Reads as the rows come and stops at the cap: the rows beyond it are never computed."""
    reader = cursor.to_arrow_reader(_BATCH_ROWS)
    batches: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        if max_rows is not None and rows > max_rows:
            break
    table = pa.Table.from_batches(batches, reader.schema)
    if max_rows is not None and rows > max_rows:
        return table.slice(0, max_rows).replace_schema_metadata({TRUNCATED: b"1"})
    return table
