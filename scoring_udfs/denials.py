"""What stands around each occurrence: is it a whole word, is it denied? (scoring.md, section 2; compiled)"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scoring_udfs.compiled import Whole, compiled_lean
from scoring_udfs.occurrences import Occurrences, occurrences
from scoring_udfs.patterns import Bytes, Codes, Ints, PatternSets, Records, SmallInts
from scoring_udfs.search_tables import NegationTables

# Those of `patterns` and `search_tables`, which a kept compilation would not see change.
_COMPARED, _ENTRY_NUMBERS = 8, 16
_SIZE, _OUTPUT_BEGIN, _OUTPUT_END, _TAIL_BEGIN = 8, 9, 10, 11
_WORD_CHARACTER, _CUT, _CUE_START = 1, 2, 4
_CUT_OR_CUE_START = np.uint8(_CUT | _CUE_START)
_CUTS, _CUE_STARTS = np.uint64(0x5555555555555555), np.uint64(0xAAAAAAAAAAAAAAAA)
_NEAR, _NEAR_CUTS = 8, np.uint64(0x5555)
_NOTHING, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_STANDS_ANYWHERE, _STANDS_ALONE = 0, 1
_FIRST_FACTOR, _LAST_FACTOR = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)
_HASH_SHIFT = np.uint32(10)


class Surroundings(NamedTuple):
    """Of each occurrence 1 or 0: no word character beside it; a negation cue before it denies it."""

    is_alone: Bytes
    is_denied: Bytes


def surroundings(
    points: Codes, offsets: Ints, found: Occurrences, patterns: PatternSets, negation: NegationTables
) -> Surroundings:
    """Looks around the occurrences in the rows `points[offsets[r]:offsets[r + 1]]`."""
    result = Surroundings(*np.empty((2, len(found.offset)), np.uint8))
    _look_around(points, offsets, found, patterns, negation, result)
    return result


def spoken_cues(points: Codes, offsets: Ints, patterns: PatternSets, negation: NegationTables) -> SmallInts:
    """Every cue that stands in a row as its rule wants and in no exception: it denies what its window holds.

    Lines (row, number of the cue, start, end), by row, start and end.
    """
    of_cues = np.full(len(offsets) - 1, len(patterns.sets) - 1, np.int32)
    there = occurrences(points, offsets, of_cues, patterns)
    numbers = patterns.entries.reshape(-1, _ENTRY_NUMBERS)[there.entry]
    meanings = int(numbers[:, _OUTPUT_END].sum() - numbers[:, _OUTPUT_BEGIN].sum())
    lines = np.empty((meanings, 4), np.int32)
    return lines[: _list_cues(points, offsets, there, patterns, negation, lines)]


@compiled_lean
def _list_cues(
    points: Codes,
    offsets: Ints,
    there: Occurrences,
    patterns: PatternSets,
    negation: NegationTables,
    lines: SmallInts,
) -> Whole:
    """Fills `lines`; gives how many there are."""
    count = 0
    for row in range(len(there.begin) - 1):
        begin, end = offsets[row], offsets[row + 1]
        for number in range(there.begin[row], there.begin[row + 1]):
            entry = np.int64(there.entry[number]) * _ENTRY_NUMBERS
            start = np.int64(there.offset[number])
            after = start + np.int64(patterns.entries[entry + _SIZE])
            for output in range(
                patterns.entries[entry + _OUTPUT_BEGIN], patterns.entries[entry + _OUTPUT_END]
            ):
                owner = patterns.outputs[output].owner
                if _says_no(points, begin, end, begin + start, begin + after, negation.cues[owner], negation):
                    lines[count, 0], lines[count, 1] = row, owner
                    lines[count, 2], lines[count, 3] = start, after
                    count += 1
    return count


@compiled_lean
def _look_around(
    points: Codes,
    offsets: Ints,
    found: Occurrences,
    patterns: PatternSets,
    negation: NegationTables,
    result: Surroundings,
) -> None:
    for row in range(len(found.begin) - 1):
        begin, end = offsets[row], offsets[row + 1]
        for number in range(found.begin[row], found.begin[row + 1]):
            start = begin + np.int64(found.offset[number])
            entry = np.int64(found.entry[number]) * _ENTRY_NUMBERS
            after = start + np.int64(patterns.entries[entry + _SIZE])
            result.is_alone[number] = _stands(points, begin, end, start, after, _STANDS_ALONE, negation.kinds)
            result.is_denied[number] = _is_denied(points, begin, end, start, patterns, negation)


@compiled_lean
def _stands(
    points: Codes, begin: Whole, end: Whole, start: Whole, after: Whole, rule: Whole, kinds: Bytes
) -> bool:
    """Whether what is at `[start, after)` of the text `[begin, end)` stands as its rule wants."""
    is_free: bool = rule == _STANDS_ANYWHERE
    if not is_free:
        is_free = after == end or not kinds[points[after]] & _WORD_CHARACTER
        if rule == _STANDS_ALONE and start > begin:
            is_free &= not kinds[points[start - 1]] & _WORD_CHARACTER
    return is_free


@compiled_lean
def _is_denied(
    points: Codes, begin: Whole, end: Whole, start: Whole, patterns: PatternSets, negation: NegationTables
) -> bool:
    """Whether a negation cue stands in the window before what begins at `start`."""
    window = _cues_in_window(points, begin, start, negation)
    # The last set of patterns is that of the cues.
    of_cues = patterns.sets[len(patterns.sets) - 1]
    is_denied, at = False, start
    while window != _NOTHING and not is_denied:
        at -= 1
        if window & _TWO and at + of_cues.reach < start:
            first, last = points[at], points[at + of_cues.reach]
            hashed = np.uint32(first * _FIRST_FACTOR + last * _LAST_FACTOR)
            bucket = negation.buckets[np.uint32(hashed >> _HASH_SHIFT) & of_cues.mask]
            if bucket >= 0:
                number = np.int64(patterns.buckets[2 * bucket])
                for entry in range(number, number + np.int64(patterns.buckets[2 * bucket + 1])):
                    is_denied |= _denies(
                        *(points, begin, end, at, start, entry * _ENTRY_NUMBERS, patterns, negation)
                    )
        window = np.uint64(window >> _TWO)
    return is_denied


@compiled_lean
def _cues_in_window(points: Codes, begin: Whole, start: Whole, negation: NegationTables) -> np.uint64:
    """Of each place before `start` two bits, the nearest lowest: the upper one where a cue may begin, behind
    the last cut. The nearest places are looked at together, which needs no guess; mostly a cut is there."""
    kinds, nearest = negation.kinds, np.uint64(start) - _ONE
    last = min(start - begin, negation.farthest)
    window, looked_at = _NOTHING, 0
    if start >= _NEAR:
        for step in range(_NEAR):
            kind = np.uint64(kinds[points[nearest - np.uint64(step)]] & _CUT_OR_CUE_START)
            window |= np.uint64((kind >> _ONE) << np.uint64(2 * step))
        looked_at = _NEAR
    # The beginning, and the end of the reach, are cuts too.
    window |= _ONE << (_TWO * np.uint64(last))
    if looked_at == 0 or window & _NEAR_CUTS == _NOTHING:
        for step in range(looked_at, last):
            kind = np.uint64(kinds[points[nearest - np.uint64(step)]] & _CUT_OR_CUE_START)
            window |= np.uint64((kind >> _ONE) << np.uint64(2 * step))
    cuts = window & _CUTS
    return window & (np.uint64(cuts & (~cuts + _ONE)) - _ONE) & _CUE_STARTS


@compiled_lean
def _denies(
    points: Codes,
    begin: Whole,
    end: Whole,
    at: Whole,
    start: Whole,
    entry: Whole,
    patterns: PatternSets,
    negation: NegationTables,
) -> bool:
    """Whether the cues of an entry stand at `at` and deny what begins at `start`."""
    entries, tail = patterns.entries, np.int64(patterns.entries[entry + _TAIL_BEGIN])
    size = np.int64(entries[entry + _SIZE])
    denies = False
    if at + size <= start:
        step = 0
        while step < size and points[at + step] == (
            entries[entry + step] if step < _COMPARED else patterns.tails[tail + step - _COMPARED]
        ):
            step += 1
        if step == size:
            for output in range(entries[entry + _OUTPUT_BEGIN], entries[entry + _OUTPUT_END]):
                cue = negation.cues[patterns.outputs[output].owner]
                denies |= at >= start - cue.reach and _says_no(
                    *(points, begin, end, at, at + size, cue, negation)
                )
    return denies


@compiled_lean
def _says_no(
    points: Codes,
    begin: Whole,
    end: Whole,
    at: Whole,
    after: Whole,
    cue: Records,
    negation: NegationTables,
) -> bool:
    """Whether a cue that is at `[at, after)` stands as its rule wants and in no exception."""
    return _stands(points, begin, end, at, after, cue.rule, negation.kinds) and not _is_excepted(
        *(points, begin, end, at, cue, negation)
    )


@compiled_lean
def _is_excepted(
    points: Codes, begin: Whole, end: Whole, at: Whole, cue: Records, negation: NegationTables
) -> bool:
    """Whether an exception covers the cue that stands at `at`."""
    is_excepted = False
    for number in range(cue.cover_begin, cue.cover_end):
        cover = negation.covers[number]
        left = at - cover.offset
        right = left + cover.end - cover.begin
        if not is_excepted and left >= begin and right <= end:
            step = 0
            while left + step < right and points[left + step] == negation.letters[cover.begin + step]:
                step += 1
            is_excepted = left + step == right and _stands(
                points, begin, end, left, right, cover.rule, negation.kinds
            )
    return is_excepted
