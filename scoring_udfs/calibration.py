"""Calibration: from raw scores and human ratings to the few knots of a line that never falls.

Isotonic regression finds the best non-decreasing line (scikit-learn, pool adjacent violators); few of its
corners stay as knots. Read as scoring.md reads `score_calibration`: straight between two knots, flat
outside them. Whether it is worth anything is asked by cross-validation, against the line that counts today.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

Floats = NDArray[np.float64]
Line = Callable[[Floats], Floats]

HIGHEST = 100.0
# How far the line through the knots may be from the isotonic one, in points.
TOLERANCE = 0.5
# Of which writing calibrated scores with so many decimals takes a little.
_DECIMALS = 2
_FOLDS = 5
_REPEATS = 5
_RESAMPLES = 2000
_LEVEL = 0.05


@dataclass(frozen=True)
class Knots:
    """K points of a line: `raw` rises, `calibrated` never falls; both 0–100."""

    raw: tuple[float, ...]
    calibrated: tuple[float, ...]

    def __call__(self, raw: Floats) -> Floats:
        """Calibrated scores of N raw ones; the identity where there are no knots."""
        return np.interp(raw, self.raw, self.calibrated) if self.raw else raw


@dataclass(frozen=True)
class Gain:
    """Root mean squared errors, in points, on ratings that the line had not seen.

    `low` and `high` bound (5 %, 95 %, bootstrap over the N units) by how much the mean squared error of the
    better of today's line and the identity exceeds the new line's: above 0 the new line is better.
    """

    calibrated: float
    identity: float
    current: float
    low: float
    high: float

    @property
    def is_real(self) -> bool:
        """Whether the new line is better by more than chance."""
        return self.low > 0


def fit_knots(raw: Floats, rating: Floats, weight: Floats | None = None) -> Knots:
    """The knots for N raw scores and ratings, all 0–100; N at least 1."""
    model = IsotonicRegression(y_min=0.0, y_max=HIGHEST, increasing=True, out_of_bounds="clip")
    model.fit(raw, rating, sample_weight=weight)
    x = np.asarray(model.X_thresholds_, dtype=np.float64)
    y = np.asarray(model.y_thresholds_, dtype=np.float64)
    # Room is left for the rounding.
    kept = _fewest(x, y, TOLERANCE - 10.0**-_DECIMALS)
    return Knots(tuple(x[kept].tolist()), tuple(np.round(y[kept], _DECIMALS).tolist()))


def cross_validated(
    raw: Floats, rating: Floats, current: Knots, weight: Floats | None = None, seed: int = 0
) -> Gain:
    """How well knots fitted on four fifths of N units (repeated five times) meet the ratings of the rest."""
    squared = np.zeros(len(raw))
    weights = np.ones(len(raw)) if weight is None else weight
    rng = np.random.default_rng(seed)
    for _ in range(_REPEATS):
        fold = rng.permutation(len(raw)) % _FOLDS
        for number in range(_FOLDS):
            test = fold == number
            line = fit_knots(raw[~test], rating[~test], weights[~test])
            squared[test] += (line(raw[test]) - rating[test]) ** 2 / _REPEATS
    identity, today = (raw - rating) ** 2, (current(raw) - rating) ** 2
    best = min(identity, today, key=lambda errors: float(np.average(errors, weights=weights)))
    low, high = _bounds(best - squared, weights, rng)
    new, plain, now = (
        float(np.sqrt(np.average(errors, weights=weights))) for errors in (squared, identity, today)
    )
    return Gain(new, plain, now, low, high)


def _fewest(x: Floats, y: Floats, tolerance: float) -> list[int]:
    """The corners (first and last among them) of the shortest way that stays within `tolerance` of all.

    A way through corners of a non-decreasing line does not fall either; between two corners the distance
    of two such lines is greatest at a corner.
    """
    steps = np.full(len(x), len(x), dtype=np.int64)
    before = np.zeros(len(x), dtype=np.int64)
    steps[0] = 0
    for start in range(len(x) - 1):
        run, rise = x[start + 1 :] - x[start], y[start + 1 :] - y[start]
        # What every corner on the way allows the slope to be; the end itself is met exactly.
        least = np.maximum.accumulate((rise - tolerance) / run)
        most = np.minimum.accumulate((rise + tolerance) / run)
        is_near = (least <= rise / run) & (rise / run <= most)
        is_shorter = is_near & (steps[start] + 1 < steps[start + 1 :])
        steps[start + 1 :][is_shorter] = steps[start] + 1
        before[start + 1 :][is_shorter] = start
    way = [len(x) - 1]
    while way[-1]:
        way.append(int(before[way[-1]]))
    return way[::-1]


def _bounds(gains: Floats, weights: Floats, rng: np.random.Generator) -> tuple[float, float]:
    picked = rng.integers(0, len(gains), (_RESAMPLES, len(gains)))
    means = (gains * weights)[picked].sum(axis=1) / weights[picked].sum(axis=1)
    low, high = np.quantile(means, [_LEVEL, 1 - _LEVEL])
    return float(low), float(high)
