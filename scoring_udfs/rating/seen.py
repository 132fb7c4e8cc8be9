"""Which runs of units were seen in other answers, and what the passage around each unit looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.units import Hashes, Units

# Those of `units`, which a kept compilation would not see change.
GAP_SPACE, GAP_COMMA, GAP_SENTENCE = 1, 2, 4

_WINDOW = 12
_LONGEST_RUN = 30
_LOOK_BACK = 200


@dataclass(frozen=True)
class Seen:
    """In how many sources (texts, or questions) each run of one to three units occurs; `grams` is sorted.

    Runs that fewer than `fewest` sources hold are not kept: they would tell what one person said.
    """

    grams: Hashes
    sources: NDArray[np.int64]
    fewest: int

    @classmethod
    def of(cls, sources: Sequence[Hashes], fewest: int) -> Seen:
        """Counts over the n-grams of each source."""
        if not sources:
            return cls(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64), fewest)
        grams, counts = np.unique(np.concatenate(sources), return_counts=True)
        shared = counts >= fewest
        return cls(grams[shared], counts[shared].astype(np.int64), fewest)


@dataclass(frozen=True)
class View:
    """What was seen, as one text may look at it: without the source `but`, with the source `also`.

    `but` is the source that the text itself belongs to, `also` one more source of genuine text. Both are
    sorted n-grams (source_of).
    """

    seen: Seen
    but: Hashes | None = None
    also: Hashes | None = None

    def count(self, grams: Hashes) -> NDArray[np.int64]:
        """How many sources hold each; as many as `seen.fewest` count as one, fewer as none."""
        found = np.zeros(len(grams), dtype=np.int64)
        known = self.seen.grams
        if len(known):
            at = np.minimum(np.searchsorted(known, grams), len(known) - 1)
            found = np.where(known[at] == grams, self.seen.sources[at], 0)
        if self.but is not None:
            found = found - among(grams, self.but)
        found = np.maximum(found - self.seen.fewest + 1, 0)
        return found if self.also is None else found + among(grams, self.also)


def source_of(texts: Sequence[Units]) -> Hashes:
    """The distinct runs of one to three units in some texts, sorted."""
    grams = [found for text in texts for found in text.grams[:3]]
    return np.unique(np.concatenate([np.empty(0, dtype=np.uint64), *grams]))


def among(grams: Hashes, source: Hashes) -> NDArray[np.bool_]:
    """Which of the n-grams the sorted source holds."""
    if not len(source):
        return np.zeros(len(grams), dtype=np.bool_)
    at = np.minimum(np.searchsorted(source, grams), len(source) - 1)
    return np.asarray(source[at] == grams)


def windows(text: Units, views: Sequence[View]) -> NDArray[np.float32]:
    """Units × features: what the twelve units around each look like.

    By each view: share of units, pairs (twice: seen, and how often) and triples that were seen. By itself:
    share of repeated pairs, of repeated content units, of function words, of spaces between characters, of
    commas, of sentence starts, of words; mean length of the run without a function word.
    """
    # What begins a text has no unit before it, which is nobody's fault.
    counts = np.ones((3 * len(views), len(text)), dtype=np.int64)
    for number, view in enumerate(views):
        for n in range(3):
            counts[3 * number + n, n:] = view.count(text.grams[n])
    found: NDArray[np.float32] = _windows(counts, text.hash, text.gap, text.function, text.latin)
    return found


@compiled
def _windows(counts, units, gap, function, latin):  # type: ignore[no-untyped-def]
    length = len(units)
    views = len(counts) // 3
    columns = 4 * views + 8
    # Sums over the units before each, so that a window is a difference.
    sums = np.zeros((length + 1, columns))
    runs = _runs_without(function)
    for i in range(length):
        sums[i + 1] = sums[i]
        for view in range(views):
            single, pair, triple = counts[3 * view, i], counts[3 * view + 1, i], counts[3 * view + 2, i]
            sums[i + 1, 4 * view] += single > 0
            sums[i + 1, 4 * view + 1] += pair > 0
            sums[i + 1, 4 * view + 2] += min(pair, 4) / 4
            sums[i + 1, 4 * view + 3] += triple > 0
        unit_again = pair_again = False
        for j in range(max(0, i - _LOOK_BACK), i):
            if units[j] == units[i]:
                unit_again = True
                if j > 0 and units[j - 1] == units[i - 1]:
                    pair_again = True
                    break
        start = i == 0 or gap[i] == GAP_SENTENCE
        own = sums[i + 1, 4 * views :]
        own[0] += pair_again
        own[1] += unit_again and not function[i]
        own[2] += function[i]
        own[3] += gap[i] == GAP_SPACE and not latin[i]
        own[4] += gap[i] >= GAP_COMMA and not start
        own[5] += start
        own[6] += latin[i]
        own[7] += runs[i]
    means = np.empty((length, columns), dtype=np.float32)
    for i in range(length):
        left = max(0, min(i - _WINDOW // 2, length - _WINDOW))
        right = min(length, left + _WINDOW)
        means[i] = (sums[right] - sums[left]) / (right - left)
    return means


@compiled
def _runs_without(function):  # type: ignore[no-untyped-def]
    """For each unit the length of the run without a function word that it is in; 0 for function words."""
    runs = np.zeros(len(function))
    start = 0
    for i in range(len(function) + 1):
        if i == len(function) or function[i]:
            runs[start:i] = min(i - start, _LONGEST_RUN)
            start = i + 1
    return runs
