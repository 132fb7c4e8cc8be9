"""Which runs of units were seen in other answers, how often, and what usually goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.units import GAP_COMMA, GAP_SPACE, LONGEST_GRAM, Hashes, Units, ngrams

# Stands in a stream where a text begins, pauses or ends: what begins a clause is telling as well.
_PAUSE = np.uint64(0x9D8A7C6B5E4F3021)
Counts = NDArray[np.int32]


@dataclass(frozen=True)
class Stream:
    """The units of a text with its pauses, in order; `at` is where each unit stands in it."""

    tokens: Hashes
    at: Ints
    grams: Hashes  # runs of one token, of two, … of LONGEST_GRAM, one length after the other

    @classmethod
    def of(cls, text: Units) -> Stream:
        """A pause at both ends, at commas and stops, and at spaces where no word is."""
        count = len(text)
        word_before = np.zeros(count, dtype=np.bool_)
        word_before[1:] = text.latin[:-1]
        pauses = (text.gap >= GAP_COMMA) | ((text.gap == GAP_SPACE) & ~text.latin & ~word_before)
        pauses[:1] = True
        at = np.arange(count) + np.cumsum(pauses)
        tokens = np.full(count + int(pauses.sum()) + 1, _PAUSE, dtype=np.uint64)
        tokens[at] = text.hash
        grams = np.concatenate([ngrams(tokens, length) for length in range(1, LONGEST_GRAM + 1)])
        return cls(tokens, at, grams)


@dataclass(frozen=True)
class Source:
    """One text as it is counted: its distinct runs, and of each longer run the one without its last token
    and the one without its first."""

    grams: Hashes
    longer: Hashes
    beginning: Hashes
    ending: Hashes

    @classmethod
    def of(cls, text: Units) -> Source:
        """Of a text."""
        stream = Stream.of(text)
        count = len(stream.tokens)
        lengths = [max(0, count - length) for length in range(LONGEST_GRAM)]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        by_length = [stream.grams[starts[n] : starts[n + 1]] for n in range(LONGEST_GRAM)]
        return cls(
            np.unique(stream.grams),
            np.concatenate(by_length[1:]),
            np.concatenate([by_length[n][: len(by_length[n + 1])] for n in range(LONGEST_GRAM - 1)]),
            np.concatenate([by_length[n][1 : 1 + len(by_length[n + 1])] for n in range(LONGEST_GRAM - 1)]),
        )


@dataclass(frozen=True)
class Seen:
    """Runs of one to four tokens in at least some sources; `grams` is sorted, the others run in step.

    Runs that fewer than `fewest` sources hold are not kept: they would tell what one person said. Counts
    begin there: `fewest` sources count as one.
    """

    grams: Hashes
    sources: Counts
    ahead: Counts  # sources of the commonest run that is this one and one token more
    behind: Counts  # … that is one token and this one

    @classmethod
    def of(cls, sources: Sequence[Source], fewest: int) -> Seen:
        """Counts over some sources."""
        if not sources:
            empty = np.empty(0, dtype=np.int32)
            return cls(np.empty(0, dtype=np.uint64), empty, empty, empty)
        grams, held = np.unique(np.concatenate([one.grams for one in sources]), return_counts=True)
        grams = grams[held >= fewest]
        counts = np.asarray(held[held >= fewest] - fewest + 1, dtype=np.int32)
        longer, at = np.unique(np.concatenate([one.longer for one in sources]), return_index=True)
        where, known = _places(longer, grams)
        strength = counts[where[known]]
        found = cls(grams, counts, np.zeros_like(counts), np.zeros_like(counts))
        for shorter, column in (("beginning", found.ahead), ("ending", found.behind)):
            keys = np.concatenate([getattr(one, shorter) for one in sources])[at[known]]
            place, is_known = _places(keys, grams)
            np.maximum.at(column, place[is_known], strength[is_known])
        return found

    def look(self, stream: Stream) -> NDArray[np.float64]:
        """Three rows a length of run: its sources, ahead, behind; columns by the token that it ends with."""
        found: NDArray[np.float64] = _looked(
            stream.grams, len(stream.tokens), self.grams, self.sources, self.ahead, self.behind
        )
        return found


def among(grams: Hashes, source: Hashes) -> NDArray[np.bool_]:
    """Which of the n-grams the sorted source holds."""
    return _places(grams, source)[1]


def _places(grams: Hashes, known: Hashes) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each stands in the sorted `known`, and whether it does."""
    if not len(known):
        return np.zeros(len(grams), dtype=np.int64), np.zeros(len(grams), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, grams), len(known) - 1)
    return at, np.asarray(known[at] == grams)


@compiled
def _looked(grams, tokens, known, sources, ahead, behind):  # type: ignore[no-untyped-def]
    out = np.zeros((12, tokens))
    start = 0
    for length in range(1, 5):
        for end in range(length - 1, tokens):
            gram = grams[start]
            start += 1
            low, high = 0, len(known)
            while low < high:
                middle = (low + high) // 2
                if known[middle] < gram:
                    low = middle + 1
                else:
                    high = middle
            if low < len(known) and known[low] == gram:
                out[3 * length - 3, end] = sources[low]
                out[3 * length - 2, end] = ahead[low]
                out[3 * length - 1, end] = behind[low]
    return out
