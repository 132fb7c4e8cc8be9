"""What bytes that are not UTF-8 look like: Chinese text in GB18030, or some other encoding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# One character beyond ASCII as GB18030 has it, or a byte that fits nowhere in it.
_UNIT = re.compile(
    rb"(?P<four>[\x81-\xfe][0-9][\x81-\xfe][0-9])|(?P<two>[\x81-\xfe][\x40-\x7e\x80-\xfe])|(?P<none>[\x80-\xff])"
)
_LETTER = re.compile(rb"[A-Za-z0-9]")
# In GB2312, and so in nearly all Chinese text: punctuation and full-width forms, the characters in daily use.
_COMMON_LEADS = frozenset((*range(0xA1, 0xA4), *range(0xB0, 0xF8)))
# Kana, Greek, Cyrillic and private rows there; the most used characters of Big5.
_BIG5_LEADS = frozenset(range(0xA4, 0xB0))
# Pinyin s to z: two fifths of all Chinese text, and no syllable of Korean.
_LATE_LEADS = frozenset(range(0xC9, 0xD8))
_ENOUGH_TO_MISS_THEM = 40
_MOST_BROKEN = 0.3
_BYTES_ASKED = 1024 * 1024


@dataclass
class Evidence:
    """Counts over some lines: characters of daily use, accented letters of Western text, what Big5 has."""

    common: int = 0
    late: int = 0
    rare: int = 0
    broken: int = 0
    western: int = 0
    big5_leads: int = 0
    low_trails: int = 0
    lines: int = 0
    broken_lines: int = 0
    big5_lines: int = 0

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Evidence:
        """Looks at up to a megabyte of lines."""
        found = cls()
        size = 0
        for line in lines:
            found._add(line)
            size += len(line)
            if size > _BYTES_ASKED:
                break
        return found

    def _add(self, line: bytes) -> None:
        self.lines += 1
        broken = self.broken
        self.big5_lines += _is_in(line, "big5hkscs")
        for unit in _UNIT.finditer(line):
            after_letter = unit.start() > 0 and _LETTER.match(line, unit.start() - 1) is not None
            lead = unit[0][0]
            if unit["four"]:
                self.common += 1
            elif unit["none"]:
                self.broken += 1
                self.western += after_letter
            elif unit[0][1] >= 0xA1:
                self.common += lead in _COMMON_LEADS
                self.late += lead in _LATE_LEADS
                self.rare += lead not in _COMMON_LEADS
                self.big5_leads += lead in _BIG5_LEADS
            else:
                self.rare += 1
                self.low_trails += unit[0][1] < 0x7F
                self.big5_leads += lead in _BIG5_LEADS
                # A single byte beyond ASCII between letters: é in Café, not half of a Chinese character.
                self.western += after_letter and _LETTER.match(unit[0], 1) is not None

        self.broken_lines += self.broken > broken

    @property
    def other_encoding(self) -> str | None:
        """None when the lines are GB18030, else what they look like instead."""
        pairs = self.common + self.rare
        if self.western > self.common:
            return "it looks like Windows-1252 or Latin-1"
        is_big5 = self.big5_lines >= 0.9 * self.lines and pairs > 0
        if is_big5 and self.big5_leads >= 0.1 * pairs and self.low_trails >= 0.1 * pairs:
            return "it looks like Big5"
        if self.common >= _ENOUGH_TO_MISS_THEM and not self.late:
            return "it may be EUC-KR"
        # Damage is in some lines; letters that GB18030 does not pair, like Cyrillic ones, are in most.
        if 2 * self.common < pairs + self.broken or self.broken_lines > _MOST_BROKEN * self.lines:
            return "it is none that can be told"
        return None


def _is_in(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
