"""Intervals that hold the human rating in nine of ten answers, whatever the model is worth.

Cross-conformal prediction: the errors of held-out predictions, divided by the error usual at that rating,
have a quantile; with the correction for finite samples, the level is ceil((n + 1) · confidence) / n
(Vovk et al., Algorithmic Learning in a Random World; Barber et al. 2021 for cross-validated errors).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.scale import Scale

CONFIDENCE = 0.9
# The usual error at a rating is drawn to the overall one by the worth of so many answers.
_PRIOR_ANSWERS = 10.0


@dataclass(frozen=True)
class Intervals:
    """Half width at a predicted rating: quantile · usual error there (interpolated between `at`)."""

    scale: Scale
    at: Floats
    usual: Floats
    quantile: float

    def of(self, predicted: Floats) -> tuple[Floats, Floats]:
        """Lower and upper end for each predicted rating, within the scale, on its levels if it has any."""
        half = self.quantile * np.interp(predicted, self.at, self.usual)
        low, high = self.scale.clip(predicted - half), self.scale.clip(predicted + half)
        step = self.scale.step
        if step is not None:
            # A human rating lies on a level, so the ends may be drawn in to the next ones.
            low = self.scale.lowest + step * np.ceil((low - self.scale.lowest) / step - 1e-9)
            high = self.scale.lowest + step * np.floor((high - self.scale.lowest) / step + 1e-9)
        return np.minimum(low, predicted), np.maximum(high, predicted)


def fit_intervals(predicted: Floats, ratings: Floats, scale: Scale) -> Intervals:
    """Intervals from held-out predictions and the ratings of the same answers."""
    error = np.abs(predicted - ratings)
    overall = max(float(error.mean()), 1e-6)
    reach = max((scale.highest - scale.lowest) / 5, 1e-9)
    at = np.linspace(scale.lowest, scale.highest, 21)
    near = np.exp(-0.5 * ((at[:, None] - predicted[None, :]) / reach) ** 2)
    usual = (near @ error + _PRIOR_ANSWERS * overall) / (near.sum(axis=1) + _PRIOR_ANSWERS)
    relative = np.sort(error / np.interp(predicted, at, usual))
    rank = ceil((len(relative) + 1) * CONFIDENCE)
    # With too few answers for the level, no finite interval is honest but the whole scale.
    quantile = (
        float(relative[rank - 1]) if rank <= len(relative) else (scale.highest - scale.lowest) / overall * 10
    )
    return Intervals(scale, at, usual, quantile)


def held_out_intervals(predicted: Floats, ratings: Floats, scale: Scale, fold: Ints) -> tuple[Floats, Floats]:
    """Ends for each answer from the errors of the other folds only: what coverage is measured with."""
    low, high = np.zeros(len(predicted)), np.zeros(len(predicted))
    for number in np.unique(fold):
        test = fold == number
        low[test], high[test] = fit_intervals(predicted[~test], ratings[~test], scale).of(predicted[test])
    return low, high
