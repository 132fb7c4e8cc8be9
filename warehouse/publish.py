"""Publishing: the marts leave the build as a new immutable file, and a link moves to it in one step.

`published/marts_<run>.duckdb` holds the schemas `marts` and `people` and nothing else. Whoever has an older
file open keeps reading it; whoever opens `current.duckdb` gets the newest complete one, always: a process
killed anywhere leaves at most a `*.tmp` that the next publish removes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import duckdb

from warehouse.database_files import attach, is_encrypted
from warehouse.errors import PublishError
from warehouse.settings import Settings

PUBLISHED_SCHEMAS = ("marts", "people")
CURRENT = "current.duckdb"
KEPT_OLDER_VERSIONS = 3
# So many tables are written at once: sorting and packing one leaves processors idle in between.
_AT_ONCE = 3
_SHARE_OF_MEMORY = 0.6
# What pages and people ask for one of: the first that a mart has comes first.
_READ_BY = ("interview_id", "candidate_id")
_PREFIX = "marts_"
_SUFFIX = ".duckdb"
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


def publish(settings: Settings, run_id: str, when_copied: Callable[[], object] | None = None) -> Path:
    """Makes the marts of `build/build.duckdb` the published version `run_id`; returns its file.

    `when_copied` is called when the new version is written and nobody can see it yet: what it raises ends the
    publish.

    Raises `PublishError` when there is no build, it has no marts, or `run_id` (letters, digits, - and _)
    was published before. The version that was current stays current until the new one is complete on disk.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise PublishError(f"{run_id!r} cannot name a published version: use letters, digits, - and _.")
    build = settings.build / "build.duckdb"
    if not build.exists():
        raise PublishError(f"There is nothing to publish: {build} is missing; run `scorehouse build`.")
    settings.published.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = published_file(settings, run_id)
    if target.exists():
        raise PublishError(f"{target.name} is published already; a published version is never replaced.")
    _clear_leftovers(settings.published)
    temporary = target.with_name(f"{target.name}.tmp")
    try:
        _copy(settings, build, temporary)
        if when_copied is not None:
            when_copied()
        put_in_place(temporary, target)
    except duckdb.Error as error:
        raise PublishError(f"The marts cannot be copied from {build}: {_first_line(error)}") from error
    finally:
        temporary.unlink(missing_ok=True)
    _drop_older_versions(settings.published, target)
    return target


def published_file(settings: Settings, run_id: str) -> Path:
    """The file of a run, which may be gone: only the newest few stay."""
    later = sorted(
        settings.published.glob(f"{_PREFIX}{run_id}.e*{_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns
    )
    return later[-1] if later else settings.published / f"{_PREFIX}{run_id}{_SUFFIX}"


def run_id_of(path: Path) -> str:
    """The run that a published file belongs to; behind a dot stands how often somebody was erased from it."""
    return path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX).partition(".")[0]


def put_in_place(temporary: Path, target: Path) -> None:
    """Makes a finished file the current version."""
    _make_durable(temporary)
    temporary.rename(target)
    _point_current_to(target)


def _copy(settings: Settings, build: Path, temporary: Path) -> None:
    """Copies every table and view of the published schemas, with comments, as tables without indexes."""
    with duckdb.connect(":memory:", config={"temp_file_encryption": True}) as connection:
        # Spill beside the build: whatever is left after a kill is cleaned with it.
        connection.execute("set temp_directory = ?", [str(build.parent / "publish_spill")])
        # Several tables are sorted at once, and the results are archived beside.
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        connection.execute(f"set memory_limit = '{int(memory * _SHARE_OF_MEMORY)}B'")
        connection.execute("set python_enable_replacements = false")
        # What is said while a build runs is said by the reporter.
        connection.execute("set enable_progress_bar = false")
        attach(connection, settings, build, "build", read_only=True)
        attach(connection, settings, temporary, "made", read_only=False)
        relations = connection.execute(
            """
            select schema_name, table_name, comment, estimated_size * column_count as cells
            from duckdb_tables() where database_name = 'build'
            union all
            select schema_name, view_name, comment, 0 from duckdb_views() where database_name = 'build'
            order by cells desc, 1, 2
            """
        ).fetchall()
        relations = [tuple(row[:3]) for row in relations if row[0] in PUBLISHED_SCHEMAS]
        if not any(schema == "marts" for schema, _, _ in relations):
            raise PublishError(f"{build} has no marts: run `scorehouse build`.")
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema if not exists made.{schema}")
        with ThreadPoolExecutor(_AT_ONCE, "publishing") as threads:
            # What failed is raised here; the others end first.
            list(threads.map(partial(_copy_table, connection), *zip(*relations, strict=True)))
        # In one transaction: each of a thousand comments would wait for the disk.
        connection.begin()
        for schema, table, comment in relations:
            if comment:
                name = f"{_quoted(schema)}.{_quoted(table)}"
                connection.execute(f"comment on table made.{name} is {_literal(comment)}")
        _copy_column_comments(connection)
        connection.commit()
        connection.execute("detach build")
        connection.execute("checkpoint made")
        connection.execute("detach made")


def _copy_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str, _: str | None) -> None:
    """One table, on a connection of its own: several are written at once, the largest first."""
    name = f"{_quoted(schema)}.{_quoted(table)}"
    with connection.cursor() as cursor:
        cursor.execute(f"create table made.{name} as from build.{name}{_order(cursor, schema, table)}")


def _order(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """Rows of one interview or person stand together: who asks for one reads a block, not the whole table."""
    described = connection.execute(f"describe build.{_quoted(schema)}.{_quoted(table)}").fetchall()
    columns = {name for name, *_ in described}
    return next((f" order by {key}" for key in _READ_BY if key in columns), "")


def _copy_column_comments(connection: duckdb.DuckDBPyConnection) -> None:
    comments = connection.execute(
        """
        select schema_name, table_name, column_name, comment from duckdb_columns()
        where database_name = 'build' and comment is not null
        """
    ).fetchall()
    for schema, table, column, comment in comments:
        if schema in PUBLISHED_SCHEMAS:
            name = f"{_quoted(schema)}.{_quoted(table)}.{_quoted(column)}"
            connection.execute(f"comment on column made.{name} is {_literal(comment)}")


def _make_durable(path: Path) -> None:
    """On disk before anybody can see it; read-only from here on."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.chmod(0o400)


def _point_current_to(target: Path) -> None:
    """One rename: a reader finds the old version or the new one, never neither."""
    link = target.with_name(f".{CURRENT}.{os.getpid()}.tmp")
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(target.with_name(CURRENT))
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _clear_leftovers(published: Path) -> None:
    for leftover in [*published.glob("*.tmp"), *published.glob(".*.tmp"), *published.glob("*.wal")]:
        leftover.unlink(missing_ok=True)


def _drop_older_versions(published: Path, current: Path) -> None:
    """Keeps the newest few: a reader that is about to open one, or somebody who compares two.

    None from before files were encrypted stays: it holds names in clear.
    """
    older = [path for path in published.glob(f"{_PREFIX}*{_SUFFIX}") if path != current]
    older.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    for place, path in enumerate(older):
        if place >= KEPT_OLDER_VERSIONS or not is_encrypted(path):
            path.unlink(missing_ok=True)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().partition("\n")[0]
