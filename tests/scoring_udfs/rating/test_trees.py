"""Applying a forest the fast way gives what going down its trees gives."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from scoring_udfs.rating.growing import Binned, boosted, extremely_randomised
from scoring_udfs.rating.trees import Trees

RANDOM = np.random.default_rng(0)
NUMBERS = np.round(RANDOM.normal(size=(400, 6)), 1).astype(np.float32)
TARGET = np.sin(3 * NUMBERS[:, 0]) + NUMBERS[:, 1] * NUMBERS[:, 2]
BINNED = Binned(sp.csr_matrix((400, 0)), NUMBERS)
SMALL = boosted(BINNED, TARGET, 20, 1.0, 3, 5, 0.3, seed=2)  # up to 32 leaves a tree
LARGE = extremely_randomised(BINNED, TARGET, 5, 1.0, 2, seed=2)  # more of them


def by_hand(trees: Trees, rows: np.ndarray) -> np.ndarray:
    found = np.zeros(len(rows))
    for root in trees.roots:
        for number, row in enumerate(rows):
            node = root
            while trees.feature[node] >= 0:
                goes_left = row[trees.feature[node]] <= trees.threshold[node]
                node = trees.left[node] if goes_left else trees.right[node]
            found[number] += trees.value[node]
    return found + trees.base


@pytest.mark.parametrize("trees", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("count", [1, 59, 60, 256, 300])
def test_a_row_gets_the_sum_of_its_leaves_however_many_there_are(trees: Trees, count: int) -> None:
    rows = NUMBERS[:count]
    assert np.array_equal(trees.predict(rows), by_hand(trees, rows))


def test_both_ways_are_tried() -> None:
    leaves = [np.add.reduceat(trees.feature < 0, trees.roots).max() for trees in (SMALL, LARGE)]
    assert 16 < leaves[0] <= 32 < leaves[1]


def test_rows_at_a_threshold_and_beyond_every_number_find_their_leaf() -> None:
    edge = np.repeat(SMALL.threshold[SMALL.feature >= 0][:80, None], 6, axis=1)
    rows = np.vstack([edge, np.full((1, 6), np.inf), np.full((1, 6), -np.inf)]).astype(np.float32)
    assert np.array_equal(SMALL.predict(rows), by_hand(SMALL, rows))
