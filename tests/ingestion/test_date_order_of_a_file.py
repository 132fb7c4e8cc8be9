"""A file whose dates put day or month first is read for their order and then once more, from its start."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.state.balance import unbalanced_files
from tests.ingestion.house import House
from tests.ingestion.observed import sightings

EMPLOYEES = "employee_id,hired_on,left_on\n"


def days(house: House, column: str = "hired_on") -> list[str]:
    return [str(row[column]) for row in house.rows("employees")]


def test_one_date_decides_for_the_column(house: House) -> None:
    report = house.take("employees", "e.csv", EMPLOYEES + "E1,1/2/2020,\nE2,13/2/2020,\n")
    assert (report.kept, report.quarantined) == (2, 0)
    assert days(house) == ["2020-02-01", "2020-02-13"]
    assert house.ledger()[0]["date_orders"] == ["hired_on=dmy"]


def test_each_column_decides_for_itself(house: House) -> None:
    rows = "E1,1/2/2020,3/4/2021\nE2,13/2/2020,3/14/2021\n"
    house.take("employees", "e.csv", EMPLOYEES + rows)
    assert (days(house), days(house, "left_on")) == (
        ["2020-02-01", "2020-02-13"],
        ["2021-03-04", "2021-03-14"],
    )
    assert house.ledger()[0]["date_orders"] == ["hired_on=dmy", "left_on=mdy"]


def test_a_column_that_contradicts_itself_goes_to_the_quarantine_and_the_other_rows_on(house: House) -> None:
    rows = "E1,13/2/2020,\nE2,2/13/2020,\nE3,1/2/2020,\nE4,2020-02-01,\n"
    report = house.take("employees", "e.csv", EMPLOYEES + rows)
    assert (report.kept, report.quarantined) == (1, 3)
    assert {row["code"] for row in house.quarantined("employees")} == {"date_order_contradictory"}
    assert house.ledger()[0]["date_orders"] == ["hired_on=contradictory"]


def test_files_with_the_year_first_are_read_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("ingestion.values.date_order.scan", scan)
    assert house.take("employees", "e.csv", EMPLOYEES + "E1,2020-02-01,2021/3/4\n").kept == 1
    assert house.ledger()[0]["date_orders"] == []


def test_a_column_that_the_scan_says_nothing_about_is_undecided(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.values.date_order.scan", lambda *_: {})
    report = house.take("employees", "e.csv", EMPLOYEES + "E1,13/2/2020,\nE2,2020-02-01,\n")
    assert (report.kept, report.quarantined) == (1, 1)
    assert house.quarantined("employees")[0]["code"] == "date_order_unknown"


def test_what_came_before_the_first_such_date_is_counted_once(house: House) -> None:
    """Batches of many rows are kept, found twice and quarantined before the last row asks for the order."""
    count = 80_000
    people = [f"E{number}" for number in range(count)] + ["E0", "E-late"]
    hired = ["2020-01-01"] * (count - 1) + ["never", "2020-01-01", "13/2/2020"]
    buffer = io.BytesIO()
    pq.write_table(pa.table({"employee_id": people, "hired_on": hired}), buffer)
    report = house.take("employees", "e.parquet", buffer.getvalue())
    assert (report.rows_in, report.kept, report.duplicates, report.quarantined) == (count + 2, count, 1, 1)
    assert report.reasons == (f"row {count}, column hired_on: the value is not a date",)
    assert len(house.rows("employees")) == count
    assert days(house)[-1] == "2020-02-13"
    assert len(sightings(house, "employees")) == len(house.quarantined("employees")) == 1
    assert unbalanced_files(house.settings) == []
    assert list(house.settings.home.rglob("*.tmp")) == []
