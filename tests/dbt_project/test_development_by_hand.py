"""The way to the next band and what helps against gaps, worked out with a pencil on the hand-checkable home.

Efforts there: phrases 1, structure 2, pace 1, and r1.words 3 by itself.
"""

from __future__ import annotations

import pytest

from tests.dbt_project.conftest import Query


@pytest.mark.parametrize(
    ("interview", "next_grade", "points_needed", "steps", "composite_with_steps"),
    [
        # 66.67 is 3.33 short; r2.data (13.33) and r3.pace (10) both take 1, the greater gain wins.
        ("usual", "B", 3.33, ["r2.data"], 80.0),
        # 40 and 2·40/3 of r2.data alone: the skipped question is worth most.
        ("skips", "C", 20.0, ["r2.data"], 66.67),
        # Means with the vendor: logic (100 + 85)/2 = 92.5, communication stays 80.
        ("averaged", "A", 2.08, ["r2.data"], 86.25),
        # Logic is the vendor's alone; only communication can rise: ((100 + 85)/2 + 50)/2.
        ("mixed", "B", 5.0, ["r1.structure"], 71.25),
    ],
)
def test_the_cheapest_steps_are_those_of_the_pencil(
    query: Query,
    interview: str,
    next_grade: str,
    points_needed: float,
    steps: list[str],
    composite_with_steps: float,
) -> None:
    found = query(
        """
        select next_grade, points_needed, is_reachable, steps_n, composite_with_steps
        from marts.next_bands
        where interview_id = ?
        """,
        interview,
    )
    assert found == [(next_grade, points_needed, True, len(steps), composite_with_steps)]
    named = query(
        "select criterion_id from marts.next_band_steps where interview_id = ? order by step_number",
        interview,
    )
    assert [criterion for (criterion,) in named] == steps


def test_what_only_a_vendor_scored_cannot_be_raised_by_an_answer(query: Query) -> None:
    rows = query(
        "select next_grade, is_reachable, steps_n from marts.next_bands where interview_id = 'crowd09'"
    )
    assert rows == [("B", False, None)]
    assert query("select * from marts.next_band_steps where interview_id = 'crowd09'") == []


def test_the_top_band_and_the_unscored_have_no_next_one(query: Query) -> None:
    rows = query("select * from marts.next_bands where interview_id in ('crowd11', 'silent', 'declined')")
    assert rows == []


PLAN = """
    select
        competency_id, gap, priority, tip_zh, course_id, project_id, mentor_id, losses_n,
        is_on_way_to_next_band
    from marts.development_plans
    where interview_id = ?
    order by priority
"""


def test_the_costliest_criterion_advises_and_the_competencys_path_fills_what_it_lacks(query: Query) -> None:
    # r2.data names no course: the path of logic does.
    assert query(PLAN, "skips") == [
        ("logic", 60.0, 1, "给出数据", "speaking", "p_all", "m_any", 2, True),
    ]


def test_a_project_of_the_role_and_a_mentor_of_the_department_come_first(query: Query) -> None:
    assert query(PLAN, "mixed") == [
        ("logic", 10.0, 1, "列出依据", "speaking", "p_chief", "m_tech", 0, False),
    ]


def test_a_score_at_the_requirement_is_no_gap(query: Query) -> None:
    # Teamwork 50 of 50, communication 75 of 70, logic 66.67 of 60.
    assert query(PLAN, "usual") == []
