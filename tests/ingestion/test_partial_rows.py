"""Partial rows: a pay file says what it says and leaves the rest of an employee as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.state.balance import unbalanced_files
from tests.ingestion.changed_contracts import Contracts
from tests.ingestion.house import House
from tests.ingestion.observed import parquet_rows, sightings

PAY = "员工ID,本月工资日期,本月工资金额\n"
EMPLOYEES = "employee_id,hired_on,monthly_salary,exported_at\n"


def pay(house: House, name: str, rows: str) -> None:
    house.drop("zh_hr", f"{name}_工资明细.csv", PAY + rows)
    house.run()


def partial_columns(house: House) -> list[str | None]:
    return [row["_partial_columns"] for row in house.rows("employees")]


def test_a_partial_row_names_what_it_delivers(house: House) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E1,2020-01-01,10,2026-01-01\n")
    pay(house, "feb", "E1,2026-02-01,12\n")
    assert partial_columns(house) == [None, "employee_id,monthly_salary"]
    whole, partial = house.rows("employees")
    assert (partial["monthly_salary"], partial["hired_on"]) == (12.0, None)
    assert partial["_content_hash"] != whole["_content_hash"]
    assert house.ledger()[1]["profile"] == "zh_hr/员工工资明细"


def test_a_partial_row_that_comes_again_is_a_duplicate_with_a_sighting(house: House) -> None:
    pay(house, "feb", "E1,2026-02-01,12\n")
    pay(house, "mar", "E1,2026-03-01,12\n")
    assert [(entry["kept"], entry["duplicates"]) for entry in house.ledger()] == [(1, 0), (0, 1)]
    (seen,) = sightings(house, "employees")
    assert str(seen["_exported_at"]) == "2026-02-28 16:00:00+00:00"
    assert unbalanced_files(house.settings) == []


def test_a_whole_row_with_the_same_values_is_no_duplicate_of_a_partial_one(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = Contracts.copy(tmp_path, monkeypatch)
    rules.change(
        "employees", "  hired_on:\n    type: date\n    required: true\n", "  hired_on:\n    type: date\n"
    )
    pay(house, "feb", "E1,2026-02-01,12\n")
    report = house.take("employees", "e.csv", "employee_id,monthly_salary,exported_at\nE1,12,2026-03-01\n")
    assert report.kept == 1
    assert partial_columns(house) == ["employee_id,monthly_salary", None]


def test_released_partial_rows_are_partial(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(house, "feb", "E1,2026-02-01,-12\n")
    assert house.ledger()[0]["quarantined"] == 1
    Contracts.copy(tmp_path, monkeypatch).allow_debts()
    (report,) = house.run(retry=True).retried
    assert report.kept == 1
    assert partial_columns(house) == ["employee_id,monthly_salary"]
    assert house.rows("employees")[0]["monthly_salary"] == -12.0
    assert unbalanced_files(house.settings) == []


def test_a_partial_row_brings_no_whole_row_right(house: House) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E1,never,10,2026-01-01\n")
    pay(house, "feb", "E1,2026-02-01,12\n")
    released = house.settings.quarantine / "_releases" / "employees"
    assert parquet_rows(released) == []
    house.take("employees", "e2.csv", EMPLOYEES + "E1,2020-01-01,10,2026-01-01\n")
    assert [row["how"] for row in parquet_rows(released)] == ["file"]
