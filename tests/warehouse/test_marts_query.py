from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from warehouse.database_files import cursor_of
from warehouse.errors import NothingPublished, QueryFailedError, QueryRefusedError
from warehouse.marts import OPERATOR, Marts, Viewer, is_truncated
from warehouse.publish import publish
from warehouse.settings import Settings

Build = Callable[[str], Path]
HR = Viewer("hr", "hr")
ENDLESS = "select count(*) from range(1000000) a(i), range(1000000) b(j) where hash(i, j) = 1"
VERSION_SQL = "create schema marts; create table marts.v as select {n} as n"


def test_rows_come_as_arrow_with_their_types(marts: Marts) -> None:
    table = marts.query(
        "select interview_id, composite_score, completed_at, flags from interview_results order by 1",
        viewer=HR,
    )
    assert [str(kind) for kind in table.schema.types] == [
        "string",
        "decimal128(4, 2)",
        "timestamp[us]",
        "list<l: string>",
    ]
    assert table["interview_id"].to_pylist() == ["i1", "i2", "i3"]
    assert table["composite_score"].null_count == 1


def test_parameters_are_values_and_never_sql(marts: Marts) -> None:
    by_place = marts.query("select count(*) n from roles where role_id = ?", ["sales_rep"], viewer=HR)
    by_name = marts.query("select count(*) n from roles where role_id = $a", {"a": "x' or 1=1"}, viewer=HR)
    in_list = marts.query(
        "select count(*) n from interview_results where role_id in (select unnest($1))",
        [["sales_rep", "data_analyst"]],
        viewer=HR,
    )
    assert [t["n"][0].as_py() for t in (by_place, by_name, in_list)] == [1, 0, 3]


def test_names_of_people_stand_in_their_own_schema(marts: Marts) -> None:
    table = marts.query("select name from people.candidates order by candidate_id", viewer=OPERATOR)
    assert table["name"].to_pylist() == ["测试甲", "测试乙", "测试丙"]
    assert marts.relations() == {"marts.interview_results", "marts.roles", "people.candidates"}


def test_a_role_without_a_policy_sees_nothing(marts: Marts) -> None:
    with pytest.raises(QueryRefusedError, match="'visitor' has no access"):
        marts.query("select 1", viewer=Viewer("someone", "visitor"))


def test_what_the_gateway_refuses_never_runs(marts: Marts) -> None:
    with pytest.raises(QueryRefusedError):
        marts.query("from read_csv('x.csv')", viewer=HR)


@pytest.mark.parametrize(
    "sql",
    [
        "from read_text('/etc/hostname')",
        "from '/etc/hostname'",
        "set memory_limit = '1TB'",
        "attach '/tmp/other.duckdb' as other",
        "install httpfs",
        "copy marts.roles to '/tmp/roles.csv'",
        "create table marts.x as select 1",
        "set enable_external_access = true",
        "delete from marts.roles",
    ],
)
def test_the_connection_itself_is_closed_even_without_the_gateway(marts: Marts, sql: str) -> None:
    cursor = cursor_of(marts._current().connection)
    with pytest.raises(duckdb.Error):
        cursor.execute(sql).fetchall()


def test_python_variables_are_not_tables(marts: Marts) -> None:
    someone = marts.query("select 1 as one", viewer=HR)
    assert someone.num_rows == 1
    with pytest.raises(duckdb.Error):
        cursor_of(marts._current().connection).execute("from someone")


def test_beyond_the_cap_the_first_rows_come_and_the_table_says_so(marts: Marts) -> None:
    sql = "select i from range(1000000000000) r(i)"
    table = marts.query(sql, viewer=HR, max_rows=70_000)
    assert table["i"].to_pylist()[-1] == 69_999
    assert is_truncated(table)


@pytest.mark.parametrize("max_rows", [3, 4, None])
def test_exactly_as_many_rows_as_the_cap_are_all_rows(marts: Marts, max_rows: int | None) -> None:
    table = marts.query("from interview_results", viewer=HR, max_rows=max_rows)
    assert table.num_rows == 3
    assert not is_truncated(table)


def test_no_rows_still_have_columns(marts: Marts) -> None:
    table = marts.query("select interview_id from interview_results where false", viewer=HR)
    assert table.column_names == ["interview_id"]
    assert table.num_rows == 0


def test_a_query_that_takes_too_long_ends_in_a_sentence(settings: Settings, published: Path) -> None:
    impatient = Marts(settings, timeout_seconds=0.2, threads=1)
    started = time.monotonic()
    with pytest.raises(QueryFailedError, match=r"stopped after 0\.2 seconds"):
        impatient.query(
            "select count(*) from range(1000000) a(i), range(1000000) b(j) where hash(i, j) = 1", viewer=HR
        )
    assert time.monotonic() - started < 5
    assert impatient.query("select 1 as one", viewer=HR).num_rows == 1


def test_a_query_that_needs_too_much_memory_is_stopped_in_a_sentence(
    settings: Settings, published: Path
) -> None:
    small = Marts(settings, memory_limit="50MB", threads=1)
    with pytest.raises(QueryFailedError, match="more memory"):
        small.query("select list(i || 'x') from range(20000000) r(i)", viewer=HR)


@pytest.mark.parametrize(
    ("sql", "params", "words"),
    [
        ("select nonsense from roles", (), 'Referenced column "nonsense" not found'),
        ("select sum(role_id) from roles", (), "No function matches"),
        ("select * from roles where role_id = ?", (), "do not fit"),
        ("select * from roles where role_id = $a", {"b": 1}, "do not fit"),
        ("select cast(name as int) from people.candidates", (), "converted to INT32"),
        ("select (select role_id from interview_results)", (), "gives several rows"),
        ("select strptime(name, '%Y') from people.candidates", (), "cannot take"),
        ("select 9223372036854775807 + composite_score::int from interview_results", (), "too large"),
        ("select 1::nosuchtype", (), "nosuchtype"),
    ],
)
def test_a_query_that_fails_says_why_without_quoting_rows(
    marts: Marts, sql: str, params: object, words: str
) -> None:
    with pytest.raises(QueryFailedError, match=words) as caught:
        marts.query(sql, params, viewer=HR)  # type: ignore[arg-type]
    assert "测试" not in str(caught.value)
    assert "LINE" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_empty_warehouse_is_a_sentence(settings: Settings) -> None:
    marts = Marts(settings)
    assert marts.version() is None
    with pytest.raises(NothingPublished, match="No marts yet: run `make run` or `scorehouse build`"):
        marts.query("select 1", viewer=HR)


def test_a_removed_file_is_a_sentence_and_the_next_publish_heals_it(
    settings: Settings, build: Build, published: Path, marts: Marts
) -> None:
    assert marts.query("from roles", viewer=HR).num_rows == 2
    published.unlink()
    assert marts.version() is None
    with pytest.raises(NothingPublished, match=r"marts_run1\.duckdb is gone"):
        marts.query("from roles", viewer=HR)
    build(VERSION_SQL.format(n=2))
    publish(settings, "run2")
    assert marts.query("from v", viewer=HR)["n"].to_pylist() == [2]


def test_a_damaged_file_is_a_sentence(settings: Settings, published: Path) -> None:
    published.chmod(0o600)
    published.write_bytes(b"damaged" * 5000)
    with pytest.raises(NothingPublished, match="cannot be read"):
        Marts(settings).query("select 1", viewer=HR)


def test_a_publish_in_mid_visit_is_seen_by_the_next_query(settings: Settings, build: Build) -> None:
    marts = Marts(settings)
    seen = []
    for number in range(5):
        build(VERSION_SQL.format(n=number))
        publish(settings, f"run{number}")
        version = marts.version()
        assert version is not None
        assert version.run_id == f"run{number}"
        seen += marts.query("from v", viewer=HR)["n"].to_pylist()
    assert seen == [0, 1, 2, 3, 4]
    assert len(marts._opened) == 2


def test_a_file_that_was_replaced_under_its_name_is_read_anew(settings: Settings, build: Build) -> None:
    build(VERSION_SQL.format(n=1))
    path = publish(settings, "run1")
    marts = Marts(settings)
    assert marts.query("from v", viewer=HR)["n"].to_pylist() == [1]
    path.unlink()
    (settings.published / "current.duckdb").unlink()
    build(VERSION_SQL.format(n=2))
    publish(settings, "run1")
    assert marts.query("from v", viewer=HR)["n"].to_pylist() == [2]


def test_many_threads_query_while_versions_come(settings: Settings, build: Build) -> None:
    build(VERSION_SQL.format(n=0))
    publish(settings, "run0")
    marts = Marts(settings, threads=1)
    over = threading.Event()

    def visit(_: int) -> list[int]:
        seen = []
        while not over.is_set():
            seen += marts.query("select n from v", viewer=HR)["n"].to_pylist()
        return seen

    with ThreadPoolExecutor(4) as pool:
        visits = pool.map(visit, range(4))
        for number in range(1, 6):
            build(VERSION_SQL.format(n=number))
            publish(settings, f"run{number}")
        over.set()
        for seen in visits:
            assert seen == sorted(seen)
    assert marts.query("from v", viewer=HR)["n"].to_pylist() == [5]


def test_asking_for_the_version_is_cheap(marts: Marts) -> None:
    started = time.perf_counter()
    for _ in range(1000):
        marts.version()
    assert time.perf_counter() - started < 1


def test_closed_marts_open_again_by_themselves(marts: Marts) -> None:
    marts.close()
    assert marts.query("from roles", viewer=HR).num_rows == 2


def test_times_are_utc_whatever_the_machine_says(marts: Marts) -> None:
    table = marts.query("select (timestamp '2026-01-01 00:00:00')::timestamptz::varchar as t", viewer=HR)
    assert table["t"].to_pylist() == ["2026-01-01 00:00:00+00"]


def test_two_readers_in_one_process_share_the_file(settings: Settings, published: Path) -> None:
    first, second = Marts(settings), Marts(settings)
    for marts in (first, second, first):
        assert marts.query("select count(*) as n from roles", viewer=HR).num_rows == 1
    first.close()
    assert second.query("select count(*) as n from roles", viewer=HR).num_rows == 1
