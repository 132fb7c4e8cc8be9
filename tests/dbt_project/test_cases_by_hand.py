"""Arrangements, requests, privacy, pay and prospects of the invented people; built on 3 January 2026."""

from __future__ import annotations

from datetime import date

import pytest

from tests.dbt_project.conftest import Query


def test_created_booked_told_and_archived(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select
            channel, created_n, first_created_on, booked_n, entered_n, median_seconds_to_enter,
            entered_at_once_share, notified_n, notify_late_n, median_notify_minutes, archived_n,
            last_archived_on, first_completed_on
        from marts.batch_progress
        where batch_id = 'B1'
        order by channel
        """
    )
    times = (5, 5, 60.0, 0.6, 5, 1, 60.0)
    done = date(2025, 8, 10)
    assert rows == [
        ("all", 20, date(2025, 8, 9), *times, 10, date(2025, 9, 2), done),
        ("app", 5, date(2025, 8, 9), *times, 5, date(2025, 9, 2), done),
        ("web", 15, date(2025, 8, 9), 0, 0, None, None, 0, 0, None, 5, date(2025, 9, 2), done),
    ]


def test_who_refuses_is_not_pending_and_who_withdrew_is(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select invited_n, declined_n, refused_ai_n, pending_n, participation
        from marts.batch_progress
        where batch_id = 'B2' and channel = 'all'
        """
    )
    assert rows == [(3, 2, 1, 1, 0.0)]
    rows = lifecycles(
        """
        select interview_id, status, is_refusal
        from marts.interview_results
        where batch_id = 'B2'
        order by interview_id
        """
    )
    assert rows == [
        ("declined", "declined", False),
        ("refuses", "declined", True),
        ("withdrew", "pending", False),
    ]


def test_a_supplement_from_the_first_request_to_both_scores(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select
            supplement_id, interview_id, state, reason, requested_by, requests_n, invite_hours, done_days,
            first_score, supplement_score, gain
        from marts.supplementary_interviews
        order by supplement_id
        """
    )
    assert rows == [
        (
            "nobody_arranged",
            "other_role",
            "requested",
            "asked_by_department",
            "head",
            1,
            *[None] * 2,
            70.0,
            None,
            None,
        ),
        # Asked for on 2 June, invited eight days later, completed on 20 June.
        ("supplement", "supplemented", "done", "recommended", "head", 2, 192.0, 18, 60.0, 66.0, 6.0),
    ]


def test_a_question_for_feedback_waits_until_somebody_replies(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select
            comment_id, candidate_id, is_by_candidate, mentions_n, reply_comment_id, reply_hours,
            waiting_hours
        from marts.interview_comments
        where kind in ('feedback_question', 'note')
        order by comment_id
        """
    )
    assert rows == [
        ("note", "p1", False, 2, None, None, None),
        ("still_waits", "p2", True, 0, None, None, 24.0),
        ("why", "p1", True, 1, "because", 6.0, None),
    ]


def test_what_is_owed_to_each_person_and_by_when(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select obligation_id, state, purge_due, answer_due, consent_purpose, closed_at is not null
        from marts.privacy_ledger
        where
            candidate_id in ('p1', 'p2', 'p3', 'p8', 'r1', 'r3')
            and (
                obligation <> 'retention'
                or interview_id in ('hired', 'just_hired') and field_class <> 'recordings'
            )
        order by obligation_id
        """
    )
    nothing = (None, None, None, False)
    assert rows == [
        ("consent:p1", "given", None, None, "招聘评估", False),
        ("consent:p2", "without_purpose", *nothing),
        *((f"consent:{person}", "missing", *nothing) for person in ("p3", "p8", "r1", "r3")),
        ("refusal:r1", "in_force", *nothing),
        ("refusal:r3", "withdrawn", None, None, None, True),
        ("request:q1", "overdue", None, date(2025, 12, 31), None, False),
        ("request:q2", "open", None, date(2026, 1, 9), None, False),
        # 1095 days are three years, of which 2028 has one day more.
        ("scores:hired", "kept", date(2028, 5, 9), None, None, False),
        ("scores:just_hired", "kept", date(2028, 11, 30), None, None, False),
        # 183 days after 10 May and after 1 December.
        ("texts:hired", "overdue", date(2025, 11, 9), None, None, False),
        ("texts:just_hired", "kept", date(2026, 6, 2), None, None, False),
    ]


def test_a_refusal_costs_nothing_or_it_shows(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select
            refusers_n, refusers_advanced_n, others_n, others_advanced_n, round(difference, 6),
            ci_low < difference and difference < ci_high
        from marts.refusal_parity
        where role_id = 'all'
        """
    )
    # Seven of the nine who were interviewed and decided on got further, one of the two refusers.
    assert rows == [(2, 1, 9, 7, round(1 / 2 - 7 / 9, 6), True)]


def test_offers_between_two_bands_and_to_no_band_at_all(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select in_force_from, kind, lower_grade, upper_grade, width, offers_n
        from marts.pay_band_checks
        order by in_force_from, kind, lower_grade
        """
    )
    first, second = date(2024, 1, 1), date(2025, 9, 30)
    assert rows == [
        (first, "gap", "A", "S", 1000.0, 0),
        (first, "gap", "B", "A", 1000.0, 1),
        (first, "no_band", "C", "C", None, 1),
        (first, "no_band", "D", "D", None, 0),
        # S was raised alone.
        (second, "gap", "A", "S", 2000.0, 0),
        (second, "gap", "B", "A", 1000.0, 0),
        (second, "no_band", "C", "C", None, 0),
        (second, "no_band", "D", "D", None, 0),
    ]


def test_where_pay_lies_in_the_bands(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select
            grade, has_band, employees_n, below_n, within_n, above_n, no_band_n, mean_compa_ratio,
            median_penetration, offers_n, offers_out_of_band_n, offers_no_band_n
        from marts.pay_positions
        where role_id = 'all'
        order by grade
        """
    )
    assert rows == [
        # 16,000 and 15,500 in a band from 15,000 to 17,000.
        ("A", True, 2, 0, 2, 0, 0, 0.984375, 0.375, 1, 0, 0),
        # Twice 16,000 in one from 12,000 to 14,000.
        ("B", True, 2, 0, 0, 2, 0, round(16 / 13, 9), 2.0, 1, 1, 0),
        ("C", False, 0, 0, 0, 0, 0, None, None, 1, 0, 1),
        ("D", False, 0, 0, 0, 0, 0, None, None, 0, 0, 0),
        ("S", True, 0, 0, 0, 0, 0, None, None, 0, 0, 0),
        ("none", False, 2, 0, 0, 0, 0, None, None, 0, 0, 0),
    ]


def test_who_is_asked_for_a_promotion_interview(lifecycles: Query) -> None:
    rows = lifecycles(
        "select employee_id, state, performance_score from marts.promotion_prompts order by employee_id"
    )
    assert rows == [
        # The review of 16 January is not known yet.
        ("e1", "prompt", 93.0),
        ("e11", "below_mark", 50.0),
        ("e12", "already_interviewed", 99.0),
        ("e3", "below_mark", 82.0),
        ("e8", "no_review", None),
        ("e9", "prompt", 97.0),
    ]


def test_banks_are_those_of_the_role_the_scenario_and_the_day(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select interview_id, matched_bank_id, is_bank_matched
        from marts.internal_reviews
        order by interview_id
        """
    )
    assert rows == [
        ("not_promoted", "QB-crowd", None),
        ("promoted", "QB-crowd", True),
        ("trained", "QB-crowd-training", False),
    ]


def test_who_was_not_taken_may_stay_in_mind(lifecycles: Query) -> None:
    rows = lifecycles(
        "select candidate_id, interview_id, is_in_pool, reason from marts.talent_pool order by candidate_id"
    )
    assert rows == [
        ("p10", "supplement", False, "below_the_marks"),
        ("p2", "namesake", False, "asked_for_deletion"),
        ("p20", "strong", True, "strong_not_chosen"),
    ]


@pytest.mark.parametrize(
    ("link", "reason", "is_matched", "people"),
    [
        ("interview_to_application", "applied_later", False, 1),
        ("interview_to_application", "applied_for_another_role", False, 1),
        ("interview_to_employee", "hired_but_no_employee", False, 1),
        ("application_to_interview", "never_interviewed", False, 1),
        ("application_to_interview", "interviewed_for_another_role", False, 1),
        # Those who were promoted or trained never applied.
        ("employee_to_candidate", "interviewed_only", True, 2),
        ("employee_to_candidate", "applied", True, 4),
        ("review_to_employee", "unknown_employee", False, 1),
        ("review_to_employee", "employed", True, 5),
    ],
)
def test_who_cannot_be_matched_is_counted_with_the_reason(
    lifecycles: Query, link: str, reason: str, is_matched: bool, people: int
) -> None:
    rows = lifecycles(
        "select is_matched, people_n from marts.unmatched_people where link = ? and reason = ?", link, reason
    )
    assert rows == [(is_matched, people)]


def test_our_median_beside_the_pool_of_the_industry(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select role_id, competency_id, median, pool_median, benchmark_pct, state
        from marts.role_benchmarks
        order by role_id desc, competency_id desc
        """
    )
    # Of 82 scores the 41st and 42nd are 70, which is the median of the pool.
    assert rows == [
        ("crowd", "composite", 70.0, 70.0, 0.5, "within_the_pool"),
        ("crowd", "communication", 70.0, 90.0, 0.5, "below_the_pool"),
        ("clerk", "logic", None, 10.0, None, "nothing_measured"),
    ]


def test_entry_and_retention_are_claims_that_our_own_data_answer(lifecycles: Query) -> None:
    rows = lifecycles(
        """
        select claim_id, observed, n, verdict
        from marts.claims_ledger
        where claim_id in ('minutes_to_enter', 'retention_days')
        order by claim_id
        """
    )
    # 10 March 2024 to 3 January 2026: the oldest text is still there.
    days = (date(2026, 1, 3) - date(2024, 3, 10)).days
    assert rows[0] == ("minutes_to_enter", 1.0, 5, "not_measurable")
    assert rows[1][1] == days
    assert rows[1][3] == "contradicted"
