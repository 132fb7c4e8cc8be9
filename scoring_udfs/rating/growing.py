"""Grows regression trees on few, wide rows: extremely randomised ones, and boosted ones.

The usual libraries spend a millisecond a tree on checks; nested cross-validation of a hundred answers grows
thousands of trees of microseconds each. These are grown in one compiled loop without the interpreter's
lock, from a random generator of their own, so that the same rows give the same trees on every machine.
Sources: Geurts, Ernst, Wehenkel 2006 (extremely randomised trees); Friedman 2002 (stochastic boosting).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.trees import Trees

_MOST_BINS = 48
_DEEPEST = 30


class Binned:
    """Rows cut into at most 48 bins a feature, for growing trees on: yes-or-no features, then numbers."""

    def __init__(self, words: sp.csr_matrix, numbers: NDArray[np.float32]) -> None:
        """`words`: rows × features of 0 and 1; `numbers`: rows × features."""
        half = np.array([0.5], dtype=np.float32)
        edges = [_edges(column) for column in numbers.T]
        bins = [np.searchsorted(ends, column) for ends, column in zip(edges, numbers.T, strict=True)]
        self.words = words.shape[1]
        self.edges = [half] * words.shape[1] + edges
        self.bins = np.vstack(
            [words.T.toarray().astype(np.uint8), np.array(bins, dtype=np.uint8).reshape(len(edges), -1)]
        )

    def trees(self, grown: Any, base: float, factor: float) -> Trees:
        """Grown trees with thresholds in the units of the matrix."""
        roots, feature, cut, left, right, value = grown
        threshold = np.zeros(len(feature), dtype=np.float32)
        for node in np.flatnonzero(feature >= 0):
            threshold[node] = self.edges[feature[node]][cut[node]]
        return Trees(base, roots, feature, threshold, left, right, (value * factor).astype(np.float32))


def extremely_randomised(
    binned: Binned, target: Floats, trees: int, share: float, fewest: int, seed: int
) -> Trees:
    """The mean of `trees` trees; at each node `share` of the features, each cut at random."""
    tried = max(1, int(share * len(binned.bins)))
    grown = _forest(binned.bins, binned.words, target, trees, tried, fewest, np.uint64(seed))
    return binned.trees(grown, 0.0, 1 / trees)


def boosted(
    binned: Binned, target: Floats, rounds: int, share: float, fewest: int, depth: int, rate: float, seed: int
) -> Trees:
    """`rounds` small trees, each on what those before left over and on 60 % of the rows."""
    tried = max(1, int(share * len(binned.bins)))
    grown = _boost(binned.bins, binned.words, target, rounds, tried, fewest, depth, rate, np.uint64(seed))
    return binned.trees(grown, float(target.mean()), rate)


def _edges(column: NDArray[np.float32]) -> NDArray[np.float32]:
    """Upper ends of the bins: all distinct values but the last, or quantiles where there are too many."""
    distinct = np.unique(column)
    if len(distinct) > _MOST_BINS:
        at = np.linspace(0, 1, _MOST_BINS + 1)[1:-1]
        return np.unique(np.quantile(column, at, method="nearest").astype(np.float32))
    middles = distinct[:-1] + (distinct[1:] - distinct[:-1]) / 2
    return np.asarray(middles, dtype=np.float32)


@compiled
def _next(state):  # type: ignore[no-untyped-def]
    """SplitMix64: one step of the generator in state[0]."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


@compiled
def _below(state, bound):  # type: ignore[no-untyped-def]
    return np.int64(_next(state) % np.uint64(bound))


@compiled
def _gain(left_sum, left_count, total, count, fewest):  # type: ignore[no-untyped-def]
    """Sum of squares explained by a cut (up to a constant); -1 where a side has too few rows."""
    right_count = count - left_count
    if left_count < fewest or right_count < fewest:
        return -1.0
    return left_sum * left_sum / left_count + (total - left_sum) * (total - left_sum) / right_count


@compiled
def _cut_word(column, target, rows, total, fewest):  # type: ignore[no-untyped-def]
    """(gain, cut) of a yes-or-no feature on some rows; gain -2: constant there, -1: too few on a side."""
    left_sum, left_count = 0.0, 0
    for row in rows:
        # Without a branch: which of the two it is cannot be predicted.
        no = 1 - column[row]
        left_count += no
        left_sum += no * target[row]
    if left_count == 0 or left_count == len(rows):
        return -2.0, 0
    return _gain(left_sum, left_count, total, len(rows), fewest), 0


@compiled
def _cut_number(column, target, rows, total, at_random, fewest, state, sums, counts):  # type: ignore[no-untyped-def]
    """As _cut_word for a feature in bins: the best cut, or one at random."""
    lowest = highest = column[rows[0]]
    for row in rows:
        lowest, highest = min(lowest, column[row]), max(highest, column[row])
    if lowest == highest:
        return -2.0, 0
    width = np.int64(highest) - np.int64(lowest)
    sums[: width + 1] = 0.0
    counts[: width + 1] = 0
    for row in rows:
        sums[column[row] - lowest] += target[row]
        counts[column[row] - lowest] += 1
    chosen = _below(state, width) if at_random else -1
    best, where = -1.0, 0
    left_sum, left_count = 0.0, 0
    for step in range(width):
        left_sum += sums[step]
        left_count += counts[step]
        if chosen < 0 or step == chosen:
            gain = _gain(left_sum, left_count, total, len(rows), fewest)
            if gain > best:
                best, where = gain, lowest + step
    return best, where


@compiled
def _grow(bins, words, target, order, tried, fewest, depth, at_random, state, nodes, used):  # type: ignore[no-untyped-def]
    """Grows one tree on the rows `order` into `nodes` from entry `used` on; returns the entries used.

    The first `words` features are yes or no.
    """
    feature, cut, left, right, value = nodes
    features = len(bins)
    # One list of features a depth, without those found constant above: children inherit it.
    alive = np.empty((depth + 1, features), dtype=np.int32)
    alive_count = np.zeros(depth + 1, dtype=np.int64)
    alive[0] = np.arange(features)
    alive_count[0] = features
    sums, counts = np.zeros(_MOST_BINS + 1), np.zeros(_MOST_BINS + 1, dtype=np.int64)
    stack = np.empty((2 * depth + 3, 4), dtype=np.int64)
    stack[0] = (used, 0, len(order), 0)
    waiting = 1
    used += 1
    while waiting:
        waiting -= 1
        node, start, end, level = stack[waiting]
        total = 0.0
        for row in order[start:end]:
            total += target[row]
        mean = total / (end - start)
        feature[node], value[node] = -1, mean
        if level == depth or end - start < 2 * fewest:
            continue
        if level:
            alive_count[level] = alive_count[level - 1]
            alive[level, : alive_count[level]] = alive[level - 1, : alive_count[level]]
        best, best_feature, best_cut = -1.0, -1, 0
        seen = at = 0
        while at < alive_count[level] and seen < tried:
            pick = at + _below(state, alive_count[level] - at)
            one = alive[level, pick]
            rows = order[start:end]
            if one < words:
                gain, where = _cut_word(bins[one], target, rows, total, fewest)
            else:
                gain, where = _cut_number(
                    bins[one], target, rows, total, at_random, fewest, state, sums, counts
                )
            if gain == -2.0:
                alive_count[level] -= 1
                alive[level, pick] = alive[level, alive_count[level]]
                continue
            alive[level, pick] = alive[level, at]
            alive[level, at] = one
            at += 1
            seen += 1
            if gain > best:
                best, best_feature, best_cut = gain, one, where
        if best_feature < 0 or best <= (end - start) * mean * mean + 1e-10:
            continue
        middle = start
        for i in range(start, end):
            row = order[i]
            if bins[best_feature, row] <= best_cut:
                order[i] = order[middle]
                order[middle] = row
                middle += 1
        feature[node], cut[node] = best_feature, best_cut
        left[node], right[node] = used, used + 1
        stack[waiting] = (used + 1, middle, end, level + 1)
        stack[waiting + 1] = (used, start, middle, level + 1)
        waiting += 2
        used += 2
    return used


@compiled
def _room(entries):  # type: ignore[no-untyped-def]
    return (
        np.full(entries, -1, dtype=np.int32), np.zeros(entries, dtype=np.int32),
        np.zeros(entries, dtype=np.int32), np.zeros(entries, dtype=np.int32), np.zeros(entries),
    )  # fmt: skip


@compiled
def _forest(bins, words, target, trees, tried, fewest, seed):  # type: ignore[no-untyped-def]
    rows = bins.shape[1]
    nodes = _room(trees * (2 * (rows // fewest) + 1))
    roots = np.zeros(trees, dtype=np.int32)
    used = 0
    state = np.array([seed], dtype=np.uint64)
    for tree in range(trees):
        roots[tree] = used
        order = np.arange(rows)
        used = _grow(bins, words, target, order, tried, fewest, _DEEPEST, True, state, nodes, used)
    feature, cut, left, right, value = nodes
    return roots, feature[:used], cut[:used], left[:used], right[:used], value[:used]


@compiled
def _boost(bins, words, target, rounds, tried, fewest, depth, rate, seed):  # type: ignore[no-untyped-def]
    rows = bins.shape[1]
    sampled = max(2 * fewest, int(0.6 * rows))
    nodes = _room(rounds * (2 ** (depth + 1)))
    feature, cut, left, right, value = nodes
    roots = np.zeros(rounds, dtype=np.int32)
    used = 0
    state = np.array([seed], dtype=np.uint64)
    rest = target - target.mean()
    everyone = np.arange(rows)
    for number in range(rounds):
        roots[number] = used
        for i in range(min(sampled, rows)):
            j = i + _below(state, rows - i)
            everyone[i], everyone[j] = everyone[j], everyone[i]
        order = everyone[: min(sampled, rows)].copy()
        used = _grow(bins, words, rest, order, tried, fewest, depth, False, state, nodes, used)
        for row in range(rows):
            node = roots[number]
            while feature[node] >= 0:
                node = left[node] if bins[feature[node], row] <= cut[node] else right[node]
            rest[row] -= rate * value[node]
    return roots, feature[:used], cut[:used], left[:used], right[:used], value[:used]
