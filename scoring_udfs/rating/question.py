"""The model of one question, learnt from at least fifty rated answers to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.conformal import Intervals, fit_intervals, held_out_intervals
from scoring_udfs.rating.crossfit import CrossFit, LeftOut, Matrix, left_out, predict_left_out
from scoring_udfs.rating.evidence import HeldOut, by_length
from scoring_udfs.rating.folds import Ints, folds_of
from scoring_udfs.rating.learners import LEARNERS, TFIDF, Learners, Texts, fit_learners
from scoring_udfs.rating.scale import scale_of
from scoring_udfs.rating.stack import Stack, fit_stack
from scoring_udfs.rating.units import Units

FOLDS = 5
# What the learners deserve before any rating is seen; few ratings leave the stack near this.
PRIOR = np.array([0.15, 0.15, 0.1, 0.1, 0.3, 0.2])
_LENGTH = len(LEARNERS)  # the baseline's column in the cross-fit


@dataclass(frozen=True)
class Material:
    """Answers to one question, twice: whole, and without their doubtful parts (guard.py).

    The first `len(ratings)` rows of `texts` are the whole answers; `cut[i]` is the row of answer i without
    its doubtful parts, or i itself where it has none.
    """

    texts: Texts
    lengths: Floats  # units, one a row of `texts`
    ratings: Floats
    cut: Ints
    groups: Ints  # equal texts have equal numbers
    fold: Ints

    @classmethod
    def of(
        cls, units: Sequence[Units], cut: Sequence[Units | None], numbers: NDArray[np.float32],
        ratings: Floats, seed: int,
    ) -> Material:  # fmt: skip
        """`numbers` has a row for each of `units`, then one for each entry of `cut` that is not None."""
        count = len(units)
        extra = [one for one in cut if one is not None]
        rows = np.arange(count)
        rows[[one is not None for one in cut]] = count + np.arange(len(extra))
        keys = [text.hash.tobytes().hex() for text in units]
        names = {key: number for number, key in enumerate(sorted(set(keys)))}
        everything = [*units, *extra]
        return cls(
            Texts.of(everything, numbers, whole=count),
            np.array([float(len(text)) for text in everything]),
            ratings, rows, np.array([names[key] for key in keys]),
            folds_of(ratings, keys, FOLDS, seed),
        )  # fmt: skip


@dataclass(frozen=True)
class QuestionModel:
    """Learners, their stack, and the intervals around its ratings."""

    word_grams: NDArray[np.uint64]
    spelling_grams: NDArray[np.uint64]
    learners: Learners
    stack: Stack
    intervals: Intervals

    def predict(
        self, units: Sequence[Units], cut: Sequence[Units | None], numbers: NDArray[np.float32]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """One rating a text, and where doubtful parts were not credited; rows as in Material.of."""
        extra = [one for one in cut if one is not None]
        texts = Texts.of([*units, *extra], numbers, self.word_grams, self.spelling_grams)
        rows = np.arange(len(units))
        rows[[one is not None for one in cut]] = len(units) + np.arange(len(extra))
        predicted = self.learners.predict(texts, np.arange(len(units) + len(extra)))
        whole = predicted[: len(units)]
        credited = np.minimum(whole, predicted[rows])
        ratings = self.stack.rating(credited)
        return ratings, ratings < self.stack.rating(whole)


def jobs(material: Material, seed: int) -> dict[LeftOut, Callable[[], Matrix | Learners]]:
    """What there is to compute, each on its own: predictions for the folds left out, and () the final fit."""

    def predictions(out: LeftOut) -> Matrix:
        fold = np.concatenate([material.fold, np.full(len(material.lengths) - len(material.fold), -1)])
        count = len(material.ratings)

        def fit_predict(train: Ints, test: Ints) -> Matrix:
            train = train[train < count]
            ratings = material.ratings[train]
            learners = fit_learners(material.texts, train, ratings, seed)
            predicted = np.minimum(
                learners.predict(material.texts, test), learners.predict(material.texts, material.cut[test])
            )
            length = by_length(material.lengths[train], ratings).predict(material.lengths[test])
            return np.column_stack([predicted, length])

        return predict_left_out(fold, out, fit_predict)[:count]

    def final() -> Learners:
        everyone = np.arange(len(material.ratings))
        return fit_learners(material.texts, everyone, material.ratings, seed)

    return {**{out: partial(predictions, out) for out in left_out(FOLDS)}, (): final}


def assemble(material: Material, results: dict[LeftOut, Matrix | Learners]) -> tuple[QuestionModel, HeldOut]:
    """The model, and what its nested cross-validation saw, from the results of all jobs."""
    learners = results[()]
    assert isinstance(learners, Learners)
    predicted = {out: found for out, found in results.items() if out and not isinstance(found, Learners)}
    cross = CrossFit(material.fold, FOLDS, predicted)
    scale = scale_of(material.ratings)
    one = np.ones(1)
    columns = list(range(len(LEARNERS)))
    rated = cross.nested(columns, material.ratings, scale, PRIOR)
    # A blank answer is rated by rule, in predict as here.
    rated[material.lengths[: len(rated)] == 0] = scale.lowest
    stack = fit_stack(cross.held_out()[:, columns], material.ratings, scale, PRIOR)
    low, high = held_out_intervals(rated, material.ratings, scale, material.fold)
    seen = HeldOut(
        material.ratings, rated,
        cross.nested([_LENGTH], material.ratings, scale, one),
        cross.nested([TFIDF], material.ratings, scale, one),
        low, high, material.groups, material.fold,
    )  # fmt: skip
    texts = material.texts
    intervals = fit_intervals(rated, material.ratings, scale)
    return QuestionModel(texts.word_grams, texts.spelling_grams, learners, stack, intervals), seen
