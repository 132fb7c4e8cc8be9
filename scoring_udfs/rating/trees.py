"""Forests as plain arrays: saved without any estimator object, applied by one compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.folds import Ints

# Trees of at most so many leaves are applied in a faster way to so many rows.
_BITS = 32
_MANY = 60


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
        rows = np.ascontiguousarray(rows, dtype=np.float32)
        if self._is_small and len(rows) >= _MANY:
            out: Floats = _sift(rows, self.roots, *self._marks, self.feature, self.threshold)
        else:
            out = _walk(rows, self.roots, *self._ready, self.value)
        return out + self.base

    @cached_property
    def _is_small(self) -> bool:
        """Whether the leaves of each tree fit into the bits of a number."""
        leaves = np.add.reduceat(self.feature < 0, self.roots) if len(self.roots) else np.zeros(1)
        return bool(leaves.max() <= _BITS)

    @cached_property
    def _marks(self) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Of each node the leaves that are left when a row goes right; the values of each tree's leaves."""
        marks: tuple[NDArray[np.uint32], NDArray[np.float32]] = _leaves_left(
            self.roots, self.feature, self.left, self.right, self.value, _BITS
        )
        return marks

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
def _leaves_left(roots, feature, left, right, value, bits):  # type: ignore[no-untyped-def]
    nodes = len(feature)
    leaves = np.ones(nodes, dtype=np.int64)
    first = np.zeros(nodes, dtype=np.int64)
    mark = np.zeros(nodes, dtype=np.uint32)
    values = np.zeros((len(roots), bits), dtype=np.float32)
    # Children come after their parent.
    for node in range(nodes - 1, -1, -1):
        if feature[node] >= 0:
            leaves[node] = leaves[left[node]] + leaves[right[node]]
    tree = -1
    for node in range(nodes):
        if tree + 1 < len(roots) and roots[tree + 1] == node:
            tree += 1
        if feature[node] < 0:
            values[tree, first[node]] = value[node]
            continue
        first[left[node]] = first[node]
        first[right[node]] = first[node] + leaves[left[node]]
        cut = ((np.uint64(1) << np.uint64(leaves[left[node]])) - np.uint64(1)) << np.uint64(first[node])
        mark[node] = np.uint32(~cut & np.uint64(0xFFFFFFFF))
    return mark, values


@compiled
def _sift(rows, roots, mark, values, feature, threshold):  # type: ignore[no-untyped-def]
    """Each cut strikes out leaves, for many rows at once; a row's leaf is the first that is left.

    After QuickScorer (Lucchese et al. 2015): no step depends on the one before.
    """
    # The places of the lowest bit, by the product with a de Bruijn sequence.
    lowest = np.zeros(32, dtype=np.int64)
    for bit in range(32):
        lowest[((0x077CB531 << bit) & 0xFFFFFFFF) >> 27] = bit
    out = np.zeros(len(rows))
    size = 256
    columns = np.empty((rows.shape[1], size), dtype=np.float32)
    leaves = np.empty(size, dtype=np.uint32)
    for start in range(0, len(rows), size):
        count = min(size, len(rows) - start)
        columns[:, :count] = rows[start : start + count].T
        for tree in range(len(roots)):
            end = roots[tree + 1] if tree + 1 < len(roots) else len(feature)
            leaves[:] = np.uint32(0xFFFFFFFF)
            for node in range(roots[tree], end):
                if feature[node] >= 0:
                    column, cut, left = columns[feature[node]], threshold[node], mark[node]
                    for row in range(count):
                        leaves[row] &= left if column[row] > cut else np.uint32(0xFFFFFFFF)
            for row in range(count):
                bit = leaves[row] & (~leaves[row] + np.uint32(1))
                which = (np.uint64(bit) * np.uint64(0x077CB531) & np.uint64(0xFFFFFFFF)) >> np.uint64(27)
                out[start + row] += values[tree, lowest[which]]
    return out


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
