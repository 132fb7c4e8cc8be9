"""Which runs of units were seen in other answers, how often, and what usually goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.units import (
    GAP_COMMA,
    GAP_SPACE,
    LONGEST_GRAM,
    Hashes,
    Units,
    all_ngrams,
    by_length,
)

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
        tokens, at = _with_pauses(text.hash, text.gap, text.latin, _PAUSE, GAP_SPACE, GAP_COMMA)
        return cls(tokens, at, all_ngrams(tokens))


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
        runs = by_length(stream.grams, len(stream.tokens))
        return cls(
            np.unique(stream.grams),
            np.concatenate(runs[1:]),
            np.concatenate([runs[n][: len(runs[n + 1])] for n in range(LONGEST_GRAM - 1)]),
            np.concatenate([runs[n][1 : 1 + len(runs[n + 1])] for n in range(LONGEST_GRAM - 1)]),
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
            stream.grams, len(stream.tokens), self._slots, self.grams, self.sources, self.ahead, self.behind
        )
        return found

    def holds(self, grams: Hashes) -> NDArray[np.bool_]:
        """Which of these runs it holds."""
        found: NDArray[np.bool_] = _held(grams, self._slots, self.grams)
        return found

    @cached_property
    def _slots(self) -> NDArray[np.int32]:
        """Where a run is looked for in `grams`: by its hash, as a search by halves would take many steps."""
        slots: NDArray[np.int32] = _hashed(self.grams)
        return slots


def _places(grams: Hashes, known: Hashes) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each stands in the sorted `known`, and whether it does."""
    if not len(known):
        return np.zeros(len(grams), dtype=np.int64), np.zeros(len(grams), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, grams), len(known) - 1)
    return at, np.asarray(known[at] == grams)


@compiled
def _with_pauses(units, gap, latin, pause, space, comma):  # type: ignore[no-untyped-def]
    count = len(units)
    tokens = np.full(2 * count + 1, pause, dtype=np.uint64)
    at = np.empty(count, dtype=np.int64)
    token = 0
    for i in range(count):
        no_word = not latin[i] and (i == 0 or not latin[i - 1])
        if i == 0 or gap[i] >= comma or (gap[i] == space and no_word):
            token += 1
        tokens[token] = units[i]
        at[i] = token
        token += 1
    return tokens[: token + 1].copy(), at


@compiled
def _hashed(grams):  # type: ignore[no-untyped-def]
    """A table of twice as many slots or more, a power of two: the place of each run, or -1."""
    bits = 4
    while (1 << bits) < 2 * len(grams):
        bits += 1
    slots = np.full(1 << bits, -1, dtype=np.int32)
    for place in range(len(grams)):
        slot = np.int64(grams[place] >> np.uint64(64 - bits))
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = place
    return slots


@compiled
def _place(gram, shift, slots, known):  # type: ignore[no-untyped-def]
    """Where a run stands in `known`; -1 where it does not."""
    slot = np.int64(gram >> shift)
    while True:
        place = slots[slot]
        if place < 0 or known[place] == gram:
            return place
        slot = (slot + 1) & (len(slots) - 1)


@compiled
def _shift(slots):  # type: ignore[no-untyped-def]
    bits = 4
    while (1 << bits) < len(slots):
        bits += 1
    return np.uint64(64 - bits)


@compiled
def _held(grams, slots, known):  # type: ignore[no-untyped-def]
    shift = _shift(slots)
    found = np.empty(len(grams), dtype=np.bool_)
    for i in range(len(grams)):
        found[i] = _place(grams[i], shift, slots, known) >= 0
    return found


@compiled
def _looked(grams, tokens, slots, known, sources, ahead, behind):  # type: ignore[no-untyped-def]
    out = np.zeros((12, tokens))
    shift = _shift(slots)
    start = 0
    for length in range(1, 5):
        for end in range(length - 1, tokens):
            place = _place(grams[start], shift, slots, known)
            start += 1
            if place >= 0:
                out[3 * length - 3, end] = sources[place]
                out[3 * length - 2, end] = ahead[place]
                out[3 * length - 1, end] = behind[place]
    return out
