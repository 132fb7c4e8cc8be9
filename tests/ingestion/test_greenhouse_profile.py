"""Greenhouse's tables joined: its real headers over a few rows that belong together."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from ingestion.contract import Contract
from ingestion.foreign.profile import load_profiles
from tests.ingestion.through import SHARED, Export, Taken

Rows = dict[str, list[dict[str, str]]]
TABLES: Rows = {
    "candidate": [
        {"id": "7", "first_name": "Ada", "last_name": "Lovelace", "updated_at": "2024-01-02 00:00:00"},
        {"id": "8", "first_name": "Gone", "_fivetran_deleted": "true"},
    ],
    "email_address": [
        {"candidate_id": "7", "index": "1", "value": "later@example.com"},
        {"candidate_id": "7", "index": "0", "value": "ada@example.com"},
    ],
    "phone_number": [{"candidate_id": "7", "index": "0", "value": "13800000000"}],
    "application": [
        {
            "id": "70",
            "candidate_id": "7",
            "current_stage_id": "500",
            "source_id": "900",
            "status": "active",
            "applied_at": "2024-01-01 09:00:00",
            "last_activity_at": "2024-01-03 00:00:00",
        }
    ],
    "job_application": [{"application_id": "70", "job_id": "30"}],
    "job": [{"id": "30", "name": "销售代表", "requisition_id": "R-1"}],
    "job_department": [{"department_id": "40", "job_id": "30"}],
    "department": [{"id": "40", "name": "销售部"}],
    "job_stage": [{"id": "500", "job_id": "30", "name": "Onsite"}],
    "source": [{"id": "900", "name": "LinkedIn"}],
    "eeoc": [
        {
            "application_id": "70",
            "gender_description": "Female",
            "race_description": "Decline To Self Identify",
            "disability_status_description": "secret",
        }
    ],
    "scheduled_interview": [
        {
            "id": "80",
            "application_id": "70",
            "status": "complete",
            "start": "2024-01-04 09:00:00",
            "end": "2024-01-04 10:00:00",
        }
    ],
    "scheduled_interviewer": [{"interviewer_id": "5", "scheduled_interview_id": "80", "scorecard_id": "800"}],
    "scorecard": [
        {
            "id": "800",
            "application_id": "70",
            "overall_recommendation": "strong_yes",
            "submitted_by_user_id": "5",
        },
        {
            "id": "801",
            "application_id": "70",
            "interview": "Phone",
            "overall_recommendation": "no_decision",
            "submitted_by_user_id": "6",
        },
    ],
    "scorecard_attribute": [
        {"scorecard_id": "800", "name": "Communication", "rating": "definitely_not"},
        {"scorecard_id": "800", "name": "Logic", "rating": "mixed", "note": "said little"},
        {"scorecard_id": "800", "name": "Care", "rating": "stong_yes"},
        {"scorecard_id": "999", "name": "Care", "rating": "yes"},
    ],
}


@pytest.fixture
def results(tmp_path: Path, contracts: dict[str, Contract]) -> list[Taken]:
    folder = SHARED / "greenhouse"
    if not folder.is_dir():
        pytest.skip("the real headers of greenhouse are not here: greenhouse beside the repository")
    paths = []
    for name, rows in TABLES.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            headers = next(csv.reader(file))
        paths.append(tmp_path / f"{name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headers)
            writer.writeheader()
            writer.writerows(rows)
    return Export(load_profiles(None, contracts)["greenhouse"], contracts).take(*paths)


def of(results: list[Taken], table: str) -> Taken:
    (taken,) = [taken for taken in results if taken.table == table]
    return taken


def test_a_candidate_has_the_first_address_and_what_the_person_said_about_themselves(
    results: list[Taken],
) -> None:
    taken = of(results, "candidate")
    assert taken.rows == [
        {
            "candidate_id": "7",
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "phone": "13800000000",
            "resume_source": "LinkedIn",
            "gender": "female",
            "exported_at": dt.datetime(2024, 1, 2, tzinfo=dt.UTC),
        }
    ]
    assert taken.codes == ["deleted_in_source"]


def test_an_application_knows_its_job_department_and_stage(results: list[Taken]) -> None:
    assert of(results, "application").rows == [
        {
            "application_id": "70",
            "candidate_id": "7",
            "role_id": "销售代表",
            "department_id": "销售部",
            "requisition_id": "R-1",
            "applied_at": dt.datetime(2024, 1, 1, 9, tzinfo=dt.UTC),
            "stage": "Onsite",
            "outcome": "open",
            "exported_at": dt.datetime(2024, 1, 3, tzinfo=dt.UTC),
        }
    ]


def test_an_interview_finds_its_candidate_and_role_through_the_application(results: list[Taken]) -> None:
    (row,) = of(results, "scheduled_interview").rows
    assert (row["interview_id"], row["candidate_id"], row["role_id"]) == ("80", "7", "销售代表")
    assert (row["status"], row["completed_at"]) == ("completed", dt.datetime(2024, 1, 4, 10, tzinfo=dt.UTC))


def test_ratings_are_five_words_in_equal_steps(results: list[Taken]) -> None:
    whole, attributes = of(results, "scorecard"), of(results, "scorecard_attribute")
    told = [
        (row["interview_id"], row["rater_id"], row.get("competency_id"), row["rating"])
        for row in (*whole.rows, *attributes.rows)
    ]
    assert told == [
        ("80", "5", None, 100),
        ("80", "5", "Communication", 0),
        ("80", "5", "Logic", 50),
    ]


def test_a_word_that_is_no_rating_is_never_guessed(results: list[Taken]) -> None:
    (undecided,) = of(results, "scorecard").bad
    assert undecided.sentence == "row 2, column rating: the value is not a number"
    misspelt, orphan = of(results, "scorecard_attribute").bad
    assert misspelt.sentence == "row 3, column rating: the value is not a number"
    assert orphan.code == "lookup_missing"


def test_disability_and_what_interviewers_wrote_are_taken_nowhere(results: list[Taken]) -> None:
    kept = str([(taken.rows, taken.aside) for taken in results])
    assert "secret" not in kept and "said little" not in kept
