"""A role's query gives what it would give where nothing else exists."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pyarrow as pa
import pytest

from tests.warehouse.access import honest, worlds
from tests.warehouse.access.conftest import VIEWERS
from warehouse.gateway import check
from warehouse.marts import OPERATOR, Marts

Copies = Callable[[str], duckdb.DuckDBPyConnection]
ASKED = {
    "analyst": [*honest.EVERYBODY, *honest.COLLEAGUES],
    "department_head": [*honest.EVERYBODY, *honest.COLLEAGUES],
    "candidate": honest.EVERYBODY,
}


def by_hand(copy: duckdb.DuckDBPyConnection, sql: str) -> str:
    return told(copy.execute(check(sql, worlds.columns()).sql).to_arrow_table())


def told(table: pa.Table) -> str:
    """Names and rows; as text, where not a number equals itself."""
    return repr((table.schema.names, table.to_pylist()))


@pytest.mark.parametrize("role", worlds.ROLES)
def test_every_honest_query_runs_and_is_right(world_marts: Marts, copy_for: Copies, role: str) -> None:
    for sql in ASKED[role]:
        table = world_marts.query(sql, viewer=VIEWERS[role])
        assert told(table) == by_hand(copy_for(role), sql), sql


@pytest.mark.parametrize("role", ["analyst", "department_head"])
def test_queries_over_groups_run(world_marts: Marts, role: str) -> None:
    for sql in honest.GROUPS:
        world_marts.query(sql, viewer=VIEWERS[role])


@pytest.mark.parametrize("role", worlds.ROLES)
def test_each_mart_holds_the_rows_and_columns_of_the_role_and_no_others(
    world_marts: Marts, copy_for: Copies, role: str
) -> None:
    """The independent rules of `worlds` and the policy agree on every mart of people's rows."""
    for relation, kinds in worlds.columns().items():
        mart = relation.rpartition(".")[2]
        if mart in worlds.GROUPS:
            continue
        count = copy_for(role).execute(f"select count(*) from {relation}").fetchone()
        if count == (0,):
            continue
        seen = world_marts.query(f"from {relation}", viewer=VIEWERS[role])
        expected = {column for column in kinds if worlds.may_see_column(role, mart, column)}
        assert set(seen.schema.names) - {"suppressed"} == expected, relation
        assert (seen.num_rows,) == count, relation


@pytest.mark.parametrize("sql", [*honest.EVERYBODY[:20], *honest.COLLEAGUES])
def test_who_sees_everything_gets_what_duckdb_gives(world_marts: Marts, sql: str) -> None:
    table = world_marts.query(sql, viewer=OPERATOR)
    path = world_marts._existing_version().path
    with duckdb.connect(str(path), read_only=True) as connection:
        cursor = connection.cursor()
        cursor.execute("set search_path = 'marts'")
        assert told(table) == told(cursor.execute(check(sql, worlds.columns()).sql).to_arrow_table())
