"""Leaves out passages that no other answer to the question would hold: padding, whatever it is about.

A rule and not learnt, so that filler that nobody foresaw earns nothing. What is original goes with it, which
costs its author little: words that no other answer holds tell a model nothing anyway.
"""

from __future__ import annotations

import numpy as np

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.seen import Seen, Stream
from scoring_udfs.rating.units import GAP_COMMA, Units, ngrams

# A clause is foreign when no more than this share of its units ends a pair that other answers hold …
_SHARE = 0.2
# … and a passage, when so many units of foreign clauses follow each other.
_SHORTEST = 10.0
_WORD = 1.6


def without_foreign(text: Units, here: Seen) -> Units:
    """The text without its foreign passages; `here`: what other answers to the question hold."""
    if len(text) < 2:
        return text
    stream = Stream.of(text)
    # A text begins with a pause, so that a pair ends at each of its units.
    known = here.holds(ngrams(stream.tokens, 2))
    left = _left(known, stream.at, text.gap, text.latin, GAP_COMMA, _SHARE, _SHORTEST, _WORD)
    return text if left.all() else text.keep(left)


@compiled
def _left(known, at, gap, latin, comma, most, shortest, word):  # type: ignore[no-untyped-def]
    count = len(at)
    left = np.ones(count, dtype=np.bool_)
    foreign = np.empty(count, dtype=np.bool_)  # of the clause of each unit
    start = 0
    while start < count:
        end, pairs = start, 0
        while end < count and (end == start or gap[end] < comma):
            pairs += known[at[end] - 1]
            end += 1
        foreign[start:end] = pairs / (end - start) <= most
        start = end
    # Neighbouring foreign clauses are one passage.
    start = 0
    while start < count:
        end, size = start, 0.0
        while end < count and foreign[end] == foreign[start]:
            size += word if latin[end] else 1.0
            end += 1
        left[start:end] = not (foreign[start] and size >= shortest)
        start = end
    return left
