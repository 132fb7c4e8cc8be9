"""Cuts a text into units: a CJK character is one, a run of other letters and digits (a word) is one.

No tokenizer is needed, mixed languages are fine, and n-grams of units are character n-grams in Chinese and
word n-grams in English. Words are stemmed lightly. A unit is a 64-bit hash, so that no model holds text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.normalise import normalise_text

Hashes = NDArray[np.uint64]

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
_UNIT = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:'[a-z]+)?")
_SENTENCE_END = re.compile(r"[.。!?;\n]")
_COLON = re.compile(r":|——")
_NOT_SPACE = re.compile(r"\S")
# Nobody's answer is longer; what follows is not read, which bounds the time that one row can take.
LONGEST = 4000
_LONGEST_TEXT = 40_000
LONGEST_GRAM = 4
# So many units in a row, said a second time, add nothing.
_REPEATED_RUN = 7
# Words that come round after so many units are still a circle.
_LONGEST_CIRCLE = 60

# A model keeps only what at least so many texts hold: of hashes that one person's text alone holds, the
# text could be put together again.
FEWEST_SHARING = 3

GAP_NONE, GAP_SPACE, GAP_COMMA, GAP_COLON, GAP_SENTENCE = range(5)

# Closed-class words: facts of the two languages, not a policy. In a list of key words they are missing.
_FUNCTION_ZH = (
    "的了是在和与为有不可以会也就而且因所如果对于从到被把将要等及其这那它他们我你之或者但则即由此并让使得给"
    "用一个能时后中上下里"
)
_FUNCTION_EN = (
    "a an the of to in on at by for from with without and or but if because so then than that this these "
    "those it its they them their he she his her we our i my you your is are was were be been being has have "
    "had do does did can could will would should may might must not no as into about when where which who "
    "what how why there here also more most some any each other such only very just over under between "
    "during through after before while both don't doesn't can't isn't it's"
)
_NEGATIONS = frozenset("不没无非未") | frozenset(
    ("not", "no", "never", "none", "without", "cannot", "isn't", "don't", "doesn't", "can't", "won't")
)


@dataclass(frozen=True)
class Unit:
    """One kind of unit; equal units share one."""

    hash: int
    function: bool
    latin: bool  # a word, not a CJK character
    digit: bool
    negation: bool
    spelling: tuple[int, ...]  # hashes of the character 3- to 5-grams of a word; empty for CJK


@dataclass(frozen=True)
class Units:
    """The units of one text, in step; `spelling` has as many entries as there are character n-grams."""

    hash: Hashes
    gap: NDArray[np.uint8]  # what stands before the unit: GAP_…
    function: NDArray[np.bool_]
    latin: NDArray[np.bool_]
    digit: NDArray[np.bool_]
    negation: NDArray[np.bool_]
    kinds: tuple[Unit, ...]

    def __len__(self) -> int:
        return len(self.kinds)

    def keep(self, mask: NDArray[np.bool_]) -> Units:
        """The units where `mask` holds."""
        if mask.all():
            return self
        return units_of_kinds([self.kinds[i] for i in np.flatnonzero(mask)], self.gap[mask])

    @cached_property
    def grams(self) -> list[Hashes]:
        """The hashes of the runs of one, two … LONGEST_GRAM units, in the order of the text."""
        return [ngrams(self.hash, length) for length in range(1, LONGEST_GRAM + 1)]

    @property
    def spelling(self) -> Hashes:
        """Hashes of the character n-grams of all words."""
        return np.array([gram for kind in self.kinds for gram in kind.spelling], dtype=np.uint64)


def units_of_kinds(kinds: list[Unit], gap: NDArray[np.uint8]) -> Units:
    """Units put together from their kinds."""
    return Units(
        np.array([kind.hash for kind in kinds], dtype=np.uint64),
        gap.astype(np.uint8),
        np.array([kind.function for kind in kinds], dtype=np.bool_),
        np.array([kind.latin for kind in kinds], dtype=np.bool_),
        np.array([kind.digit for kind in kinds], dtype=np.bool_),
        np.array([kind.negation for kind in kinds], dtype=np.bool_),
        tuple(kinds),
    )


def units_of(text: str | None) -> Units:
    """The units of a text with its repetitions left out (see `without_repetitions`)."""
    return without_repetitions(raw_units_of(text))


def raw_units_of(text: str | None) -> Units:
    """The units of a text as they come, at most LONGEST of them. Null counts as empty."""
    normal = normalise_text((text or "")[:_LONGEST_TEXT])
    kinds: list[Unit] = []
    gaps: list[int] = []
    end = 0
    for match in _UNIT.finditer(normal):
        start = match.start()
        gaps.append(_gap(normal[end:start]) if start > end else GAP_NONE)
        kinds.append(_unit(match.group()))
        end = match.end()
        if len(kinds) == LONGEST:
            break
    return units_of_kinds(kinds, np.array(gaps, dtype=np.uint8))


def without_repetitions(units: Units) -> Units:
    """Drops what was said before: a sentence again, a run of units again, a whole text several times over.

    Saying it twice must change nothing, so every reader of texts sees them like this.
    """
    count = len(units)
    if not count:
        return units
    for period in range(1, count // 2 + 1):
        if count % period or units.hash[period] != units.hash[0]:
            continue
        if np.array_equal(units.hash[period:], units.hash[:-period]):
            return without_repetitions(units.keep(np.arange(count) < period))
    fresh = np.ones(count, dtype=np.bool_)
    if count > _REPEATED_RUN:
        runs = ngrams(units.hash, _REPEATED_RUN)
        again = _said_again(runs)
        for start in again:
            fresh[start : start + _REPEATED_RUN] = False
        if len(again):
            fresh &= ~_in_a_circle(units, runs)
    starts = np.flatnonzero((units.gap == GAP_SENTENCE) | (np.arange(count) == 0))
    seen: set[bytes] = set()
    for start, end in zip(starts, [*starts[1:], count], strict=True):
        sentence = units.hash[start:end].tobytes()
        if sentence in seen:
            fresh[start:end] = False
        seen.add(sentence)
    return units.keep(fresh)


def _said_again(runs: Hashes) -> NDArray[np.int64]:
    """Where a run stands that stood before."""
    in_order = np.sort(runs)
    if not (in_order[1:] == in_order[:-1]).any():
        return np.empty(0, dtype=np.int64)
    again = np.ones(len(runs), dtype=np.bool_)
    again[np.unique(runs, return_index=True)[1]] = False
    return np.flatnonzero(again)


def _in_a_circle(units: Units, runs: Hashes) -> NDArray[np.bool_]:
    """Where the same words come three times in a row without a full stop: no copy of them says anything.

    `runs`: the hashes of all runs of _REPEATED_RUN units; a circle comes round to the same run.
    """
    found = np.zeros(len(units), dtype=np.bool_)
    stops = np.cumsum(units.gap == GAP_SENTENCE)
    order = np.argsort(runs, kind="stable")
    apart = np.diff(order)[runs[order][1:] == runs[order][:-1]]
    for period in np.unique(apart[apart <= min(_LONGEST_CIRCLE, len(units) // 3)]).tolist():
        same = (units.hash[period:] == units.hash[:-period]) & (stops[period:] == stops[:-period])
        edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start >= max(2 * period, _REPEATED_RUN):
                found[start : end + period] = True
    return found


def ngrams(hashes: Hashes, length: int) -> Hashes:
    """The hash of every run of `length` units; equal runs have equal hashes."""
    mixed: Hashes = _mixed(hashes, length)
    return mixed


@compiled
def _mixed(hashes, length):  # type: ignore[no-untyped-def]
    runs = np.empty(max(0, len(hashes) - length + 1), dtype=np.uint64)
    for start in range(len(runs)):
        mixed = np.uint64(length)
        for offset in range(length):
            mixed = (mixed ^ hashes[start + offset]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        runs[start] = mixed
    return runs


def _gap(between: str) -> int:
    if _SENTENCE_END.search(between):
        return GAP_SENTENCE
    if _COLON.search(between):
        return GAP_COLON
    return GAP_COMMA if _NOT_SPACE.search(between) else GAP_SPACE


@lru_cache(maxsize=1 << 18)
def _unit(word: str) -> Unit:
    latin = not re.match(f"[{_CJK}]", word)
    stemmed = stem(word) if latin else word
    spelling: tuple[int, ...] = ()
    if latin:
        framed = f"<{word[:40]}>"
        spelling = tuple(
            _hash("~" + framed[i : i + n]) for n in (3, 4, 5) for i in range(len(framed) - n + 1)
        )
    return Unit(
        _hash(stemmed), stemmed in _function_words(), latin, word[0].isdigit(), word in _NEGATIONS, spelling
    )


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset(_FUNCTION_ZH) | frozenset(stem(word) for word in _FUNCTION_EN.split())


def stem(word: str) -> str:
    """An English word without its commonest endings: plural, -ed, -ing, -ly, final e and y (after Porter)."""
    if len(word) <= 3 or not (word.isascii() and word.isalpha()):
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ied", "y")):
        if word.endswith(ending):
            return word[: -len(ending)] + ("i" if instead == "y" else instead)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search("[aeiouy]", root):
            word = root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz" else root
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word
