"""One model over all questions, for a question too new to have ratings: it reads the reference answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.conformal import Intervals, fit_intervals, held_out_intervals
from scoring_udfs.rating.crossfit import CrossFit, LeftOut, Matrix, left_out, predict_left_out
from scoring_udfs.rating.evidence import HeldOut, by_length
from scoring_udfs.rating.features import NAMES
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.growing import Binned, boosted, extremely_randomised
from scoring_udfs.rating.scale import Scale, scale_of
from scoring_udfs.rating.stack import Stack, fit_stack
from scoring_udfs.rating.trees import Trees
from scoring_udfs.rating.variants import Doubt

FOLDS = 5
PRIOR = np.array([0.5, 0.5])
_LENGTH = 2
# Of a question that nobody answered yet it is not known what digits, foreign words or commas are worth.
_TELLING = [at for at, name in enumerate(NAMES) if name not in ("digits", "latin", "pauses")]
_MOST_ANSWERS = 5000
# Questions with fewer ratings do not show the ends of their scale.
_ENOUGH_FOR_ENDS = 10


@dataclass(frozen=True)
class Trained:
    """The two learners of the pooled model."""

    extra_trees: Trees
    boosting: Trees

    def predict(self, numbers: NDArray[np.float32]) -> Matrix:
        """Rows × 2."""
        numbers = numbers[:, _TELLING]
        return np.column_stack([self.extra_trees.predict(numbers), self.boosting.predict(numbers)])


@dataclass(frozen=True)
class PooledModel:
    """`relative`: the questions have scales of their own, and ratings are learnt as a share of each."""

    trained: Trained
    stack: Stack
    intervals: Intervals
    relative: bool

    def predict(
        self, numbers: NDArray[np.float32], doubt: Doubt, scales: Sequence[Scale | None]
    ) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
        """Rating, low, high (NaN where a scale is needed and unknown), and where parts were not credited.

        `numbers`: of the whole texts, then of their rests (variants.py).
        """
        whole, credited = doubt.credited(
            lambda rows: self.trained.predict(numbers[rows]), np.arange(len(scales))
        )
        rating = self.stack.rating(credited)
        lowered = rating < self.stack.rating(whole)
        low, high = self.intervals.of(rating)
        if self.relative:
            for row, scale in enumerate(scales):
                ends = (np.nan, np.nan) if scale is None else (scale.lowest, scale.highest - scale.lowest)
                for column in (rating, low, high):
                    column[row] = ends[0] + ends[1] * column[row]
                if scale is not None:
                    rating[row] = scale.snap(rating[row : row + 1])[0]
        return rating, np.minimum(low, rating), np.maximum(high, rating), lowered


@dataclass(frozen=True)
class PooledMaterial:
    """Answers to all questions that have references; rows in step."""

    numbers: NDArray[np.float32]  # of the whole answers, then of their rests (variants.py)
    doubt: Doubt
    lengths: Floats
    ratings: Floats  # shares of the scale when relative
    question: Ints
    fold: Ints
    relative: bool

    @classmethod
    def of(
        cls, numbers: NDArray[np.float32], doubt: Doubt, lengths: Floats, ratings: Floats, question: Ints,
        seed: int,
    ) -> PooledMaterial:  # fmt: skip
        """At most _MOST_ANSWERS rows are used, evenly over the questions; the choice depends on the seed."""
        random = np.random.default_rng(seed)
        relative = not _one_scale(ratings, question)
        kept = np.ones(len(ratings), dtype=np.bool_)
        if relative:
            ratings = ratings.copy()
            for number in np.unique(question):
                rows = question == number
                lowest, highest = ratings[rows].min(), ratings[rows].max()
                kept[rows] = rows.sum() >= _ENOUGH_FOR_ENDS and highest > lowest
                ratings[rows] = (ratings[rows] - lowest) / max(highest - lowest, 1e-9)
        rows = _evenly(np.flatnonzero(kept), question, random)
        names = np.unique(question[rows])
        fold_of = dict(zip(names, random.permutation(len(names)) % FOLDS, strict=True))
        fold = np.array([fold_of[number] for number in question[rows]], dtype=np.int64)
        kept_doubt, every = doubt.take(rows)
        return cls(
            numbers[every], kept_doubt,
            lengths[rows], ratings[rows], question[rows], fold, relative,
        )  # fmt: skip

    @property
    def is_enough(self) -> bool:
        """Whether there is something to learn, and something in each fold."""
        return len(np.unique(self.fold)) == FOLDS and float(np.ptp(self.ratings)) > 0


def jobs(material: PooledMaterial, seed: int) -> dict[LeftOut, Callable[[], Matrix | Trained]]:
    """As for a question (question.jobs); whole questions are left out."""

    count = len(material.ratings)

    def predictions(out: LeftOut) -> Matrix:
        def fit_predict(train: Ints, test: Ints) -> Matrix:
            trained = _train(material.numbers[train], material.ratings[train], seed)
            _, predicted = material.doubt.credited(lambda rows: trained.predict(material.numbers[rows]), test)
            length = by_length(material.lengths[train], material.ratings[train])
            return np.column_stack([predicted, length.predict(material.lengths[test])])

        return predict_left_out(material.fold, out, fit_predict)

    def final() -> Trained:
        return _train(material.numbers[:count], material.ratings, seed)

    return {**{out: partial(predictions, out) for out in left_out(FOLDS)}, (): final}


def assemble(
    material: PooledMaterial, results: dict[LeftOut, Matrix | Trained]
) -> tuple[PooledModel, HeldOut]:
    """The model, and what its nested cross-validation saw."""
    trained = results[()]
    assert isinstance(trained, Trained)
    predicted = {out: found for out, found in results.items() if not isinstance(found, Trained)}
    cross = CrossFit(material.fold, FOLDS, predicted)
    ratings = material.ratings
    scale = Scale(0.0, 1.0, None) if material.relative else scale_of(ratings)
    rated = cross.nested([0, 1], ratings, scale, PRIOR)
    length = cross.nested([_LENGTH], ratings, scale, np.ones(1))
    low, high = held_out_intervals(rated, ratings, scale, material.fold)
    _, groups = np.unique(material.question, return_inverse=True)
    # TF-IDF knows nothing of a question that it has not seen: its baseline is the mean.
    mean = np.full(len(ratings), ratings.mean())
    seen = HeldOut(ratings, rated, length, mean, low, high, groups.astype(np.int64), material.fold)
    stack = fit_stack(cross.held_out()[:, :2], ratings, scale, PRIOR)
    return PooledModel(trained, stack, fit_intervals(rated, ratings, scale), material.relative), seen


def _train(numbers: NDArray[np.float32], ratings: Floats, seed: int) -> Trained:
    binned = Binned(sp.csr_matrix((len(numbers), 0)), numbers[:, _TELLING])
    return Trained(
        extremely_randomised(binned, ratings, 150, 0.4, 3, seed),
        boosted(binned, ratings, 120, 0.3, 8, 4, 0.05, seed),
    )


def _one_scale(ratings: Floats, question: Ints) -> bool:
    """Whether most questions span at least half of the whole range: then they share a scale."""
    whole = float(ratings.max() - ratings.min())
    spans = [np.ptp(ratings[question == number]) for number in np.unique(question)]
    return whole > 0 and float(np.median(spans)) >= whole / 2


def _evenly(rows: Ints, question: Ints, random: np.random.Generator) -> Ints:
    if len(rows) <= _MOST_ANSWERS:
        return rows
    shuffled = random.permutation(rows)
    turn = np.zeros(len(shuffled), dtype=np.int64)
    for number in np.unique(question[rows]):
        at = question[shuffled] == number
        turn[at] = np.arange(at.sum())
    return np.sort(shuffled[np.argsort(turn, kind="stable")[:_MOST_ANSWERS]])
