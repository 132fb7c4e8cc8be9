"""Forests as plain arrays: saved without any estimator object, applied by one compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.folds import Ints


@dataclass(frozen=True)
class Trees:
    """A sum of regression trees: base + Σ value of the leaf that a row reaches in each.

    All arrays but `roots` have one entry a node; a leaf has feature -1. Left where x ≤ threshold.
    """

    base: float
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]

    def predict(self, rows: NDArray[np.float32]) -> Floats:
        """One value a row of `rows` (rows × features, float32)."""
        out: Floats = _walk(
            np.ascontiguousarray(rows, dtype=np.float32), self.roots, *self._ready, self.value
        )
        return out + self.base

    @cached_property
    def _ready(self) -> tuple[Ints, NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]:
        """Depths of the trees, and the nodes as the loop wants them: a leaf leads to itself."""
        is_leaf = self.feature < 0
        itself = np.arange(len(self.feature), dtype=np.int32)
        children = np.column_stack(
            [np.where(is_leaf, itself, self.left), np.where(is_leaf, itself, self.right)]
        ).astype(np.int32)
        level = np.zeros(len(itself), dtype=np.int64)
        nodes = self.roots[~is_leaf[self.roots]]
        while len(nodes):
            below = children[nodes]
            level[below] = level[nodes, None] + 1
            nodes = below[~is_leaf[below]]
        depths = np.maximum.reduceat(level, self.roots) if len(self.roots) else level
        return depths, np.maximum(self.feature, 0), self.threshold, children


@compiled
def _walk(rows, roots, depths, feature, threshold, children, value):  # type: ignore[no-untyped-def]
    # Level by level, for all rows: no step waits for the one before, no branch can be mispredicted.
    out = np.zeros(len(rows))
    nodes = np.empty(len(rows), dtype=np.int32)
    for tree in range(len(roots)):
        nodes[:] = roots[tree]
        for _ in range(depths[tree]):
            for row in range(len(rows)):
                node = nodes[row]
                nodes[row] = children[node, int(rows[row, feature[node]] > threshold[node])]
        for row in range(len(rows)):
            out[row] += value[nodes[row]]
    return out
