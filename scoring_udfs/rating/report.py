"""What a fit found out: plain values for the model card. No text of any answer is in here."""

from __future__ import annotations

from dataclasses import dataclass

from scoring_udfs.rating.agreement import Figures


@dataclass(frozen=True)
class Group:
    """One slice of the cross-validated answers (by language, length …) and how the model did on it."""

    name: str  # "language", "length", …
    value: str
    figures: Figures
    mean_gap: float  # mean of predicted minus human rating


@dataclass(frozen=True)
class Evidence:
    """Cross-validated figures on answers that each prediction's model had not seen."""

    model: Figures
    length: Figures  # baseline: length of the answer alone, same folds
    tfidf: Figures  # baseline: ridge on TF-IDF, same folds
    gain_over_length: tuple[float, float]  # bootstrap bounds (5 %, 95 %) of the difference in kappa
    coverage: float  # share of held-out ratings inside their interval
    width: float  # mean width of the intervals, in units of the rating


@dataclass(frozen=True)
class QuestionReport:
    """One question: what there was to learn from and what came of it."""

    question_id: str
    answers: int  # answers with a text and a rating
    raters: int  # 0 where the input names none
    human_qwk: float | None  # None with fewer than two raters an answer
    lowest: float
    highest: float
    step: float | None  # None: the scale is continuous
    model: str  # "question", "pooled", "none"
    reason: str  # a code of reasons.py; empty for an own model
    evidence: Evidence | None  # of the question's own model, also where that was not installed
    weights: dict[str, float]  # learner → weight in the stack


@dataclass(frozen=True)
class PooledReport:
    """The model for new questions: whole questions were held out."""

    questions: int
    installed: bool
    reason: str
    evidence: Evidence | None


@dataclass(frozen=True)
class Attack:
    """What a way to cheat does to the rating of answers that the learners had not seen.

    `name`: one of attacks.NAMES; `mean_change` in units of the rating.
    """

    name: str
    answers: int
    mean_change: float
    share_raised: float


@dataclass(frozen=True)
class Report:
    """One fit."""

    answers: int
    questions: tuple[QuestionReport, ...]
    human_qwk: float | None
    overall: Evidence | None  # over all answers of the questions that have a model of their own
    pooled: PooledReport
    groups: tuple[Group, ...]
    folds: int
    confidence: float  # of the intervals, 0.9
    attacks: tuple[Attack, ...] = ()  # on questions that have a model of their own
