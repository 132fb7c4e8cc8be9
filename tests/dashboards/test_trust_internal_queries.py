"""The questions behind trust and internal moves: every row is counted once, limits are the project's."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards import duties, promotion_cases, promotion_prompts
from dashboards.catalogue import words_in
from tests.dashboards.test_queries import ask
from tests.dashboards.test_trust_internal import LEDGER, PROMOTIONS, told
from warehouse import metrics
from warehouse.settings import Settings


def test_the_calendar_holds_every_record_once(marts_home: Path) -> None:
    months = ask(marts_home, "trust_calendar")
    due = f"{LEDGER} obligation = 'retention' and purge_due <= date '2027-10-01'"
    assert sum(row["n"] for row in months) == told(marts_home, f"select count(*) {due}")
    assert sum(row["n"] for row in months) + months[0]["later_n"] == told(
        marts_home, f"select count(*) {LEDGER} obligation = 'retention'"
    )
    for row in months:
        assert row["n"] == row["recordings_n"] + row["texts_n"] + row["scores_n"]


def test_what_comes_due_soon_is_counted_from_the_day_of_the_ledger(marts_home: Path) -> None:
    rows = ask(marts_home, "trust_duties")
    (texts,) = [row for row in rows if (row["duty"], row["state"]) == ("texts", "kept")]
    within = "purge_due between date '2026-10-01' and date '2026-10-31'"
    assert texts["soon_n"] == told(marts_home, f"select count(*) {LEDGER} field_class = 'texts' and {within}")
    assert 0 < texts["soon_n"] < texts["n"]


def test_the_marks_are_variables_of_the_project(marts_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {**Settings.from_env().dbt_variables, "promotion_interview_mark": 70}
    monkeypatch.setattr(Settings, "dbt_variables", property(lambda _: variables))
    monkeypatch.setattr("warehouse.metrics._rendered", metrics._rendered.__wrapped__)
    (first, *_) = ask(marts_home, "internal_points", row_limit=1_500)
    above = "is_eligible is not null and interview_score >= 70 and performance_score < 90"
    assert first["interview_mark"] == 70
    assert first["interview_only_n"] == told(marts_home, f"select count(*) {PROMOTIONS} and {above}")


def test_the_corners_of_the_picture_hold_every_point_once(marts_home: Path) -> None:
    rows = ask(marts_home, "internal_points", row_limit=1_500)
    corners = ("both_n", "interview_only_n", "performance_only_n", "neither_n")
    assert len(rows) == rows[0]["judged_n"] == sum(rows[0][corner] for corner in corners)
    assert rows[0]["both_n"] == sum(row["is_eligible"] for row in rows)


def test_decisions_and_cycles_count_every_case_once(marts_home: Path) -> None:
    scored = told(marts_home, f"select count(*) {PROMOTIONS} and interview_score is not null")
    assert sum(row["n"] for row in ask(marts_home, "internal_decisions")) == scored
    bins = ask(marts_home, "internal_cycles")
    assert sum(row["n"] for row in bins) == told(marts_home, f"select count(cycle_days) {PROMOTIONS}")
    for row in bins:
        within = f"cycle_days >= {row['bin_start']} and cycle_days < {row['bin_end']}"
        assert row["n"] == told(marts_home, f"select count(*) {PROMOTIONS} and {within}")
    quarters = ask(marts_home, "internal_cycle_quarters", quarter="2026-07-01")
    assert len(quarters) > 1


def test_passes_by_course_are_those_of_people_who_took_it(marts_home: Path) -> None:
    for row in ask(marts_home, "internal_courses"):
        taken = "true" if row["course_id"] == "all" else f"list_contains(course_ids, '{row['course_id']}')"
        of_it = f"from marts.internal_reviews where is_passed is not null and {taken}"
        assert row["n"] == told(marts_home, f"select count(*) {of_it}")
        assert row["passed_n"] == told(marts_home, f"select count(*) {of_it} and interview_score >= 60")
        assert 0 <= row["low"] <= row["share"] <= row["high"] <= 1


def test_every_field_of_the_downloads_is_asked_for_and_has_a_header(marts_home: Path) -> None:
    asked = {
        "trust_ledger": duties.FIELDS,
        "trust_duties": duties.SUMMARY,
        "internal_cases": promotion_cases.FIELDS,
        "internal_prompts": promotion_prompts.FIELDS,
    }
    for query, fields in asked.items():
        assert not set(fields) - set(ask(marts_home, query)[0])
        assert not {f"csv.{field}" for field in fields} - set(words_in("zh").entries)


@pytest.mark.parametrize("query", ["internal_courses", "internal_cycle_quarters", "trust_duties"])
def test_groups_of_fewer_people_than_the_least_have_no_number(marts_home: Path, query: str) -> None:
    every, shown = (ask(marts_home, query, department="finance", fewest=fewest) for fewest in (0, 5))
    small = [row["n"] < 5 for row in every]
    assert any(small)
    assert [row["n"] is None for row in shown] == small


def test_a_person_counts_once_in_every_duty_and_state(marts_home: Path) -> None:
    rows = ask(marts_home, "trust_duties")
    for row in rows:
        of_it = f"{LEDGER} coalesce(field_class, obligation) = '{row['duty']}' and state = '{row['state']}'"
        assert row["n"] == told(marts_home, f"select count(*) {of_it}")
        assert row["people_n"] == told(marts_home, f"select count(distinct candidate_id) {of_it}")
    assert sum(row["n"] for row in rows) == told(marts_home, f"select count(*) {LEDGER} true")
    assert any(row["people_n"] < row["n"] for row in rows), "else a person could not count twice"


# Of the second day the year ends within a month that has records on both sides.
@pytest.mark.parametrize("as_of", ["2026-10-01", "2026-01-15"])
@pytest.mark.parametrize("fewest", [0, 2, 5, 30, 60, 1_000])
def test_a_month_tells_its_numbers_when_enough_people_stand_behind_them(
    marts_home: Path, fewest: int, as_of: str
) -> None:
    months = ask(marts_home, "trust_calendar", fewest=fewest, as_of=as_of)
    for row in months:
        people = told(
            marts_home,
            f"select count(distinct candidate_id) {LEDGER} obligation = 'retention'"
            f" and state = '{row['state']}' and date_trunc('month', purge_due) = date '{row['month_start']}'"
            f" and purge_due <= date '{as_of}' + interval 1 year",
        )
        assert (row["n"] is None) == (people < fewest)
    assert len(months) == len(ask(marts_home, "trust_calendar", as_of=as_of))
