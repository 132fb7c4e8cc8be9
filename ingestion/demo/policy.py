"""The policy seeds as the generator needs them: what a role is asked, and what each criterion is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.demo.plan import Floats
from warehouse.errors import UsageError
from warehouse.seeds import read_seeds

Row = dict[str, str | None]
PHRASES, STRUCTURE, PACE = "phrases", "structure", "pace"


@dataclass(frozen=True)
class Criterion:
    """One criterion of a question: where its points go and how many phrases earn all of them."""

    criterion_id: str
    competency_id: str
    kind: str
    weight: float
    min_phrases: int


@dataclass(frozen=True)
class Question:
    """A question with its rubric's criteria in the order of the seed."""

    question_id: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Role:
    """A role: the questions of its interview, sorted by id, and its weights by first day of validity."""

    role_id: str
    department_id: str
    score_source: str
    questions: tuple[Question, ...]
    weights: tuple[tuple[str, Mapping[str, float]], ...]

    def weights_on(self, day: str) -> Mapping[str, float]:
        """Weights of the greatest valid_from that is not after the ISO day; empty before the first."""
        valid = [weights for valid_from, weights in self.weights if valid_from <= day]
        return valid[-1] if valid else {}


@dataclass(frozen=True)
class PayBand:
    """The monthly pay of a grade, in yuan, from a day on."""

    grade: str
    low: float
    high: float
    valid_from: str


@dataclass(frozen=True)
class Policy:
    """All that the generator reads from the seeds."""

    roles: tuple[Role, ...]
    phrases: Mapping[str, tuple[str, ...]]
    stage_cues: Mapping[str, tuple[str, ...]]
    pace_bands: Mapping[str, tuple[float, float, float, float]]
    grades: tuple[tuple[str, float], ...]
    pay_bands: tuple[PayBand, ...]
    courses: tuple[str, ...]

    def pay_band(self, grade: str, day: str) -> PayBand | None:
        """The band in force on the ISO day, None where none is defined."""
        bands = [band for band in self.pay_bands if band.grade == grade and band.valid_from <= day]
        return max(bands, key=lambda band: band.valid_from) if bands else None

    def grade_of(self, composite: Floats) -> list[str]:
        """Grade of each composite (0–100), '' where it is null."""
        lows = np.array([low for _, low in self.grades])
        names = [grade for grade, _ in self.grades]
        at = np.searchsorted(lows, composite, side="right") - 1
        return ["" if np.isnan(score) else names[int(i)] for score, i in zip(composite, at, strict=True)]


def read_policy(seeds: Path) -> Policy:
    """Reads the seeds of one directory. Raises `UsageError` when a role has no question or no weights."""
    tables = read_seeds(seeds)
    phrases: dict[str, list[str]] = {}
    for row in _rows(tables, "phrases"):
        phrases.setdefault(_text(row, "criterion_id"), []).append(_text(row, "phrase"))
    cues: dict[str, list[str]] = {}
    for row in _rows(tables, "stage_cues"):
        cues.setdefault(_text(row, "stage"), []).append(_text(row, "phrase"))
    return Policy(
        roles=_roles(tables, seeds),
        phrases={criterion: tuple(found) for criterion, found in phrases.items()},
        stage_cues={stage: tuple(found) for stage, found in cues.items()},
        pace_bands={_text(row, "lang"): _band(row) for row in _rows(tables, "pace_bands")},
        grades=tuple(
            sorted(
                (
                    (_text(row, "grade"), float(_text(row, "min_score")))
                    for row in _rows(tables, "grade_policy")
                ),
                key=lambda grade: grade[1],
            )
        ),
        pay_bands=tuple(
            PayBand(
                _text(row, "grade"), float(_text(row, "pay_min")), float(_text(row, "pay_max")), _day(row)
            )
            for row in _rows(tables, "pay_policy")
        ),
        courses=tuple(_text(row, "course_id") for row in _rows(tables, "courses")),
    )


def _roles(tables: Mapping[str, pa.Table], seeds: Path) -> tuple[Role, ...]:
    """Every role with its questions and weights."""
    questions = _questions(_rows(tables, "questions"), _rows(tables, "criteria"))
    weights: dict[str, dict[str, dict[str, float]]] = {}
    for row in _rows(tables, "role_weights"):
        sets = weights.setdefault(_text(row, "role_id"), {})
        sets.setdefault(_day(row), {})[_text(row, "competency_id")] = float(_text(row, "weight"))
    roles = []
    for row in _rows(tables, "roles"):
        role_id = _text(row, "role_id")
        asked = questions.get("", []) + questions.get(role_id, [])
        if not asked or role_id not in weights:
            raise UsageError(
                f"The role {role_id} of {seeds / 'roles.csv'} has no questions or no weights: add them."
            )
        roles.append(
            Role(
                role_id,
                _text(row, "department_id"),
                _text(row, "score_source"),
                tuple(sorted(asked, key=lambda question: question.question_id)),
                tuple(sorted(weights[role_id].items())),
            )
        )
    return tuple(roles)


def _questions(questions: list[Row], criteria: list[Row]) -> dict[str, list[Question]]:
    """Questions by role ('' = general), each with its criteria."""
    rubrics: dict[str, list[Criterion]] = {}
    for row in criteria:
        rubrics.setdefault(_text(row, "rubric_id"), []).append(
            Criterion(
                _text(row, "criterion_id"),
                _text(row, "competency_id"),
                _text(row, "kind"),
                float(_text(row, "weight")),
                int(float(row.get("min_phrases") or 1)),
            )
        )
    by_role: dict[str, list[Question]] = {}
    for row in questions:
        question = Question(_text(row, "question_id"), tuple(rubrics.get(_text(row, "rubric_id"), ())))
        by_role.setdefault(row.get("role_id") or "", []).append(question)
    return by_role


def _rows(tables: Mapping[str, pa.Table], name: str) -> list[Row]:
    return tables[name].to_pylist()  # type: ignore[no-any-return]


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    if value is None:
        raise UsageError(f"A seed row of the rubric has no {column}: {row}.")
    return value


def _day(row: Row) -> str:
    return dt.date.fromisoformat(_text(row, "valid_from")).isoformat()


def _band(row: Row) -> tuple[float, float, float, float]:
    return (
        float(_text(row, "outer_low")),
        float(_text(row, "low")),
        float(_text(row, "high")),
        float(_text(row, "outer_high")),
    )
