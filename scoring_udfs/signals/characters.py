"""What each code point of a normalised text is to the kernel, and the number of a word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BASIC_PLANE = 0x10000
# nothing · a mark that parts clauses · part of a word · a unit by itself
SPACE, MARK, LETTER, UNIT = 0, 1, 2, 3
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789'"
MARKS = "。！？；，：,.!?;:…—"
WORD_START = 0xCBF29CE484222325
WORD_STEP = 0x100000001B3
WORD_BIT = 1 << 63
# Symbols, punctuation of Chinese, Japanese and others, accents that stand alone, surrogates and private use.
_NO_UNITS = (
    *((0x300, 0x36F), (0x2000, 0x2BFF), (0x3000, 0x303F), (0xD800, 0xF8FF), (0xFE00, 0xFE6F)),
    *((0xFF01, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0xFFF0, 0xFFFF)),
)


def word_number(word: str) -> int:
    """The number of a word of `LETTERS`: 64-bit FNV-1a over its characters, the highest bit set."""
    number = WORD_START
    for character in word:
        number = (number ^ ord(character)) * WORD_STEP & (2**64 - 1)
    return number | WORD_BIT


def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.full(BASIC_PLANE, UNIT, dtype=np.uint8)
    kinds[:0xC0] = SPACE
    for first, last in _NO_UNITS:
        kinds[first : last + 1] = SPACE
    for kind, characters in ((LETTER, LETTERS), (MARK, MARKS)):
        for character in characters:
            kinds[ord(character)] = kind
    return kinds


KINDS = _kinds()
"""The kind of each code point below U+10000; those above are units."""
