"""Nested cross-validation at the price of one: models without one fold, and without each pair of folds.

The model without folds i and j predicts fold j for outer fold i, and fold i for outer fold j. So whatever
is chosen for outer fold i (weights, thresholds, model) is chosen from predictions of models that saw
neither fold i nor the row they predict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.scale import Scale
from scoring_udfs.rating.stack import fit_stack

Matrix = NDArray[np.float64]
LeftOut = tuple[int, ...]


@dataclass(frozen=True)
class CrossFit:
    """Predictions by the folds that were left out: rows × learners each, all rows, NaN where not left out."""

    fold: Ints
    count: int
    predicted: dict[LeftOut, Matrix]

    def inner(self, outer: int) -> Matrix:
        """For each row outside fold `outer`: predicted by a model that saw neither it nor fold `outer`."""
        found = np.full_like(self.predicted[(outer,)], np.nan)
        for other in range(self.count):
            if other != outer:
                rows = self.fold == other
                pair = (min(outer, other), max(outer, other))
                found[rows] = self.predicted[pair][rows]
        return found

    def held_out(self) -> Matrix:
        """For each row: predicted by the model without its fold."""
        found = np.full_like(self.predicted[(0,)], np.nan)
        for outer in range(self.count):
            rows = self.fold == outer
            found[rows] = self.predicted[(outer,)][rows]
        return found

    def nested(self, learners: list[int], ratings: Floats, scale: Scale, prior: Floats) -> Floats:
        """Held-out ratings by these columns: each outer fold's stack is chosen without that fold."""
        held_out = self.held_out()[:, learners]
        predicted = np.zeros(len(ratings))
        for outer in range(self.count):
            test = self.fold == outer
            inner = self.inner(outer)[:, learners]
            stack = fit_stack(inner[~test], ratings[~test], scale, prior)
            predicted[test] = stack.rating(held_out[test])
        return predicted


def left_out(count: int) -> Iterator[LeftOut]:
    """Every fold, and every pair of folds."""
    yield from ((fold,) for fold in range(count))
    yield from combinations(range(count), 2)


def predict_left_out(fold: Ints, out: LeftOut, fit_predict: Callable[[Ints, Ints], Matrix]) -> Matrix:
    """Rows × learners: the rows of the folds left out, predicted by a fit on the others; NaN elsewhere."""
    inside = np.isin(fold, out)
    predicted = fit_predict(np.flatnonzero(~inside), np.flatnonzero(inside))
    found = np.full((len(fold), predicted.shape[1]), np.nan)
    found[inside] = predicted
    return found
