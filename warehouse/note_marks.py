"""What a comment carries beside its words: an answer that it quotes, why a supplement is asked for.

Marks stand in the text itself, as `[[quote:Q12:0-40]]`, so that they are sealed with it and go the way of
every comment. A quote says where the words stand and never what they are: whoever may not read the answer
sees the place alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from warehouse.errors import UsageError

_MARK = re.compile(r"\[\[(quote|reason|competency):([^\[\]\n]{1,120})\]\]")
_QUOTE = re.compile(r"(.+):(\d{1,7})-(\d{1,7})")
# Why somebody asks for a supplementary interview; pages have words for each.
REASONS = ("interrupted", "too_short", "unclear", "verify_competency", "other_role", "other")


@dataclass(frozen=True)
class Quote:
    """Words of an answer by their place: code points of its text, `end` not among them."""

    question_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Marked:
    """A text without its marks, and the marks."""

    text: str
    quotes: tuple[Quote, ...] = ()
    reason: str | None = None
    competency: str | None = None


def with_marks(marked: Marked) -> str:
    """The text as it is kept: the marks first, each on a line."""
    for quote in marked.quotes:
        if not 0 <= quote.start < quote.end:
            raise UsageError("A quote has a beginning and an end behind it.")
    if marked.reason is not None and marked.reason not in REASONS:
        raise UsageError(f"A supplement is asked for because of one of {', '.join(REASONS)}.")
    marks = [f"[[quote:{quote.question_id}:{quote.start}-{quote.end}]]" for quote in marked.quotes]
    marks += [f"[[reason:{marked.reason}]]"] if marked.reason else []
    marks += [f"[[competency:{marked.competency}]]"] if marked.competency else []
    return "\n".join([*marks, marked.text.strip()]).strip()


def without_marks(text: str) -> Marked:
    """What a kept text says; what looks like a mark and is none stays in the words."""
    quotes: list[Quote] = []
    told: dict[str, str] = {}

    def took(match: re.Match[str]) -> str:
        kind, value = match.groups()
        place = _QUOTE.fullmatch(value)
        if kind == "quote" and place and int(place[2]) < int(place[3]):
            quotes.append(Quote(place[1], int(place[2]), int(place[3])))
        elif kind == "competency" or (kind == "reason" and value in REASONS):
            told[kind] = value
        else:
            return match[0]
        return ""

    words = _MARK.sub(took, text).strip()
    return Marked(words, tuple(quotes), told.get("reason"), told.get("competency"))
