"""Questions, other roles and risks of the hand-checkable home; the second question changed on 1 July 2025."""

from __future__ import annotations

from datetime import date

from tests.dbt_project.conftest import Query


def test_a_question_is_told_by_its_version(query: Query) -> None:
    rows = query(
        """
        select
            version, version_from, asked_n, open_n, round(exposure, 6), n, round(mean, 6),
            round(difficulty, 6), skipped_n, round(skip_rate, 6)
        from marts.question_health
        where question_id = 'q2'
        order by version
        """
    )
    assert rows == [
        # Six clerks and a chief answered it until 30 June; one passed it over, the others got two thirds.
        (1, None, 7, 7, 1.0, 7, round(6 * 200 / 3 / 7, 6), round(1 - 4 / 7, 6), 1, round(1 / 7, 6)),
        # Afterwards three of five clerks, and a chief whom it was not meant for.
        (2, date(2025, 7, 1), 4, 6, round(4 / 6, 6), 4, round(200 / 3, 6), round(1 / 3, 6), 0, 0.0),
    ]


def test_a_missing_text_is_no_answer_and_an_unknown_question_no_score(query: Query) -> None:
    rows = query(
        """
        select question_id, is_known, asked_n, n, round(missing_rate, 6), round(repeated_rate, 6), exposure
        from marts.question_health
        where question_id in ('q1', 'q3', 'q9')
        order by question_id
        """
    )
    assert rows == [
        # Asked of everybody: 26 interviews were completed.
        ("q1", True, 13, 12, round(1 / 13, 6), 0.0, 0.5),
        ("q3", True, 10, 10, 0.0, 0.1, round(10 / 11, 9)),
        ("q9", False, 1, 0, 0.0, 0.0, None),
    ]


def test_another_role_is_recommended_by_its_own_weights(query: Query) -> None:
    rows = query(
        """
        select recommended_role_id, place, composite_score, projected_score, difference, fit_score, coverage
        from marts.role_recommendations
        where candidate_id = 'c2'
        order by place
        """
    )
    # Communication 75 is all that the crowd needs; the chief has half of it and half of logic, 66.67.
    assert rows == [
        ("crowd", 1, 65.0, 75.0, 10.0, None, 1.0),
        ("chief", 2, 65.0, 70.83, 5.83, 1.0, 1.0),
    ]


def test_a_low_score_is_a_risk_with_a_step(query: Query) -> None:
    rows = query(
        """
        select interview_id, competency_id, score, below, points_below, step
        from marts.competency_risks
        where interview_id in ('usual', 'repeats', 'crowd06', 'crowd07', 'uncovered')
        order by interview_id
        """
    )
    assert rows == [
        ("crowd07", "communication", 71.0, 72.0, 1.0, "extra_round"),
        ("repeats", "teamwork", 0.0, 51.0, 51.0, "extra_round"),
        ("usual", "teamwork", 50.0, 51.0, 1.0, "extra_round"),
    ]
