"""Numbers about an answer that do not depend on the words of its question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating import reference
from scoring_udfs.rating.openings import without_openings
from scoring_udfs.rating.reference import Prepared, Rarity, prepared, reference_features
from scoring_udfs.rating.units import Hashes, Units

# Those of `units`, which a kept compilation would not see change.
GAP_COMMA, GAP_SENTENCE = 2, 4

STRUCTURE = (
    "log_length", "variety", "sentences", "sentence_length", "pauses", "digits", "latin", "function_words",
    "pair_variety",
)  # fmt: skip
NAMES = (*STRUCTURE, *reference.NAMES)


def structure(text: Units) -> NDArray[np.float64]:
    """One value a name of STRUCTURE, from the shape of the text alone."""
    found: NDArray[np.float64] = _structure(text.hash, text.gap, text.digit, text.latin, text.function)
    return found


@compiled
def _structure(units, gap, digit, latin, function):  # type: ignore[no-untyped-def]
    count = len(units)
    out = np.zeros(9)
    if count == 0:
        return out
    sentences, pauses = 1, 0
    for i in range(1, count):
        sentences += gap[i] == GAP_SENTENCE
        pauses += gap[i] >= GAP_COMMA
    # Of the beginning only: the longer a text, the more it repeats.
    head = min(count, 100)
    kinds = pairs = 0
    for i in range(head):
        new_unit = new_pair = True
        for j in range(i):
            if units[j] == units[i]:
                new_unit = False
                if j > 0 and units[j - 1] == units[i - 1]:
                    new_pair = False
                    break
        kinds += new_unit
        pairs += new_pair and i > 0
    out[0] = np.log1p(count)
    out[1] = kinds / head
    out[2] = sentences
    out[3] = np.log1p(count / sentences)
    out[4] = pauses / count
    out[5] = digit.sum() / count
    out[6] = latin.sum() / count
    out[7] = function.sum() / count
    out[8] = pairs / max(1, head - 1)
    return out


def features(
    texts: Sequence[Units],
    references: Sequence[Sequence[Prepared]],
    rarity: Rarity,
    openings: Sequence[Hashes],
) -> NDArray[np.float32]:
    """Texts × NAMES; `references` runs in step with the texts. Without any, their columns are 0."""
    rows = np.zeros((len(texts), len(NAMES)), dtype=np.float32)
    for row, (text, given, opening) in enumerate(zip(texts, references, openings, strict=True)):
        rows[row, : len(STRUCTURE)] = structure(text)
        if given:
            rows[row, len(STRUCTURE) :] = reference_features(
                prepared(without_openings(text, opening), rarity), given
            )
    return rows
