"""n-grams of units as sparse matrices, and the vocabularies that choose their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.units import FEWEST_SHARING, LONGEST_GRAM, Hashes, Units


@dataclass(frozen=True)
class GramTable:
    """Which n-gram occurs how often in which text: three columns in step, sorted by row."""

    rows: int
    row: NDArray[np.int64]
    gram: Hashes
    count: NDArray[np.int64]

    def matrix(self, vocabulary: Hashes) -> sp.csr_matrix:
        """Counts, texts × vocabulary (sorted); n-grams outside the vocabulary are left out."""
        if len(vocabulary) == 0:
            return sp.csr_matrix((self.rows, 0), dtype=np.float64)
        column = np.minimum(np.searchsorted(vocabulary, self.gram), len(vocabulary) - 1)
        known = vocabulary[column] == self.gram
        return sp.csr_matrix(
            (self.count[known].astype(np.float64), (self.row[known], column[known])),
            shape=(self.rows, len(vocabulary)),
        )


def unit_grams(texts: Sequence[Units], longest: int = LONGEST_GRAM) -> GramTable:
    """The n-grams of 1 to `longest` units of each text."""
    return _table([np.concatenate(text.grams[:longest]) for text in texts])


def spelling_grams(texts: Sequence[Units]) -> GramTable:
    """Units, pairs of units, and the character 3- to 5-grams within words: one slip leaves most alike.

    For CJK, whose units are characters already, n-grams of up to four units take the place of spelling.
    """
    return _table([_spelt(text) for text in texts])


def _spelt(text: Units) -> Hashes:
    longest = 2 if 2 * int(text.latin.sum()) > len(text) else LONGEST_GRAM
    return np.concatenate([text.spelling, *text.grams[:longest]])


def frequent(matrix: sp.csr_matrix, rows: Ints) -> NDArray[np.int64]:
    """Columns that occur in at least FEWEST_SHARING of these rows and not in all of them."""
    occurs = np.bincount(matrix[rows].indices, minlength=matrix.shape[1])
    return np.flatnonzero((occurs >= FEWEST_SHARING) & (occurs < len(rows)))


def vocabulary_of(table: GramTable, texts: int) -> Hashes:
    """The n-grams that at least FEWEST_SHARING of the first `texts` texts hold, sorted."""
    grams, held = np.unique(table.gram[table.row < texts], return_counts=True)
    return np.asarray(grams[held >= FEWEST_SHARING], dtype=np.uint64)


def _table(grams: list[Hashes]) -> GramTable:
    if not grams:
        empty = np.empty(0, dtype=np.int64)
        return GramTable(0, empty, np.empty(0, dtype=np.uint64), empty)
    ends = np.cumsum([len(found) for found in grams])
    return GramTable(len(grams), *_counted(np.concatenate(grams), ends))


@compiled
def _counted(grams, ends):  # type: ignore[no-untyped-def]
    """The distinct n-grams of each text, in order, and how often it holds each; `ends`: of each text."""
    row = np.empty(len(grams), dtype=np.int64)
    kind = np.empty(len(grams), dtype=np.uint64)
    count = np.empty(len(grams), dtype=np.int64)
    found = start = 0
    for text in range(len(ends)):
        in_order = np.sort(grams[start : ends[text]])
        for i in range(len(in_order)):
            if i and in_order[i] == in_order[i - 1]:
                count[found - 1] += 1
            else:
                row[found], kind[found], count[found] = text, in_order[i], 1
                found += 1
        start = ends[text]
    return row[:found].copy(), kind[:found].copy(), count[:found].copy()
