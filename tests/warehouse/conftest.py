"""A small installation: three people who do not exist, two marts, one table of (synthetic) names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.marts import Marts
from warehouse.publish import publish
from warehouse.settings import Settings

MARTS = """
create schema staging; create schema marts; create schema people;
create table staging.stg_answers as select 'i1' as interview_id, 'sealed' as text;
create table marts.interview_results as
    select * from (values
        ('i1', 'c1', 'sales_rep', 81.25, 'A', timestamp '2026-01-05 08:00:00', ['short_answers']),
        ('i2', 'c2', 'sales_rep', 62.50, 'C', timestamp '2026-02-05 08:00:00', []),
        ('i3', 'c3', 'data_analyst', null, null, null, [])
    ) as rows(interview_id, candidate_id, role_id, composite_score, grade, completed_at, flags);
comment on table marts.interview_results is 'One row an interview''s attempt.';
comment on column marts.interview_results.grade is '等级';
create view marts.roles as select distinct role_id from marts.interview_results;
create table people.candidates as
    select * from (values ('c1', '测试甲'), ('c2', '测试乙'), ('c3', '测试丙')) as rows(candidate_id, name);
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("SCOREHOUSE_MASTER_KEY", raising=False)
    return Settings(home=tmp_path / "var").ensure()


@pytest.fixture
def build(settings: Settings) -> Callable[[str], Path]:
    """Writes `build/build.duckdb` anew from SQL."""

    def write(sql: str = MARTS) -> Path:
        path = settings.build / "build.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(sql)
        return path

    return write


@pytest.fixture
def published(settings: Settings, build: Callable[[str], Path]) -> Path:
    build(MARTS)
    return publish(settings, "run1")


@pytest.fixture
def marts(settings: Settings, published: Path) -> Iterator[Marts]:
    opened = Marts(settings)
    yield opened
    opened.close()


@pytest.fixture
def known() -> frozenset[str]:
    """The relations of `database` that may be read."""
    return frozenset({"marts.results", "marts.roles", "people.candidates"})


@pytest.fixture(scope="session")
def database() -> duckdb.DuckDBPyConnection:
    """`results` is a mart; whatever holds the word CANARY must never be read."""
    connection = duckdb.connect()
    connection.execute("""
        create schema marts; create schema people; create schema staging;
        create table marts.results as select i as id, i % 3 as role_id, i * 1.5 as score,
            [i, i + 1] as parts, {'phrase': 'p' || i} as evidence, date '2026-01-01' + i::int as day
            from range(12) r(i);
        create table marts.roles as select i as role_id, 'role ' || i as name from range(3) r(i);
        create table people.candidates as select i as id, '测试' || i as name from range(12) r(i);
        create table marts.hidden as select 'CANARY' as name;
        create table staging.secret as select 'CANARY' as name;
        create table main.secret as select 'CANARY' as name;
        create table main.results as select 'CANARY' as id;
        set enable_external_access = false;
        set search_path = 'marts';
        set threads = 1;
    """)
    return connection
