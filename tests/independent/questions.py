"""question_health and competency_risks worked out a second time."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import date, timedelta

import numpy as np

from tests.independent.answers import answer_row
from tests.independent.results import Results
from tests.independent.scoring import Judged
from tests.independent.world import Row, World

Asked = tuple[Judged, Row]


def question_health(world: World, judged: Results) -> list[Row]:
    """Every question and version of it that was asked, and every one of the seeds."""
    completed = [found for found in judged.values() if found.completed_on is not None]
    asked: dict[tuple[str, int], list[Asked]] = defaultdict(list)
    for found in completed:
        for answer in found.answers:
            version = version_on(world, answer["question_id"], found.completed_on)
            asked[answer["question_id"], version["version"]].append((found, answer))
    return [
        health_of(world, question, version, asked.get((question, version["version"]), []), completed)
        for question in {*world.policy.questions, *(name for name, _ in asked)}
        for version in versions(world, question)
    ]


def versions(world: World, question: str) -> list[Row]:
    """Version 1 until the first change that the seed names."""
    changes = sorted(
        (row for row in world.policy.seed_rows("question_versions") if row["question_id"] == question),
        key=lambda row: row["valid_from"],
    )
    found: list[Row] = [{"version": 1, "from": None, "before": None}]
    for row in changes:
        found[-1]["before"] = row["valid_from"]
        found.append({"version": row["version"], "from": row["valid_from"], "before": None})
    return found


def version_on(world: World, question: str, day: date | None) -> Row:
    assert day
    return [row for row in versions(world, question) if row["from"] is None or row["from"] <= day][-1]


def health_of(world: World, question: str, version: Row, asked: list[Asked], completed: list[Judged]) -> Row:
    seed = world.policy.questions.get(question, {})
    days = [found.completed_on for found, _ in asked if found.completed_on]
    since = world.today - timedelta(days=world.policy.variables["recent_days"])
    rows = [answer_row(world, found, answer) for found, answer in asked]
    opened = {found.interview_id for found in completed if is_open(found, seed, version)} if seed else set()
    had = {found.interview_id for found, _ in asked}
    seconds = [
        row["answer_seconds"] for row in rows if row["answer_seconds"] is not None and not row["is_skipped"]
    ]
    expected = seed.get("expected_seconds")
    median = statistics.median(seconds) if seconds else None
    return {
        "question_id": question,
        "version": version["version"],
        "is_known": bool(seed),
        "role_id": seed.get("role_id"),
        "scenario": seed.get("scenario"),
        "version_from": version["from"],
        "version_before": version["before"],
        "first_asked_on": min(days, default=None),
        "last_asked_on": max(days, default=None),
        "asked_n": len(asked),
        "recent_asked_n": sum(day > since for day in days),
        "people_n": len({found.row["candidate_id"] for found, _ in asked}),
        "roles_n": len({found.row["role_id"] for found, _ in asked}),
        # A question that no seed knows is of no role.
        "open_n": len(opened | had) if seed else None,
        "exposure": len(asked) / len(opened | had) if seed and opened | had else None,
        **points_of([row["points"] for row in rows if row["points"] is not None]),
        **rates_of(rows),
        "expected_seconds": expected,
        "median_seconds": median,
        "duration_vs_expected": median / expected if median is not None and expected else None,
    }


def is_open(found: Judged, seed: Row, version: Row) -> bool:
    """A completed interview that might have asked it: of its role and scenario, while the version held."""
    day = found.completed_on
    assert day
    return (
        seed["role_id"] in (None, found.row["role_id"])
        and (version["from"] is None or version["from"] <= day)
        and (version["before"] is None or day < version["before"])
    )


def points_of(points: list[float]) -> Row:
    row: Row = dict.fromkeys(("mean", "sd", "p10", "median", "p90", "difficulty", "floor_share"))
    row |= {"n": len(points), "ceiling_share": None}
    if points:
        row |= {
            "mean": statistics.fmean(points),
            "sd": statistics.stdev(points) if len(points) > 1 else None,
            "p10": float(np.quantile(points, 0.1)),
            "median": statistics.median(points),
            "p90": float(np.quantile(points, 0.9)),
            "difficulty": 1 - statistics.fmean(points) / 100,
            "floor_share": sum(point <= 0 for point in points) / len(points),
            "ceiling_share": sum(point >= 100 for point in points) / len(points),
        }
    return row


def rates_of(rows: list[Row]) -> Row:
    def rate(count: int) -> float | None:
        return count / len(rows) if rows else None

    skipped = sum(row["is_skipped"] for row in rows)
    return {
        "skipped_n": skipped,
        "skip_rate": rate(skipped),
        "missing_rate": rate(sum(row["is_missing"] for row in rows)),
        "repeated_rate": rate(sum(row["is_repeated"] for row in rows)),
        "short_rate": rate(sum("short" in row["plain_flags"] for row in rows)),
    }


def competency_risks(world: World, judged: Results) -> list[Row]:
    """Competencies of scored interviews below the mark of the risk policy of their day."""
    rows = []
    for found in judged.values():
        if found.composite is None or found.completed_on is None:
            continue
        for policy in risks_on(world, found.row["scenario"], found.completed_on):
            scored = found.competencies.get(policy["competency_id"])
            if scored is None or scored.score is None or scored.score >= policy["below"]:
                continue
            rows.append(
                {
                    **found.dimensions(),
                    "competency_id": policy["competency_id"],
                    "score": scored.score,
                    "below": policy["below"],
                    "points_below": policy["below"] - scored.score,
                    **{name: policy[name] for name in ("step", "risk_zh", "risk_en")},
                }
            )
    return rows


def risks_on(world: World, scenario: str, day: date) -> list[Row]:
    """The policy in force for each competency; one of the scenario before one for every scenario."""
    best: dict[str, Row] = {}
    for row in sorted(world.policy.seed_rows("risk_policy"), key=lambda row: row["valid_from"]):
        if row["valid_from"] <= day and row["scenario"] in (None, scenario):
            best[row["competency_id"]] = row
    return list(best.values())
