"""Relations replaced by what a viewer sees of them: everywhere that SQL can name one, and nowhere else."""

from __future__ import annotations

import duckdb
import pytest

from tests.warehouse.test_gateway import KNOWN, PERMITTED
from warehouse import gateway
from warehouse.errors import QueryRefusedError
from warehouse.gateway import filtered

# What is left of the three relations: columns in another order would show, rows that are gone would too.
WHOLE = {name: f"(select m.* from {name} as m)" for name in KNOWN}
LESS = {
    "marts.results": "(select m.* from marts.results as m where m.id < 5 limit 1000)",
    "marts.roles": "(select m.* from marts.roles as m where m.role_id < 2 limit 1000)",
    "people.candidates": "(select m.id, 'hidden' as name from people.candidates as m where m.id < 3)",
}


@pytest.fixture(scope="module")
def little() -> duckdb.DuckDBPyConnection:
    """A database that holds what LESS leaves, and nothing else."""
    connection = duckdb.connect()
    connection.execute("""
        create schema marts; create schema people;
        create table marts.results as select i as id, i % 3 as role_id, i * 1.5 as score,
            [i, i + 1] as parts, {'phrase': 'p' || i} as evidence, date '2026-01-01' + i::int as day
            from range(5) r(i);
        create table marts.roles as select i as role_id, 'role ' || i as name from range(2) r(i);
        create table people.candidates as select i as id, 'hidden' as name from range(3) r(i);
        set search_path = 'marts'; set threads = 1;
    """)
    return connection


@pytest.mark.parametrize("sql", PERMITTED)
def test_with_everything_in_place_a_query_gives_what_it_gave(
    sql: str, database: duckdb.DuckDBPyConnection
) -> None:
    query = filtered(sql, KNOWN, WHOLE.__getitem__)
    elsewhere = database.cursor()
    elsewhere.execute("set search_path = 'main'")
    assert elsewhere.execute(query.sql).fetchall() == database.execute(sql).fetchall()


@pytest.mark.parametrize("sql", PERMITTED)
def test_with_less_in_place_a_query_gives_what_it_gives_where_there_is_no_more(
    sql: str, database: duckdb.DuckDBPyConnection, little: duckdb.DuckDBPyConnection
) -> None:
    query = filtered(sql, KNOWN, LESS.__getitem__)
    elsewhere = database.cursor()
    elsewhere.execute("set search_path = 'main'")
    assert elsewhere.execute(query.sql).fetchall() == little.execute(sql).fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        'with "m" as (select 1 as id) select * from results, m',
        "select x.* from results m, lateral (select * from roles) x where m.id = 1",
        "select (select count(*) from results) from roles as m",
        "select m.id from results as m where exists (select 1 from roles where role_id = m.role_id)",
    ],
)
def test_names_of_the_query_mean_nothing_inside_a_projection(
    sql: str, database: duckdb.DuckDBPyConnection, little: duckdb.DuckDBPyConnection
) -> None:
    query = filtered(sql, KNOWN, LESS.__getitem__)
    assert sorted(database.execute(query.sql).fetchall()) == sorted(little.execute(sql).fetchall())


def test_a_relation_named_very_often_is_refused() -> None:
    sql = " union all ".join(["select id from results"] * (gateway.MAX_RELATIONS + 1))
    with pytest.raises(QueryRefusedError, match="more than 100 times"):
        filtered(sql, KNOWN, WHOLE.__getitem__)


def test_a_text_that_the_two_readings_place_differently_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if sqlglot had found the relation somewhere else than where DuckDB reads it."""
    reading = gateway._check("select 'results', id from results", KNOWN, gateway.NO_MORE)
    (relation,) = reading.relations
    moved = gateway.Relation(relation.name, 8, 15, True)
    wrong = gateway._Reading(reading.text, reading.checked, (moved,), ())
    with pytest.raises(QueryRefusedError, match="ambiguous"):
        gateway._check_places(wrong)
    monkeypatch.setattr(gateway, "_check", lambda *given: wrong)
    monkeypatch.setattr(gateway, "_check_places", lambda given: None)
    with pytest.raises(QueryRefusedError, match="ambiguous"):
        filtered(reading.text, KNOWN, WHOLE.__getitem__)


def test_each_relation_is_placed_before_anything_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    placed: list[str] = []
    monkeypatch.setattr(gateway, "_check_places", lambda reading: placed.append(reading.text))
    filtered("from results", KNOWN, WHOLE.__getitem__)
    assert placed == ["from results"]
