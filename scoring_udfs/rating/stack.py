"""From the learners' predictions to one rating on the scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats, quadratic_weighted_kappa
from scoring_udfs.rating.scale import Scale

# The weights count as much as so many rated answers say; few ratings leave them near the prior.
_PRIOR_ANSWERS = 30.0
# A stretch beyond this amplifies noise more than it helps agreement.
_MOST_STRETCH = 2.0
# Thresholds are searched for from so many answers on, and on scales of so few levels.
_ENOUGH_FOR_THRESHOLDS = 200
_MOST_LEVELS = 13


@dataclass(frozen=True)
class Stack:
    """rating = scale(mean + stretch · Σ weight · (learner - mean)), or by thresholds on that sum.

    The stretch gives predictions the spread of the human ratings: regression shrinks them, and quadratic
    weighted kappa is greatest at equal spreads.
    """

    scale: Scale
    mean: float
    weights: Floats
    stretch: float
    thresholds: Floats  # between neighbouring levels; empty: round to the nearest level

    def latent(self, learners: NDArray[np.float64]) -> Floats:
        """The weighted sum before scale or thresholds."""
        return np.asarray(self.mean + self.stretch * ((learners - self.mean) @ self.weights))

    def rating(self, learners: NDArray[np.float64]) -> Floats:
        """One rating a row of `learners` (rows × learners)."""
        latent = self.latent(learners)
        if len(self.thresholds):
            return self.scale.levels[np.searchsorted(self.thresholds, latent, side="right")]
        return self.scale.snap(latent)


def fit_stack(learners: NDArray[np.float64], ratings: Floats, scale: Scale, prior: Floats) -> Stack:
    """Weights, stretch and thresholds from predictions that were made without the rows they are for."""
    mean = float(ratings.mean())
    weights = _weights(learners - mean, ratings - mean, prior)
    combined = (learners - mean) @ weights
    spread = float(combined.std())
    stretch = min(max(float(ratings.std()) / spread, 1.0), _MOST_STRETCH) if spread > 0 else 1.0
    plain = Stack(scale, mean, weights, stretch, np.empty(0))
    if len(ratings) < _ENOUGH_FOR_THRESHOLDS or not 2 <= len(scale.levels) <= _MOST_LEVELS:
        return plain
    latent = plain.latent(learners)
    if not _thresholds_help(latent, ratings, scale):
        return plain
    return Stack(scale, mean, weights, stretch, best_thresholds(latent, ratings, scale))


def best_thresholds(latent: Floats, ratings: Floats, scale: Scale) -> Floats:
    """Cut points between levels that maximise kappa: one after the other, until none moves.

    Started half way between the levels; each may move between its neighbours to any of 40 quantiles of the
    latent values there. Ascending; one fewer than the levels.
    """
    levels = scale.levels
    cuts = (levels[:-1] + levels[1:]) / 2
    best = _kappa_of(cuts, latent, ratings, levels)
    for _ in range(10):
        moved = False
        for number in range(len(cuts)):
            below = cuts[number - 1] if number else -np.inf
            above = cuts[number + 1] if number + 1 < len(cuts) else np.inf
            between = np.unique(latent[(latent > below) & (latent < above)])
            if len(between) < 2:
                continue
            middles = (between[:-1] + between[1:]) / 2
            for candidate in np.unique(np.quantile(middles, np.linspace(0, 1, 40), method="nearest")):
                trial = cuts.copy()
                trial[number] = candidate
                kappa = _kappa_of(trial, latent, ratings, levels)
                if kappa > best + 1e-9:
                    best, cuts, moved = kappa, trial, True
        if not moved:
            break
    return np.asarray(cuts, dtype=np.float64)


def _kappa_of(cuts: Floats, latent: Floats, ratings: Floats, levels: Floats) -> float:
    return quadratic_weighted_kappa(levels[np.searchsorted(cuts, latent, side="right")], ratings)


def _thresholds_help(latent: Floats, ratings: Floats, scale: Scale) -> bool:
    """Whether thresholds found on four fifths of the rows beat rounding on the other fifth."""
    part = np.arange(len(latent)) % 5
    by_cuts = np.zeros(len(latent))
    for number in range(5):
        test = part == number
        cuts = best_thresholds(latent[~test], ratings[~test], scale)
        by_cuts[test] = scale.levels[np.searchsorted(cuts, latent[test], side="right")]
    rounded = quadratic_weighted_kappa(scale.snap(latent), ratings)
    return quadratic_weighted_kappa(by_cuts, ratings) > rounded + 0.002


def _weights(learners: NDArray[np.float64], ratings: Floats, prior: Floats) -> Floats:
    """Least squares with no negative weight, drawn to the prior by the worth of _PRIOR_ANSWERS rows."""
    # Only a fit needs it, and loading it takes a second.
    from scipy.optimize import nnls

    draw = np.sqrt(_PRIOR_ANSWERS) * float(learners.std())
    left = np.vstack([learners, draw * np.eye(len(prior))])
    found, _ = nnls(left, np.concatenate([ratings, draw * prior]))
    return np.asarray(found if found.sum() > 0 else prior, dtype=np.float64)
