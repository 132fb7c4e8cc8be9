"""Hand-made exports with worked results: what a rule says of the edge itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.independent.world import Row, World

pytestmark = pytest.mark.slow


def one(world: World, mart: str, name: str, column: str = "interview_id") -> Row:
    [row] = world.ask(f"select * from {mart} where {column} = '{name}'")
    return row


@pytest.mark.parametrize(
    ("interview", "day", "quarter"),
    [
        ("CASE-Q2", date(2025, 6, 30), date(2025, 4, 1)),
        ("CASE-Q3", date(2025, 7, 1), date(2025, 7, 1)),
        ("CASE-Q3-LOCAL", date(2025, 7, 1), date(2025, 7, 1)),
    ],
)
def test_a_quarter_begins_at_midnight_in_the_company(
    with_cases: World, interview: str, day: date, quarter: date
) -> None:
    row = one(with_cases, "interview_results", interview)
    assert (row["completed_local_date"], row["quarter_start"]) == (day, quarter)


def test_who_comes_again_has_a_second_attempt_and_a_pair_with_the_course_between(with_cases: World) -> None:
    attempts = with_cases.ask(
        "select interview_id, attempt from interview_results where candidate_id = 'CASE-D' order by attempt"
    )
    assert [tuple(row.values()) for row in attempts] == [("CASE-AGAIN-1", 1), ("CASE-AGAIN-2", 2)]
    pair = one(with_cases, "reapplications", "CASE-AGAIN-1", "first_interview_id")
    assert (pair["gain"], pair["days_between"], pair["is_supplement"]) == (12.0, 102, False)
    assert pair["course_ids"] == ["course_communication"]


def test_a_course_between_counts_also_when_it_was_taken_as_an_employee(with_cases: World) -> None:
    pair = one(with_cases, "reapplications", "CASE-MOVE-2", "first_interview_id")
    assert (pair["next_interview_id"], pair["course_ids"]) == ("CASE-MOVE-3", ["course_teamwork"])


def test_a_supplement_is_a_pair_that_says_so(with_cases: World) -> None:
    pair = one(with_cases, "reapplications", "CASE-MORE-1", "first_interview_id")
    assert (pair["next_interview_id"], pair["is_supplement"], pair["gain"]) == ("CASE-MORE-2", True, 5.0)


def test_people_of_one_name_are_never_taken_for_each_other(with_cases: World) -> None:
    hired, other = (one(with_cases, "interview_outcomes", f"CASE-NAME-{number}") for number in (1, 2))
    assert (hired["employee_link"], hired["employee_id"]) == ("hired", "CASE-E-F")
    assert (other["employee_link"], other["employee_id"]) == ("not_hired", None)
    stranger = one(with_cases, "pay_reviews", "CASE-E-X", "employee_id")
    assert (stranger["interview_id"], stranger["review_state"]) == (None, "no_interview")


def test_who_left_and_came_back_has_two_stays(with_cases: World) -> None:
    first, second = (one(with_cases, "interview_outcomes", f"CASE-BACK-{number}") for number in (1, 2))
    assert (first["hired_on"], first["left_on"]) == (date(2025, 3, 1), date(2025, 5, 20))
    assert (first["tenure_days"], first["left_within_12m"]) == (80, True)
    assert (second["hired_on"], second["left_on"]) == (date(2025, 6, 5), None)
    assert second["left_within_12m"] is False


def test_a_review_counts_for_the_stay_that_it_belongs_to(with_cases: World) -> None:
    first, second = (one(with_cases, "interview_outcomes", f"CASE-BACK-{number}") for number in (1, 2))
    assert (first["performance_3m"], first["performance_3m_state"]) == (None, "left_before")
    assert (second["performance_3m"], second["performance_3m_state"]) == (91.0, "reviewed")


def test_a_result_carries_the_department_of_its_day_and_that_of_now(with_cases: World) -> None:
    before, on_the_day = (one(with_cases, "interview_results", f"CASE-MOVE-{number}") for number in (1, 2))
    assert (before["department_id_then"], before["role_id_then"]) == ("sales", "sales_rep")
    assert (on_the_day["department_id_then"], on_the_day["role_id_then"]) == ("technology", "rd_manager")
    assert {row["department_id_now"] for row in (before, on_the_day)} == {"technology"}


def test_a_grade_without_a_band_has_no_pay_and_no_offer_outside_it(with_cases: World) -> None:
    row = one(with_cases, "interview_results", "CASE-NO-PAY")
    # 69.99 is not yet a B.
    assert (row["grade"], row["pay_min"], row["pay_max"]) == ("C", None, None)
    offer = one(with_cases, "offers", "CASE-NO-PAY")
    assert (offer["offer_monthly_salary"], offer["is_out_of_band"]) == (9000.0, None)


def test_a_correction_that_comes_late_stands(with_cases: World) -> None:
    row = one(with_cases, "interview_results", "CASE-LATE")
    assert (row["status"], row["composite_score"], row["grade"]) == ("scored", 95.0, "S")


def test_an_older_export_that_comes_late_is_history_and_not_the_truth(with_cases: World) -> None:
    rows = with_cases.ask(
        "select version_number, monthly_salary, valid_from from employee_history "
        "where employee_id = 'CASE-E-O' order by version_number"
    )
    assert [(row["version_number"], row["monthly_salary"]) for row in rows] == [(1, 12000.0), (2, 15000.0)]
    # Midnight in Shanghai.
    assert rows[1]["valid_from"].replace(tzinfo=UTC) == datetime(2025, 9, 30, 16, tzinfo=UTC)


def test_a_file_that_comes_twice_changes_nothing(with_cases: World) -> None:
    files = with_cases.ask("select file, duplicates from ingest_health where file like '%/cases%'")
    assert "interviews/cases_again.jsonl" not in {row["file"] for row in files}
    assert len(with_cases.ask("select 1 from interview_results where interview_id like 'CASE-%'")) == 20


def test_money_reads_as_people_write_it(with_cases: World) -> None:
    rows = with_cases.ask(
        "select application_id, offer_monthly_salary from application_history "
        "where application_id like 'CASE-%' order by application_id"
    )
    assert [row["offer_monthly_salary"] for row in rows] == [16000.0, None, 15000.0, 17500.0, 9000.0, 15500.0]


def test_an_interview_that_is_corrected_into_the_next_quarter_counts_there_alone(with_cases: World) -> None:
    row = one(with_cases, "interview_results", "CASE-REDATED")
    assert (row["completed_local_date"], row["quarter_start"]) == (date(2025, 10, 1), date(2025, 10, 1))
    days = with_cases.ask(
        "select distinct quarter_start from competency_scores where interview_id = 'CASE-REDATED'"
    )
    assert days == [{"quarter_start": date(2025, 10, 1)}]


def test_who_failed_twice_and_then_joined_is_one_person_who_came_back(with_cases: World) -> None:
    [row] = with_cases.ask(
        "select count(*) as interviews_n, count(distinct candidate_id) as people_n from interview_results "
        "where scenario = 'external' and composite_score < 60"
    )
    assert row["people_n"] < row["interviews_n"]
    claim = one(with_cases, "claims_ledger", "came_back_and_joined", "claim_id")
    assert claim["n"] == row["people_n"]
