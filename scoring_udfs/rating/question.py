"""The model of one question, learnt from at least fifty rated answers to it."""

from __future__ import annotations

from collections.abc import Callable
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
from scoring_udfs.rating.variants import Doubt, Variants

FOLDS = 5
# What the learners deserve before any rating is seen; few ratings leave the stack near this.
PRIOR = np.array([0.15, 0.15, 0.1, 0.1, 0.3, 0.2])
_LENGTH = len(LEARNERS)  # the baseline's column in the cross-fit


@dataclass(frozen=True)
class Material:
    """Answers to one question, and what is left of them without doubtful parts (variants.py).

    The first `len(ratings)` rows of `texts` are the whole answers, the others are rests.
    """

    texts: Texts
    lengths: Floats  # units, one a row of `texts`
    ratings: Floats
    doubt: Doubt
    groups: Ints  # equal texts have equal numbers
    fold: Ints

    @classmethod
    def of(cls, variants: Variants, numbers: NDArray[np.float32], ratings: Floats, seed: int) -> Material:
        """`numbers` has a row for each of the variants."""
        count = len(ratings)
        keys = [text.hash.tobytes().hex() for text in variants.texts[:count]]
        names = {key: number for number, key in enumerate(sorted(set(keys)))}
        return cls(
            Texts.of(variants.texts, numbers, whole=count),
            np.array([float(len(text)) for text in variants.texts]),
            ratings, variants.doubt, np.array([names[key] for key in keys]),
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

    def predict(self, variants: Variants, numbers: NDArray[np.float32]) -> tuple[Floats, NDArray[np.bool_]]:
        """One rating a whole text, and where doubtful parts were not credited; rows as in Material.of."""
        count = variants.doubt.texts
        texts = Texts.of(variants.texts, numbers, self.word_grams, self.spelling_grams)
        whole, credited = variants.doubt.credited(partial(self.learners.predict, texts), np.arange(count))
        ratings = self.stack.rating(credited)
        return ratings, ratings < self.stack.rating(whole)


def jobs(material: Material, seed: int) -> dict[LeftOut, Callable[[], Matrix | Learners]]:
    """What there is to compute, each on its own: predictions for the folds left out, and () the final fit."""
    count = len(material.ratings)

    def predictions(out: LeftOut) -> Matrix:
        def fit_predict(train: Ints, test: Ints) -> Matrix:
            ratings = material.ratings[train]
            learners = fit_learners(material.texts, train, ratings, seed)
            predict = partial(learners.predict, material.texts)
            _, predicted = material.doubt.credited(predict, test)
            length = by_length(material.lengths[train], ratings).predict(material.lengths[test])
            return np.column_stack([predicted, length])

        return predict_left_out(material.fold, out, fit_predict)

    def final() -> Learners:
        return fit_learners(material.texts, np.arange(count), material.ratings, seed)

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
