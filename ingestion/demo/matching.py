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


def phrases_in(text: str, phrases: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The distinct phrases of [(lang, phrase)] that occur in the text, negated or not."""
    normal = normalise(text)
    return frozenset(phrase for _, phrase in phrases if occurs(normal, normalise(phrase)))


def occurs(normal: str, phrase: str) -> bool:
    """Whether a normalised phrase occurs: a Chinese one anywhere, an English one as whole words."""
    if CJK.search(phrase):
        return phrase in normal
    return re.search(rf"(?<![a-z0-9]){re.escape(phrase)}(?![a-z0-9])", normal) is not None


def units(text: str, lang: str) -> int:
    """What pace counts: CJK code points of a Chinese answer, words of an English one."""
    return len(CJK.findall(text)) if lang == "zh" else len(WORD.findall(normalise(text)))
