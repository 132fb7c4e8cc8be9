"""The font that reports carry within them, and what becomes of a character that it lacks."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILY = "Scorehouse Sans SC"
FONT = Path(__file__).with_name("fonts") / "ScorehouseSansSC-Regular.otf"
# What printers have always put where a character is missing.
MISSING = "〓"
_KEPT_CONTROLS = "\n\t"


@cache
def _known() -> frozenset[int]:
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


class Glyphs:
    """Makes texts of one report printable and remembers what could not be printed."""

    def __init__(self) -> None:
        self._missing: dict[str, None] = {}

    def __call__(self, text: object) -> str:
        """The text; a character that the font lacks becomes 〓, what is never seen is left out."""
        known = _known()
        whole = unicodedata.normalize("NFC", str(text))
        return "".join(self._of(sign, known) for sign in whole if sign in _KEPT_CONTROLS or _is_seen(sign))

    @property
    def missing(self) -> list[str]:
        """The characters that were not printed, in the order of their coming, as `U+1F600`."""
        return [f"U+{ord(sign):04X}" for sign in self._missing]

    def _of(self, sign: str, known: frozenset[int]) -> str:
        if ord(sign) in known or sign in _KEPT_CONTROLS:
            return sign
        self._missing[sign] = None
        return MISSING


def _is_seen(sign: str) -> bool:
    """Controls, joiners, marks of direction and selectors of variants have no shape of their own."""
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs") and not 0xFE00 <= ord(sign) <= 0xFE0F
