"""Normalises a text (NFKC, lower case, white space folded) and remembers where each character came from.

`normalise(t).text` equals `re.sub(r"\\s+", " ", unicodedata.normalize("NFKC", t).lower())`: every run of
white space becomes one space, leading and trailing ones included. Nothing is trimmed; a text of white
space only is *blank* (`is_blank`) and counts as empty.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from scoring_udfs.segments import DOTTED_I, OffsetMap, compose

# Full-width punctuation that nearly every Chinese text carries; NFKC turns each into one ASCII character.
_COMMON = tuple((chr(code), chr(code - 0xFEE0)) for code in map(ord, "，？！：；（）％"))
_SPACE_TO_FOLD = re.compile(r"[^\S ]\s*| \s+")


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
        if DOTTED_I in text or not unicodedata.is_normalized("NFKC", text):
            text, offset_map = compose(text)
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
