"""Where the patterns of each row's set stand in its text: the first, compiled pass over normalised texts.

A gate, one bit of a hash, tells at nearly every position that no pattern can begin there; where one may, a
sieve asks for the third character, and what is left is compared with the patterns of that hash. So time is
linear in the text. What may be wanted is written in any case, and kept by counting on: branches would be
guessed wrongly too often, and what is read next would then be waited for. Every sum is cut back to 32 bits
at once: Numba widens it to 64, of which the processor takes half as many together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scoring_udfs.compiled import Whole, compiled_lean
from scoring_udfs.patterns import Codes, Ints, PatternSets, Records, SmallInts

NO_SET = -1

# Those of `patterns`, which a kept compilation would not see change.
_COMPARED, _ENTRY_SHIFT = np.uint64(8), np.uint64(4)
_SIZE, _TAIL_BEGIN = np.uint64(8), np.uint64(11)
_FIRST_FACTOR, _LAST_FACTOR = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)
_HASH_SHIFT, _SIEVE_SHIFT = np.uint32(10), np.uint32(26)
_WORD_SHIFT, _WORD_MASK = np.uint32(5), np.uint32(31)
_0, _1, _2, _4, _THIRD = np.uint32(0), np.uint32(1), np.uint32(2), np.uint32(4), np.uint64(2)
_FIVES, _THREES, _FIFTEENS = np.uint32(0x55555555), np.uint32(0x33333333), np.uint32(0x0F0F0F0F)
_EACH_BYTE, _UPPER_BYTE = np.uint32(0x01010101), np.uint32(24)
_ONE = np.uint64(1)


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
        row = _find(points, offsets, asked, patterns, places, candidates, begin, offset, entry, row)
        if row == rows:
            return Occurrences(begin, offset[: begin[-1]], entry[: begin[-1]])
        offset, entry = np.concatenate([offset, offset]), np.concatenate([entry, entry])


@compiled_lean
def _find(
    points: Codes,
    offsets: Ints,
    asked: SmallInts,
    patterns: PatternSets,
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
            may_begin = _sieved(points[start:], patterns, places, candidates[:may_begin])
            used = _compare(
                *(points, start, end, patterns),
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
    """Lists the offsets at which a pattern may begin; gives how many. `places`: of each in the gates."""
    begin, mask, gates = of_row.begin, of_row.mask, patterns.gates
    far = text[of_row.reach :]
    for at in range(len(far)):
        hashed = np.uint32(text[at] * _FIRST_FACTOR + far[at] * _LAST_FACTOR)
        places[at] = np.uint32(begin + np.uint32(np.uint32(hashed >> _HASH_SHIFT) & mask))
    count = _0
    for at in range(len(far)):
        candidates[count] = at
        place = places[at]
        count = np.uint32(
            count + np.uint32(np.uint32(gates[place >> _WORD_SHIFT] >> np.uint32(place & _WORD_MASK)) & _1)
        )
    return np.int64(count)


@compiled_lean
def _sieved(text: Codes, patterns: PatternSets, places: Codes, candidates: Codes) -> Whole:
    """Keeps the candidates whose third character some pattern has; gives how many.

    In `places` their buckets take the place of their gates. `text` goes on behind the row: what does not fit
    into the row any more is seen when it is compared.
    """
    last, count = np.uint64(len(text) - 1), _0
    gates, ranks, sieves = patterns.gates, patterns.ranks, patterns.sieves
    for candidate in range(len(candidates)):
        offset = candidates[candidate]
        place = places[offset]
        word = place >> _WORD_SHIFT
        before = np.uint32(np.uint32(_1 << np.uint32(place & _WORD_MASK)) - _1)
        bucket = np.uint32(ranks[word] + _ones(np.uint32(gates[word] & before)))
        third = text[min(np.uint64(offset) + _THIRD, last)]
        bit = np.uint64(np.uint32(third * _FIRST_FACTOR) >> _SIEVE_SHIFT)
        candidates[count], places[offset] = offset, bucket
        count = np.uint32(count + np.uint32((sieves[bucket] >> bit) & _ONE))
    return np.int64(count)


@compiled_lean
def _ones(bits: np.uint32) -> np.uint32:
    """How many bits are set (H. S. Warren, Hacker's Delight, section 5-1)."""
    bits = np.uint32(bits - np.uint32((bits >> _1) & _FIVES))
    bits = np.uint32(np.uint32(bits & _THREES) + np.uint32((bits >> _2) & _THREES))
    bits = np.uint32(np.uint32(bits + np.uint32(bits >> _4)) & _FIFTEENS)
    return np.uint32(np.uint32(bits * _EACH_BYTE) >> _UPPER_BYTE)


@compiled_lean
def _compare(
    points: Codes,
    start: Whole,
    end: Whole,
    patterns: PatternSets,
    places: Codes,
    candidates: Codes,
    offset: Codes,
    entry: Codes,
    used: Whole,
) -> Whole:
    """Appends the patterns that stand at the candidates; gives how many there are, at most all that fit."""
    buckets, entries, most = patterns.buckets, patterns.entries, len(offset) - 1
    begin, after = np.uint64(start), np.uint64(end)
    for candidate in range(len(candidates)):
        place = candidates[candidate]
        at = begin + place
        bucket = np.uint64(places[place]) << _ONE
        first = np.uint64(buckets[bucket])
        for number in range(first, first + np.uint64(buckets[bucket + _ONE])):
            numbers = number << _ENTRY_SHIFT
            size = np.uint64(entries[numbers + _SIZE])
            difference = np.uint32(at + size > after)
            if difference == _0:
                for step in range(min(size, _COMPARED)):
                    ahead = np.uint64(step)
                    difference = np.uint32(
                        difference | np.uint32(points[at + ahead] ^ entries[numbers + ahead])
                    )
            if size > _COMPARED and difference == _0:
                tail = np.uint64(entries[numbers + _TAIL_BEGIN])
                difference = _rest(points, at, size, tail, patterns.tails)
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
        step += _ONE
    return _0 if step == size else _1
