"""Cuts a text into units: a CJK character is one, a run of other letters and digits (a word) is one.

No tokenizer is needed, mixed languages are fine, and n-grams of units are character n-grams in Chinese and
word n-grams in English. Words are stemmed lightly. A unit is a 64-bit hash, so that no model holds text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.normalise import normalise_text
from scoring_udfs.rating.kinds import CJK, COLUMNS, Unit, kind_of

Hashes = NDArray[np.uint64]

# What stands before a unit, and the unit; after the last one a rest without any. Nothing is read twice.
_UNIT = re.compile(rf"((?:[^\w{CJK}]|_)*+)([{CJK}]|[^\W_{CJK}]+(?:'[a-z]+)?|\Z)")
# Word processors write don’t, and people don‘t.
_APOSTROPHES = str.maketrans("’‘", "''")
_INSIDE = frozenset(".,-")
_NUMBER = re.compile(r"(\d+)(?:[a-z]{2,})?")
# Without their point. Any two letters might be of a formula or of code.
_ABBREVIATIONS = frozenset({"eg", "ie", "am", "pm", "us", "uk", "eu"})
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
        return Units(
            self.hash[mask],
            self.gap[mask],
            self.function[mask],
            self.latin[mask],
            self.digit[mask],
            self.negation[mask],
            tuple(compress(self.kinds, mask.tolist())),
        )

    @cached_property
    def grams(self) -> list[Hashes]:
        """The hashes of the runs of one, two … LONGEST_GRAM units, in the order of the text."""
        return by_length(all_ngrams(self.hash), len(self))

    @property
    def spelling(self) -> Hashes:
        """Hashes of the character n-grams of all words."""
        return np.frombuffer(b"".join([kind.spelling for kind in self.kinds]), dtype=np.uint64)


def units_of_kinds(kinds: Sequence[Unit], gap: NDArray[np.uint8]) -> Units:
    """Units put together from their kinds."""
    columns = np.frombuffer(b"".join([kind.columns for kind in kinds]), dtype=COLUMNS)
    # Copies: compiled code is made for columns that lie in one piece.
    return Units(
        columns["hash"].copy(),
        gap.astype(np.uint8),
        columns["function"].copy(),
        columns["latin"].copy(),
        columns["digit"].copy(),
        columns["negation"].copy(),
        tuple(kinds),
    )


def units_of(text: str | None) -> Units:
    """The units of a text with its repetitions left out (see `without_repetitions`)."""
    return without_repetitions(raw_units_of(text))


def raw_units_of(text: str | None) -> Units:
    """The units of a text as they come, at most LONGEST of them. Null counts as empty."""
    normal = normalise_text((text or "")[:_LONGEST_TEXT]).translate(_APOSTROPHES)
    found = _UNIT.findall(normal)[:LONGEST]
    while found and not found[-1][1]:
        found.pop()
    kinds = [kind_of(word) for _, word in found]
    gaps = bytearray(_gap(before) if before else GAP_NONE for before, _ in found)
    # In Chinese answers such marks are of formulas and steps (“4.3.2.1”), where they do pause.
    if all(kind.latin for kind in kinds):
        for at, (before, word) in enumerate(found):
            if at and before in _INSIDE:
                gaps[at] = _gap_inside(found[at - 1][1], before, word)
    return units_of_kinds(kinds, np.frombuffer(gaps, dtype=np.uint8))


def without_repetitions(units: Units) -> Units:
    """Drops what was said before: a sentence again, a run of units again, a whole text several times over.

    Saying it twice must change nothing, so every reader of texts sees them like this.
    """
    count = len(units)
    if not _may_repeat(units.hash, units.gap, GAP_SENTENCE, _REPEATED_RUN):
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


def all_ngrams(hashes: Hashes) -> Hashes:
    """`ngrams` of every length up to LONGEST_GRAM, one length after the other."""
    mixed: Hashes = _all_mixed(hashes, LONGEST_GRAM)
    return mixed


def by_length(grams: Hashes, units: int) -> list[Hashes]:
    """What `all_ngrams` gave for so many units, one array a length."""
    found, start = [], 0
    for length in range(LONGEST_GRAM):
        end = start + max(0, units - length)
        found.append(grams[start:end])
        start = end
    return found


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


@compiled
def _all_mixed(hashes, longest):  # type: ignore[no-untyped-def]
    count = len(hashes)
    total = 0
    for length in range(1, longest + 1):
        total += max(0, count - length + 1)
    runs = np.empty(total, dtype=np.uint64)
    start = 0
    for length in range(1, longest + 1):
        if count >= length:
            end = start + count - length + 1
            runs[start:end] = _mixed(hashes, length)
            start = end
    return runs


@compiled
def _may_repeat(hashes, gap, sentence_end, longest_run):  # type: ignore[no-untyped-def]
    """Whether anything may have been said twice; most texts say nothing twice, and that is soon seen."""
    count = len(hashes)
    for period in range(1, count // 2 + 1):
        is_candidate = count % period == 0 and hashes[period] == hashes[0]
        if is_candidate and np.all(hashes[period:] == hashes[:-period]):
            return True
    runs = np.sort(_mixed(hashes, longest_run))
    if np.any(runs[1:] == runs[:-1]):
        return True
    sentences = np.empty(count, dtype=np.uint64)
    found = 0
    mixed = np.uint64(0)
    for i in range(count):
        if i and gap[i] == sentence_end:
            sentences[found] = mixed
            found += 1
            mixed = np.uint64(0)
        mixed = (mixed ^ hashes[i]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    if count:
        sentences[found] = mixed
        found += 1
    in_order = np.sort(sentences[:found])
    return np.any(in_order[1:] == in_order[:-1])


def _gap_inside(left: str, between: str, right: str) -> int:
    """“3.14”, “3.5kg”, “1,000”, “e.g” and “well-known” do not pause; “1,2”, “n-1” and “end.Next” may."""
    # A single letter behind a number is rather of a formula than a unit.
    number = _NUMBER.fullmatch(right) if left.isdigit() else None
    if number and (between == "." or (between == "," and len(left) <= 3 and len(number[1]) == 3)):
        return GAP_NONE
    if between == "." and left + right in _ABBREVIATIONS:
        return GAP_NONE
    if between == "-" and min(len(left), len(right)) > 1 and (left + right).isalpha():
        return GAP_SPACE
    return _gap(between)


@lru_cache(maxsize=1 << 12)
def _gap(between: str) -> int:
    if _SENTENCE_END.search(between):
        return GAP_SENTENCE
    if _COLON.search(between):
        return GAP_COLON
    return GAP_COMMA if _NOT_SPACE.search(between) else GAP_SPACE
