"""Leaves out passages that no other answer to the question would hold: padding, whatever it is about.

A rule and not learnt, so that filler that nobody foresaw earns nothing. What is original goes with it, which
costs its author little: words that no other answer holds tell a model nothing anyway.
"""

from __future__ import annotations

import numpy as np

from scoring_udfs.rating.seen import Seen, Stream, among
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
    known = among(ngrams(stream.tokens, 2), here.grams)[stream.at - 1]
    begins = (text.gap >= GAP_COMMA) & (np.arange(len(text)) > 0)
    clause = np.cumsum(begins)
    foreign = np.bincount(clause, weights=known) / np.bincount(clause) <= _SHARE
    size = np.bincount(clause, weights=1 + (_WORD - 1) * text.latin)
    # Neighbouring clauses of one kind are one passage.
    passage = np.cumsum(np.concatenate([[False], foreign[1:] != foreign[:-1]]))
    long = np.bincount(passage, weights=size)[passage] >= _SHORTEST
    left = ~(foreign & long)[clause]
    return text if left.all() else text.keep(left)
