"""What a profile can say about one column, each tried on a table that a person can check by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ingestion.contract import Contract
from tests.ingestion.acme import Acme


@pytest.fixture
def acme(tmp_path: Path, contracts: dict[str, Contract]) -> Acme:
    return Acme(tmp_path, contracts)


def test_a_header_is_a_column_whatever_its_case(acme: Acme) -> None:
    assert acme.column("Full Name", full_name="Li Na|Wang Wei") == ["Li Na", "Wang Wei"]


def test_values_are_mapped_without_regard_to_case_and_others_stay(acme: Acme) -> None:
    mapping = "{from: S, values: {A: active, 'no longer': left, Z: ''}}"
    assert acme.column(mapping, ours="status", S="a|No  Longer|z|hovering") == [
        *("active", "left", None, "hovering"),
    ]


def test_otherwise_is_for_every_value_that_is_not_listed_but_not_for_none(acme: Acme) -> None:
    mapping = "{from: S, values: {A: active}, otherwise: left}"
    assert acme.column(mapping, ours="status", S="A|whatever||") == ["active", "left", None, None]


def test_a_constant_stands_in_every_row(acme: Acme) -> None:
    assert acme.column("{constant: 试用}", ours="status", X="1|2") == ["probation", "probation"]


def test_a_pattern_takes_its_group(acme: Acme) -> None:
    assert acme.column("{from: X, pattern: '^(\\w+) /'}", X="Sales / North|Sales") == ["Sales", None]


def test_joined_parts_are_those_that_are_there(acme: Acme) -> None:
    given = {"First": "Ada||Grace|", "Last": "Lovelace|Turing||"}
    assert acme.column("{join: [First, Last]}", **given) == ["Ada Lovelace", "Turing", "Grace", None]
    assert acme.column("{join: [Last, First], with: ', '}", **given)[0] == "Lovelace, Ada"


def test_a_joined_constant_is_no_value_by_itself(acme: Acme) -> None:
    assert acme.column("{join: [{constant: E}, X], with: '-'}", X="7||") == ["E-7", None, None]


def test_the_first_that_has_a_value_counts(acme: Acme) -> None:
    assert acme.column("{first: [A, B, {constant: '?'}]}", A="x||", B="y|z|") == ["x", "z", "?"]


def test_a_scale_is_stretched_linearly(acme: Acme) -> None:
    mapping = "{from: X, scale: {from: [1, 5], to: [0, 100]}}"
    assert acme.column(mapping, ours="monthly_salary", X="1|2|3.5|5") == [0, 25, 62.5, 100]


def test_a_number_is_multiplied_and_rounded_however_it_is_written(acme: Acme) -> None:
    mapping = "{from: X, multiply: 12, round: 1}"
    assert acme.column(mapping, ours="monthly_salary", X="10|1.5万|10.011") == [120, 180_000, 120.1]


def test_what_is_no_number_cannot_be_calculated_with(acme: Acme) -> None:
    profile = """
    tables:
      staff:
        recognise: [No, Joined]
        outputs:
          - source: employees
            columns: {employee_id: No, hired_on: Joined, monthly_salary: {from: Pay, multiply: 2}}
    """
    taken = acme.take(profile, "employees", staff="No,Joined,Pay\n1,2024-01-01,much\n2,2024-01-01,5")
    assert [row["monthly_salary"] for row in taken.rows] == [10]
    assert taken.bad[0].sentence == "row 1, column monthly_salary: the value is not a number"


def test_milliseconds_since_1970_are_a_day_or_a_time(acme: Acme) -> None:
    mapping = r"{from: X, pattern: '/Date\((-?\d+)', unix: ms}"
    cells = r"/Date(1262304000000)/|/Date(-86400000+0000)/"
    assert acme.column(mapping, ours="left_on", X=cells) == [dt.date(2010, 1, 1), dt.date(1969, 12, 31)]
    assert acme.column("{from: X, unix: s}", ours="exported_at", X="0") == [
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    ]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2024-03-01 08:00:00", dt.datetime(2024, 3, 1, 8)),
        ("2024-03-01T08:00:00.5", dt.datetime(2024, 3, 1, 8, 0, 0, 500_000)),
        ("2024-03-01 08:00:00+08:00", dt.datetime(2024, 3, 1, 0)),
        ("2024年3月1日 上午8点", dt.datetime(2024, 3, 1, 8)),
    ],
)
def test_times_without_a_zone_are_read_in_the_zone_of_the_system(
    written: str, utc: dt.datetime, acme: Acme
) -> None:
    profile = """
    timezone: UTC
    tables:
      staff:
        recognise: [No, Joined]
        outputs:
          - source: employees
            columns: {employee_id: No, hired_on: Joined, exported_at: At}
    """
    taken = acme.take(profile, "employees", staff=f"No,Joined,At\n1,2024-01-01,{written}")
    assert [row["exported_at"] for row in taken.rows] == [utc.replace(tzinfo=dt.UTC)]


def test_the_day_of_an_instant_is_the_one_over_there(acme: Acme) -> None:
    profile = """
    timezone: America/New_York
    tables:
      staff:
        recognise: [No, Joined]
        outputs: [{source: employees, columns: {employee_id: No, hired_on: Joined}}]
    """
    rows = "No,Joined\n1,2024-03-02T02:00:00Z\n2,2024-03-02\n3,2024-03-02 23:30:00"
    taken = acme.take(profile, "employees", staff=rows)
    assert [row["hired_on"].day for row in taken.rows] == [1, 2, 2]
