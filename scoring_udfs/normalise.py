"""Normalises a text (NFKC, lower case, white space folded) and remembers where each character came from.

`normalise(t).text` equals `re.sub(r"\\s+", " ", unicodedata.normalize("NFKC", t).lower())`: every run of
white space becomes one space, leading and trailing ones included. Nothing is trimmed; a text of white
space only is *blank* (`is_blank`) and counts as empty.

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
from typing import NamedTuple

# Full-width punctuation that nearly every Chinese text carries; NFKC turns each into one ASCII character.
_COMMON = tuple((chr(code), chr(code - 0xFEE0)) for code in map(ord, "，？！：；（）％"))
_SPACE_TO_FOLD = re.compile(r"[^\S ]\s*| \s+")
_ASTRAL = "\U00010000"
_DOTTED_I = "\u0130"  # İ: the one character whose lower case is two
# Canonical order of longer runs of accents is settled by a sort; the C insertion sort is quadratic.
_LONG_SEGMENT = 32


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

    def _origin(self, position: int) -> tuple[int, int]:
        edit = bisect_right(self.new_start, position) - 1
        if edit < 0:
            return position, position + 1
        if position < self.new_end[edit]:
            return self.old_start[edit], self.old_end[edit]
        moved = self.old_end[edit] + position - self.new_end[edit]
        return moved, moved + 1


class Normalised(NamedTuple):
    """A normalised text and the way back to the original (`maps`, the last one applied last)."""

    text: str
    maps: tuple[OffsetMap, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Nothing but white space, or nothing at all."""
        return self.text in ("", " ")

    def span(self, start: int, end: int) -> tuple[int, int]:
        """`[start, end)` of the normalised text (start < end) as code points of the original.

        Where a segment was composed, split or folded, the whole of it is covered.
        """
        for offset_map in reversed(self.maps):
            start, end = offset_map.span(start, end)
        return start, end


def normalise(text: str) -> Normalised:
    """`text` normalised; time and memory linear in its length, lone surrogates included."""
    maps: tuple[OffsetMap, ...] = ()
    if not text.isascii():
        # A compatibility character may be replaced before NFKC without changing the outcome.
        for wide, narrow in _COMMON:
            text = text.replace(wide, narrow)
        if _DOTTED_I in text or not unicodedata.is_normalized("NFKC", text):
            text, offset_map = _compose(text)
            maps = (offset_map,)
    text = text.lower()
    # Only the space is white and printable: most texts are settled by two scans in C.
    if "  " in text or not text.isprintable():
        folded, offset_map = _fold_spaces(text)
        if folded != text:
            text, maps = folded, (*maps, offset_map)
    return Normalised(text, maps)


def normalise_text(text: str) -> str:
    """The normalised text alone."""
    return normalise(text).text


def _compose(text: str) -> tuple[str, OffsetMap]:
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
        before = text[start:end]
        after = _nfkc(before).replace(_DOTTED_I, "i\u0307")
        if after == before:
            continue
        pieces += (text[done:start], after)
        length += start - done
        if not len(after) == len(before) == 1:
            offset_map.add(length, length + len(after), start, end)
        length += len(after)
        done = end
    pieces.append(text[done:])
    return "".join(pieces), offset_map


def _fold_spaces(text: str) -> tuple[str, OffsetMap]:
    pieces: list[str] = []
    offset_map = OffsetMap()
    done = length = 0
    for match in _SPACE_TO_FOLD.finditer(text):
        start, end = match.span()
        pieces += (text[done:start], " ")
        length += start - done
        if end - start > 1:
            offset_map.add(length, length + 1, start, end)
        length += 1
        done = end
    pieces.append(text[done:])
    return "".join(pieces), offset_map


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
    Made on first need from the running Python's own Unicode tables (about 0.3 s).
    """
    # What may compose with the character before it: accents, and the second halves of composites.
    seconds = {chr(code) for code in (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))}
    changing = {_DOTTED_I}
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.decomposition(character):
            seconds.update(unicodedata.normalize("NFD", character)[1:])
            if character < _ASTRAL and unicodedata.normalize("NFKC", character) != character:
                changing.add(character)
    joining = frozenset(
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.combining(head := unicodedata.normalize("NFKD", character)[0]) or head in seconds
    )
    # One class with characters on both sides of U+FFFF would be searched range by range, 20 times slower.
    near = _one_of(c for c in joining if c < _ASTRAL)
    far = _one_of(c for c in joining if c >= _ASTRAL)
    starts = _one_of(c for c in joining | changing if c < _ASTRAL)
    return re.compile(f"(?:{starts}|[{_ASTRAL}-{chr(sys.maxunicode)}])(?:{near}|{far})*"), joining


def _one_of(characters: Iterable[str]) -> str:
    """A character class, neighbours written as ranges."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"
