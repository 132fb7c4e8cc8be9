"""Which phrases a sentence carries: enough of the scoring rules to know what a written sentence will earn.

`ingestion` may not import the kernels, so the generator counts with these few lines when it loads its
sentences, never while it writes answers; the tests hold both to the same result.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
WORD = re.compile(r"[a-z0-9']+")


def normalise(text: str) -> str:
    """NFKC, lower case, runs of white space to one space (scoring.md, section 1)."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


class Phrases:
    """Some phrases to look for: a Chinese one counts anywhere, an English one as whole words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        known = sorted({normalise(phrase) for phrase in phrases})
        self._chinese = tuple(phrase for phrase in known if CJK.search(phrase))
        self._english = {
            phrase: re.compile(rf"(?<![a-z0-9]){re.escape(phrase)}(?![a-z0-9])")
            for phrase in known
            if not CJK.search(phrase)
        }

    def found(self, text: str) -> frozenset[str]:
        """The distinct phrases that occur in the text, negated or not."""
        normal = normalise(text)
        english = (phrase for phrase, pattern in self._english.items() if pattern.search(normal))
        return frozenset((*(phrase for phrase in self._chinese if phrase in normal), *english))

    def in_order(self, text: str) -> list[str]:
        """The distinct phrases that occur, by where each begins first; of one beginning the longer first."""
        normal = normalise(text)
        starts = {phrase: normal.find(phrase) for phrase in self.found(text)}
        return sorted(starts, key=lambda phrase: (starts[phrase], -len(phrase)))

    def any(self, text: str) -> bool:
        """Whether any of them occurs."""
        normal = normalise(text)
        return any(phrase in normal for phrase in self._chinese) or any(
            pattern.search(normal) for pattern in self._english.values()
        )


def units(text: str, lang: str) -> int:
    """What pace counts: CJK code points of a Chinese answer, words of an English one."""
    return len(CJK.findall(text)) if lang == "zh" else len(WORD.findall(normalise(text)))
