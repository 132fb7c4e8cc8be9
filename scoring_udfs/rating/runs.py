"""From evidence against each unit to the passages of a text that are left out, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.units import GAP_COMMA, GAP_SENTENCE, Units

# Of the genuine answers so many hold a run that would be left out by itself, and so many are in doubt at all.
_SHARE_OF_RUNS = 0.1
_FALSE_ALARMS = 0.02
_LOWEST = np.array([2.0, 1.0])
# With so much evidence above the limit nothing of a doubtful passage is credited.
_CERTAIN = 2.0
# Shorter passages are spared: a slip of the tongue, a list of three. A word counts as much as 1.6 characters.
_SHORTEST_PASSAGE = 10.0
_WORD = 1.6
# Where a passage begins is seen to a few units only: it reaches to a pause so near, or so far at least.
_TO_PAUSE = 8
_BLUR = 3
_INSIDE = 8
# A sentence of which a doubtful passage holds this share belongs to it whole.
_MOST = 0.6
# So few units that are left are no answer any more.
_FEWEST_LEFT = 5

Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Evidence:
    """Of each unit, as log odds: that it is in a made-up passage, that it is in one of pieces put together.

    Where nothing is doubtful both are below 0, so a doubtful passage is the run with the greatest sum.
    """

    passages: Floats
    pieces: Floats

    @property
    def most(self) -> tuple[float, float]:
        """The evidence of the strongest run by each."""
        return _strongest(self.passages)[0], _strongest(self.pieces)[0]


@dataclass(frozen=True)
class Limits:
    """How much evidence genuine answers hold: `passages` and `pieces`, that a run is worth to be left out;
    `together`, that the strongest runs may have in multiples of these."""

    passages: float
    pieces: float
    together: float

    @classmethod
    def of(cls, most: NDArray[np.float64]) -> Limits:
        """From Evidence.most of genuine answers (rows)."""
        each = np.maximum(np.quantile(most, 1 - _SHARE_OF_RUNS, axis=0), _LOWEST)
        together = max(float(np.quantile((most / each).sum(axis=1), 1 - _FALSE_ALARMS)), 1.0)
        return cls(float(each[0]), float(each[1]), together)

    def excess(self, most: tuple[float, float]) -> float:
        """Above 0 where there is more evidence than genuine answers hold; 1 for twice as much."""
        return (most[0] / self.passages + most[1] / self.pieces) / self.together - 1


@dataclass(frozen=True)
class Rests:
    """What is left of a text without its doubtful parts, cut out more or less widely.

    `weights`: how doubtful the parts are that each lacks, from 0 to 1. Without texts nothing is doubtful.
    """

    texts: tuple[Units, ...] = ()
    weights: tuple[float, ...] = ()

    def beside(self, plain: Units, of_plain: Rests) -> Rests:
        """Also of the text without what is foreign in it, and that text itself."""
        return Rests((*self.texts, plain, *of_plain.texts), (*self.weights, 1.0, *of_plain.weights))


NOTHING_DOUBTFUL = Rests()


def is_short(text: Units) -> bool:
    """Whether a text is too short to hold a doubtful passage."""
    return _size(text, 0, len(text)) < _SHORTEST_PASSAGE


def rests_of(text: Units, evidence: Evidence, limits: Limits) -> Rests:
    """The text without its runs that have more evidence than the limit and are long enough.

    Where a run begins and ends is seen to a few units only, so there are up to three rests.
    """
    excess = limits.excess(evidence.most)
    runs = [
        (start, end)
        for sums, limit in ((evidence.passages, limits.passages), (evidence.pieces, limits.pieces))
        for start, end in _runs(sums, limit)
        if _size(text, start, end) >= _SHORTEST_PASSAGE
    ]
    if excess <= 0 or not runs:
        return NOTHING_DOUBTFUL
    wide = _marked([_widened(start, end, text) for start, end in runs], len(text))
    sentence = np.cumsum(text.gap == GAP_SENTENCE)
    share = np.bincount(sentence, weights=wide) / np.maximum(np.bincount(sentence), 1)
    cuts = (wide | (share[sentence] > _MOST), _marked(runs, len(text)), _marked(_narrowed(runs), len(text)))
    texts = tuple(_rest(text, marks) for marks in {one.tobytes(): one for one in cuts}.values())
    return Rests(texts, (min(1.0, excess / _CERTAIN),) * len(texts))


def _runs(evidence: Floats, limit: float) -> list[tuple[int, int]]:
    """The run with most evidence, and those on both sides of it, down to the limit."""
    found = []
    waiting = [(0, len(evidence))]
    while waiting:
        begin, finish = waiting.pop()
        total, start, end = _strongest(evidence[begin:finish])
        if total > limit:
            start, end = begin + start, begin + end
            found.append((start, end))
            waiting += [(begin, start), (end, finish)]
    return found


@compiled
def _strongest(evidence):  # type: ignore[no-untyped-def]
    """The greatest sum of a run, its start and its end (Kadane's algorithm)."""
    best = running = 0.0
    start = first = last = 0
    for i in range(len(evidence)):
        if running <= 0:
            running, start = 0.0, i
        running += evidence[i]
        if running > best:
            best, first, last = running, start, i + 1
    return best, first, last


def _rest(text: Units, marks: Marks) -> Units:
    left = ~marks
    return text.keep(left if left.sum() >= _FEWEST_LEFT else np.zeros_like(left))


def _marked(runs: Sequence[tuple[int, int]], length: int) -> Marks:
    marks = np.zeros(length, dtype=np.bool_)
    for start, end in runs:
        marks[start:end] = True
    return marks


def _narrowed(runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    inside = [min(_INSIDE, (end - start) // 3) for start, end in runs]
    return [(start + less, end - less) for (start, end), less in zip(runs, inside, strict=True)]


def _widened(start: int, end: int, text: Units) -> tuple[int, int]:
    pauses = np.concatenate([[True], text.gap[1:] >= GAP_COMMA, [True]])
    before = np.flatnonzero(pauses[max(0, start - _TO_PAUSE) : start + 1])
    after = np.flatnonzero(pauses[end : end + _TO_PAUSE + 1])
    first = max(0, start - _TO_PAUSE) + int(before[-1]) if len(before) else max(0, start - _BLUR)
    last = end + int(after[0]) if len(after) else min(len(text), end + _BLUR)
    return first, last


def _size(text: Units, start: int, end: int) -> float:
    return end - start + (_WORD - 1) * int(text.latin[start:end].sum())
