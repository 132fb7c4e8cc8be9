"""The marts of a build as a file to be published: copied whole, or the version before with what changed.

A version that follows another one starts as its copy. Of each table, the rows of those interviews or people
whose hash differs are taken from the build, or of those that increments noted to have touched; a table that
differs much, or in its columns, is written anew. Either way the file says what a whole copy would; only the
order of its rows may be another one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.database_files import attach
from warehouse.errors import PublishError
from warehouse.settings import Settings
from warehouse.touched import Held, noted_marts, touched_rows_sql

PUBLISHED_SCHEMAS = ("marts", "people")
# So many tables are written at once: sorting and packing one leaves processors idle in between.
_AT_ONCE = 3
_SHARE_OF_MEMORY = 0.6
# What pages and people ask for one of: the first that a mart has comes first.
READ_BY = ("interview_id", "candidate_id")
# Of a table of which more keys than this changed, all rows are written: they stand in order then.
_MOST_CHANGED = 0.3
_TABLES = """
    select schema_name, table_name, comment, estimated_size * column_count as cells
    from duckdb_tables() where database_name = $database
    union all
    select schema_name, view_name, comment, 0 from duckdb_views()
    where database_name = $database and not internal
    order by cells desc, 1, 2
"""
_COLUMN_COMMENTS = """
    select schema_name, table_name, column_name, comment from duckdb_columns()
    where database_name = $database and comment is not null
"""


@dataclass(frozen=True)
class Relation:
    """A table or view of the build that readers may see."""

    schema: str
    table: str
    comment: str | None

    @property
    def name(self) -> str:
        """As SQL has it."""
        return f"{quoted(self.schema)}.{quoted(self.table)}"


def write_copy(
    settings: Settings,
    build: Path,
    temporary: Path,
    follows: Path | None = None,
    held: Held | None = None,
) -> None:
    """Writes every table and view of the published schemas, with comments, as tables without indexes.

    `follows`: an earlier version of them to start from. `held`: the state of this build that it holds, if
    that is known: increments' notes of what they touched since are believed then.
    """
    if follows is not None:
        shutil.copyfile(follows, temporary)
        temporary.chmod(0o600)
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
        relations = _relations(connection, "build")
        if not any(relation.schema == "marts" for relation in relations):
            raise PublishError(f"{build} has no marts: run `scorehouse build`.")
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema if not exists made.{schema}")
        _drop_all_but(connection, relations)
        there = {relation.name for relation in _relations(connection, "made")}
        noted = noted_marts(connection, "build") if held else frozenset()

        def write(relation: Relation) -> None:
            is_noted = held is not None and relation.schema == "marts" and relation.table in noted
            seen = held.builds if held is not None and is_noted else None
            _write_table(connection, relation, relation.name in there, seen)

        with ThreadPoolExecutor(_AT_ONCE, "publishing") as threads:
            # What failed is raised here; the others end first.
            list(threads.map(write, relations))
        _copy_comments(connection, relations)
        connection.execute("detach build")
        connection.execute("checkpoint made")
        connection.execute("detach made")


def _relations(connection: duckdb.DuckDBPyConnection, database: str) -> list[Relation]:
    """Those of the published schemas, the largest first."""
    rows = connection.execute(_TABLES, {"database": database}).fetchall()
    return [Relation(*row[:3]) for row in rows if row[0] in PUBLISHED_SCHEMAS]


def _drop_all_but(connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation]) -> None:
    """What the version before had and the build has no more."""
    stay = {relation.name for relation in relations}
    for relation in _relations(connection, "made"):
        if relation.name not in stay:
            connection.execute(f"drop table made.{relation.name}")


def _write_table(
    connection: duckdb.DuckDBPyConnection, relation: Relation, is_there: bool, seen: Collection[str] | None
) -> None:
    """One table, on a connection of its own: several are written at once, the largest first. `seen`: the
    increments whose touches it holds already, where they noted them."""
    with connection.cursor() as cursor:
        if is_there and seen is not None and _take_touched(cursor, relation, seen):
            return
        if is_there and _take_differing(cursor, relation):
            return
        cursor.execute(
            f"create or replace table made.{relation.name} as "
            f"from build.{relation.name}{_order(cursor, relation)}"
        )


def _take_touched(connection: duckdb.DuckDBPyConnection, relation: Relation, seen: Collection[str]) -> bool:
    """Takes the rows that increments noted to have touched; False where the table should be compared.

    That is also so if it then has other keys than the build's, which nobody should have brought about.
    """
    columns = _columns(connection, "build", relation)
    if columns != _columns(connection, "made", relation) or "interview_id" not in columns:
        return False
    where = touched_rows_sql("build", relation.table, columns, seen)
    (taken,) = _count(connection, f"count(*) from made.{relation.name} where {where}")
    (rows,) = _count(connection, f"count(*) from made.{relation.name}")
    if taken > _MOST_CHANGED * rows:
        return False
    _take(connection, relation, where)
    keys = "count(*), sum(hash(interview_id))"
    made = _count(connection, f"{keys} from made.{relation.name}")
    return made == _count(connection, f"{keys} from build.{relation.name}")


def _take_differing(connection: duckdb.DuckDBPyConnection, relation: Relation) -> bool:
    """Brings a table of the version before to what the build has; False where it should be written anew."""
    columns = _columns(connection, "build", relation)
    if columns != _columns(connection, "made", relation):
        return False
    changes = _changes(relation)
    connection.execute(f"create or replace temp table {changes} as {_changed_sql(relation, columns)}")
    all_keys, changed = _count(connection, f"count(*), count(*) filter (where is_changed) from {changes}")
    if not changed:
        return True
    key = _key(columns)
    if key is None or changed > _MOST_CHANGED * all_keys:
        return False
    among = f"(select key from {changes} where is_changed and key is not null)"
    of_none = f"(select count(*) > 0 from {changes} where is_changed and key is null)"
    _take(connection, relation, f"({key} in {among} or ({key} is null and {of_none}))")
    return True


def _take(connection: duckdb.DuckDBPyConnection, relation: Relation, where: str) -> None:
    """Takes the rows for which `where` holds, in the version before or in the build, from the build."""
    connection.begin()
    connection.execute(f"delete from made.{relation.name} where {where}")
    connection.execute(
        f"insert into made.{relation.name} from build.{relation.name} where {where}"
        f"{_order(connection, relation)}"
    )
    connection.commit()


def _count(connection: duckdb.DuckDBPyConnection, counted: str) -> tuple[int, ...]:
    return connection.execute(f"select {counted}").fetchone() or (0,)


def _changes(relation: Relation) -> str:
    """The name of a temporary table of keys, and whether their rows changed."""
    return quoted(f"changes_{relation.schema}_{relation.table}")


def _changed_sql(relation: Relation, columns: dict[str, str]) -> str:
    """A row a key of either file, and whether its rows differ; without a key all rows are one group."""
    # Both zeros have one hash.
    signs = "".join(f", signbit({quoted(name)})" for name, kind in columns.items() if kind == "DOUBLE")
    key = _key(columns)
    marks = (
        "(select "
        + (f"{key} as key" if key else "null::varchar as key")
        + f", count(*) as n, sum(hash(of_table{signs})) as mark "
        + f"from {{database}}.{relation.name} as of_table group by all)"
    )
    now, before = marks.format(database="build"), marks.format(database="made")
    return f"""
        select
            coalesce(now.key, before.key) as key,
            now.n is distinct from before.n or now.mark is distinct from before.mark as is_changed
        from {now} as now full join {before} as before on now.key is not distinct from before.key
    """


def _columns(connection: duckdb.DuckDBPyConnection, database: str, relation: Relation) -> dict[str, str]:
    """Names and types, in order."""
    described = connection.execute(f"describe {database}.{relation.name}").fetchall()
    return {str(name): str(kind) for name, kind, *_ in described}


def _key(columns: dict[str, str]) -> str | None:
    return next((quoted(key) for key in READ_BY if key in columns), None)


def _order(connection: duckdb.DuckDBPyConnection, relation: Relation) -> str:
    """Rows of one interview or person stand together: who asks for one reads a block, not the whole table."""
    key = _key(_columns(connection, "build", relation))
    return f" order by {key}" if key else ""


def _copy_comments(connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation]) -> None:
    """What tables and columns are said to be, as far as the file does not say so already."""
    said = {(relation.name): relation.comment for relation in _relations(connection, "made")}
    # In one transaction: each of a thousand comments would wait for the disk.
    connection.begin()
    for relation in relations:
        if relation.comment != said[relation.name]:
            connection.execute(f"comment on table made.{relation.name} is {_literal(relation.comment)}")
    wanted = _column_comments(connection, "build")
    there = _column_comments(connection, "made")
    for column in wanted.keys() | there.keys():
        if wanted.get(column) != there.get(column):
            connection.execute(
                f"comment on column made.{'.'.join(map(quoted, column))} is {_literal(wanted.get(column))}"
            )
    connection.commit()


def _column_comments(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str, str], str]:
    rows = connection.execute(_COLUMN_COMMENTS, {"database": database}).fetchall()
    return {
        (schema, table, column): comment
        for schema, table, column, comment in rows
        if schema in PUBLISHED_SCHEMAS
    }


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str | None) -> str:
    return "null" if text is None else "'" + text.replace("'", "''") + "'"
