"""What NFKC, lower case and folding make of each character that stands among quiet neighbours.

Most characters become one other (or stay), some become several (… → ...), whatever stands beside them. Only
a few *join*: accents and second halves of composites change with what is before them. A text without any of
those is normalised character by character. Made from the running Python's own Unicode tables, all characters
at once in C: a few hundredths of a second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

CODE_POINTS = 0x110000
# Beyond the last code point a value says what else is to be done.
EXPANDS = CODE_POINTS
IS_SLOW = 0xFFFFFFFF

_SPACE = 0x20
_LINE_FEED = 0x0A
_SIGMA = 0x3A3  # its lower case depends on its neighbours
_JAMO = (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))
# All else is ideographs, private or unassigned: neither case nor decomposition (a test looks at every one).
_EVENTFUL = ((0, 0x20000), (0x2F800, 0x2FA20), (0xE0000, 0xE1000))

Codes = npt.NDArray[np.uint32]
Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CharacterTable:
    """`values[c]`: what c becomes; at least `EXPANDS`: expansion number; `IS_SLOW`: it takes the exact way.

    All white space becomes the space. Expansion k is what `expansions` has from `expansion_offsets[k]` on.
    """

    values: Codes
    expansions: Codes
    expansion_offsets: Positions


@cache
def joining() -> Flags:
    """For each code point whether it may join, or change places with, the character before it."""
    characters = _eventful()
    decomposed, starts, _ = _each(characters, lambda text: unicodedata.normalize("NFD", text))
    is_second = np.zeros(CODE_POINTS, np.bool_)
    is_second[list(_JAMO)] = True
    is_later = np.ones(len(decomposed), np.bool_)
    is_later[starts] = False
    is_second[decomposed[is_later & (decomposed != _LINE_FEED)]] = True
    decomposed, starts, _ = _each(characters, lambda text: unicodedata.normalize("NFKD", text))
    heads = decomposed[starts]
    classes = np.fromiter(map(unicodedata.combining, _string(heads)), np.int64, len(heads))
    joins = np.zeros(CODE_POINTS, np.bool_)
    joins[characters] = is_second[heads] | (classes > 0)
    return joins


@cache
def character_table() -> CharacterTable:
    """The table for this process; treat it as read-only."""
    characters = _eventful()
    composed, starts, ends = _each(characters, lambda text: unicodedata.normalize("NFKC", text))
    has_sigma = np.add.reduceat(composed == _SIGMA, starts, dtype=np.int64) > 0
    made, starts, ends = _each(characters, lambda text: unicodedata.normalize("NFKC", text).lower())
    is_white = np.zeros(CODE_POINTS, np.bool_)
    is_white[[code for code in range(0x10000) if chr(code).isspace()]] = True
    white = is_white[made]
    # What begins or ends with a space may fold with its neighbours; inside, single spaces stay as they are.
    edge_white = (white[starts] | white[ends - 1]) & (ends - starts > 1)
    values = np.arange(CODE_POINTS, dtype=np.uint32)
    single = ends - starts == 1
    values[characters[single]] = np.where(white[starts], _SPACE, made[starts])[single]
    several = np.flatnonzero(~single)
    values[characters[several]] = EXPANDS + np.arange(len(several), dtype=np.uint32)
    values[characters[has_sigma | edge_white]] = IS_SLOW
    values[joining()] = IS_SLOW
    values[_LINE_FEED] = _SPACE
    lengths = (ends - starts)[several]
    expansions = [made[starts[at] : ends[at]] for at in several.tolist()]
    return CharacterTable(
        values, np.concatenate(expansions), np.concatenate([np.zeros(1, np.int64), lengths.cumsum()])
    )


def _eventful() -> Codes:
    parts = [np.arange(first, end, dtype=np.uint32) for first, end in _EVENTFUL]
    characters: Codes = np.concatenate(parts)
    return np.delete(characters, _LINE_FEED)


def _each(characters: Codes, change: Callable[[str], str]) -> tuple[Codes, Positions, Positions]:
    """`change` of every single character: all results in one array, and where each begins and ends.

    Line feeds keep them apart: nothing composes with one, and no character becomes one.
    """
    apart = np.full((len(characters), 2), _LINE_FEED, dtype=np.uint32)
    apart[:, 0] = characters
    changed = change(_string(apart.ravel())).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(changed, dtype="<u4").astype(np.uint32)
    ends = np.flatnonzero(codes == _LINE_FEED)
    return codes, np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1]), ends


def _string(codes: Codes) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
