"""Folds in which equal texts stay together and ratings are spread evenly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats

Ints = NDArray[np.int64]


def folds_of(ratings: Floats, groups: Sequence[str], count: int, seed: int) -> Ints:
    """The fold (0 … count-1) of each answer.

    Answers of one group (equal texts) share a fold. Groups are shuffled by `seed`, put in the order of
    their mean rating and dealt out, each to the smallest fold of its round, so that every fold holds the
    whole range of ratings.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        members[group].append(row)
    names = sorted(members)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    by_rating = sorted(shuffled, key=lambda index: float(np.mean(ratings[members[names[index]]])))
    fold = np.zeros(len(ratings), dtype=np.int64)
    sizes = np.zeros(count, dtype=np.int64)
    for start in range(0, len(by_rating), count):
        free = list(range(count))
        block = sorted(by_rating[start : start + count], key=lambda index: -len(members[names[index]]))
        for index in block:
            rows = members[names[index]]
            target = min(free, key=lambda number: (sizes[number], number))
            free.remove(target)
            fold[rows] = target
            sizes[target] += len(rows)
    return fold
