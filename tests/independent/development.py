"""development_plans, next_bands and their steps worked out a second time."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from tests.independent.answers import LOSS_WORDS
from tests.independent.results import Results
from tests.independent.scoring import Judged, half_up
from tests.independent.world import Row, World


def by_interview(losses: list[Row]) -> dict[str, list[Row]]:
    """The costliest loss first."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(losses, key=lambda row: (-row["points_lost"], row["question_id"], row["criterion_id"])):
        grouped[row["interview_id"]].append(row)
    return grouped


def next_bands(world: World, judged: Results, losses: list[Row]) -> tuple[list[Row], list[Row]]:
    """Bands and steps, where every criterion takes the same effort, as it does in the default seeds.

    Then the fewest of the greatest gains that reach the band are the cheapest set, and of its size the one
    that gains most.
    """
    assert {row["effort"] for row in world.policy.seed_rows("improvement_effort")} == {1}
    better = {row["grade"]: above for above, row in pairwise(world.policy.grades)}
    grouped = by_interview(losses)
    bands, steps = [], []
    for found in judged.values():
        if found.grade is None or found.grade not in better:
            continue
        band = better[found.grade]
        taken = cheapest(found, grouped.get(found.interview_id, []), band["min_score"])
        reached = None if taken is None else raised(found, taken)
        bands.append(
            {
                **found.dimensions(),
                "composite_score": found.composite,
                "grade": found.grade,
                "next_grade": band["grade"],
                "next_min_score": band["min_score"],
                "points_needed": band["min_score"] - (found.composite or 0.0),
                "is_reachable": taken is not None,
                "steps_n": None if taken is None else len(taken),
                "composite_with_steps": reached,
            }
        )
        for number, row in enumerate(taken or [], start=1):
            steps.append(
                {
                    **found.dimensions(),
                    **{name: row[name] for name in ("question_id", "criterion_id", "competency_id")},
                    **{name: row[name] for name in LOSS_WORDS},
                    "points_lost": row["points_lost"],
                    "next_grade": band["grade"],
                    "step_number": number,
                }
            )
    return bands, steps


def gain(found: Judged, row: Row) -> float:
    """What meeting a criterion adds: half of it where the mean with a vendor's score counts."""
    lost: float = row["points_lost"]
    return lost / 2 if found.competencies[row["competency_id"]].basis == "mean" else lost


def raised(found: Judged, taken: list[Row]) -> float:
    """Composite with these criteria met."""
    return half_up((found.exact or 0.0) + sum(gain(found, row) for row in taken))


def cheapest(found: Judged, losses: list[Row], target: float) -> list[Row] | None:
    ordered = sorted(losses, key=lambda row: -gain(found, row))
    for size in range(1, len(ordered) + 1):
        if raised(found, ordered[:size]) >= target:
            return sorted(ordered[:size], key=lambda row: -row["points_lost"])
    return None


def development_plans(world: World, judged: Results, losses: list[Row], steps: list[Row]) -> list[Row]:
    """Every gap of a scored interview, with what helps against it."""
    grouped = by_interview(losses)
    needed = {(row["interview_id"], row["competency_id"]) for row in steps}
    rows = []
    for found in judged.values():
        if found.composite is None:
            continue
        gaps = {
            name: requirement - score
            for name, (score, requirement) in found.required().items()
            if score < requirement
        }
        ordered = sorted(gaps, key=lambda name: (-found.weights[name]["weight"] * gaps[name], name))
        for priority, name in enumerate(ordered, start=1):
            mine = [row for row in grouped.get(found.interview_id, []) if row["competency_id"] == name]
            score, requirement = found.required()[name]
            rows.append(
                {
                    **found.dimensions(),
                    "competency_id": name,
                    "requirement": requirement,
                    "score": score,
                    "gap": gaps[name],
                    "priority": priority,
                    "losses_n": len(mine),
                    "points_lost": sum(row["points_lost"] for row in mine),
                    "is_on_way_to_next_band": (found.interview_id, name) in needed,
                    **what_helps(world, found, name, mine),
                }
            )
    return rows


def what_helps(world: World, found: Judged, competency: str, losses: list[Row]) -> Row:
    """Advice, course, project and mentor, all from seeds; the costliest criterion speaks first."""
    path: Row = first(world, "development_paths", competency) or {}
    worst: Row = losses[0] if losses else {}
    course = worst.get("course_id") or path.get("course_id")
    courses = {row["course_id"]: row for row in world.policy.seed_rows("courses")}
    project = first(world, "practice_projects", competency, "role_id", found.row["role_id"]) or {}
    mentor = first(world, "mentors", competency, "department_id", found.department_id) or {}
    named: Row = courses.get(course, {})
    return {
        "tip_zh": worst.get("advice_zh") or path.get("tip_zh"),
        "tip_en": worst.get("advice_en") or path.get("tip_en"),
        "course_id": course,
        "course_zh": named.get("name_zh"),
        "course_en": named.get("name_en"),
        "project_id": project.get("project_id"),
        "project_zh": project.get("name_zh"),
        "project_en": project.get("name_en"),
        "project_description_zh": project.get("description_zh"),
        "project_description_en": project.get("description_en"),
        "project_weeks": project.get("weeks"),
        "mentor_id": mentor.get("mentor_id"),
        "mentor_zh": mentor.get("name_zh"),
        "mentor_en": mentor.get("name_en"),
    }


def first(world: World, seed: str, competency: str, own: str | None = None, mine: Any = None) -> Row | None:
    """The seed's row for the competency: one for the very role or department before one for everybody."""
    rows = [row for row in world.policy.seed_rows(seed) if row["competency_id"] == competency]
    if own is None:
        return rows[0] if rows else None
    special = [row for row in rows if row[own] is not None and row[own] == mine]
    general = [row for row in rows if row[own] is None]
    return next(iter(special or general), None)
