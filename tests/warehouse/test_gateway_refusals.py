from __future__ import annotations

import re

import duckdb
import pytest

from warehouse import sql_functions
from warehouse.errors import QueryRefusedError
from warehouse.gateway import MAX_CHARACTERS, check

KNOWN = frozenset({"marts.results", "marts.roles", "people.candidates"})

REFUSED = {
    "files": [
        "from 'secrets.csv'",
        "select * from '/etc/passwd'",
        'from "x.parquet"',
        "from read_csv('x.csv')",
        "from read_csv_auto('x.csv')",
        "from read_parquet(['x', 'y'])",
        "from parquet_scan('x')",
        "from read_json('x')",
        "from read_text('/etc/passwd')",
        "from read_blob('/etc/passwd')",
        "from glob('/**')",
        "from sniff_csv('x')",
        "from parquet_metadata('x')",
        "from read_duckdb('x')",
        "select (from read_text('/etc/passwd'))",
        "with x as (from read_csv('x.csv')) from x",
        "select 1 where exists (from 'x.csv')",
        "select * from results, lateral (from read_csv('x.csv'))",
        "from https://example.org/x.csv",
        "from 's3://bucket/x.parquet'",
    ],
    "other relations": [
        "from hidden_mart",
        "from staging.secret",
        "from main.secret",
        "from main.results",
        "from memory.marts.results",
        "from secret",
        "with x as (select 1) from marts.x",
        "select * from (with secret as (select 1) from secret) a, secret b",
        "with a as (from secret), secret as (select 1) from a",
        "with secret as (from secret) from secret",
        "select (with secret as (select 1) from secret), (from secret)",
        "from results union all from secret",
        "select 1 from results where id = any (from secret)",
        "select count(*) over (order by (from secret)) from results",
        "select * from results order by (from secret)",
        "select * from results limit (from secret)",
        "select * from results group by (from secret)",
        "select list_transform([1], lambda x: (from secret))",
        "select * from results join secret on true",
        "select * from secret pivot (count(*) for name in ('a'))",
        "from candidates",
    ],
    "the system": [
        "from information_schema.tables",
        "from duckdb_tables",
        "from duckdb_tables()",
        "from duckdb_settings()",
        "from duckdb_secrets()",
        "from pg_catalog.pg_class",
        "from sqlite_master",
        "from system.information_schema.columns",
        "from pragma_table_info('results')",
        "select getenv('HOME')",
        "select current_setting('memory_limit')",
        "select getvariable('x')",
        "select nextval('s')",
        "select current_query()",
        "select current_catalog",
        "select current_schema",
        "select current_user",
        "select session_user",
        "select CURRENT_ROLE from results",
        "select user",
        "select id from results where user = 'x'",
        "select 1 order by (select session_user)",
        "select current_user from (select 1 as user)",
        "select version()",
        "select stats(score) from results",
        "select json_serialize_plan('select 1')",
        "select write_log('x')",
        "select pg_sleep(1)",
        "select main.current_setting('memory_limit')",
        "select system.main.version()",
        "from json_execute_serialized_sql('x')",
        "from query('from secret')",
        "from query_table('secret')",
        "from query_table(['secret'])",
        "from histogram_values(secret, name)",
        "with duckdb_tables as (select 1) from duckdb_tables",
        "select score.current_setting('a') from results",
    ],
    "other statements": [
        "insert into results values (1)",
        "update results set id = 1",
        "delete from results",
        "create table x as from results",
        "create view x as from results",
        "drop table results",
        "alter table results add column x int",
        "attach 'x.duckdb' as x",
        "detach x",
        "copy results to 'x.csv'",
        "copy (from results) to 'x.csv'",
        "export database 'x'",
        "import database 'x'",
        "install httpfs",
        "load httpfs",
        "pragma version",
        "pragma table_info('results')",
        "set memory_limit = '1TB'",
        "reset memory_limit",
        "use main",
        "call pragma_version()",
        "checkpoint",
        "vacuum",
        "begin",
        "explain select 1",
        "explain analyze from results",
        "describe results",
        "show tables",
        "summarize results",
        "from (describe results)",
        "from (show all tables)",
        "from (summarize results)",
        "pivot results on role_id using sum(score)",
        "prepare x as select 1",
        "execute x",
        "with x as (insert into results values (1) returning *) from x",
        "select 1 into x",
        "select * from results for update",
    ],
    "several at once": [
        "select 1; select 2",
        "select 1; drop table results",
        "select 1;; attach 'x'",
        "select 1 /* ; */ ; pragma version",
    ],
    "no query": [
        "",
        "  \n",
        "-- nothing",
        ";",
        "hello",
        "select",
        "select from where",
        "select (",
        "select '",
    ],
    "odd characters": ["select 1\0", "select '\ud800'", "sel\u200bect 1"],
    "lengths that rows decide": [
        "select repeat('x', score::int) from results",
        "select repeat('x', 100000000)",
        "select lpad('x', 100000000, 'y')",
        "select rpad('x', $1)",
        "select printf('%99999999d', 1)",
        "select printf('%*d', 99999999, 1)",
        "select format('{:{}}', 1, 99999999)",
        "select range(1000000000)",
        "select generate_series(1, 1000000000)",
        "select list_resize([1], 1000000000)",
    ],
    "depth and length": [
        "select " + "(" * 5000 + "1" + ")" * 5000,
        "select " + "not " * 3000 + "true",
        "select 1" + " + 1" * 5000,
        "select * from " + "(select * from " * 400 + "results" + ")" * 400,
        "select '" + "x" * MAX_CHARACTERS + "'",
    ],
}


@pytest.mark.parametrize(
    "sql", [sql for group in REFUSED.values() for sql in group], ids=lambda s: ascii(s)[:60]
)
def test_everything_else_is_refused_in_one_sentence(sql: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        check(sql, KNOWN)
    sentence = str(caught.value)
    assert sentence.endswith((".", "?", "`."))
    assert "\n" not in sentence
    assert len(sentence) < 400
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("from reslts", "did you mean marts.results"),
        ("from candidates", "did you mean people.candidates"),
        ("from zzz", "there are marts.results, marts.roles, people.candidates"),
        ("delete from results", "this is DELETE"),
        ("/* why */ -- not\n attach 'x'", "this is ATTACH"),
        ("select 1; select 2", "2 statements"),
        ("select a\nfrom results\nwhere where", "line 3, character 7"),
        ("select version()", "version is not available"),
        ("from 'x.csv'", "files and system tables cannot be read"),
        ("select unnest(range(3))", "from range\\(10\\)"),
        ("describe results", "select \\* from interview_results"),
    ],
)
def test_a_refusal_says_what_and_what_to_do(sql: str, words: str) -> None:
    with pytest.raises(QueryRefusedError, match=words):
        check(sql, KNOWN)


def test_a_refusal_logs_nothing_of_the_text(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(QueryRefusedError):
        check("load '测试甲'", KNOWN)
    assert not caplog.records


def test_every_allowed_function_exists_so_that_the_list_has_no_dead_words() -> None:
    with duckdb.connect() as connection:
        rows = connection.execute("select distinct lower(function_name) from duckdb_functions()").fetchall()
    # Words of the grammar that the parser turns into functions or expressions.
    grammar = {"coalesce", "grouping", "grouping_id", "if", "ifnull", "percentile_cont", "percentile_disc"}
    known = {name for (name,) in rows} | grammar
    grammar |= {"position", "nullif", "generate_subscripts"}
    assert sql_functions.SCALARS - known - grammar == set()


def test_nothing_that_reads_files_settings_or_catalogues_is_on_the_list() -> None:
    dangerous = (
        "read_",
        "scan",
        "duckdb_",
        "pragma",
        "pg_",
        "json_execute",
        "json_serialize",
        "json_deserialize",
    )
    found = {name for name in sql_functions.SCALARS if name.startswith(dangerous) or name.endswith("_scan")}
    assert found - {"pg_typeof"} == set()
    assert not sql_functions.SCALARS & {
        "getenv", "glob", "query", "query_table", "getvariable", "current_setting", "nextval", "currval",
        "write_log", "sleep_ms", "stats", "setseed", "current_query", "error", "create_sort_key",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "advice"),
    [
        ("pivot results on role_id using sum(score)", "PIVOT … ON grade IN"),
        ("pivot results on role_id in (0, 1) using sum(score) order by all", "FROM (PIVOT …) ORDER BY"),
        ("-- sorted\nunpivot results on score order by all", "FROM (PIVOT …) ORDER BY"),
    ],
)
def test_a_pivot_that_cannot_be_read_says_how_to_write_it(sql: str, advice: str) -> None:
    with pytest.raises(QueryRefusedError, match=re.escape(advice)):
        check(sql, KNOWN)
