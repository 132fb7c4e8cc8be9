"""Quarantined rows under a contract that has changed: what it accepts now comes in where it belongs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingestion.state.balance import unbalanced_files
from ingestion.state.ledger import Entry
from ingestion.state.releases import write_release
from tests.ingestion.changed_contracts import Contracts
from tests.ingestion.house import House, json_lines
from tests.ingestion.observed import history, parquet_rows, sightings
from warehouse.vault import Vault

EMPLOYEES = "employee_id,hired_on,monthly_salary\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contracts:
    return Contracts.copy(tmp_path, monkeypatch)


def releases(house: House, source: str = "employees") -> list[dict[str, object]]:
    return parquet_rows(house.settings.quarantine / "_releases" / source)


def test_a_row_that_the_contract_accepts_now_is_released(house: House, rules: Contracts) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E1,2020-01-01,10\nE2,2020-01-01,-5\nE3,never,7\n")
    rules.allow_debts()
    (report,) = house.run(retry=True).retried
    assert (report.rows_in, report.kept, report.duplicates, report.quarantined) == (3, 2, 0, 1)
    assert report.message == "Released 1 of 2 quarantined rows."
    (entry,) = house.ledger()
    assert (entry["kept"], entry["quarantined"], entry["releases"]) == (2, 1, 1)
    (released,) = releases(house)
    assert (released["row_number"], released["how"]) == (2, "contract")
    assert str(released["by"]).startswith("1-")
    assert released["by"] != entry["contract_version"]
    assert unbalanced_files(house.settings) == []


def test_a_released_row_has_the_place_that_it_would_have_had(house: House, rules: Contracts) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E1,2020-01-01,10\nE2,2020-01-01,-5\n")
    rules.allow_debts()
    house.run(retry=True)
    first, second = house.rows("employees")
    same = ("_arrival_seq", "_arrived_at", "_file_id", "_file_name", "_exported_at")
    assert {name: second[name] for name in same} == {name: first[name] for name in same}
    assert (second["employee_id"], second["monthly_salary"], second["_row_number"]) == ("E2", -5.0, 2)
    names = {path.name for path in (house.settings.raw / "employees").glob("[!_]*.parquet")}
    assert names == {f"{first['_file_id']}.parquet", f"{first['_file_id']}-r1.parquet"}


def test_the_quarantine_keeps_its_file_as_it_was(house: House, rules: Contracts) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E2,2020-01-01,-5\n")
    before = house.files("quarantine/employees")
    rules.allow_debts()
    house.run(retry=True)
    assert house.files("quarantine/employees") == before


def test_a_retry_under_the_same_contract_changes_nothing(house: House) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E2,2020-01-01,-5\n")
    house.run()
    before = house.files("raw", "quarantine")
    assert house.run(retry=True).retried == ()
    after = house.files("raw", "quarantine")
    assert {name for name in before if before[name] != after.get(name)} <= {"raw/_seen.json"}
    assert set(before) == set(after)


def test_without_retry_a_changed_contract_releases_nothing(house: House, rules: Contracts) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E2,2020-01-01,-5\n")
    rules.allow_debts()
    house.run()
    assert house.rows("employees") == releases(house) == []


def test_a_row_is_released_once(house: House, rules: Contracts) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E1,2020-01-01,-1\nE2,1/2/2020,3\n")
    rules.allow_debts()
    house.run(retry=True)
    assert house.run(retry=True).retried == ()
    rules.change(
        "employees", "  hired_on:\n    type: date\n", "  hired_on:\n    type: date\n    date_order: dmy\n"
    )
    (report,) = house.run(retry=True).retried
    assert (report.kept, report.quarantined) == (2, 0)
    assert [row["row_number"] for row in releases(house)] == [1, 2]
    assert [str(row["hired_on"]) for row in house.rows("employees")] == ["2020-01-01", "2020-02-01"]
    assert house.ledger()[0]["releases"] == 2
    assert unbalanced_files(house.settings) == []


def test_an_old_row_that_is_released_late_does_not_win_over_newer_ones(
    house: House, rules: Contracts
) -> None:
    house.take("employees", "0.csv", EMPLOYEES + "E1,2020-01-01,10\n")
    house.take("employees", "1.csv", EMPLOYEES + "E1,2020-01-01,-5\n")
    house.drop("employees", "2.csv", EMPLOYEES + "E1,2020-01-01,10\nE2,2020-01-01,10\n")
    rules.allow_debts()
    house.run(retry=True)
    versions = history(house, "employees", "employee_id", "monthly_salary")["E1"]
    assert [salary for _, salary in versions] == [10.0, -5.0, 10.0]
    # The third file's row said nothing new when it came, and still it is the last word.
    assert [entry["duplicates"] for entry in house.ledger()] == [0, 0, 1]
    assert unbalanced_files(house.settings) == []


def test_what_a_later_file_brought_right_is_not_tried_again(house: House, rules: Contracts) -> None:
    house.take("employees", "0.csv", EMPLOYEES + "E1,2020-01-01,-5\n")
    house.take("employees", "1.csv", EMPLOYEES + "E1,2020-01-01,5\n")
    rules.allow_debts()
    assert house.run(retry=True).retried == ()
    assert [row["how"] for row in releases(house)] == ["file"]


def test_sealed_texts_are_sealed_as_in_the_first_pass(house: House, rules: Contracts) -> None:
    house.drop("interviews", "i.csv", "interview_id,candidate_id,role_id,status\nI1,C1,sales_rep,invited\n")
    good = {"interview_id": "I1", "question_id": "q1", "text": "好", "mood": "calm", "shirt": "blue"}
    bad = {**good, "question_id": "q2", "text": " 不好 ", "lang": "Klingon"}
    house.drop("answers", "a.jsonl", json_lines(good, bad))
    house.run()
    rules.change("answers", "      en: [", "      tlh: [klingon]\n      en: [")
    (report,) = house.run(retry=True).retried
    assert (report.kept, report.quarantined) == (2, 0)
    first, second = house.rows("answers")
    assert house.opened(first, "answers", "text", "I1|q1|1") == "好"
    assert house.opened(second, "answers", "text", "I1|q2|1") == "不好"
    assert second["_seal_key_id"] == first["_seal_key_id"]
    assert second["_extra_sealed"] is not None
    assert second["lang"] == "tlh"


def test_answers_are_sealed_for_the_candidate_whose_interview_was_released_before(
    house: House, rules: Contracts
) -> None:
    header = "interview_id,candidate_id,role_id,status\n"
    house.drop("interviews", "i.csv", header + "I1,C1,sales_rep,vanished\nI2,C2,sales_rep,invited\n")
    answer = {"interview_id": "I1", "question_id": "q1", "text": "好", "lang": "Klingon"}
    house.drop("answers", "a.jsonl", json_lines(answer))
    house.run()
    rules.change("answers", "      en: [", "      tlh: [klingon]\n      en: [")
    rules.change("interviews", "      abandoned: [", "      abandoned: [vanished, ")
    # Another answer of the same pass has already asked whose interviews there are.
    house.drop("answers", "b.jsonl", json_lines({"interview_id": "I2", "question_id": "q1", "text": "好"}))
    assert len(house.run(retry=True).retried) == 2
    vault = Vault.open(house.settings)
    (key_id,) = (row["_seal_key_id"] for row in house.rows("answers") if row["interview_id"] == "I1")
    assert key_id == vault.keys_for(["candidate:C1"])["candidate:C1"].key_id


def test_a_file_that_fails_to_be_released_takes_nothing_from_the_next(
    house: House, rules: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take("employees", "a.csv", EMPLOYEES + "E1,2020-01-01,-5\n")
    house.take("employees", "b.csv", EMPLOYEES + "\nE1,2020-01-01,-5\n")
    rules.allow_debts()
    failed: list[Entry] = []

    def fail_once(quarantine: Path, entry: Entry, *rest: Any) -> None:
        if not failed:
            failed.append(entry)
            raise ValueError
        write_release(quarantine, entry, *rest)

    monkeypatch.setattr("ingestion.retry.write_release", fail_once)
    first, second = house.run(retry=True).retried
    assert "cannot be tried again" in str(first.message)
    assert (second.kept, second.duplicates) == (1, 0)
    assert [row["_arrival_seq"] for row in house.rows("employees")] == [2]
    assert unbalanced_files(house.settings) == []


def test_the_order_of_dates_is_that_of_the_whole_file(house: House, rules: Contracts) -> None:
    rows = "E1,13/02/2020,10\nE2,1/2/2020,-5\n"
    house.take("employees", "e.csv", EMPLOYEES + rows)
    assert house.ledger()[0]["date_orders"] == ["hired_on=dmy"]
    rules.allow_debts()
    house.run(retry=True)
    assert [str(row["hired_on"]) for row in house.rows("employees")] == ["2020-02-13", "2020-02-01"]


def test_dates_that_nothing_decided_stay_where_they_are(house: House, rules: Contracts) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E1,1/2/2020,-5\nE2,2020-01-01,-5\n")
    assert house.ledger()[0]["date_orders"] == ["hired_on=unknown"]
    rules.allow_debts()
    (report,) = house.run(retry=True).retried
    assert (report.kept, report.quarantined) == (1, 1)
    assert [row["employee_id"] for row in house.rows("employees")] == ["E2"]


def test_a_broken_line_stays_in_the_quarantine(house: House, rules: Contracts) -> None:
    house.take("employees", "e.csv", EMPLOYEES + "E1,2020-01-01\nE2,2020-01-01,-5\n")
    rules.allow_debts()
    (report,) = house.run(retry=True).retried
    assert (report.kept, report.quarantined) == (1, 1)


def test_what_is_released_and_says_nothing_new_is_a_duplicate(house: House, rules: Contracts) -> None:
    header = "employee_id,hired_on,monthly_salary,exported_at\n"
    house.take("employees", "a.csv", header + "E1,2020-01-01,-5,2026-01-01\n")
    house.take("employees", "b.csv", header + "E1,2020-01-01,-5,2026-02-01\n")
    rules.allow_debts()
    house.run(retry=True)
    assert [(entry["kept"], entry["duplicates"]) for entry in house.ledger()] == [(1, 0), (0, 1)]
    (seen,) = sightings(house, "employees")
    assert (seen["_arrival_seq"], seen["_row_number"]) == (2, 1)
    assert unbalanced_files(house.settings) == []
