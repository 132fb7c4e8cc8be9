"""Which table of a profile a file is: by its headers, and by its name where headers cannot tell."""

from __future__ import annotations

import pytest

from ingestion.contract import Contract
from ingestion.foreign.profile import Profile, load_profiles


@pytest.fixture(scope="module")
def profiles(contracts: dict[str, Contract]) -> dict[str, Profile]:
    return load_profiles(None, contracts)


def names(
    profile: Profile, headers: tuple[str, ...] | None, file: str, fields: int | None = None
) -> list[str]:
    return [table.name for table in profile.match(headers, file, fields)]


ADDRESSES = ("candidate_id", "index", "_fivetran_synced", "type", "value")


def test_tables_with_the_same_headers_are_told_by_the_file_name(profiles: dict[str, Profile]) -> None:
    greenhouse = profiles["greenhouse"]
    assert names(greenhouse, ADDRESSES, "email_address.csv") == ["email_address"]
    assert names(greenhouse, ADDRESSES, "2025/Phone_Number.CSV.gz") == ["phone_number"]
    assert names(greenhouse, ADDRESSES, "export.zip › data/phone_number.csv") == ["phone_number"]
    assert names(greenhouse, ADDRESSES, "export.csv") == []


def test_headers_are_known_in_any_case_and_punctuation(profiles: dict[str, Profile]) -> None:
    headers = ("id", "application_id", "end", "interview_id", "organizer_id", '"START"', "STATUS")
    assert names(profiles["greenhouse"], headers, "a.csv") == ["scheduled_interview"]


def test_the_table_with_more_of_the_headers_comes_first(profiles: dict[str, Profile]) -> None:
    headers = ("organization_id", "role_id", "organization_role_code", "associated_worker_id")
    assert names(profiles["workday"], headers, "a.csv")[0] in (
        "organization_role",
        "organization_role_worker",
    )
    headers = ("id", "name", "source_type_id")
    assert names(profiles["greenhouse"], headers, "tag.csv") == ["source", "tag"]


def test_a_file_without_headers_is_told_by_its_name_and_number_of_fields(
    profiles: dict[str, Profile],
) -> None:
    works = profiles["adventureworks"]
    assert names(works, None, "Employee.csv", 16) == ["Employee"]
    assert names(works, None, "Employee.csv", 15) == []
    assert names(works, None, "EmployeePayHistory.txt", 5) == ["EmployeePayHistory"]
    assert names(works, ("1", "16", "1", "2009-01-14", "", "x"), "EmployeeDepartmentHistory.csv") == [
        "EmployeeDepartmentHistory"
    ]


def test_the_same_table_with_its_headers_in_the_first_row_keeps_them(profiles: dict[str, Profile]) -> None:
    table = profiles["adventureworks"].tables["Department"]
    own = ("departmentid", "name", "groupname", "modifieddate")
    assert table.given_headers(own) is None
    assert table.given_headers(("1", "Engineering", "R&D", "2008")) == table.header
    assert names(profiles["adventureworks"], own, "export.csv") == ["Department"]


def test_a_table_for_which_headers_say_too_little_must_have_its_name(profiles: dict[str, Profile]) -> None:
    assert names(profiles["lever"], ("id", "text"), "whatever.csv") == []
    assert names(profiles["lever"], ("id", "text"), "stage.csv") == ["stage"]
