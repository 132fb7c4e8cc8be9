"""Reads a list whose items are joined by words as a list: “A and B and C”, “because A so B, because C so D”.

Small words between key words make a salad look like sentences. Sentences have many kinds of them, far apart;
where one kind comes again and again after a word or two, the guard also looks at the text without them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.units import GAP_NONE, GAP_SPACE, Units, raw_units_of

# Facts of the two languages, not a policy; of each kind by itself a list is made.
_CONJUNCTIONS = (
    "和 与 及 或 并 且 跟 而 则 以及 还有 并且 而且 或者 同时 因为 所以 由于 因此 如果 那么 要是 就 "
    "與 並 則 還有 並且 同時 因為 由於 那麼 "
    "and or plus with also because so since therefore thus hence if then while"
)
_LINKS = "是 为 為 即 的 is are was were of means"
# A list has so many joiners at least, and no more than so many units from each to the next.
_FEWEST = 5
_FARTHEST = 6

Joiners = frozenset[tuple[int, ...]]


def without_joiners(text: Units) -> Units:
    """The text without the joiners of its lists; itself where it has no such list."""
    hashes = text.hash.tolist()
    found = [span for words in (_CONJUNCTIONS, _LINKS) for span in _listed(hashes, *_joiners(words))]
    if not found:
        return text
    marks = np.zeros(len(text), dtype=np.bool_)
    for start, end in found:
        marks[start:end] = True
    left = text.keep(~marks)
    gap = _gaps_without(text, marks)
    return Units(left.hash, gap, left.function, left.latin, left.digit, left.negation, left.kinds)


def _listed(hashes: list[int], heads: frozenset[int], joiners: Joiners) -> list[tuple[int, int]]:
    """Where the joiners stand that are of a list."""
    found: list[tuple[int, int]] = []
    chain: list[tuple[int, int]] = []
    for at in [at for at, unit in enumerate(hashes) if unit in heads]:
        size = 2 if tuple(hashes[at : at + 2]) in joiners else int((hashes[at],) in joiners)
        if not size or (chain and at < chain[-1][1]):
            continue
        if chain and at - chain[-1][1] > _FARTHEST:
            found += chain if len(chain) >= _FEWEST else []
            chain = []
        chain.append((at, at + size))
    return found + chain if len(chain) >= _FEWEST else found


def _gaps_without(text: Units, marks: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """What stood before a joiner stands before what it joined; words are never glued together."""
    gaps: list[int] = []
    waiting = GAP_NONE
    for gap, is_word, is_joiner in zip(text.gap.tolist(), text.latin.tolist(), marks.tolist(), strict=True):
        waiting = max(waiting, gap)
        if not is_joiner:
            is_glued = waiting == GAP_NONE and is_word
            gaps.append(GAP_NONE if not gaps else GAP_SPACE if is_glued else waiting)
            waiting = GAP_NONE
    return np.array(gaps, dtype=np.uint8)


@lru_cache
def _joiners(words: str) -> tuple[frozenset[int], Joiners]:
    """Their first units, and all their units."""
    joiners = frozenset(tuple(raw_units_of(word).hash.tolist()) for word in words.split())
    return frozenset(one[0] for one in joiners), joiners
