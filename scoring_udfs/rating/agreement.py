"""How well two series of ratings agree: quadratic weighted kappa and its relatives."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quadratic_weighted_kappa(left: Floats, right: Floats) -> float:
    """Cohen's kappa with weights (i - j)², on ratings of any scale, integers or not.

    One minus the mean squared difference over the one expected of independent raters with the same
    marginals; that expectation is var(left) + var(right) + (mean(left) - mean(right))², so no table of
    categories is needed (for integers it equals the tabled form; without rounding it is Lin's concordance
    coefficient). 0 where both are constant and equal: nothing was told apart.
    """
    if len(left) == 0:
        return float("nan")
    expected = left.var() + right.var() + (left.mean() - right.mean()) ** 2
    if expected <= 0:
        return 0.0
    return float(1 - np.mean((left - right) ** 2) / expected)


def pearson(left: Floats, right: Floats) -> float:
    """Linear correlation; 0 where one of the two is constant."""
    spread = left.std() * right.std() if len(left) else 0.0
    return float(((left - left.mean()) * (right - right.mean())).mean() / spread) if spread > 0 else 0.0


@dataclass(frozen=True)
class Figures:
    """How predicted ratings compare with the human ones of the same answers."""

    answers: int
    qwk: float
    pearson: float
    rmse: float


def figures(ratings: Floats, predicted: Floats) -> Figures:
    """All figures of one set of predictions; the two arrays run in step."""
    return Figures(
        answers=len(ratings),
        qwk=quadratic_weighted_kappa(ratings, predicted),
        pearson=pearson(ratings, predicted),
        rmse=float(np.sqrt(np.mean((ratings - predicted) ** 2))) if len(ratings) else float("nan"),
    )


def human_agreement(by_rater: dict[str, dict[str, float]]) -> float | None:
    """Mean kappa over the pairs of raters, each weighed by the answers that both rated.

    `by_rater`: rater → answer → rating. None where no two raters share two answers.
    """
    kappas: list[float] = []
    weights: list[int] = []
    for first, second in combinations(sorted(by_rater), 2):
        shared = sorted(by_rater[first].keys() & by_rater[second].keys())
        if len(shared) < 2:
            continue
        left = np.array([by_rater[first][answer] for answer in shared])
        right = np.array([by_rater[second][answer] for answer in shared])
        kappas.append(quadratic_weighted_kappa(left, right))
        weights.append(len(shared))
    return float(np.average(kappas, weights=weights)) if kappas else None
