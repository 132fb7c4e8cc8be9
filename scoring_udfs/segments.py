"""NFKC with a way back: cuts a text into segments that NFKC treats one by one, and remembers what changed.

NFKC is not a map from character to character: it composes (e + ´ → é), splits (… → ...), and reorders
accents. It does so only within a segment, a character and the combining ones after it; so a text is cut
into segments, and only those that NFKC changes are remembered. Most texts have none.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

from scoring_udfs.characters import joining

_ASTRAL = "\U00010000"
DOTTED_I = "\u0130"  # İ: the one character whose lower case is two
# Canonical order of longer runs of accents is settled by a sort; the C insertion sort is quadratic.
_LONG_SEGMENT = 32

Positions = npt.NDArray[np.int64]


class OffsetMap:
    """Where the stretches of a text that changed came from; all else only moved.

    Four arrays of equal length, ascending: stretch k of the new text, `[new_start, new_end)`, was made
    from `[old_start, old_end)` of the old one. Positions are code points.
    """

    __slots__ = ("new_end", "new_start", "old_end", "old_start")

    def __init__(self) -> None:
        self.new_start: list[int] = []
        self.new_end: list[int] = []
        self.old_start: list[int] = []
        self.old_end: list[int] = []

    def add(self, new_start: int, new_end: int, old_start: int, old_end: int) -> None:
        """Remembers one changed stretch, to the right of those before."""
        self.new_start.append(new_start)
        self.new_end.append(new_end)
        self.old_start.append(old_start)
        self.old_end.append(old_end)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The shortest stretch of the old text that covers `[start, end)` of the new one (start < end)."""
        return self._origin(start)[0], self._origin(end - 1)[1]

    def origins(self, positions: Positions) -> tuple[Positions, Positions]:
        """Start and end in the old text of each of many single positions of the new one."""
        if not self.new_start:
            return positions, positions + 1
        new_start, new_end, old_start, old_end = (
            np.array(column, np.int64)
            for column in (self.new_start, self.new_end, self.old_start, self.old_end)
        )
        edit = np.searchsorted(new_start, positions, side="right") - 1
        known = np.maximum(edit, 0)
        is_inside = (edit >= 0) & (positions < new_end[known])
        moved = np.where(edit < 0, positions, positions + (old_end - new_end)[known])
        return np.where(is_inside, old_start[known], moved), np.where(is_inside, old_end[known], moved + 1)

    def _origin(self, position: int) -> tuple[int, int]:
        edit = bisect_right(self.new_start, position) - 1
        if edit < 0:
            return position, position + 1
        if position < self.new_end[edit]:
            return self.old_start[edit], self.old_end[edit]
        moved = self.old_end[edit] + position - self.new_end[edit]
        return moved, moved + 1


def compose(text: str) -> tuple[str, OffsetMap]:
    """NFKC by segments, İ already taken apart as its lower case is."""
    pieces: list[str] = []
    offset_map = OffsetMap()
    done = length = 0
    pattern, joining = _changing_segments()
    for match in pattern.finditer(text):
        start, end = match.span()
        if start and text[start] in joining:
            # What it joins belongs to the segment: a quiet character, else the match had begun there.
            start -= 1
        for before, after in _parts(text[start:end]):
            end = start + len(before)
            if after != before:
                pieces += (text[done:start], after)
                length += start - done
                if not len(after) == len(before) == 1:
                    offset_map.add(length, length + len(after), start, end)
                length += len(after)
                done = end
            start = end
    pieces.append(text[done:])
    return "".join(pieces), offset_map


def _parts(segment: str) -> list[tuple[str, str]]:
    """The segment and what it becomes; its first character apart where its accents leave that alone.

    So the span of a phrase whose last character carries a foreign accent slices back to the phrase.
    """
    after = _composed(segment)
    if len(segment) > 1 and after != segment:
        first, rest = _composed(segment[0]), _composed(segment[1:])
        if first + rest == after:
            return [(segment[0], first), (segment[1:], rest)]
    return [(segment, after)]


def _composed(segment: str) -> str:
    return _nfkc(segment).replace(DOTTED_I, "i\u0307")


def _nfkc(segment: str) -> str:
    if len(segment) > _LONG_SEGMENT:
        decomposed = "".join(unicodedata.normalize("NFKD", character) for character in segment)
        segment = "".join(_in_canonical_order(decomposed))
    return unicodedata.normalize("NFKC", segment)


def _in_canonical_order(decomposed: str) -> Iterator[str]:
    """Runs of non-starters sorted by combining class, equal ones kept in order (UAX #15)."""
    accents: list[str] = []
    for character in decomposed:
        if unicodedata.combining(character):
            accents.append(character)
            continue
        yield from sorted(accents, key=unicodedata.combining)
        accents.clear()
        yield character
    yield from sorted(accents, key=unicodedata.combining)


@cache
def _changing_segments() -> tuple[re.Pattern[str], frozenset[str]]:
    """Finds what NFKC may change: a character that changes alone, and those that may join the one before.

    The second is the set of the joining ones. Characters above U+FFFF are all taken as possible changes.
    """
    joins = frozenset(map(chr, np.flatnonzero(joining()).tolist()))
    near = {character for character in joins if character < _ASTRAL}
    changing = {
        character
        for character in map(chr, range(ord(_ASTRAL)))
        if character == DOTTED_I or not unicodedata.is_normalized("NFKC", character)
    }
    # One class with characters on both sides of U+FFFF would be searched range by range, 20 times slower.
    starts, far = _one_of(near | changing), _one_of(joins - near)
    pattern = f"(?:{starts}|[{_ASTRAL}-{chr(sys.maxunicode)}])(?:{_one_of(near)}|{far})*"
    return re.compile(pattern), joins


def _one_of(characters: Iterable[str]) -> str:
    """A character class, neighbours written as ranges."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"
