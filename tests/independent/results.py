"""interview_results and competency_scores worked out a second time."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from tests.independent.scoring import Judged, refusers
from tests.independent.world import Row, World

Results = dict[str, Judged]


def cohorts(judged: Results) -> dict[tuple[Any, ...], list[Judged]]:
    """Scored interviews by role, scenario and quarter."""
    groups: dict[tuple[Any, ...], list[Judged]] = defaultdict(list)
    for found in judged.values():
        if found.composite is not None:
            groups[found.cohort].append(found)
    return groups


def percent_rank(value: float, values: list[float]) -> float:
    """Share of the others that stand strictly below."""
    return sum(other < value for other in values) / (len(values) - 1) if len(values) > 1 else 0.0


def attempts(judged: Results) -> dict[str, int]:
    """Number of the interview among those of the person for the role and scenario, in order of time."""
    groups: dict[tuple[Any, ...], list[Judged]] = defaultdict(list)
    for found in judged.values():
        groups[found.row["candidate_id"], found.row["role_id"], found.row["scenario"]].append(found)
    return {
        found.interview_id: place
        for group in groups.values()
        for place, found in enumerate(
            sorted(group, key=lambda one: (time_of(one.row), one.interview_id)), start=1
        )
    }


def time_of(row: Row) -> datetime:
    """When an interview was: its first known time."""
    times = (row[name] for name in ("invited_at", "accepted_at", "started_at", "completed_at"))
    return next((time for time in times if time), datetime.max.replace(tzinfo=UTC))


def latest_assessments(world: World) -> dict[str, float]:
    """Candidate → score of the latest assessment."""
    rows = sorted(world.rows("assessments"), key=lambda row: row["assessed_at"])
    return {row["candidate_id"]: row["score"] for row in rows}


def interview_results(world: World, judged: Results) -> list[Row]:
    """Every column but the versions, which no export says."""
    groups, numbers, assessed = cohorts(judged), attempts(judged), latest_assessments(world)
    policies = {row["grade"]: row for row in world.policy.seed_rows("recommendation_policy")}
    refused = refusers(world)
    rows = []
    for found in judged.values():
        given = found.row
        is_completed = found.completed_on is not None
        assessment = assessed.get(given["candidate_id"])
        row = {
            **found.dimensions(),
            **{name: given[name] for name in ("batch_id", "requisition_id", "question_bank_id", "channel")},
            **{name: given[name] for name in ("modality", "supplement_of", "interruptions")},
            **{name: given[name] for name in ("invited_at", "started_at", "completed_at")},
            "attempt": numbers[found.interview_id],
            "status": found.status,
            "is_refusal": found.status == "declined" and given["candidate_id"] in refused,
            "invited_local_date": world.local_day(given["invited_at"]),
            "completed_local_date": found.completed_on,
            "composite_score": found.composite,
            "grade": found.grade,
            "coverage": found.coverage,
            "basis": basis(found),
            "assessment_score": assessment,
            "combined_score": combined(found.composite, assessment),
            "answers_n": len(found.answers),
            "unknown_answers_n": sum(not answer["is_known"] for answer in found.answers),
            "published_at": world.built_at if is_completed else None,
            "flags": flags(world, found),
            **standing(found, groups),
            **next_step(found, policies),
            **pay(world, found),
        }
        rows.append(row)
    return rows


def combined(composite: float | None, assessment: float | None) -> float | None:
    """80 and 75 give 77.5."""
    return None if composite is None or assessment is None else (composite + assessment) / 2


def basis(found: Judged) -> str | None:
    """What the weighted scores rest on; several bases are mixed."""
    names = {
        found.competencies[name].basis for name in found.weights if found.competencies[name].score is not None
    }
    return None if not names else names.pop() if len(names) == 1 else "mixed"


def standing(found: Judged, groups: dict[tuple[Any, ...], list[Judged]]) -> Row:
    """Rank and percentile within role, scenario and quarter."""
    if found.composite is None:
        return dict.fromkeys(("pct_rank", "is_top10", "cohort_rank", "cohort_n"))
    scores = [other.composite or 0.0 for other in groups[found.cohort]]
    above = sum(score > found.composite for score in scores)
    return {
        "pct_rank": percent_rank(found.composite, scores),
        "is_top10": above < math.ceil(len(scores) / 10),
        "cohort_rank": above + 1,
        "cohort_n": len(scores),
    }


def next_step(found: Judged, policies: dict[str, Row]) -> Row:
    """Recommendation by grade and, where the policy says so, by competencies below requirement."""
    if found.grade is None:
        return dict.fromkeys(("recommendation", "next_stage", "fit_score"))
    policy, required = policies[found.grade], found.required()
    below = bool(found.below_requirement)
    step = {
        name: (below and policy[f"{name}_below_requirement"]) or policy[name]
        for name in ("recommendation", "next_stage")
    }
    met = sum(score >= needed for score, needed in required.values())
    return {**step, "fit_score": met / len(required) if required else None}


def pay(world: World, found: Judged) -> Row:
    """The band of the grade in force on the local day of completion."""
    if found.grade is None or found.completed_on is None:
        return dict.fromkeys(("pay_min", "pay_max", "pay_currency"))
    band = world.policy.pay(found.grade, found.completed_on)
    return {"pay_min": band["pay_min"], "pay_max": band["pay_max"], "pay_currency": band["currency"]}


def flags(world: World, found: Judged) -> list[str]:
    """Signals that ask a human to look, in the order of the contract."""
    named = {name for answer in found.answers for name in answer_flags(world, answer)}
    signals = {
        "interrupted": (found.row["interruptions"] or 0) >= world.policy.variables["interruptions_anomaly"],
        "short_answers": "short" in named,
        "skipped_answers": "skipped" in named,
        "repeated_answers": "repeated" in named,
        "unknown_questions": "unknown_question" in named,
        "low_coverage": found.status == "insufficient",
    }
    return [name for name, is_set in signals.items() if is_set]


def answer_flags(world: World, answer: Row) -> list[str]:
    """short, skipped, repeated, missing, unknown_question; the signals of texts are another test's."""
    ratio = answer["duration_vs_median"]
    limit = world.policy.variables["short_answer_ratio"]
    signals = {
        "short": ratio is not None and ratio < limit and not answer["is_skipped"],
        "skipped": answer["is_skipped"],
        "repeated": answer["is_repeated"],
        "missing": answer["is_missing"],
        "unknown_question": not answer["is_known"],
    }
    return [name for name, is_set in signals.items() if is_set]


def note_durations(judged: Results) -> None:
    """duration_vs_median of every counted answer: over its question's answers that were not skipped."""
    seconds: dict[str, list[float]] = defaultdict(list)
    everything = [answer for found in judged.values() for answer in found.answers]
    for answer in everything:
        if answer["answer_seconds"] is not None and not answer["is_skipped"]:
            seconds[answer["question_id"]].append(answer["answer_seconds"])
    medians = {name: statistics.median(given) for name, given in seconds.items()}
    for answer in everything:
        median = medians.get(answer["question_id"])
        given = answer["answer_seconds"]
        answer["duration_vs_median"] = given / median if given is not None and median else None


def competency_scores(judged: Results) -> list[Row]:
    """Every completed interview × competency that the role weighs or that has a score."""
    groups = cohorts(judged)
    return [
        competency_row(found, name, groups)
        for found in judged.values()
        if found.completed_on is not None
        for name in found.competencies
    ]


def competency_row(found: Judged, name: str, groups: dict[tuple[Any, ...], list[Judged]]) -> Row:
    scored = found.competencies[name]
    weighed = found.weights.get(name)
    peers = [
        other.competencies[name].score or 0.0
        for other in groups.get(found.cohort, [])
        if name in other.competencies and other.competencies[name].score is not None
    ]
    has_weight = weighed is not None and scored.score is not None
    requirement = weighed["requirement"] if weighed else None
    is_scored = found.composite is not None and scored.score is not None
    return {
        **found.dimensions(),
        "competency_id": name,
        "raw_score": scored.raw,
        "calibrated_score": scored.raw,
        "vendor_score": scored.vendor,
        "score": scored.score,
        "basis": scored.basis,
        "weight": weighed["weight"] if weighed else None,
        "weight_share": weighed["weight"] / found.present_weight if weighed and has_weight else None,
        "requirement": requirement,
        "gap": None if requirement is None or scored.score is None else scored.score - requirement,
        "criteria_n": scored.criteria_n,
        "cohort_n": len(peers),
        "cohort_mean": statistics.fmean(peers) if peers else None,
        "pct_rank": percent_rank(scored.score or 0.0, peers) if is_scored else None,
        "is_scored": found.composite is not None,
    }
