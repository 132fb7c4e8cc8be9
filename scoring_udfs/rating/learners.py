"""The learners of one question: ridge on two views of the words, and two kinds of trees.

Binary n-grams of units say *what* was said, TF-IDF of spellings forgives slips, trees find combinations
with structure and reference. Each is weak somewhere; a stack weighs them (stack.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.features import NAMES
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.grams import frequent, spelling_grams, unit_grams, vocabulary_of
from scoring_udfs.rating.growing import Binned, boosted, extremely_randomised
from scoring_udfs.rating.trees import Trees
from scoring_udfs.rating.units import Hashes, Units

# Regularisation in units of the mean squared norm of a text; every one is an entry of the stack.
_WORD_ALPHAS = (0.03, 0.3)
_SPELLING_ALPHAS = (0.1, 0.5)
LEARNERS = ("words_03", "words_30", "spelling_10", "spelling_50", "extra_trees", "boosting")
TFIDF = LEARNERS.index("spelling_50")  # also the baseline of the report
_LOG_LENGTH = NAMES.index("log_length")
_MOST_COLUMNS = 1500  # that the trees see
_EXTRA_TREES = 100


@dataclass(frozen=True)
class Texts:
    """Texts of one question as matrices, rows in step."""

    words: sp.csr_matrix  # counts of unit n-grams, columns = word_grams
    spelling: sp.csr_matrix
    numbers: NDArray[np.float32]
    word_grams: Hashes
    spelling_grams: Hashes

    @classmethod
    def of(
        cls,
        texts: Sequence[Units],
        numbers: NDArray[np.float32],
        word_grams: Hashes | None = None,
        spellings: Hashes | None = None,
        *,
        whole: int = 0,
    ) -> Texts:
        """Matrices over the given vocabularies; over what several of the first `whole` texts hold without."""
        words, spelling = unit_grams(texts), spelling_grams(texts)
        word_grams = vocabulary_of(words, whole) if word_grams is None else word_grams
        spellings = vocabulary_of(spelling, whole) if spellings is None else spellings
        return cls(words.matrix(word_grams), spelling.matrix(spellings), numbers, word_grams, spellings)


@dataclass(frozen=True)
class Learners:
    """What was learnt from some rows of a Texts; columns are those of its vocabularies."""

    word_columns: Ints
    word_centre: Floats
    word_weights: NDArray[np.float64]  # columns × alphas
    spelling_columns: Ints
    spelling_rarity: Floats
    spelling_centre: Floats
    spelling_weights: NDArray[np.float64]
    mean: float
    lowest: float
    tree_columns: Ints  # into word_columns
    extra_trees: Trees
    boosting: Trees

    def predict(self, texts: Texts, rows: Ints) -> NDArray[np.float64]:
        """Rows × LEARNERS."""
        words = _binary(texts.words[rows][:, self.word_columns])
        spelling = _unit_length(texts.spelling[rows][:, self.spelling_columns], self.spelling_rarity)
        dense = np.hstack([words[:, self.tree_columns].toarray(), texts.numbers[rows]]).astype(np.float32)
        linear_words = words @ self.word_weights - self.word_centre @ self.word_weights
        linear_spelling = spelling @ self.spelling_weights - self.spelling_centre @ self.spelling_weights
        predicted = np.column_stack(
            [
                self.mean + linear_words,
                self.mean + linear_spelling,
                self.extra_trees.predict(dense),
                self.boosting.predict(dense),
            ]
        )
        # Blank answers are rated by rule; so is what is left of one that is doubtful throughout.
        predicted[texts.numbers[rows, _LOG_LENGTH] == 0] = self.lowest
        return predicted


def fit_learners(texts: Texts, rows: Ints, ratings: Floats, seed: int) -> Learners:
    """Learns from these rows and their ratings (in step with `rows`)."""
    word_columns = frequent(texts.words, rows)
    words = _binary(texts.words[rows][:, word_columns])
    word_weights, word_centre = _ridge(words, ratings, _WORD_ALPHAS)
    spelling_columns = frequent(texts.spelling, rows)
    counts = texts.spelling[rows][:, spelling_columns]
    occurs = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((1 + len(rows)) / (1 + occurs)) + 1
    spelling_weights, spelling_centre = _ridge(_unit_length(counts, rarity), ratings, _SPELLING_ALPHAS)
    tree_columns = _telling(words, ratings)
    binned = Binned(words[:, tree_columns], texts.numbers[rows])
    return Learners(
        word_columns, word_centre, word_weights,
        spelling_columns, rarity, spelling_centre, spelling_weights,
        float(ratings.mean()), float(ratings.min()), tree_columns,
        extremely_randomised(binned, ratings, _EXTRA_TREES, 0.1, _leaf(len(ratings)), seed),
        boosted(binned, ratings, _rounds(len(ratings)), 0.1, 3, 3, 0.06, seed),
    )  # fmt: skip


def _binary(counts: sp.csr_matrix) -> sp.csr_matrix:
    counts.data = np.ones_like(counts.data)
    return counts


def _unit_length(counts: sp.csr_matrix, rarity: Floats) -> sp.csr_matrix:
    """TF-IDF with sublinear counts, each row of length one (empty rows stay empty)."""
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    norms = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data /= np.repeat(np.maximum(norms, 1e-12), np.diff(counts.indptr))
    return counts


def _ridge(
    matrix: sp.csr_matrix, ratings: Floats, alphas: tuple[float, ...]
) -> tuple[NDArray[np.float64], Floats]:
    """Weights (columns × alphas) and the mean row; in the dual, as texts are fewer than n-grams."""
    # Only a fit needs it.
    from scipy.linalg import cho_factor, cho_solve

    gram = (matrix @ matrix.T).toarray()
    scale = max(float(np.diag(gram).mean()), 1e-9)
    means = gram.mean(axis=0)
    centred = gram - means[None, :] - means[:, None] + means.mean()
    target = ratings - ratings.mean()
    weights = np.zeros((matrix.shape[1], len(alphas)))
    for number, alpha in enumerate(alphas):
        dual = cho_solve(cho_factor(centred + alpha * scale * np.eye(len(target)), lower=True), target)
        weights[:, number] = matrix.T @ dual
    centre = np.asarray(matrix.mean(axis=0)).ravel()
    return weights, centre


def _telling(words: sp.csr_matrix, ratings: Floats) -> Ints:
    """The columns that correlate most with the rating, in their order."""
    if words.shape[1] <= _MOST_COLUMNS:
        return np.arange(words.shape[1])
    share = np.asarray(words.mean(axis=0)).ravel()
    together = words.T @ (ratings - ratings.mean()) / len(ratings)
    strength = np.abs(together) / np.sqrt(np.maximum(share * (1 - share), 1e-9))
    return np.sort(np.argsort(-strength, kind="stable")[:_MOST_COLUMNS])


def _rounds(answers: int) -> int:
    """Rounds of boosting: more answers bear more."""
    return 100 if answers < 200 else 150 if answers < 600 else 200


def _leaf(answers: int) -> int:
    """Fewest answers a leaf of the random trees: many answers need no leaf of two."""
    return 2 if answers < 300 else 4
