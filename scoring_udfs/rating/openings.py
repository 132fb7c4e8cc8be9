"""The words with which a reference names its question: who says them again has not yet said anything.

“Kinds of contract: sale, lease, loan” lists three things, and only they are an answer. So the pairs of words
before the colon count neither in the reference nor in an answer, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.units import GAP_COLON, GAP_COMMA, Hashes, Units

# So much has to stand behind the colon.
_SHORTEST_REST = 3


def openings_of(references: Sequence[Units]) -> Hashes:
    """The pairs of units before the colon of each reference whose first pause is a colon; sorted."""
    found = [np.empty(0, dtype=np.uint64)]
    for text in references:
        pauses = np.flatnonzero(text.gap[1:] >= GAP_COMMA) + 1
        if len(pauses) and text.gap[pauses[0]] == GAP_COLON and len(text) - pauses[0] >= _SHORTEST_REST:
            found.append(text.keep(np.arange(len(text)) < pauses[0]).grams[1])
    return np.unique(np.concatenate(found))


def without_openings(text: Units, openings: Hashes) -> Units:
    """The text without the units that stand in such a pair."""
    if not len(openings) or len(text) < 2:
        return text
    return text.keep(_outside(text.grams[1], openings))


@compiled
def _outside(pairs, openings):  # type: ignore[no-untyped-def]
    left = np.ones(len(pairs) + 1, dtype=np.bool_)
    for i in range(len(pairs)):
        at = np.searchsorted(openings, pairs[i])
        if at < len(openings) and openings[at] == pairs[i]:
            left[i] = left[i + 1] = False
    return left
