"""From the application to the exit, worked out with a pencil; the day of the build is 3 January 2026."""

from __future__ import annotations

from datetime import date
from math import sqrt
from statistics import correlation, mean, stdev

import pytest

from tests.dbt_project import made_lifecycles
from tests.dbt_project.conftest import Query


@pytest.fixture
def query(lifecycles: Query) -> Query:
    """The invented people, not the home of the scores."""
    return lifecycles


@pytest.mark.parametrize(
    ("interview", "application", "employee", "hired_on"),
    [
        ("hired", "applied", "hired", date(2025, 6, 1)),
        # Same name as the one who was hired: nothing is joined by name.
        ("namesake", "applied", "not_hired", None),
        ("came_back_first", "applied", "hired", date(2024, 4, 1)),
        ("came_back_second", "applied", "hired", date(2025, 6, 2)),
        ("never_applied", "never_applied", "not_applied", None),
        ("applied_later", "applied_later", "not_applied", None),
        ("other_role", "applied_for_another_role", "not_applied", None),
        ("lost_employee", "applied", "hired_but_no_employee", None),
    ],
)
def test_the_chain_breaks_with_a_reason(
    query: Query, interview: str, application: str, employee: str, hired_on: date | None
) -> None:
    rows = query(
        """
        select application_link, employee_link, hired_on
        from marts.interview_outcomes
        where interview_id = ?
        """,
        interview,
    )
    assert rows == [(application, employee, hired_on)]


@pytest.mark.parametrize(
    ("interview", "scores", "states"),
    [
        ("hired", (90.0, 93.0, None), ("reviewed", "reviewed", "too_early")),
        # Left after five months and was reviewed after three.
        ("came_back_first", (80.0, None, None), ("reviewed", "left_before", "left_before")),
        ("came_back_second", (82.0, None, None), ("reviewed", "too_early", "too_early")),
        # The one review lies 46 days from both anniversaries.
        ("not_reviewed", (None, None, None), ("not_reviewed", "not_reviewed", "too_early")),
        ("just_hired", (None, None, None), ("too_early",) * 3),
        ("namesake", (None, None, None), ("not_hired",) * 3),
    ],
)
def test_performance_is_the_review_nearest_to_the_anniversary(
    query: Query, interview: str, scores: tuple[float | None, ...], states: tuple[str, ...]
) -> None:
    rows = query(
        """
        select
            performance_3m, performance_6m, performance_12m,
            performance_3m_state, performance_6m_state, performance_12m_state
        from marts.interview_outcomes
        where interview_id = ?
        """,
        interview,
    )
    assert rows == [(*scores, *states)]


def test_a_stay_ends_with_its_own_exit(query: Query) -> None:
    rows = query(
        """
        select interview_id, left_on, leaving_reason, tenure_days, left_within_12m
        from marts.interview_outcomes
        where employee_id = 'e3'
        order by interview_id
        """
    )
    assert rows == [
        ("came_back_first", date(2024, 9, 1), "personal", 153, True),
        # Still there, and nobody can know yet.
        ("came_back_second", None, None, 215, None),
    ]


def test_twenty_are_done_and_the_rest_is_told_apart(query: Query) -> None:
    rows = query(
        """
        select
            invited_n, completed_n, pending_n, abandoned_n, declined_n, started_n,
            round(participation, 6), round(completion, 6), round(abandon_rate, 6)
        from marts.batch_progress
        where batch_id = 'B1' and channel = 'all'
        """
    )
    # 21 of 34 started and 20 completed; who refused is in no rate.
    assert rows == [(35, 20, 12, 2, 1, 21, 0.617647, 0.588235, 0.047619)]


def test_a_channel_has_its_own_row_and_three_interruptions_are_an_anomaly(query: Query) -> None:
    rows = query(
        """
        select
            channel, invited_n, completed_n, interruptions_n, anomalies_n, mean_minutes, csat, csat_n,
            round(device_ok_share, 6), round(mock_done_share, 6)
        from marts.batch_progress
        where batch_id = 'B1'
        order by channel
        """
    )
    assert rows == [
        # Ten took 30 minutes and ten 20; the 5 of the app all 30.
        ("all", 35, 20, 22, 1, 25.0, 3.5, 2, 0.904762, 0.238095),
        ("app", 5, 5, 7, 1, 30.0, 5.0, 1, 0.8, 1.0),
        ("web", 30, 15, 15, 0, 23.333333333, 2.0, 1, 0.9375, 0.0),
    ]


def test_ten_places_fifty_done_thirty_at_eighty(query: Query) -> None:
    rows = query(
        """
        select distinct needed_n, completed_n, high_n, supply_ratio
        from marts.requisition_shortlists
        where requisition_id = 'RQ1'
        """
    )
    assert rows == [(10, 50, 30, 3.0)]
    best = query(
        "select candidate_id from marts.requisition_shortlists where list_order <= 2 order by list_order"
    )
    assert best == [("o29",), ("o28",)]
    counts = query(
        """
        select
            count(*) filter (where is_within_headcount),
            count(*) filter (where is_above_80),
            max(shortlist_rank),
            max(list_order)
        from marts.requisition_shortlists
        """
    )
    # The twenty at 60 share place 31.
    assert counts == [(10, 30, 31, 50)]


def test_who_came_back_is_a_pair_with_the_courses_between(query: Query) -> None:
    rows = query(
        """
        select first_interview_id, gain, days_between, is_supplement, course_ids, was_hired
        from marts.reapplications
        order by first_interview_id
        """
    )
    assert rows == [
        ("came_back_first", 13.0, 426, False, ["speaking"], True),
        ("supplemented", 6.0, 19, True, ["speaking"], False),
    ]


def test_eighty_five_and_ninety_qualify_for_promotion(query: Query) -> None:
    rows = query(
        """
        select
            interview_id, employee_id, interview_score, performance_score, is_eligible, is_passed,
            promotion_id, cycle_days, decision
        from marts.internal_reviews
        order by interview_id
        """
    )
    assert rows == [
        # 84.99 is not 85, however good the performance.
        ("not_promoted", "e12", 84.99, 99.0, False, None, None, None, None),
        # The review after the interview was not known then.
        ("promoted", "e11", 85.0, 90.0, True, None, "pm1", 14, "approved"),
        ("trained", "e11", 60.0, 90.0, None, True, None, None, None),
    ]


def test_the_rule_as_written_and_the_fair_one_stand_side_by_side(query: Query) -> None:
    rows = query(
        """
        select
            employee_id, months_since_hire, interview_score, performance_score, difference, review_state,
            is_eligible_as_written
        from marts.pay_reviews
        order by employee_id
        """
    )
    assert rows == [
        # Its last review lies in the future of the build but is the last that came.
        ("e1", 7, 75.0, 60.0, -15.0, "reviewed", False),
        ("e11", 36, None, 50.0, None, "no_interview", None),
        ("e12", 36, None, 99.0, None, "no_interview", None),
        ("e3", 7, 85.0, 82.0, -3.0, "reviewed", False),
        ("e8", 0, 70.0, None, None, "no_performance", None),
        # Nine months in and 97 - 85 = 12, above 10.
        ("e9", 9, 85.0, 97.0, 12.0, "reviewed", True),
    ]


def test_the_fair_rule_asks_how_far_performance_is_beyond_expectation(query: Query) -> None:
    interviews, performances = [75.0, 85.0, 85.0], [60.0, 82.0, 97.0]
    rho = correlation(interviews, performances)
    expected = [
        (
            (performance - mean(performances)) / stdev(performances)
            - rho * (interview - mean(interviews)) / stdev(interviews)
        )
        / sqrt(1 - rho**2)
        for interview, performance in zip(interviews, performances, strict=True)
    ]
    rows = query(
        """
        select employee_id, rho, scale_n, performance_beyond_expectation, is_eligible_fair
        from marts.pay_reviews
        where review_state = 'reviewed'
        order by employee_id
        """
    )
    assert rows == [
        (name, pytest.approx(rho), 3, pytest.approx(beyond), beyond >= 1)
        for name, beyond in zip(("e1", "e3", "e9"), expected, strict=True)
    ]


def test_budgets_add_up_what_each_rule_raises(query: Query) -> None:
    rows = query(
        """
        select department_id, rule_name, reviewed_n, eligible_n, monthly_cost_low, monthly_cost_high
        from marts.pay_review_budgets
        where rule_name = 'as_written'
        order by department_id
        """
    )
    # 5 % and 10 % of 15,500.
    assert rows == [("all", "as_written", 3, 1, 775.0, 1550.0), ("sales", "as_written", 3, 1, 775.0, 1550.0)]


def test_claims_have_a_verdict_from_our_own_data_or_a_reason(query: Query) -> None:
    rows = {
        claim: found
        for claim, *found in query(
            "select claim_id, observed, n, verdict, reason_en from marts.claims_ledger"
        )
    }
    # Far fewer than 60 % reach 80.
    high = len([score for score in made_lifecycles.SCORES.values() if score >= 80])
    total = len(made_lifecycles.SCORES)
    assert rows["share_at_eighty"] == [pytest.approx(high / total), total, "contradicted", None]
    assert rows["pass_rate"] == [1.0, total, "supported", None]
    # One opening and two answers to the survey are too few to speak.
    assert rows["supply_for_openings"] == [3.0, 1, "not_measurable", "Too few data (under 30)"]
    assert rows["candidate_satisfaction"] == [0.5, 2, "not_measurable", "Too few data (under 30)"]
    assert rows["raise_suggested"] == [None, 0, "not_measurable", "A single case and no statistic"]
    assert rows["entry_makes_people_give_up"][2] == "supported"
