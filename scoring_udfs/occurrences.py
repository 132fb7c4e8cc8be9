"""Where the patterns of each row's set stand in its text: the first, compiled pass over normalised texts.

A screen of hashes tells at nearly every position that no pattern can begin there; where one may, a sieve asks
for the third character, and what is left is compared with the patterns of that hash. So time is linear in the
text. What may be wanted is written in any case, and kept by counting on: branches would be guessed wrongly
too often, and what is read next would then be waited for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scoring_udfs.compiled import Whole, compiled_lean
from scoring_udfs.patterns import Codes, Ints, PatternSets, Records, SmallInts

NO_SET = -1

# Those of `patterns`, which a kept compilation would not see change.
_COMPARED, _ENTRY_NUMBERS = 8, 16
_SIZE, _TAIL_BEGIN = 8, 11
_FIRST_FACTOR, _LAST_FACTOR = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)
_HASH_BITS, _SIEVE_SHIFT = np.uint32(32), np.uint32(26)
_0, _1, _THIRD = np.uint32(0), np.uint32(1), np.int64(2)
_ONE_BIT = np.uint64(1)

# All ones for each character of a pattern of n characters, zeros behind; from n × `_COMPARED` on.
_MASKS = np.tril(np.full((_COMPARED + 1, _COMPARED), 0xFFFFFFFF, np.uint32), -1).ravel()


class Occurrences(NamedTuple):
    """Numbers `begin[r]` to `begin[r + 1]` are row r's: `offset` in its text and `entry` of the patterns.

    Those of a row are sorted by offset, and by length where they begin at the same place.
    """

    begin: Ints
    offset: Codes
    entry: Codes


def occurrences(points: Codes, offsets: Ints, asked: SmallInts, patterns: PatternSets) -> Occurrences:
    """What stands in each row `points[offsets[r]:offsets[r + 1]]` of the set `asked[r]` (or `NO_SET`)."""
    rows = len(asked)
    begin = np.zeros(rows + 1, np.int64)
    places, candidates = np.empty((2, int(np.diff(offsets).max(initial=0)) + 1), np.uint32)
    offset, entry = np.empty((2, 256 + 16 * rows), np.uint32)
    row = 0
    while True:
        row = _find(points, offsets, asked, patterns, _MASKS, places, candidates, begin, offset, entry, row)
        if row == rows:
            return Occurrences(begin, offset[: begin[-1]], entry[: begin[-1]])
        offset, entry = np.concatenate([offset, offset]), np.concatenate([entry, entry])


@compiled_lean
def _find(
    points: Codes,
    offsets: Ints,
    asked: SmallInts,
    patterns: PatternSets,
    masks: Codes,
    places: Codes,
    candidates: Codes,
    begin: Ints,
    offset: Codes,
    entry: Codes,
    first_row: Whole,
) -> Whole:
    """Fills `begin`, `offset` and `entry` from a row on; gives the row for which there was no room."""
    for row in range(first_row, len(asked)):
        used = begin[row]
        if asked[row] != NO_SET:
            start, end = offsets[row], offsets[row + 1]
            of_row = patterns.sets[asked[row]]
            may_begin = _candidates(points[start:end], of_row, patterns, places, candidates)
            may_begin = _sieved(points[start:], of_row, patterns, places, candidates[:may_begin])
            used = _compare(
                *(points, start, end, of_row.bucket_begin, patterns, masks),
                *(places, candidates[:may_begin], offset, entry, used),
            )
            if used == len(offset):
                return row
        begin[row + 1] = used
    return len(asked)


@compiled_lean
def _candidates(
    text: Codes, of_row: Records, patterns: PatternSets, places: Codes, candidates: Codes
) -> Whole:
    """Lists the offsets at which a pattern may begin; gives how many. `places`: of each in the screens."""
    shift, begin, screens = _HASH_BITS - of_row.bits, of_row.begin, patterns.screens
    far = text[of_row.reach :]
    for at in range(len(far)):
        hashed = np.uint32(text[at] * _FIRST_FACTOR + far[at] * _LAST_FACTOR)
        places[at] = begin + np.uint32(hashed >> shift)
    count = _0
    for at in range(len(far)):
        candidates[count] = at
        count += np.uint32(screens[places[at]] != 0)
    return np.int64(count)


@compiled_lean
def _sieved(text: Codes, of_row: Records, patterns: PatternSets, places: Codes, candidates: Codes) -> Whole:
    """Keeps the candidates whose third character some pattern has; gives how many.

    `text` goes on behind the row: what does not fit into the row any more is seen when it is compared.
    """
    last, count = len(text) - 1, _0
    for candidate in range(len(candidates)):
        place = candidates[candidate]
        bucket = of_row.bucket_begin + np.int64(patterns.screens[places[place]]) - 1
        at: Whole = min(np.int64(place) + _THIRD, last)
        third = text[at]
        bit = np.uint64(np.uint32(third * _FIRST_FACTOR) >> _SIEVE_SHIFT)
        candidates[count] = place
        count += np.uint32((patterns.sieves[bucket] >> bit) & _ONE_BIT)
    return np.int64(count)


@compiled_lean
def _compare(
    points: Codes,
    start: Whole,
    end: Whole,
    bucket_begin: Whole,
    patterns: PatternSets,
    masks: Codes,
    places: Codes,
    candidates: Codes,
    offset: Codes,
    entry: Codes,
    used: Whole,
) -> Whole:
    """Appends the patterns that stand at the candidates; gives how many there are, at most all that fit."""
    buckets, entries, most = patterns.buckets, patterns.entries, len(offset) - 1
    for candidate in range(len(candidates)):
        place = candidates[candidate]
        at = start + np.int64(place)
        bucket = 2 * (bucket_begin + np.int64(patterns.screens[places[place]]) - 1)
        first = np.int64(buckets[bucket])
        for number in range(first, first + np.int64(buckets[bucket + 1])):
            numbers = number * _ENTRY_NUMBERS
            size = np.int64(entries[numbers + _SIZE])
            compared: Whole = min(size, _COMPARED)
            difference = np.uint32(at + size > end)
            if at + _COMPARED <= len(points):
                for step in range(_COMPARED):
                    mask = masks[compared * _COMPARED + step]
                    difference |= (points[at + step] ^ entries[numbers + step]) & mask
            elif at + size <= end:
                for step in range(compared):
                    difference |= points[at + step] ^ entries[numbers + step]
            if size > _COMPARED and difference == _0:
                difference = _rest(points, at, size, np.int64(entries[numbers + _TAIL_BEGIN]), patterns.tails)
            offset[used], entry[used] = place, number
            used += np.int64(difference == _0)
            if used > most:
                return np.int64(used)
    return np.int64(used)


@compiled_lean
def _rest(points: Codes, at: Whole, size: Whole, tail: Whole, tails: Codes) -> np.uint32:
    """0 when the rest of a long pattern stands there too; its length fits."""
    step = _COMPARED
    while step < size and points[at + step] == tails[tail + step - _COMPARED]:
        step += 1
    return _0 if step == size else _1
