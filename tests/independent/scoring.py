"""From the engine's criteria to competency scores, composites and grades, one interview at a time."""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.independent.world import Row, World, quarter_start

STATUSES = {"declined": "declined", "abandoned": "abandoned", "expired": "abandoned"}


@dataclass
class Competency:
    """One competency of one interview."""

    raw: float | None = None
    vendor: float | None = None
    score: float | None = None
    basis: str | None = None
    criteria_n: int = 0
    weight_sum: float = 0.0


@dataclass
class Judged:
    """One interview with everything that is worked out for it."""

    row: Row
    status: str
    completed_on: date | None
    department_id: str | None
    answers: list[Row] = field(default_factory=list)
    competencies: dict[str, Competency] = field(default_factory=dict)
    weights: dict[str, Row] = field(default_factory=dict)
    coverage: float | None = None
    exact: float | None = None
    composite: float | None = None
    grade: str | None = None

    @property
    def interview_id(self) -> str:
        return str(self.row["interview_id"])

    @property
    def quarter(self) -> date | None:
        return None if self.completed_on is None else quarter_start(self.completed_on)

    @property
    def cohort(self) -> tuple[Any, ...]:
        return self.row["role_id"], self.row["scenario"], self.quarter

    @property
    def present_weight(self) -> float:
        """Sum of the weights whose competency has a score."""
        return math.fsum(
            row["weight"]
            for name, row in self.weights.items()
            if name in self.competencies and self.competencies[name].score is not None
        )

    @property
    def below_requirement(self) -> list[str]:
        return [name for name, (score, needed) in self.required().items() if score < needed]

    def required(self) -> dict[str, tuple[float, float]]:
        """Score and requirement of the competencies that have both."""
        return {
            name: (self.competencies[name].score or 0.0, row["requirement"])
            for name, row in self.weights.items()
            if row["requirement"] is not None and self.competencies[name].score is not None
        }

    def dimensions(self) -> Row:
        """What every mart about interviews repeats."""
        return {
            "interview_id": self.interview_id,
            "candidate_id": self.row["candidate_id"],
            "role_id": self.row["role_id"],
            "department_id": self.department_id,
            "scenario": self.row["scenario"],
            "quarter_start": self.quarter,
        }


def exact(score: float) -> float:
    """Without what binary arithmetic adds beyond nine decimals: 65 is 65, where a bin begins."""
    return round(score, 9)


def half_up(score: float) -> float:
    """Two decimals."""
    return float(Decimal(repr(exact(score))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def judge(world: World) -> dict[str, Judged]:
    """Every interview by its id."""
    answers = counted_answers(world)
    vendor = vendor_means(world)
    refusing = refusing_ai(world)
    judged = {}
    for said in world.rows("interviews"):
        row = {**said, "recorded_on": world.local_day(said["completed_at"])}
        if said["status"] != "completed":
            row["recorded_on"] = None
        since = refusing.get(said["candidate_id"])
        ended = said["status"] in ("abandoned", "expired")
        completed_before = said["status"] == "completed" and since and said["completed_at"] < since
        if since is not None and not ended and not completed_before:
            row["status"] = "declined"
        name = row["interview_id"]
        is_completed = row["status"] == "completed"
        found = Judged(
            row,
            STATUSES.get(row["status"], "pending"),
            world.local_day(row["completed_at"]) if is_completed else None,
            row["department_id"] or world.policy.department_of_role.get(row["role_id"]),
        )
        if is_completed:
            found.answers = mark_repeated(answers.get(name, []))
            score(world, found, vendor.get(name, {}))
        judged[name] = found
    return judged


def refusing_ai(world: World) -> dict[str, Any]:
    """Whose last word is a refusal of AI, and since when: out of all scoring from that moment on."""
    said = [(row["candidate_id"], row["refused_ai_at"], True) for row in world.rows("candidates")]
    said += [
        (row["candidate_id"], row["requested_at"], row["kind"] == "refuse_ai")
        for row in world.rows("privacy_requests")
        if row["kind"] in ("refuse_ai", "withdraw_refusal")
    ]
    since: dict[str, Any] = {}
    for person, at, is_refusal in sorted(one for one in said if one[1] is not None):
        if not is_refusal:
            since.pop(person, None)
        else:
            since.setdefault(person, at)
    return since


def refusers(world: World) -> set[str]:
    """People who have refused AI, be it that they changed their mind."""
    asked = {row["candidate_id"] for row in world.rows("privacy_requests") if row["kind"] == "refuse_ai"}
    return asked | {row["candidate_id"] for row in world.rows("candidates") if row["refused_ai_at"]}


def counted_answers(world: World) -> dict[str, list[Row]]:
    """Of several attempts at a question the highest; with the engine's criteria."""
    counted: dict[tuple[str, str], Row] = {}
    for row in world.rows("answers"):
        key = row["interview_id"], row["question_id"]
        if key not in counted or row["attempt"] >= counted[key]["attempt"]:
            counted[key] = row
    by_interview: dict[str, list[Row]] = defaultdict(list)
    for row in counted.values():
        engine = world.engine[row["_file_id"], row["_row"]]
        text = None if row["text"] is None else normalised(row["text"])
        is_skipped = bool(row["skipped"]) or (text is not None and not text.strip())
        by_interview[row["interview_id"]].append(
            {
                **row,
                "engine": engine,
                "normalised": text,
                "is_skipped": is_skipped,
                "is_missing": text is None and not is_skipped,
                "is_known": row["question_id"] in world.policy.questions,
            }
        )
    return by_interview


def normalised(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())


def mark_repeated(answers: list[Row]) -> list[Row]:
    """In the order of question_id, a text that came before in the interview earns nothing."""
    said: set[str] = set()
    for answer in sorted(answers, key=lambda row: str(row["question_id"])):
        text = answer["normalised"]
        has_text = bool(text and text.strip())
        answer["is_repeated"] = has_text and text in said
        if has_text:
            said.add(text)
        answer["criteria"] = [criterion(answer, made) for made in answer["engine"]["criteria"]]
    return answers


def criterion(answer: Row, made: Row) -> Row:
    """A criterion's h (None where it cannot be judged)."""
    h = None if made["h"] is None or made["h"] != made["h"] else float(made["h"])
    if answer["is_repeated"]:
        h = None if made["kind"] == "pace" else 0.0
    return {"criterion_id": made["criterion_id"], "kind": made["kind"], "h": h, "hits": made["hits"]}


def vendor_means(world: World) -> dict[str, dict[str, float]]:
    """interview → competency → mean of the vendors' scores."""
    scores: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in world.rows("vendor_scores"):
        scores[row["interview_id"]][row["competency_id"]].append(row["score"])
    return {
        name: {competency: statistics.fmean(given) for competency, given in by_competency.items()}
        for name, by_competency in scores.items()
    }


def score(world: World, found: Judged, vendor: dict[str, float]) -> None:
    """Fills competencies, coverage, composite and grade of a completed interview."""
    assert found.completed_on is not None
    found.weights = world.policy.weights(found.row["role_id"], found.completed_on)
    parts: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for answer in found.answers:
        for made in answer["criteria"]:
            seed = world.policy.criteria.get(made["criterion_id"])
            if seed and made["h"] is not None and seed["weight"] > 0:
                parts[seed["competency_id"]].append((seed["weight"], made["h"]))
    source = world.policy.score_source[found.row["role_id"]]
    for name in {*parts, *vendor, *found.weights}:
        found.competencies[name] = competency(parts.get(name, []), vendor.get(name), source)
    total = sum(row["weight"] for row in found.weights.values())
    found.coverage = found.present_weight / total if total else 0.0
    if found.coverage < world.policy.variables["coverage_minimum"]:
        found.status = "insufficient"
        return
    found.status = "scored"
    found.exact = (
        sum(
            row["weight"] * (found.competencies[name].score or 0.0)
            for name, row in found.weights.items()
            if found.competencies[name].score is not None
        )
        / found.present_weight
    )
    found.composite = half_up(found.exact)
    found.grade = world.policy.grade(found.composite)


def competency(parts: list[tuple[float, float]], vendor: float | None, source: str) -> Competency:
    """Raw score, and which score counts; the default seeds calibrate nothing."""
    weight_sum = sum(weight for weight, _ in parts)
    raw = exact(100 * sum(weight * h for weight, h in parts) / weight_sum) if weight_sum else None
    found = Competency(raw, vendor, criteria_n=len(parts), weight_sum=weight_sum)
    if raw is None or vendor is None:
        found.score = vendor if raw is None else raw
        found.basis = None if found.score is None else "vendor" if raw is None else "rubric"
    else:
        found.score = {"rubric": raw, "vendor": vendor, "mean": exact((raw + vendor) / 2)}[source]
        found.basis = source
    return found
