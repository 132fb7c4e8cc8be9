from __future__ import annotations

import duckdb
import pytest

from warehouse.errors import FunctionRefusedError
from warehouse.gateway import check
from warehouse.sql_functions import ExtraFunctions

KNOWN = frozenset({"marts.results", "marts.roles", "people.candidates"})

PERMITTED = [
    "select * from results",
    "SELECT * FROM Results;",
    "from results",
    "from marts.results select id where score > 3 order by all limit 3",
    'select "id" from "marts"."results" as r',
    "select r.id, roles.name from results r join roles using (role_id) order by 1",
    "select marts.results.id from marts.results order by 1",
    "select results.id from results order by 1",
    "select '选 手 🎉' as \"选 手\", name from roles order by 2",
    "select /* from hidden */ id -- from hidden\n from results order by 1",
    "select 'from hidden' as words, $$from hidden$$ as more",
    "with x as (select * from results) select count(*) from x",
    "with results as (select * from results where id < 3) select * from results order by id",
    "with results as (select 1 as one) select * from results",
    "with results as (select 1 as one) select one from results union all select id from marts.results",
    "with a as (select * from roles), roles as (select 1 as role_id) select * from a, roles order by all",
    "with a as (with roles as (select 7 as seven) select * from roles) select * from a, roles order by all",
    "select * from (with results as (select 5 as five) from results) x, results order by all",
    "select (with roles as (select 9 as nine) select nine from roles), count(*) from roles",
    "with recursive roles(n) as (select 1 union all select n + 1 from roles where n < 4) from roles",
    "with recursive r(n) as (select 1 union all select n + 1 from r, roles where n < 3) "
    "select count(*) from r",
    "with RESULTS as (select 2 as two) select * from results",
    'with "Results" as (select 2 as two) select * from RESULTS',
    "(select id from results order by id limit 2) union all (select role_id from roles) order by 1",
    "select id from results intersect select role_id from roles order by 1",
    "select id from results except select role_id from roles order by 1",
    "select id, role_id from results union by name select role_id from roles order by all",
    "select role_id, count(*) filter (where score > 3) n, median(score) from results group by all order by 1",
    "select role_id, grouping(role_id), count(*) from results group by rollup (role_id) order by all",
    "select id, rank() over w, percent_rank() over w from results window w as (order by score) order by 1",
    "select id from results qualify row_number() over (partition by role_id order by id desc) = 1 order by 1",
    "select id, part from results, unnest(parts) as u(part) order by all",
    "select id, unnest(parts) as part from results order by all",
    "select evidence.phrase, parts[1], {'a': id}['a'] from results order by id",
    "select list_transform(parts, lambda x: x * 2), [x for x in parts if x > 3] from results order by id",
    "select i, count(id) from range(3) g(i) left join results on role_id = i group by i order by i",
    "select * from generate_series(date '2026-01-01', date '2026-03-01', interval 1 month) order by 1",
    "select * from (values (1, 'a'), (2, 'b')) v(x, y) order by x",
    "values (1, 2)",
    "select * exclude (parts, evidence) replace (score + 1 as score) from results order by id",
    "select columns('(id|score)') from results order by id",
    "select * from results pivot (sum(score) for role_id in (0, 1)) order by all",
    "select * from (select id, score from results) unpivot (v for k in (id, score)) order by all",
    "select id from results where role_id in (select role_id from roles) and exists (from roles) order by 1",
    "select (select max(name) from roles r where r.role_id = x.role_id) from results x order by x.id",
    "select q.twice from results r, lateral (select r.id * 2 as twice) q order by 1",
    "select * from results semi join roles using (role_id) order by id",
    "select date_trunc('quarter', day), strftime(day, '%Y-%m'), day + interval 3 day "
    "from results order by id",
    "select avg(score) over (order by day range between interval 3 day preceding and current row) "
    "from results order by id",
    "select round(sum(score), 2), quantile_cont(score, [0.25, 0.75]), stddev(score) from results",
    "select case when score >= 9 then '高' else '低' end, count(*) from results group by 1 order by 1",
    "select name from people.candidates where name like '%1%' order by 1",
    "select lpad(id::varchar, 3, '0'), printf('%.2f', score), bar(score, 0, 20, 10) from results order by id",
]


@pytest.mark.parametrize("sql", PERMITTED)
def test_a_permitted_query_gives_what_duckdb_gives(sql: str, database: duckdb.DuckDBPyConnection) -> None:
    checked = check(sql, KNOWN)
    # DuckDB itself resolves the original's names: `search_path` is marts. What the gate wrote must not need
    # that: it runs where the unqualified names are decoys.
    elsewhere = database.cursor()
    elsewhere.execute("set search_path = 'main'")
    assert elsewhere.execute(checked.sql).fetchall() == database.execute(sql).fetchall()
    assert checked.relations <= KNOWN


@pytest.mark.parametrize("sql", PERMITTED)
def test_what_the_gate_writes_it_lets_through_again_unchanged(sql: str) -> None:
    checked = check(sql, KNOWN)
    assert check(checked.sql, KNOWN) == checked


MORE = ExtraFunctions(scalars=frozenset({"judge"}), relations=frozenset({"judge"}))


@pytest.mark.parametrize(
    "sql",
    [
        "select judge(id) from results",
        "select JUDGE(1).points",
        "select * from results, Judge(id) as judged",
        "select list_transform(parts, lambda x: judge(x)) from results",
    ],
)
def test_functions_that_a_caller_brings_may_be_called_by_that_caller_alone(sql: str) -> None:
    assert check(sql, KNOWN, MORE).relations <= KNOWN
    with pytest.raises(FunctionRefusedError, match="judge") as refused:
        check(sql, KNOWN)
    assert refused.value.name == "judge"


@pytest.mark.parametrize(
    "sql",
    [
        "select judge(getenv('HOME'))",
        "select * from judge(getenv('HOME'))",
        "select * from judge((select content from read_text('/etc/hostname')))",
        "select other.judge(1)",
        "select * from judge('x'), glob('*')",
    ],
)
def test_functions_that_a_caller_brings_let_nothing_else_in(sql: str) -> None:
    with pytest.raises(FunctionRefusedError):
        check(sql, KNOWN, MORE)
