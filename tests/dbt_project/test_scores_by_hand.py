"""Composites, losses and offers of the hand-checkable home, worked out with a pencil.

Everybody's usual answers: communication (1·1 + 1·0.5)/2 = 75, logic (2·0.5 + 1·1)/3 = 66.67, teamwork
(1·1 + 1·0)/2 = 50. Clerks weigh them 40:40:20 until June 2025 and 20:60:20 from 1 July 2025 on.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.dbt_project.conftest import Query

RESULT = """
    select status, composite_score, grade, coverage, basis
    from marts.interview_results
    where interview_id = ?
"""


@pytest.mark.parametrize(
    ("interview", "status", "composite", "grade", "coverage", "basis"),
    [
        # 0.4·75 + 0.4·66.67 + 0.2·50
        ("usual", "scored", 66.67, "C", 1.0, "rubric"),
        # One second later it is July in Shanghai: 0.2·75 + 0.6·66.67 + 0.2·50
        ("midnight", "scored", 65.0, "C", 1.0, "rubric"),
        # Teamwork repeats the words of question 1 and so earns 0: 30 + 26.67 + 0
        ("repeats", "scored", 56.67, "D", 1.0, "rubric"),
        # Logic was skipped and earns 0: 30 + 0 + 10
        ("skips", "scored", 40.0, "D", 1.0, "rubric"),
        # Communication has no text and is left out: (26.67 + 10) / 0.6
        ("covered", "scored", 61.11, "C", 0.6, "rubric"),
        # Logic, six tenths of the weights, was never asked.
        ("uncovered", "insufficient", None, None, 0.4, "rubric"),
        ("silent", "insufficient", None, None, 0.0, None),
        # The second attempt counts, in the version of the later file: communication 50, so 20 + 26.67 + 10
        ("two_attempts", "scored", 56.67, "D", 1.0, "rubric"),
        ("unknown", "scored", 66.67, "C", 1.0, "rubric"),
        # A later export completed it.
        ("corrected", "scored", 65.0, "C", 1.0, "rubric"),
        # A chief's communication is the mean of 75 and the vendor's 85; logic has the vendor's 50 only.
        ("mixed", "scored", 65.0, "C", 1.0, "mixed"),
        # Communication 80, logic the mean of 66.67 and (80 + 90)/2: (80 + 75.83)/2
        ("averaged", "scored", 77.92, "B", 1.0, "mean"),
        ("rubric_only", "scored", 70.83, "B", 1.0, "rubric"),
        ("declined", "declined", None, None, None, None),
        ("expired", "abandoned", None, None, None, None),
        ("abandoned", "abandoned", None, None, None, None),
        ("invited", "pending", None, None, None, None),
    ],
)
def test_composite_and_grade_are_those_of_the_pencil(
    query: Query,
    interview: str,
    status: str,
    composite: float | None,
    grade: str | None,
    coverage: float | None,
    basis: str | None,
) -> None:
    assert query(RESULT, interview) == [(status, composite, grade, coverage, basis)]


def test_a_second_later_belongs_to_the_next_quarter(query: Query) -> None:
    rows = query(
        """
        select interview_id, completed_local_date, quarter_start
        from marts.interview_results
        where interview_id in ('usual', 'midnight')
        order by interview_id
        """
    )
    assert rows == [
        ("midnight", date(2025, 7, 1), date(2025, 7, 1)),
        ("usual", date(2025, 6, 30), date(2025, 4, 1)),
    ]


def test_a_re_interview_is_the_second_attempt_of_the_same_person(query: Query) -> None:
    attempts = query(
        "select interview_id, attempt from marts.interview_results where candidate_id = 'c1' order by attempt"
    )
    assert attempts == [("usual", 1), ("again", 2)]


def test_lost_points_say_what_each_criterion_cost(query: Query) -> None:
    losses = query(
        """
        select criterion_id, round(points_lost, 6), loss_zh, course_id
        from marts.loss_points
        where interview_id = 'usual'
        order by criterion_id
        """
    )
    assert losses == [
        # 40 · 1·(1-0.5)/2
        ("r1.structure", 10.0, "结构不完整", "speaking"),
        # 40 · 2·(1-0.5)/3
        ("r2.data", 13.333333, "未提到数据支持", None),
        # 20 · 1·(1-0)/2
        ("r3.pace", 10.0, "语速不当", None),
    ]


def test_losses_without_a_competency_still_add_up_to_what_is_missing(query: Query) -> None:
    lost = query("select round(sum(points_lost), 2) from marts.loss_points where interview_id = 'covered'")
    assert lost == [(round(100 - 61.11, 2),)]


def test_a_vendors_competency_has_no_lost_points(query: Query) -> None:
    competencies = query(
        "select distinct competency_id from marts.loss_points where interview_id = 'mixed' order by 1"
    )
    assert competencies == [("communication",)]


def test_a_repeated_answer_keeps_its_evidence_and_earns_nothing(query: Query) -> None:
    rows = query(
        """
        select points, pace, hits, flags, len(evidence)
        from marts.answer_scores
        where interview_id = 'repeats' and question_id = 'q3'
        """
    )
    assert rows == [(0.0, None, 0, ["repeated"], 1)]


def test_evidence_is_a_list_of_phrases_with_their_place(query: Query) -> None:
    rows = query(
        "select evidence from marts.answer_scores where interview_id = 'usual' and question_id = 'q1'"
    )
    assert rows == [([{"criterion_id": "r1.words", "phrase": "要点", "start": 0, "end": 2}],)]


def test_an_unknown_question_is_kept_unscored_and_counted(query: Query) -> None:
    answers = query("select points, hits, flags from marts.answer_scores where question_id = 'q9'")
    assert answers == [(None, None, ["unknown_question"])]
    result = query(
        "select answers_n, unknown_answers_n, flags from marts.interview_results "
        "where interview_id = 'unknown'"
    )
    assert result == [(4, 1, ["unknown_questions"])]


def test_answers_of_interviews_that_were_not_completed_count_nowhere(query: Query) -> None:
    for mart in ("answer_scores", "competency_scores", "loss_points"):
        assert query(f"select count(*) from marts.{mart} where interview_id = 'declined'") == [(0,)]


def test_offers_belong_to_the_latest_scored_interview_before_them(query: Query) -> None:
    offers = query(
        """
        select application_id, interview_id, offered_local_date, is_out_of_band
        from marts.offers
        order by application_id
        """
    )
    assert offers == [
        # The S band rises to 19–21k on 30 September, local time: 18.5k fell out of it that very day.
        ("later_band", "crowd02", date(2025, 9, 30), True),
        ("no_band", "crowd09", date(2025, 7, 5), None),
        ("outside", "crowd01", date(2025, 7, 5), True),
        ("second_interview", "again", date(2025, 8, 2), None),
        ("within", "crowd00", date(2025, 7, 5), False),
    ]


def test_names_stand_in_the_schema_people_and_nowhere_else(query: Query) -> None:
    assert query("select candidate_id, name from people.candidates order by 1") == [
        ("c1", "虚构甲"),
        ("c2", "虚构乙"),
    ]
    assert query("select employee_id, candidate_id, name from people.employees") == [("e1", "c1", "虚构甲")]
    named = query(
        """
        select table_name, column_name
        from information_schema.columns
        where table_schema = 'marts' and column_name in ('name', 'email', 'phone', 'text', 'words', 'hr_note')
        """
    )
    assert named == []


def test_the_run_counts_what_it_built(query: Query) -> None:
    run = query(
        "select run_id, built_at, data_as_of, interviews_n, scored_n, quarantined_n from marts.warehouse_run"
    )
    assert run == [("run-1", datetime(2026, 1, 3), datetime(2025, 8, 1), 30, 24, 1)]
