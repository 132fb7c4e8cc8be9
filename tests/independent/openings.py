"""requisition_shortlists and internal_reviews worked out a second time."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tests.independent.chain import Chain, Stay
from tests.independent.results import Results
from tests.independent.scoring import Judged
from tests.independent.world import Row, World


def shortlists(world: World, judged: Results, recommendations: dict[str, str | None]) -> list[Row]:
    """Every opening × person with a scored interview for it."""
    openings = {row["requisition_id"]: row for row in world.rows("requisitions")}
    completed: dict[str, set[str]] = defaultdict(set)
    latest: dict[str, dict[str, Judged]] = defaultdict(dict)
    for found in sorted(judged.values(), key=lambda one: (one.row["completed_at"] is None, one.interview_id)):
        opening, person = found.row["requisition_id"], found.row["candidate_id"]
        if opening is None or found.completed_on is None:
            continue
        completed[opening].add(person)
        known = latest[opening].get(person)
        if found.composite is not None and (
            known is None or found.row["completed_at"] >= known.row["completed_at"]
        ):
            latest[opening][person] = found
    high = world.policy.variables["high_mark"]
    rows = []
    for opening, people in latest.items():
        given = openings.get(opening, {})
        needed = given.get("headcount")
        ordered = sorted(people.values(), key=lambda one: (-(one.composite or 0.0), one.row["completed_at"]))
        scores = [found.composite or 0.0 for found in ordered]
        high_n = sum(score >= high for score in scores)
        for place, found in enumerate(ordered, start=1):
            composite = found.composite or 0.0
            rows.append(
                {
                    "requisition_id": opening,
                    "candidate_id": found.row["candidate_id"],
                    "interview_id": found.interview_id,
                    "role_id": given.get("role_id"),
                    "department_id": given.get("department_id"),
                    "scenario": found.row["scenario"],
                    "quarter_start": found.quarter,
                    "requisition_status": given.get("status"),
                    "opened_on": given.get("opened_on"),
                    "closed_on": given.get("closed_on"),
                    "needed_n": needed,
                    "completed_n": len(completed[opening]),
                    "high_n": high_n,
                    "supply_ratio": high_n / needed if needed else None,
                    "shortlist_rank": sum(score > composite for score in scores) + 1,
                    "list_order": place,
                    "composite_score": composite,
                    "grade": found.grade,
                    "is_above_80": composite >= high,
                    "is_within_headcount": None if needed is None else place <= needed,
                    "recommendation": recommendations[found.interview_id],
                }
            )
    return rows


def internal_reviews(world: World, judged: Results, chain: Chain) -> list[Row]:
    """Promotion and training interviews of employees."""
    return [
        internal_review(world, found, chain)
        for found in judged.values()
        if found.row["scenario"] in ("promotion", "training")
    ]


def internal_review(world: World, found: Judged, chain: Chain) -> Row:
    variables, local = world.policy.variables, world.local_day
    # Of several employees of one person, who was there on the day: the latest to come before it.
    on = found.completed_on or local(found.row["invited_at"]) or world.today
    mine = [stay for stay in chain.stays if stay.candidate_id == found.row["candidate_id"]]
    there = sorted((stay for stay in mine if stay.hired_on <= on), key=lambda stay: stay.hired_on) or mine
    employee = there[-1].employee_id if there else None
    reviews = [row for row in chain.reviews.get(employee or "", []) if row["period_end"] <= on]
    review = reviews[-1] if reviews else {}
    request = promotion_of(world, found, employee, on)
    performance = review.get("score")
    both = found.composite is not None and performance is not None
    is_promotion, is_training = (found.row["scenario"] == name for name in ("promotion", "training"))
    requested, decided = local(request.get("requested_at")), local(request.get("decided_at"))
    return {
        **found.dimensions(),
        "promotion_id": request.get("promotion_id"),
        "employee_id": employee,
        "invited_local_date": local(found.row["invited_at"]),
        "completed_local_date": found.completed_on,
        "status": found.status,
        **bank(world, found, on),
        "fit_score": fit(found),
        "course_ids": courses(world, found, employee, there),
        "from_role_id": request.get("from_role_id"),
        "to_role_id": request.get("to_role_id"),
        "interview_score": found.composite,
        "performance_score": performance,
        "performance_period_end": review.get("period_end"),
        "is_eligible": (found.composite or 0.0) >= variables["promotion_interview_mark"]
        and performance >= variables["promotion_performance_mark"]
        if is_promotion and both
        else None,
        "is_passed": (found.composite or 0.0) >= variables["pass_mark"]
        if is_training and found.composite is not None
        else None,
        "requested_local_date": requested,
        "decided_local_date": decided,
        "cycle_days": (decided - requested).days if decided and requested else None,
        "decision": request.get("decision"),
        "competencies": [
            {
                "competency_id": name,
                "score": competency.score,
                "requirement": found.weights.get(name, {}).get("requirement"),
            }
            for name, competency in sorted(found.competencies.items())
            if competency.score is not None
        ],
    }


def bank(world: World, found: Judged, on: date) -> Row:
    """The question bank that was asked, and the one that the policy names for the role and day."""
    rows = [
        row
        for row in world.policy.seed_rows("question_banks")
        if row["role_id"] == found.row["role_id"]
        and row["scenario"] in (None, found.row["scenario"])
        and row["valid_from"] <= on
    ]
    named = max(rows, key=lambda row: row["valid_from"], default={})
    asked, matched = found.row["question_bank_id"], named.get("question_bank_id")
    return {
        "question_bank_id": asked,
        "matched_bank_id": matched,
        "is_bank_matched": asked == matched if asked and matched else None,
    }


def fit(found: Judged) -> float | None:
    """Share of the requirements that are met, of a scored interview."""
    required = found.required()
    if found.composite is None or not required:
        return None
    return sum(score >= needed for score, needed in required.values()) / len(required)


def courses(world: World, found: Judged, employee: str | None, there: list[Stay]) -> list[str]:
    """Courses that the person finished since joining, up to the interview."""
    if not there:
        return []
    until = found.row["completed_at"] or world.built_at
    people = {employee, found.row["candidate_id"]}
    return sorted(
        {
            row["course_id"]
            for row in world.rows("training_records")
            if row["person_id"] in people
            and row["completed_at"]
            and row["completed_at"] <= until
            and (world.local_day(row["completed_at"]) or until.date()) >= there[-1].hired_on
        }
    )


def promotion_of(world: World, found: Judged, employee: str | None, on: date) -> Row:
    """The latest request of the employee for the role that was made by the day of the interview."""
    requests = [
        row
        for row in world.rows("promotions")
        if found.row["scenario"] == "promotion"
        and row["employee_id"] == employee
        and row["to_role_id"] == found.row["role_id"]
        and (world.local_day(row["requested_at"]) or on) <= on
    ]
    return max(requests, key=lambda row: row["requested_at"], default={})
