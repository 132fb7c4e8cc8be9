"""Is a phrase meant, or denied? (scoring.md, section 2)

An occurrence is negated when a cue lies wholly in the window before it (6 code points for Chinese cues,
20 for English ones, cut at the nearest punctuation mark) and no exception covers that cue.
"""

from __future__ import annotations

from dataclasses import dataclass

REACH = {"zh": 6, "en": 20}
WINDOW_CUTS = "。！？；，,.!?;"
WORD_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
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

    def stands_alone(self, text: str, start: int, end: int) -> bool:
        """English cues are whole words, n't the end of one; Chinese ones stand anywhere."""
        if self.lang != "en":
            return True
        if self.text in SUFFIX_CUES:
            return end == len(text) or text[end] not in WORD_CHARACTERS
        return is_whole_word(text, start, end)


@dataclass(frozen=True)
class NegationCues:
    """All cues and exceptions of the seeds, without doubles."""

    cues: tuple[Cue, ...] = ()
    exceptions: tuple[Cue, ...] = ()


class CueJudge:
    """Decides whether one cue, found somewhere, says no; `reach` is how far it does."""

    def __init__(self, cue: Cue, exceptions: tuple[Cue, ...]) -> None:
        self.reach = REACH[cue.lang]
        self._cue = cue
        # Only an exception that holds the cue can cover it: by the cue's offset in the exception.
        by_offset: dict[int, list[Cue]] = {}
        for exception in exceptions:
            offset = exception.text.find(cue.text)
            while offset >= 0:
                by_offset.setdefault(offset, []).append(exception)
                offset = exception.text.find(cue.text, offset + 1)
        self._covers = [
            (
                offset,
                tuple(exception.text for exception in found if exception.lang != "en"),
                tuple(exception for exception in found if exception.lang == "en"),
            )
            for offset, found in by_offset.items()
        ]

    def says_no(self, text: str, start: int, end: int) -> bool:
        """Whether the cue at `[start, end)` of `text` stands alone and in no exception."""
        if not self._cue.stands_alone(text, start, end):
            return False
        for offset, anywhere, standing_alone in self._covers:
            left = start - offset
            if left < 0:
                continue
            if anywhere and text.startswith(anywhere, left):
                return False
            for exception in standing_alone:
                right = left + len(exception.text)
                if text.startswith(exception.text, left) and exception.stands_alone(text, left, right):
                    return False
        return True
