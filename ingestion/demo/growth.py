"""Assessments, courses and promotions."""

from __future__ import annotations

import numpy as np

from ingestion.demo.clock import DAY, END, office_time, time_text
from ingestion.demo.draft import Draft
from ingestion.demo.hiring import NEVER
from ingestion.demo.interviews import EXTERNAL, PROMOTION, TRAINING, interview_id
from ingestion.demo.plan import CYCLE_DAYS, Bools, Ints, Planted, pick
from ingestion.demo.policy import Policy
from ingestion.demo.truth import Truth
from ingestion.demo.writers import Exports, maybe

ASSESSED_RATE = 0.35
PROVIDERS = ("示例测评甲", "示例测评乙")
ASSESSMENT_HEADERS = ("候选人编号", "测评时间", "测评得分", "测评机构")
TRAINING_HEADERS = ("person_id", "course_id", "completed_at", "score", "passed")
PROMOTION_HEADERS = (
    *("promotion_id", "employee_id", "from_role_id", "to_role_id", "requested_at", "decided_at", "decision"),
)
LADDER = {
    "rd_manager": "software_engineer",
    "customer_service_lead": "operations_specialist",
    "product_manager": "data_analyst",
}
"""Who is promoted to a role comes from this one; elsewhere the role stays and the level rises."""
APPROVED_FROM = 78.0


def write_assessments(exports: Exports, draft: Draft, planted: Planted) -> None:
    """Appends talent assessments of some who completed; they go with true ability."""
    rng = draft.block.rng(50)
    sessions = draft.sessions
    size = len(draft.people)
    done = sessions.is_completed[:size] & (sessions.scenario[:size] == EXTERNAL)
    rho = planted.assessment_correlation
    luck = rng.standard_normal(size)
    score = 72 + 10 * (rho * draft.abilities.standard(draft.model) + np.sqrt(1 - rho**2) * luck)
    when = sessions.completed[:size] + rng.integers(-3 * DAY, 4 * DAY, size)
    provider = (rng.random(size) < 0.35).astype(np.int64)
    rates = ASSESSED_RATE * done
    taken = pick(rng, rates, size, at_least_one=draft.block.is_first) & done & (when < END)
    ids = draft.people.candidate_ids()
    times = time_text(when).tolist()
    rows = [
        (ids[at], times[at], f"{min(max(float(score[at]), 0.0), 100.0):.1f}", PROVIDERS[provider[at]])
        for at in np.flatnonzero(taken).tolist()
    ]
    exports.csv("assessments/assessments.csv", ASSESSMENT_HEADERS, rows)


def write_training(
    exports: Exports, draft: Draft, hired: Ints, policy: Policy, planted: Planted, truth: Truth
) -> None:
    """Appends courses: of those who came back, of internal trainees, and of some new hires.

    `hired` (P,) is the local second of the hire, NEVER for the others.
    """
    if not policy.courses:
        return
    rng = draft.block.rng(51)
    sessions, people = draft.sessions, draft.people
    size = len(people)
    employees, candidates = draft.employee_ids(), people.candidate_ids()
    rows: list[tuple[object, ...]] = []
    courses = len(policy.courses)

    def add(person_id: str, course: int, when: int, ability: float) -> None:
        score = min(max(72 + 8 * ability + float(rng.normal(0, 8)), 20.0), 100.0)
        rows.append(
            (
                person_id,
                policy.courses[course],
                str(time_text(np.array([when]))[0]),
                f"{score:.1f}",
                "true" if score >= 60 else "false",
            )
        )

    ability = draft.abilities.standard(draft.model).tolist()
    for row in np.flatnonzero(draft.course >= 0).tolist():
        person, course = int(sessions.person[row]), int(draft.course[row])
        start, end = int(sessions.completed[person]) + DAY, int(sessions.invited[row]) - 3600
        if end <= start:
            continue
        add(candidates[person], course, int(rng.integers(start, end)), ability[person])
        is_useful = course == planted.useful_course_rank
        truth.counts["training/between_attempts"] += 1
        truth.counts["training/useful_between_attempts"] += int(is_useful)
        if is_useful:
            truth.after_useful_course.append(interview_id(int(sessions.number[row])))
    for person in np.flatnonzero((sessions.scenario[:size] == TRAINING) & people.is_internal).tolist():
        when = int(sessions.invited[person]) - int(rng.integers(DAY, 20 * DAY))
        add(employees[person], int(rng.integers(courses)), when, ability[person])
    starters = pick(rng, 0.3, size) & (hired < END - 30 * DAY)
    if draft.block.is_first and size:
        add(candidates[0], courses - 1, int(sessions.invited[0]) - 9 * DAY, ability[0])
    for person in np.flatnonzero(starters).tolist():
        when = int(hired[person]) + int(rng.integers(5 * DAY, 30 * DAY))
        add(employees[person], int(rng.integers(courses)), when, ability[person])
    exports.csv("training_records/training_records.csv", TRAINING_HEADERS, rows)


def promotions(draft: Draft) -> tuple[Ints, Ints, Bools]:
    """When each person (P,) asked for a promotion and was answered (NEVER if not), and if it was granted."""
    rng = draft.block.rng(52)
    sessions = draft.sessions
    size = len(draft.people)
    asks = sessions.scenario[:size] == PROMOTION
    requested = np.where(asks, sessions.invited[:size] - rng.integers(3600, 2 * DAY, size), NEVER)
    score = np.nan_to_num(draft.composite[:size])
    days = np.maximum(rng.poisson(np.array(CYCLE_DAYS)[sessions.quarter[:size]]), 2)
    decided = np.where(asks, requested + days * DAY, NEVER)
    earliest = np.where(sessions.is_completed[:size], sessions.completed[:size] + DAY, 0)
    decided = office_time(np.maximum(decided, earliest))
    return requested, decided, asks & (score + rng.normal(0, 3, size) >= APPROVED_FROM)


def write_promotions(exports: Exports, draft: Draft) -> None:
    """Appends promotion requests of internal people."""
    requested, decided, granted = promotions(draft)
    employees = draft.employee_ids()
    asked = np.flatnonzero(requested < NEVER).tolist()
    has_decision = decided < END
    asked_text, decided_text = time_text(requested).tolist(), time_text(np.minimum(decided, END)).tolist()
    words = np.where(has_decision, np.where(granted, "approved", "rejected"), "pending").tolist()
    shown = maybe(decided_text, has_decision)
    role = draft.block.role_id
    rows = [
        (
            f"PM{draft.people.number[at]:07d}",
            employees[at],
            LADDER.get(role, role),
            role,
            asked_text[at],
            shown[at],
            words[at],
        )
        for at in asked
    ]
    exports.csv("promotions/promotions.csv", PROMOTION_HEADERS, rows)


def role_at(draft: Draft, as_of: int) -> list[str]:
    """(P,) the role that an internal person has at a local second: the lower one until promoted."""
    _, decided, granted = promotions(draft)
    role = draft.block.role_id
    is_waiting = (decided < NEVER) & ~(granted & (decided < as_of))
    return [LADDER.get(role, role) if waiting else role for waiting in is_waiting.tolist()]
