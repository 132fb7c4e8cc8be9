"""Trees learn what they should, and give the same numbers as arrays."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from scoring_udfs.rating.growing import Binned, boosted, extremely_randomised

RANDOM = np.random.default_rng(0)
WORDS = sp.csr_matrix((RANDOM.random((300, 40)) < 0.3).astype(float))
NUMBERS = RANDOM.normal(size=(300, 3)).astype(np.float32)
TARGET = 3 * WORDS[:, 7].toarray().ravel() + 2 * (NUMBERS[:, 1] > 0.5)
DENSE = np.hstack([WORDS.toarray(), NUMBERS]).astype(np.float32)


def test_random_trees_find_a_word_and_a_threshold() -> None:
    trees = extremely_randomised(Binned(WORDS, NUMBERS), TARGET, 60, 0.5, 2, seed=1)
    assert np.corrcoef(trees.predict(DENSE), TARGET)[0, 1] > 0.97


def test_boosted_trees_find_a_word_and_a_threshold() -> None:
    trees = boosted(Binned(WORDS, NUMBERS), TARGET, 80, 0.5, 3, 3, 0.2, seed=1)
    assert np.corrcoef(trees.predict(DENSE), TARGET)[0, 1] > 0.99


def test_a_seed_gives_the_same_trees_again() -> None:
    first, second = (
        extremely_randomised(Binned(WORDS, NUMBERS), TARGET, 5, 0.5, 2, seed=4) for _ in range(2)
    )
    assert all(
        np.array_equal(one, other)
        for one, other in zip(vars(first).values(), vars(second).values(), strict=True)
    )


def test_a_constant_target_needs_no_cut() -> None:
    trees = extremely_randomised(Binned(WORDS, NUMBERS), np.full(300, 4.0), 3, 0.5, 2, seed=0)
    assert np.allclose(trees.predict(DENSE), 4)
    assert np.all(trees.feature == -1)


def test_leaves_hold_no_fewer_rows_than_asked() -> None:
    trees = extremely_randomised(Binned(WORDS, NUMBERS), TARGET, 1, 1.0, 50, seed=0)
    # 300 rows in leaves of at least 50: at most six leaves.
    assert (trees.feature == -1).sum() <= 6
