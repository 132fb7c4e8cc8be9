"""Is a phrase meant, or denied? (scoring.md, section 2)

An occurrence is negated when a cue lies wholly in the window before it (6 code points for Chinese cues,
20 for English ones, cut at the nearest punctuation mark) and no exception covers that cue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

REACH = {"zh": 6, "en": 20}
WINDOW_CUTS = "。！？；，,.!?;"
WORD_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_UP_TO_LAST_CUT = re.compile(f"(?s:.*)[{re.escape(WINDOW_CUTS)}]")
# English cues that end a word instead of being one: don't, couldn’t.
SUFFIX_CUES = frozenset({"n't", "n’t"})


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Neither neighbour of `[start, end)` is in [a-z0-9]."""
    return not (
        (start > 0 and text[start - 1] in WORD_CHARACTERS)
        or (end < len(text) and text[end] in WORD_CHARACTERS)
    )


@dataclass(frozen=True)
class Cue:
    """A normalised negation cue or exception of one language."""

    text: str
    lang: str

    def occurrences(self, text: str, left: int, right: int) -> Iterator[int]:
        """Its starts wherever it lies wholly in `[left, right)`; neighbours outside decide about words."""
        start = text.find(self.text, left, right)
        while start >= 0:
            if self.stands_alone(text, start, start + len(self.text)):
                yield start
            start = text.find(self.text, start + 1, right)

    def stands_alone(self, text: str, start: int, end: int) -> bool:
        """English cues are whole words, n't a word's end; Chinese ones stand anywhere."""
        if self.lang != "en":
            return True
        if self.text in SUFFIX_CUES:
            return end == len(text) or text[end] not in WORD_CHARACTERS
        return is_whole_word(text, start, end)


@dataclass(frozen=True)
class _Excuses:
    """The exceptions that hold a cue `offset` characters after their start: only they can cover it."""

    offset: int
    anywhere: tuple[str, ...]
    standing_alone: tuple[Cue, ...]

    def cover(self, text: str, start: int) -> bool:
        """Whether one of them stands around the cue that starts at `start`."""
        left = start - self.offset
        if left < 0:
            return False
        if self.anywhere and text.startswith(self.anywhere, left):
            return True
        return any(
            text.startswith(cue.text, left) and cue.stands_alone(text, left, left + len(cue.text))
            for cue in self.standing_alone
        )


@dataclass(frozen=True)
class NegationCues:
    """All cues and exceptions; `negates` asks about one place of a normalised text."""

    cues: tuple[Cue, ...]
    exceptions: tuple[Cue, ...]

    def __reduce__(self) -> tuple[type[NegationCues], tuple[tuple[Cue, ...], tuple[Cue, ...]]]:
        return NegationCues, (self.cues, self.exceptions)

    def negates(self, text: str, start: int) -> bool:
        """Whether an occurrence that starts at `start` is negated; constant time."""
        for reach, any_cue, cues in self._by_language:
            left = max(0, start - reach)
            if any_cue.search(text, left, start) is None:
                continue
            cut = _UP_TO_LAST_CUT.match(text, left, start)
            left = left if cut is None else cut.end()
            for cue, excuses in cues:
                for cue_start in cue.occurrences(text, left, start):
                    if not any(excuse.cover(text, cue_start) for excuse in excuses):
                        return True
        return False

    @cached_property
    def _by_language(self) -> tuple[tuple[int, re.Pattern[str], _CuesWithExcuses], ...]:
        """A language's reach, a quick look whether any of its cues is there at all, and the cues."""
        groups = []
        for lang, reach in REACH.items():
            cues = tuple((cue, self._excuses(cue)) for cue in self.cues if cue.lang == lang)
            if cues:
                groups.append((reach, re.compile("|".join(re.escape(cue.text) for cue, _ in cues)), cues))
        return tuple(groups)

    def _excuses(self, cue: Cue) -> tuple[_Excuses, ...]:
        by_offset: dict[int, list[Cue]] = {}
        for exception in self.exceptions:
            offset = exception.text.find(cue.text)
            while offset >= 0:
                by_offset.setdefault(offset, []).append(exception)
                offset = exception.text.find(cue.text, offset + 1)
        return tuple(
            _Excuses(
                offset,
                tuple(exception.text for exception in found if exception.lang != "en"),
                tuple(exception for exception in found if exception.lang == "en"),
            )
            for offset, found in by_offset.items()
        )


_CuesWithExcuses = tuple[tuple[Cue, tuple[_Excuses, ...]], ...]
