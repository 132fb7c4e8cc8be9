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


@dataclass(frozen=True)
class Cue:
    """A normalised negation cue or exception of one language."""

    text: str
    lang: str


@dataclass(frozen=True)
class NegationCues:
    """All cues and exceptions of the seeds, without doubles."""

    cues: tuple[Cue, ...] = ()
    exceptions: tuple[Cue, ...] = ()
