"""Forests as plain arrays: saved without any estimator object, applied by one compiled loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats


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
            np.ascontiguousarray(rows, dtype=np.float32),
            self.roots, self.feature, self.threshold, self.left, self.right, self.value,
        )  # fmt: skip
        return out + self.base


@compiled
def _walk(rows, roots, feature, threshold, left, right, value):  # type: ignore[no-untyped-def]
    out = np.zeros(len(rows))
    for row in range(len(rows)):
        total = 0.0
        for tree in range(len(roots)):
            node = roots[tree]
            while feature[node] >= 0:
                node = left[node] if rows[row, feature[node]] <= threshold[node] else right[node]
            total += value[node]
        out[row] = total
    return out
