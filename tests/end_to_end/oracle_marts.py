"""Composite, grade, rank, losses and aggregates written a second time, in exact fractions."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.end_to_end.oracle_answers import Answer, Rules, criteria_scores, read_csv

HUNDREDTH = Decimal("0.01")


def half_up(value: Fraction) -> float:
    scaled = Decimal(value.numerator * 10**12 // value.denominator) / 10**12
    return float(scaled.quantize(HUNDREDTH, ROUND_HALF_UP))


@dataclass
class Interview:
    interview_id: str
    role_id: str
    scenario: str
    status: str
    completed_at: datetime | None


@dataclass
class Result:
    """What the oracle says of one completed interview."""

    interview: Interview
    quarter: date
    coverage: Fraction
    competencies: dict[str, Fraction]
    composite: float | None = None
    exact: Fraction | None = None
    grade: str | None = None
    losses: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    pct_rank: float | None = None
    is_top10: bool | None = None


class Policies:
    def __init__(self, seeds: Path) -> None:
        self.rules = Rules(seeds)
        self.source = {row["role_id"]: row["score_source"] for row in read_csv(seeds / "roles.csv")}
        self.grades = [
            (row["grade"], Fraction(row["min_score"])) for row in read_csv(seeds / "grade_policy.csv")
        ]
        self.weights: dict[str, dict[date, dict[str, Fraction]]] = defaultdict(lambda: defaultdict(dict))
        for row in read_csv(seeds / "role_weights.csv"):
            day = date.fromisoformat(row["valid_from"])
            self.weights[row["role_id"]][day][row["competency_id"]] = Fraction(row["weight"])
        self.criteria = {
            criterion.criterion_id: criterion
            for criteria in self.rules.questions.values()
            for criterion in criteria
        }

    def weights_on(self, role: str, day: date) -> dict[str, Fraction]:
        valid = [start for start in self.weights[role] if start <= day]
        return self.weights[role][max(valid)] if valid else {}

    def grade_of(self, composite: float) -> str:
        score = Fraction(str(composite))
        return max(((low, grade) for grade, low in self.grades if score >= low))[1]


def score_interview(
    interview: Interview,
    answers: list[Answer],
    vendor: dict[str, Fraction],
    policies: Policies,
    zone: ZoneInfo,
) -> Result:
    h = criteria_scores(answers, policies.rules)
    weight_sum: dict[str, Fraction] = defaultdict(Fraction)
    reached: dict[str, Fraction] = defaultdict(Fraction)
    for (_, criterion_id), share in h.items():
        criterion = policies.criteria[criterion_id]
        if share is not None and criterion.weight > 0:
            weight_sum[criterion.competency_id] += criterion.weight
            reached[criterion.competency_id] += criterion.weight * share
    rubric = {name: 100 * reached[name] / weight_sum[name] for name in weight_sum}
    source = policies.source[interview.role_id]
    scores: dict[str, Fraction] = {}
    for name in {*rubric, *vendor}:
        ours, theirs = rubric.get(name), vendor.get(name)
        if ours is None or theirs is None:
            scores[name] = ours if theirs is None else theirs
        else:
            scores[name] = {"rubric": ours, "vendor": theirs, "mean": (ours + theirs) / 2}[source]
    local = interview.completed_at.astimezone(zone)
    weights = policies.weights_on(interview.role_id, local.date())
    present = sum((weights[name] for name in weights if name in scores), Fraction(0))
    total = sum(weights.values(), Fraction(0))
    coverage = present / total if total else Fraction(0)
    quarter = date(local.year, (local.month - 1) // 3 * 3 + 1, 1)
    result = Result(interview, quarter, coverage, scores)
    if coverage < Fraction(6, 10):
        return result
    result.exact = (
        sum((weights[name] * scores[name] for name in weights if name in scores), Fraction(0)) / present
    )
    result.composite = half_up(result.exact)
    result.grade = policies.grade_of(result.composite)
    for (question_id, criterion_id), share in h.items():
        criterion = policies.criteria[criterion_id]
        name = criterion.competency_id
        counts = name in rubric and not (name in vendor and source == "vendor")
        if share is not None and share < 1 and criterion.weight > 0 and name in weights and counts:
            part = weights[name] / present * 100 * criterion.weight * (1 - share) / weight_sum[name]
            result.losses[question_id, criterion_id] = part
    return result


def rank(results: list[Result]) -> None:
    """percent_rank and the top tenth within role × scenario × quarter of the scored."""
    groups: dict[tuple[str, str, date], list[Result]] = defaultdict(list)
    for result in results:
        if result.composite is not None:
            groups[result.interview.role_id, result.interview.scenario, result.quarter].append(result)
    for group in groups.values():
        scores = [result.composite for result in group]
        for result in group:
            below = sum(score < result.composite for score in scores)
            above = sum(score > result.composite for score in scores)
            result.pct_rank = below / (len(group) - 1) if len(group) > 1 else 0.0
            result.is_top10 = above < math.ceil(len(group) / 10)


def with_totals(results: list[Result]) -> dict[tuple[str, str], list[Result]]:
    """Scored results by role × scenario, 'all' alone and both included."""
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        if result.composite is not None:
            for role in (result.interview.role_id, "all"):
                for scenario in (result.interview.scenario, "all"):
                    groups[role, scenario].append(result)
    return groups
