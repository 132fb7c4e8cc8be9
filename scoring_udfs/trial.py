"""One answer, tried at once: its points and why, by the same kernels that score everybody.

Nothing is kept. What a trial says about an answer is what the marts would say about it, were it the only
answer of its interview: competencies and losses as in scoring.md, sections 3 and 4, without calibration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import fsum
from typing import Any

import pyarrow as pa

from scoring_udfs.errors import KernelError
from scoring_udfs.match import STAGES
from scoring_udfs.normalise import normalise_text
from scoring_udfs.rubric import RubricSet
from scoring_udfs.said import Denied, Said, denied_in
from scoring_udfs.score import score_answers

_NO_KEY = b""
_NAMED = 3

Row = Mapping[str, str | None]


class UnknownNameError(KernelError):
    """A question or a role (`what`) that the seeds do not know; `nearest` are ids that look like it."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.what, self.name = what, name
        self.nearest = get_close_matches(name, sorted(known), n=_NAMED, cutoff=0.4) or sorted(known)[:_NAMED]
        super().__init__(f"There is no {what} {name!r}: did you mean {' or '.join(self.nearest)}?")


@dataclass(frozen=True)
class Answer:
    """What was said to one question; `lang` None is found from the text, times are seconds."""

    question_id: str
    text: str
    lang: str | None = None
    seconds: float | None = None
    pauses: float | None = None


def in_language(answer: Answer, reader: str) -> Answer:
    """The answer, taken to be in its reader's language where it has no letter that would show another."""
    shows_one = answer.lang is not None or any(map(str.isalpha, answer.text))
    return answer if shows_one else replace(answer, lang=reader)


@dataclass(frozen=True)
class CriterionTrial:
    """One criterion: `lost` is what it costs of the overall points, `missing` what would still count.

    `missing` has stages or phrases (of the answer's language, if they suffice); `hits` of `needed` came.
    """

    row: Row
    h: float | None
    hits: int
    needed: int | None
    lost: float
    missing: tuple[str, ...]

    @property
    def criterion_id(self) -> str:
        """Its id."""
        return self.row["criterion_id"] or ""


@dataclass(frozen=True)
class CompetencyTrial:
    """A competency's points (0–100, None without a criterion that could be judged) and its role weight."""

    competency_id: str
    points: float | None
    weight: float | None


@dataclass(frozen=True)
class Trial:
    """An answer with its points; `overall` weighs competencies by the role, without one the criteria."""

    answer: Answer
    lang: str | None
    units: int | None
    units_per_minute: float | None
    is_skipped: bool
    is_out_of_order: bool
    overall: float | None
    competencies: tuple[CompetencyTrial, ...]
    criteria: tuple[CriterionTrial, ...]
    said: tuple[Said, ...]
    denied: tuple[Denied, ...]


def try_answer(
    seeds: Mapping[str, pa.Table],
    rubrics: RubricSet,
    answer: Answer,
    role_id: str | None = None,
    day: dt.date | None = None,
) -> Trial:
    """Scores one answer; `role_id` (with the weights of `day`) says how much each competency counts.

    Raises `UnknownNameError` for a question or a role that the seeds do not know.
    """
    if answer.question_id not in rubrics.questions:
        raise UnknownNameError("question", answer.question_id, rubrics.questions)
    weights = None if role_id is None else weights_of(seeds, role_id, day or dt.date.max)
    scored = _score(rubrics, answer)
    rows = {row["criterion_id"]: row for row in seeds["criteria"].to_pylist()}
    stages = _stages(seeds)
    judged = [(rows[found["criterion_id"]], found) for found in scored["criteria"]]
    shares = _shares([(row, found["h"]) for row, found in judged], weights)
    said = tuple(
        Said(
            **span, stage=stages.get(normalise_text(span["phrase"]), "") if _is_structure(rows, span) else ""
        )
        for span in scored["evidence"]
    )
    spoken = _Spoken(seeds, scored["lang"], said)
    criteria = tuple(
        CriterionTrial(
            row=row,
            h=found["h"],
            hits=found["hits"],
            needed=int(float(row["min_phrases"])) if row["min_phrases"] else None,
            lost=0.0 if found["h"] is None else 100 * share * (1 - found["h"]),
            missing=spoken.missing(row, found["hits"]) if (found["h"] or 0) < 1 else (),
        )
        for (row, found), share in zip(judged, shares, strict=True)
    )
    return Trial(
        answer=answer,
        **{name: scored[name] for name in ("lang", "units", "units_per_minute", "is_skipped")},
        is_out_of_order=_is_out_of_order(said),
        overall=_overall(criteria, shares),
        competencies=_competencies(criteria, weights),
        criteria=criteria,
        said=said,
        denied=denied_in(answer.text, scored["negated"], rubrics.negation),
    )


def weights_of(seeds: Mapping[str, pa.Table], role_id: str, day: dt.date) -> dict[str, float]:
    """competency → weight of the set that holds on `day`, the first one where none holds yet."""
    rows = [row for row in seeds["role_weights"].to_pylist() if row["role_id"] == role_id]
    if not rows:
        raise UnknownNameError("role", role_id, set(seeds["roles"]["role_id"].to_pylist()))
    days = sorted({dt.date.fromisoformat(row["valid_from"]) for row in rows})
    holds = max((start for start in days if start <= day), default=days[0])
    return {
        row["competency_id"]: float(row["weight"])
        for row in rows
        if dt.date.fromisoformat(row["valid_from"]) == holds
    }


def _score(rubrics: RubricSet, answer: Answer) -> dict[str, Any]:
    batch = pa.table(
        {
            "question_id": pa.array([answer.question_id], pa.string()),
            "lang": pa.array([answer.lang], pa.string()),
            "answer_seconds": pa.array([answer.seconds], pa.float64()),
            "pause_seconds": pa.array([answer.pauses], pa.float64()),
            "skipped": pa.array([None], pa.bool_()),
        }
    )
    scored: dict[str, Any] = score_answers(batch, rubrics, _NO_KEY, [answer.text]).to_pylist()[0]
    return scored


def _shares(judged: Sequence[tuple[Row, float | None]], weights: Mapping[str, float] | None) -> list[float]:
    """How much of the overall points each criterion decides; they add up to 1, or are all 0."""
    own = [0.0 if h is None else float(row["weight"] or 0) for row, h in judged]
    if weights is None:
        total = fsum(own)
        return [weight / total if total else 0.0 for weight in own]
    sums: dict[str, float] = {}
    for (row, _), weight in zip(judged, own, strict=True):
        sums[row["competency_id"] or ""] = sums.get(row["competency_id"] or "", 0.0) + weight
    present = fsum(weights.get(competency, 0.0) for competency, total in sums.items() if total)
    return [
        weights.get(row["competency_id"] or "", 0.0) / present * weight / sums[row["competency_id"] or ""]
        if weight and present
        else 0.0
        for (row, _), weight in zip(judged, own, strict=True)
    ]


def _overall(criteria: Sequence[CriterionTrial], shares: Sequence[float]) -> float | None:
    if not fsum(shares):
        return None
    return round(100 * fsum(share * (c.h or 0) for c, share in zip(criteria, shares, strict=True)), 9)


def _competencies(
    criteria: Sequence[CriterionTrial], weights: Mapping[str, float] | None
) -> tuple[CompetencyTrial, ...]:
    found = []
    for competency in dict.fromkeys(c.row["competency_id"] or "" for c in criteria):
        own = [
            (float(c.row["weight"] or 0), c.h)
            for c in criteria
            if c.row["competency_id"] == competency and c.h is not None
        ]
        total = fsum(weight for weight, _ in own)
        points = round(100 * fsum(weight * h for weight, h in own) / total, 9) if total else None
        found.append(
            CompetencyTrial(competency, points, None if weights is None else weights.get(competency))
        )
    return tuple(found)


def _is_structure(rows: Mapping[str, Row], span: Mapping[str, Any]) -> bool:
    return rows[span["criterion_id"]]["kind"] == "structure"


def _stages(seeds: Mapping[str, pa.Table]) -> dict[str, str]:
    """Normalised cue → its stage."""
    rows = seeds["stage_cues"].to_pylist()
    return {normalise_text(row["phrase"].strip()): row["stage"] for row in reversed(rows)}


def _is_out_of_order(said: Sequence[Said]) -> bool:
    starts = [
        min(s.start for s in said if s.stage == stage)
        for stage in STAGES
        if any(s.stage == stage for s in said)
    ]
    return starts != sorted(starts)


class _Spoken:
    """What was said, and so what was not."""

    def __init__(self, seeds: Mapping[str, pa.Table], lang: str | None, said: Sequence[Said]) -> None:
        self._lang = lang
        self._phrases: dict[str, list[Row]] = {}
        for row in seeds["phrases"].to_pylist():
            self._phrases.setdefault(row["criterion_id"], []).append(row)
        self._said = {(s.criterion_id, normalise_text(s.phrase)) for s in said}
        self._stages = {s.stage for s in said}

    def missing(self, row: Row, hits: int) -> tuple[str, ...]:
        """Stages or phrases that would still count; of phrases those of the answer's language, if enough."""
        if row["kind"] == "structure":
            return tuple(stage for stage in STAGES if stage not in self._stages)
        criterion = row["criterion_id"] or ""
        unsaid = [
            (line["lang"] == self._lang, (line["phrase"] or "").strip())
            for line in self._phrases.get(criterion, ())
            if (criterion, normalise_text((line["phrase"] or "").strip())) not in self._said
        ]
        own = tuple(text for is_own, text in unsaid if is_own)
        is_enough = len(own) >= float(row["min_phrases"] or 0) - hits
        return own if is_enough else (*own, *(text for is_own, text in unsaid if not is_own))
