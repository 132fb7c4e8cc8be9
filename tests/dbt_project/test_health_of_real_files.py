"""Drift, quarantine and balance as the marts tell them, of files that went through the real ingestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.ingest import run
from orchestration import run_record
from tests.dbt_project.compiled import Compiled
from tests.dbt_project.conftest import Project
from warehouse.settings import Settings

TESTS = ("assert_quarantined_rows_are_those_of_the_ledger", "assert_kept_rows_are_in_raw")
FIRST = """员工编号,入职日期,部门编号,直属上级,月薪,状态
E1,2020-01-01,sales,E9,15000,在职
E2,2020-01-02,sales,E9,16000,在职
"""
WITH_A_BAD_ROW = FIRST + "E3,2020-13-45,sales,E9,17000,在职\n"
# The department under another header of the contract, the manager under one that it does not know, pay in
# words, the status gone.
SECOND = """员工编号,入职日期,所属部门,汇报给谁,月薪,离职日期
E1,2020-01-01,sales,E8,面议,2026-01-31
E2,2020-01-02,sales,E8,面议,2026-01-31
"""
MENDED = """员工编号,入职日期,部门编号,直属上级,月薪,状态
E3,2020-12-25,sales,E9,17000,在职
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home").ensure()


@pytest.fixture(scope="module")
def compiled(built_project: Project) -> Compiled:
    return Compiled.of(built_project, "ingest_health", "quarantine", "source_health", *TESTS)


def take(home: Settings, name: str, content: str) -> None:
    path = home.landing / "employees" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    run(home)


def asked(compiled: Compiled, home: Settings, sql: str) -> list[tuple[object, ...]]:
    """Rows of a query; dbt's own tests must hold as well."""
    run_record.begin(home, "run-1")
    with compiled.over(home) as connection:
        for test in TESTS:
            assert connection.execute(f"select * from wanted.{test}").fetchall() == []
        return connection.execute(sql).fetchall()


def test_columns_that_came_went_or_changed_are_named(home: Settings, compiled: Compiled) -> None:
    take(home, "first.csv", FIRST)
    take(home, "second.csv", SECOND)
    sql = (
        "select added_columns, dropped_columns, renamed_columns, retyped_columns, new_columns"
        " from wanted.ingest_health order by arrival_seq"
    )
    first, second = asked(compiled, home, sql)
    assert first == (None, None, None, None, [])
    assert second == (
        ["离职日期"],
        ["状态"],
        ["部门编号 → 所属部门", "直属上级 → 汇报给谁"],
        ["monthly_salary: integer → text"],
        ["汇报给谁"],
    )


def test_a_bad_row_waits_until_a_later_file_brings_it_right(home: Settings, compiled: Compiled) -> None:
    take(home, "first.csv", WITH_A_BAD_ROW)
    sql = "select row_number, column_name, code, state, released_how, released_by from wanted.quarantine"
    assert asked(compiled, home, sql) == [(3, "hired_on", "no_such_date", "open", None, None)]
    take(home, "mended.csv", MENDED)
    ((*_, state, how, by),) = asked(compiled, home, sql)
    assert (state, how) == ("released", "file")
    assert "mended.csv" in str(by)
    counts = "select rows_in, kept, quarantined, released, open_quarantined from wanted.ingest_health"
    assert asked(compiled, home, f"{counts} order by arrival_seq") == [(3, 2, 1, 1, 0), (1, 1, 0, 0, 0)]


def test_a_source_without_a_file_is_overdue_and_one_with_a_fresh_file_is_not(
    home: Settings, compiled: Compiled
) -> None:
    take(home, "first.csv", FIRST)
    sql = "select source, is_overdue, files from wanted.source_health"
    found = {source: (is_overdue, files) for source, is_overdue, files in asked(compiled, home, sql)}
    assert found["employees"] == (False, 1)
    assert len(found) == 15
    assert {facts for source, facts in found.items() if source != "employees"} == {(True, 0)}
