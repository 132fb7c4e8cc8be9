"""What increments noted of the interviews that they touched, so that nobody has to compare every row.

An increment writes down, a table a mart (`main.touched__<mart>`: `interview_id`, `question_id`, `build_id`),
of which interviews it took rows away or made rows anew, or of which answers (`question_id` is null where it
is the whole interview). The notes live as long as the database: a whole build begins without any. They are a
superset of what changed, and hold of those marts only that dbt keeps rows of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

_PREFIX = "touched__"
_NOTED = """
    select table_name from duckdb_tables()
    where database_name = $database and schema_name = 'main' and starts_with(table_name, $prefix)
"""


@dataclass(frozen=True)
class Held:
    """The state of a database that somebody has seen: `whole_at` says when it was last built anew (an id like
    any other here), `builds` are the increments since then that have noted something."""

    whole_at: str
    builds: frozenset[str] = frozenset()


def noted_marts(connection: duckdb.DuckDBPyConnection, database: str) -> frozenset[str]:
    """The marts of the attached `database` of which increments have noted what they touched."""
    rows = connection.execute(_NOTED, {"database": database, "prefix": _PREFIX}).fetchall()
    return frozenset(str(name).removeprefix(_PREFIX) for (name,) in rows)


def noted_builds(connection: duckdb.DuckDBPyConnection, database: str) -> frozenset[str]:
    """The increments that have noted something in the attached `database`."""
    logs = [f"select build_id from {_log(database, mart)}" for mart in noted_marts(connection, database)]
    if not logs:
        return frozenset()
    rows = connection.execute(f"select distinct build_id from ({' union all '.join(logs)})").fetchall()
    return frozenset(str(build_id) for (build_id,) in rows)


def touched_sql(database: str, mart: str, seen: Collection[str]) -> str:
    """A select of `interview_id`, each once: interviews that increments other than those `seen` touched."""
    return f"select distinct interview_id from {_log(database, mart)} where {_others(seen)}"


def touched_rows_sql(database: str, mart: str, columns: Collection[str], seen: Collection[str]) -> str:
    """A condition on the rows of `mart`: increments other than those `seen` touched them."""
    notes = f"from {_log(database, mart)} where {_others(seen)}"
    if "question_id" not in columns:
        return f"interview_id in (select interview_id {notes})"
    return (
        f"(interview_id in (select interview_id {notes} and question_id is null)"
        f" or (interview_id, question_id) in "
        f"(select (interview_id, question_id) {notes} and question_id is not null))"
    )


def _others(seen: Collection[str]) -> str:
    among = ", ".join("'" + build_id.replace("'", "''") + "'" for build_id in sorted(seen))
    return f"build_id not in ({among})" if among else "true"


def _log(database: str, mart: str) -> str:
    name = f"{_PREFIX}{mart}".replace('"', '""')
    return f'{database}.main."{name}"'
