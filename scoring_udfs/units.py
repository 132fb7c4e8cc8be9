"""Counts what pace is measured in: Chinese characters or words of each normalised text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring_udfs.code_points import Flags, Offsets, Points
from scoring_udfs.compiled import Whole, compiled_lean

Counts = npt.NDArray[np.int32]
Wants = npt.NDArray[np.uint8]

# What to count in a row; `BY_SCRIPT`: characters if there is any, else words.
CHARACTERS, WORDS, BY_SCRIPT = 0, 1, 2


def count_units(points: Points, offsets: Offsets, wants: Wants) -> tuple[Counts, Flags]:
    """Of each row `points[offsets[r]:offsets[r + 1]]` the units wanted, and whether these are characters."""
    units, are_characters = np.empty(len(wants), np.int32), np.empty(len(wants), np.bool_)
    _count(points, offsets, wants, units, are_characters)
    return units, are_characters


@compiled_lean
def _count(points: Points, offsets: Offsets, wants: Wants, units: Counts, are_characters: Flags) -> None:
    for row in range(len(wants)):
        text = points[offsets[row] : offsets[row + 1]]
        characters = _cjk(text) if wants[row] != WORDS else 0
        are_characters[row] = wants[row] == CHARACTERS or (wants[row] == BY_SCRIPT and characters > 0)
        units[row] = characters if are_characters[row] else _words(text)


@compiled_lean
def _cjk(text: Points) -> Whole:
    """Code points of U+3400–4DBF and U+4E00–9FFF."""
    count = np.uint32(0)
    for at in range(len(text)):
        # Unsigned: what lies below the first of a range wraps round to far above.
        count += np.uint32(
            (np.uint32(text[at] - np.uint32(0x4E00)) < np.uint32(0x5200))
            | (np.uint32(text[at] - np.uint32(0x3400)) < np.uint32(0x19C0))
        )
    return np.int64(count)


@compiled_lean
def _words(text: Points) -> Whole:
    """Runs of [a-z0-9']."""
    count = np.uint32(0)
    before = np.uint32(0)
    for at in range(len(text)):
        point = text[at]
        is_word = np.uint32(
            (np.uint32(point - np.uint32(0x61)) < np.uint32(26))
            | (np.uint32(point - np.uint32(0x30)) < np.uint32(10))
            | (point == np.uint32(0x27))
        )
        count += is_word & ~before
        before = is_word
    return np.int64(count)
