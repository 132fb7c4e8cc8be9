from __future__ import annotations

import json

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.errors import QueryRefusedError
from warehouse.gateway import check

KNOWN = frozenset({"marts.results", "marts.roles", "people.candidates"})
_WORDS = r"""
select from where with recursive as ( ) , . ; * results roles secret hidden staging main marts
people candidates x y id name union all order by limit join on exists in values unnest lateral '
" ' 1 = read_csv query_table duckdb_tables describe pivot materialized lambda : [ ] { } $1 ? --
/* */ NEWLINE group upper getenv 'a.csv' "secret" (select 1) (from secret) , over case when then
end
"""
PIECES = st.sampled_from([word.replace("NEWLINE", "\n") for word in _WORDS.split()])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_no_soup_of_words_crashes_the_gate_or_gets_past_it(
    database: duckdb.DuckDBPyConnection, pieces: list[str]
) -> None:
    _refused_or_harmless(database, " ".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_text_at_all_crashes_the_gate(database: duckdb.DuckDBPyConnection, text: str) -> None:
    _refused_or_harmless(database, text)


NAMES = st.sampled_from(["results", "roles", "secret", "x", "hidden", "Results"])


def _queries() -> st.SearchStrategy[str]:
    """Nested queries that select one column `id` of tables, CTEs, subqueries and set operations."""
    source = st.one_of(NAMES, NAMES.map(lambda name: f"marts.{name}"))
    base = source.map(lambda name: f"select t::varchar as id from {name} as t")

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) union all ({pair[1]})"),
            st.tuples(NAMES, inner, inner).map(lambda t: f"with {t[0]} as ({t[1]}) {t[2]}"),
            st.tuples(NAMES, NAMES, inner, inner, inner).map(
                lambda t: f"with {t[0]} as ({t[2]}), {t[1]} as ({t[3]}) {t[4]}"
            ),
            inner.map(lambda sql: f"select id from ({sql}) as q"),
            st.tuples(inner, inner).map(
                lambda pair: f"select id from ({pair[0]}) as q where id in ({pair[1]})"
            ),
        )

    return st.recursive(base, larger, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(_queries())
def test_names_mean_what_duckdb_means_by_them_however_ctes_shadow_marts(
    database: duckdb.DuckDBPyConnection, sql: str
) -> None:
    # `search_path` is marts: DuckDB itself resolves the names of the original text.
    try:
        expected = sorted(database.execute(sql).fetchall())
    except duckdb.Error:
        # A name that is nothing, a CTE twice: the gate need not know, but must not make it run.
        _refused_or_harmless(database, sql)
        return
    try:
        checked = check(sql, KNOWN)
    except QueryRefusedError:
        # DuckDB forgives an unknown name in a CTE that nobody reads; the gate does not.
        assert any(name in sql for name in ("hidden", "secret", " x ", "marts.x "))
        return
    elsewhere = database.cursor()
    elsewhere.execute("set search_path = 'main'")
    assert sorted(elsewhere.execute(checked.sql).fetchall()) == expected


def _refused_or_harmless(database: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        checked = check(sql, KNOWN)
    except QueryRefusedError:
        return
    assert checked.relations <= KNOWN
    cursor = database.cursor()
    cursor.execute("set search_path = 'main'")
    try:
        rows = cursor.execute(checked.sql).fetchmany(100)
    except duckdb.Error:
        return
    assert "CANARY" not in json.dumps(rows, default=str)
