"""SQL that tries to see more than its role may: other rows, hidden columns, closed marts, the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

# {m} is a mart, {t} its bare name.
ROWS = """
from {m}
select * from {m}
select count(*) from {m}
select count(*), min({t}::varchar), max({t}::varchar) from {m}
select {t} from {m}
select to_json({t}) from {m}
select list({t}) from {m}
select histogram({t}::varchar) from {m}
select md5(string_agg({t}::varchar, '' order by {t}::varchar)) from {m}
select * from {m} where true or 1 = 1
select * from {m} where false or not false -- where nothing is filtered
select * from {m} /* as m where true */ where 1 = 1 limit 9999
select * from {m} order by all limit 1
select * from {m} order by all desc offset 3
select * from (select * from (select * from {m}))
select * from {m} a, {m} b limit 50
select count(*) from {m} a join {m} b on true
select * from {m} union all select * from {m}
(select * from {m}) union all by name (select * from {m})
select * from {m} except select * from {m} limit 0
select * from {m} intersect all select * from {m}
with x as (select * from {m}) select * from x
with x as materialized (from {m}) from x
with x as not materialized (from {m}), y as (from x) select count(*) from y
with {t} as (select * from {m}) select * from {t}
with {t} as (select 1 as one) select * from {m}
with {t} as (select 1 as one) select * from {t}, {m} limit 5
with marts as (select 1) select * from {m}
with m as (select 1 as department_id) select * from {m}, m
with s0 as (select true as is_shown) select * from {m}, s0
with "~shown" as (select 1) select * from {m}
with recursive r as (select count(*) n, 0 d from {m} union all select n, d + 1 from r where d < 2) from r
select * from {m} as m
select m.* from {m} m, (select 'technology' as department_id, 'c1' as candidate_id) as r
select * from departments as m, lateral (select * from {m} limit 3) as x
select * from (select 'it' as department_id, 'c5' as candidate_id) as m, lateral (select * from {m}) as z
select (select count(*) from {m}) as n from roles
select * from roles r where exists (select 1 from {m} where true)
select x.n from roles r, lateral (select count(*) as n from {m}) x
select * from {m} tablesample 100 percent
select count(*) from {m} tablesample reservoir(100000 rows) repeatable (1)
select * from {m} positional join range(100) limit 100
select * from range(20) g(i) left join {m} on true limit 60
select * from {m} semi join roles on true
select * from roles anti join {m} on true
select columns(*) from {m}
select columns('.*') from {m}
select * exclude (suppressed) from {m}
select rowid, * from {m}
select {t}.rowid from {m}
select max(rowid) from {m}
select t.* from {m} as t
select unnest(list({t})) from {m}
select count(*) over () from {m}
select row_number() over () from {m} qualify row_number() over () > 0
select * from {m} where {t} is not null
select * from {m} where cast({t}::varchar as varchar) like '%'
select * from "marts"."{t}"
select * from "MARTS"."{t}"
select * from marts . {t}
select * from marts/**/./**/{t}
select * from marts_world.marts.{t}
select * from "marts_world"."marts"."{t}"
select * from world.{t}
select * from main.{t}
select * from temp.{t}
select * from temp.main.{t}
select * from '{t}'
select * from "{t}.parquet"
select * from query_table('{t}')
select * from query('select * from marts.{t}')
from query_table(['{t}', 'roles'])
from (describe {m})
from (summarize {m})
from pragma_table_info('marts.{t}')
from pragma_storage_info('marts.{t}')
select stats({t}) from {m}
values ((select count(*) from {m}))
select count(*) from {m} where (select count(*) from {m}) > 1
select [x for x in (select list({t}::varchar) from {m})]
select list_transform((select list({t}::varchar) from {m}), lambda x: x)
select * from {m}; select * from {m}
select * from {m}) union all (select * from {m}
select * from {m} --
select * from {m} where 1 = 1 or '' = '
select * from {m} m where m.department_id = department_id or true
table {m}
select * from {m} at (version => 1)
select sum(1) from {m} group by ()
select approx_count_distinct({t}::varchar) from {m}
select * from unnest((select list({t}) from {m})) u
select 1 from {m} having count(*) > 3
select * from {m} order by random() limit 0
""".strip().splitlines()

# {c} is a column that the role must not see, in a mart of which it may see others.
COLUMNS = """
select {c} from {m}
select m.{c} from {m} m
select {t}.{c} from {m}
select marts.{t}.{c} from marts.{t}
select "{c}" from {m}
select ({t}).{c} from {m}
select {t}['{c}'] from {m}
select struct_extract({t}, '{c}') from {m}
select to_json({t}) ->> '$.{c}' from {m}
select json_extract(to_json({t}), '{c}') from {m}
select columns('{c}') from {m}
select columns(c -> c = '{c}') from {m}
select * replace ({c} as role_id) from {m}
select * exclude ({c}) from {m}
select * rename ({c} as x) from {m}
select count({c}), min({c}::varchar), max({c}::varchar) from {m}
select count(*) filter (where {c} is not null) from {m}
select 1 from {m} where {c} is not null
select 1 from {m} where {c}::varchar > '5'
select 1 from {m} group by {c}
select 1 from {m} order by {c}
select count(*) from {m} having max({c}::varchar) > '5'
select row_number() over (order by {c}) from {m}
select first_value({c}) over () from {m}
select * from (select * from {m}) x where x.{c} is not null
select * from {m} a natural join {m} b where a.{c} is null
select count(*) from {m} a join {m} b using ({c})
select count(*) from {m} a join {m} b on a.{c} = b.{c}
select x.{c} from {m} m, lateral (select m.*) x
select (select {c}) from {m}
select (select max(q.{c}::varchar) from {m} q) from {m}
with x as (select * from {m}) select {c} from x
with x(a) as (select {c} from {m}) select a from x
select * from {m} unpivot (v for k in ({c}))
select * from {m} pivot (count(*) for {c} in ('1', '2'))
select list_transform([1], lambda x: {c}) from {m}
select case when {c} is null then 1 end from {m}
select sum(case when try_cast({c} as double) > 50 then 1 else 0 end) from {m}
select 1 from {m} where cast(case when {c}::varchar > '5' then 'x' else '1' end as integer) = 1
select alias({c}) from {m}
select {c} as role_id from {m} union all select role_id from roles
select role_id from {m} where {c} in (select {c} from {m})
select u.{c} from unnest((select list({t}) from {m})) t(u)
select m.m.{c} from {m} m
select struct_values({t}) from {m}
select json_keys(to_json({t})) from {m}
select typeof({t}) from {m} limit 1
select cast({t} as struct({c} varchar)) from {m}
select cast({t} as json) from {m}
select hash({t}) from {m}
""".strip().splitlines()

# {m} is a mart with rows that the role must not see. A query that fails on such a row tells of it.
ORACLES = """
select count(*) from {m} where cast(case when {k} like '%{v}%' then '1' else 'x' end as integer) = 1
select count(*) from {m} where cast(case when {k} not like '%{v}%' then 'x' else '1' end as integer) = 1
select sum(cast(case when {k} not like '%{v}%' then 'x' else '1' end as integer)) from {m}
select count(*) from {m} where strptime(case when {k} not like '%{v}%' then 'x' else '2' end, '%d') > '1'
select count(*) from {m} where factorial(case when {k} not like '%{v}%' then 90 else 1 end) > 0
select count(*) from {m} where (case when {k} not like '%{v}%' then 9223372036854775807 else 1 end) + 1 > 0
select 1 from {m} a join roles b on cast(case when a.{k} not like '%{v}%' then 'x' else '1' end as int) = 1
select count(*) from {m} where exists (select 1 from roles where cast({m}.{k} as integer) = 1)
select max(cast(case when {k} not like '%{v}%' then 'x' else '1' end as int)) over () from {m}
select count(*) from (from {m} where {k} not like '%{v}%') where cast({k} as integer) = 1
select * from {m} where {k} not like '%{v}%'
select distinct {k} from {m} order by 1
select {k}, count(*) from {m} group by all order by all
""".strip().splitlines()

SANDBOX = """
from read_csv('/etc/passwd')
from read_text('/etc/hostname')
from read_blob('{home}/vault/accounts.json')
from read_json('{home}/vault/accounts.json')
from '{home}/vault/accounts.json'
from read_parquet('{home}/raw/**')
from glob('{home}/**')
from read_duckdb('{home}/published/current.duckdb')
from sniff_csv('{home}/vault/accounts.json')
select * from parquet_scan('{home}/x.parquet')
attach '{home}/published/current.duckdb' as again
attach ':memory:' as other
use marts_world
copy marts.roles to '{home}/x.csv'
copy (select 1) to '{home}/x.csv'
export database '{home}/x'
import database '{home}/x'
install httpfs
load httpfs
set enable_external_access = true
set search_path = 'people'
reset all
pragma database_list
pragma show_tables
show tables
describe marts.offers
call duckdb_settings()
from duckdb_settings()
from duckdb_tables()
from duckdb_columns()
from duckdb_secrets()
from duckdb_views()
from duckdb_temporary_files()
from information_schema.columns
from pg_catalog.pg_class
from sqlite_master
select current_setting('home_directory')
select getenv('SCOREHOUSE_MASTER_KEY')
select getvariable('x')
select current_query()
select current_database(), current_schemas(true)
select version()
select nextval('x')
select write_log('x')
select json_execute_serialized_sql(json_serialize_sql('select * from people.candidates'))
from json_execute_serialized_sql('{{}}')
select query('from people.candidates')
create table x as select 1
create temp table x as from people.candidates
create macro m() as table (from people.candidates)
create view marts.x as select 1
insert into marts.roles values ('x')
update marts.roles set role_id = 'x'
delete from marts.roles
truncate marts.roles
drop table marts.roles
alter table marts.roles rename to r
begin transaction
explain select * from people.candidates
explain analyze from people.candidates
prepare p as from people.candidates
execute p
vacuum
checkpoint
force checkpoint
set variable x = (select list(name) from people.candidates)
select * from "~shown_0000000000000000"
select * from temp.main."~shown_0000000000000000"
select * from temp.information_schema.tables
select * from system.information_schema.tables
from test_all_types()
from repeat_row(1, num_rows=3)
from seq_scan('marts.offers')
from index_scan('marts.offers')
from checkpoint()
from which_secret('s3://x', 's3')
from pragma_user_agent()
from enable_logging()
select score_answer('q', 'x')
select 1 from marts.roles where 'x' = getenv('HOME')
select error('x')
select sleep_ms(100000)
with x as (insert into marts.roles select 'x' returning *) select * from x
merge into marts.roles using marts.roles r on true when matched then delete
select * from marts.roles for update
""".strip().splitlines()


def row_attacks(marts: list[str]) -> Iterator[str]:
    """Every way to name rows, for each of the marts (`schema.table`)."""
    for mart in marts:
        for template in ROWS:
            yield filled(template, mart)


def column_attacks(hidden: list[tuple[str, str]]) -> Iterator[str]:
    """Every way to reach a column, for each (mart, column)."""
    for mart, column in hidden:
        for template in COLUMNS:
            yield filled(template, mart).replace("{c}", column)


def oracles(marts: list[tuple[str, str, str]]) -> Iterator[str]:
    """Questions whose failing would answer them, for each (mart, key column, part of the own key)."""
    for mart, key, own in marts:
        for template in ORACLES:
            yield filled(template, mart).replace("{k}", key).replace("{v}", own)


def sandbox_attacks(home: str) -> Iterator[str]:
    """Ways out of the marts altogether."""
    for template in SANDBOX:
        yield template.replace("{home}", home)


def filled(template: str, mart: str) -> str:
    """A text about one mart (`schema.table`)."""
    return template.replace("{m}", mart).replace("{t}", mart.rpartition(".")[2])
