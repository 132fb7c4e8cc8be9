"""What a cross-validation proved: figures, baselines in the same folds, and whether to install."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats, figures
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.report import Evidence

if TYPE_CHECKING:
    from sklearn.isotonic import IsotonicRegression

# A model is installed when it beats length, and saying the same of every answer (a kappa of 0), by so much
# kappa, and in so many of the bootstrap's samples. Of ratings dealt out at random length is worth nothing
# either: that there is anything to learn has to be surer.
LEAST_GAIN = 0.02
LEAST_CERTAINTY = 0.8
LEAST_CERTAINTY_OF_ANY = 0.99
_SAMPLES = 1000


@dataclass(frozen=True)
class HeldOut:
    """Ratings of answers beside what was predicted for them by models that had not seen them, in step."""

    ratings: Floats
    model: Floats
    length: Floats
    tfidf: Floats
    low: Floats
    high: Floats
    groups: Ints  # equal texts, or answers to one question: resampled together
    folds: Ints

    @classmethod
    def joined(cls, parts: list[HeldOut]) -> HeldOut:
        """Several questions as one; groups are kept apart."""
        groups: list[Ints] = []
        for part in parts:
            groups.append(part.groups + (int(groups[-1].max()) + 1 if groups else 0))
        names = ("ratings", "model", "length", "tfidf", "low", "high")
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        folds = np.concatenate([part.folds for part in parts])
        return cls(**columns, groups=np.concatenate(groups), folds=folds)


def judged(seen: HeldOut, seed: int) -> tuple[Evidence, bool]:
    """The figures, and whether they justify to install the model."""
    kappas, of_length = _resampled(seen, seed)
    gains = kappas - of_length
    inside = (seen.low <= seen.ratings) & (seen.ratings <= seen.high)
    evidence = Evidence(
        model=figures(seen.ratings, seen.model),
        length=figures(seen.ratings, seen.length),
        tfidf=figures(seen.ratings, seen.tfidf),
        gain_over_length=(float(np.quantile(gains, 0.05)), float(np.quantile(gains, 0.95))),
        coverage=float(inside.mean()),
        width=float((seen.high - seen.low).mean()),
    )
    gain = evidence.model.qwk - max(evidence.length.qwk, 0.0)
    is_certain = float((kappas > np.maximum(of_length, 0)).mean()) >= LEAST_CERTAINTY
    is_any = float((kappas > 0).mean()) >= LEAST_CERTAINTY_OF_ANY
    return evidence, gain >= LEAST_GAIN and is_certain and is_any


def by_length(lengths: Floats, ratings: Floats) -> IsotonicRegression:
    """The length-only baseline: the best rating that never falls with length."""
    # Loading it takes seconds, which whoever only predicts need not wait for.
    from sklearn.isotonic import IsotonicRegression

    return IsotonicRegression(out_of_bounds="clip").fit(lengths, ratings)


def _resampled(seen: HeldOut, seed: int) -> tuple[Floats, Floats]:
    """Kappas of the model and of length in bootstrap samples of groups.

    Kappa is made of means (agreement.py), so a sample is a vector of weights: no row is copied.
    """
    ratings = seen.ratings - seen.ratings.mean()
    shift = seen.ratings.mean()
    sums: list[Floats] = [np.ones_like(ratings), ratings, ratings**2]
    for predicted in (seen.model - shift, seen.length - shift):
        sums += [predicted, predicted**2, (predicted - ratings) ** 2]
    count = int(seen.groups.max()) + 1
    by_group = np.array([np.bincount(seen.groups, weights=values, minlength=count) for values in sums])
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=_SAMPLES)
    totals = draws @ by_group.T
    means = totals[:, 1:] / np.maximum(totals[:, :1], 1)
    return _kappa(means[:, 0:2], means[:, 2:5]), _kappa(means[:, 0:2], means[:, 5:8])


def _kappa(rated: NDArray[np.float64], predicted: NDArray[np.float64]) -> Floats:
    spread = rated[:, 1] - rated[:, 0] ** 2 + predicted[:, 1] - predicted[:, 0] ** 2
    expected = spread + (rated[:, 0] - predicted[:, 0]) ** 2
    return np.where(expected > 1e-12, 1 - predicted[:, 2] / np.maximum(expected, 1e-12), 0.0)
