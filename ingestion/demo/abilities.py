"""Latent abilities, and how much of each criterion an answer will earn because of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ingestion.demo.plan import Bools, Floats, Ints, Planted
from ingestion.demo.policy import PACE, STRUCTURE, Role

STRUCTURE_STAGES = 3
LOWEST, HIGHEST = 0.03, 0.985
WOBBLE = 0.12
"""Standard deviation, as a share, by which one answer differs from what its person can do."""


@dataclass(frozen=True)
class RoleModel:
    """The criteria of a role's interview laid flat (K), its competencies (C) and the spread of its abilities.

    `general` and `specific` are standard deviations in points: of the ability that lifts all competencies of
    a person together, and of each competency's own part. `general` is what remains of the planted spread of
    the composite once the specific part and the chance of single answers are taken off; the weak question
    carries none of it.
    """

    role: Role
    competencies: tuple[str, ...]
    question: Ints
    kind: tuple[str, ...]
    competency: Ints
    weight: Floats
    trials: Ints
    is_weak: Bools
    general: float
    specific: float

    def shares(self, weights: Mapping[str, float]) -> Floats:
        """(C,) the role's weights as shares; 0 for a competency that the role does not weigh."""
        raw = np.array([weights.get(competency, 0.0) for competency in self.competencies])
        return np.asarray(raw / raw.sum(), dtype=np.float64)


def role_model(role: Role, planted: Planted) -> RoleModel:
    """Lays a role's criteria flat and solves for the spread that gives the planted spread of composites."""
    flat = [(at, question, c) for at, question in enumerate(role.questions) for c in question.criteria]
    competencies = tuple(sorted({c.competency_id for _, _, c in flat}))
    trials = np.array([{STRUCTURE: STRUCTURE_STAGES, PACE: 1}.get(c.kind, c.min_phrases) for _, _, c in flat])
    model = RoleModel(
        role=role,
        competencies=competencies,
        question=np.array([at for at, _, _ in flat]),
        kind=tuple(c.kind for _, _, c in flat),
        competency=np.array([competencies.index(c.competency_id) for _, _, c in flat]),
        weight=np.array([c.weight for _, _, c in flat]),
        trials=np.maximum(trials, 1),
        is_weak=np.array([question.question_id == planted.weak_question for _, question, _ in flat]),
        general=0.0,
        specific=planted.competency_sd,
    )
    shares = model.shares(role.weights[0][1])
    worth = shares[model.competency] * model.weight / _by_competency(model, model.weight)[model.competency]
    mean = planted.composite_mean / 100
    each = np.where(model.trials == 1, mean * (1 - mean), 1 / 6 / model.trials**2 + WOBBLE**2)
    chance = 100**2 * float(np.sum(worth**2 * each))
    if role.score_source == "mean":
        chance /= 4
    rest = planted.composite_sd**2 - chance - planted.competency_sd**2 * float(np.sum(shares**2))
    reach = float(np.sum(worth[~model.is_weak]))
    return replace(model, general=float(np.sqrt(max(rest, 9.0))) / reach)


def _by_competency(model: RoleModel, values: Floats) -> Floats:
    """(C,) sums of (K,) values."""
    return np.bincount(model.competency, weights=values, minlength=len(model.competencies)).astype(np.float64)


@dataclass(frozen=True)
class Abilities:
    """Of the P people of a block: the general part (P,), the specific parts (P, C), both standard normal."""

    general: Floats
    specific: Floats

    @classmethod
    def draw(cls, rng: np.random.Generator, people: int, model: RoleModel) -> Abilities:
        """Draws `people` people."""
        return cls(rng.standard_normal(people), rng.standard_normal((people, len(model.competencies))))

    def points(self, model: RoleModel) -> Floats:
        """(P, C) points by which a person's competencies differ from the mean."""
        return model.general * self.general[:, None] + model.specific * self.specific

    def standard(self, model: RoleModel) -> Floats:
        """(P,) the true composite, standardised: what performance is planted on."""
        shares = model.shares(model.role.weights[0][1])
        spread = np.sqrt(model.general**2 + model.specific**2 * np.sum(shares**2))
        return np.asarray(self.points(model) @ shares / spread, dtype=np.float64)

    def standard_competency(self, model: RoleModel) -> Floats:
        """(P, C) true competencies, standardised."""
        return self.points(model) / float(np.hypot(model.general, model.specific))


def draw_levels(rng: np.random.Generator, model: RoleModel, expected: Floats, planted: Planted) -> Ints:
    """Levels (N, K) of each criterion, from expected competencies (N, C) in points.

    A level is the number of phrases, or of stages, out of `trials` (of a pace 1 when it lies in the band):
    what the person can do, give or take WOBBLE, rounded at random so that its mean stays. The planted weak
    question asks the same of everyone.
    """
    able = (expected / 100)[:, model.competency]
    able[:, model.is_weak] = planted.composite_mean / 100
    shown = np.clip(able + rng.normal(0, WOBBLE, able.shape) * (model.trials > 1), LOWEST, HIGHEST)
    levels: Ints = np.floor(shown * model.trials + rng.random(able.shape)).astype(np.int64)
    return levels


def competency_scores(model: RoleModel, h: Floats) -> Floats:
    """(N, C) 100·Σ w·h / Σ w over the criteria (N, K) that are not nan, nan where none is.

    The rule is that of scoring.md, section 3.
    """
    known = ~np.isnan(h)
    earned = np.where(known, h, 0.0) * model.weight
    possible = known * model.weight
    scores = np.full((len(h), len(model.competencies)), np.nan)
    for competency in range(len(model.competencies)):
        mine = model.competency == competency
        total = possible[:, mine].sum(axis=1)
        np.divide(100 * earned[:, mine].sum(axis=1), total, out=scores[:, competency], where=total > 0)
    return scores


def composites(shares: Floats, scores: Floats, coverage_minimum: float = 0.6) -> Floats:
    """(N,) composites rounded to 2 decimals, nan below the coverage; shares (C,) or (N, C), scores (N, C)."""
    known = ~np.isnan(scores)
    present = np.sum(shares * known, axis=1)
    total = np.sum(shares * np.where(known, scores, 0.0), axis=1)
    result = np.full(len(scores), np.nan)
    np.divide(total, present, out=result, where=present >= coverage_minimum)
    rounded: Floats = np.floor(result * 100 + 0.5) / 100
    return rounded
