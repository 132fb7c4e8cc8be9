"""The compiled pass over normalised texts: units, function words, and keyed sketches of shingles.

A unit is a Chinese character (or one of another script) or a word of [a-z0-9'], as a number. A shingle is
three units in a row; each is hashed with secret numbers. An odd sketch (Mitzenmacher, Pagh, Pham, WWW 2014)
is 512 bits, of which each distinct shingle turns over one: two sketches differ in D bits where the texts
differ in about −256 · ln(1 − D/256) shingles. Bands find what to compare: 64 bins keep their least hash (one
permutation hashing: Li, Owen, Zhang, NIPS 2012; an empty bin borrows from a neighbour: Shrivastava, Li, UAI
2014), four bins make a band, and texts whose sets of shingles have the Jaccard similarity J share one of the
sixteen with probability 1 − (1 − J⁴)¹⁶. Without the key nobody can tell whether a text that they guess has a
given sketch.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring_udfs.compiled import compiled

Points = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.uint64]
Bands = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int32]
Kinds = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

SHINGLE_UNITS = 3
BINS, BANDS = 64, 16
SKETCH_WORDS = 8
# What a sketch can hold: of longer texts it takes every second shingle, or fourth, eighth …
SKETCHED_SHINGLES = 2_048
# A text with fewer distinct shingles says too little to be recognised by.
MIN_SHINGLES = 24
# Distinct shingles are counted and sketched among the first so many, so that memory stays bounded.
COUNTED_SHINGLES = 65_536
# The columns of the counts.
UNITS, FUNCTION_WORDS, LONGEST_RUN, LONGEST_CLAUSE, SHINGLES, DISTINCT, LEVEL = range(COUNTS := 7)

# Those of `characters`, which a kept compilation would not see change.
_BASIC_PLANE = 0x10000
_SPACE, _MARK, _LETTER, _UNIT = 0, 1, 2, 3
_WORD_START = np.uint64(0xCBF29CE484222325)
_WORD_STEP = np.uint64(0x100000001B3)
_WORD_BIT = np.uint64(1 << 63)

_FREE = np.uint64(0)
_ONE = np.uint64(1)
_REST = np.uint64(2**58 - 1)
_NOTHING = np.uint64(2**64 - 1)
_BORROWED = np.uint64(1 << 63)


def room(longest: int) -> tuple[Numbers, Numbers, Numbers]:
    """What `fill` works in for texts of up to `longest` code points."""
    table = 64
    while table < 4 * min(longest, COUNTED_SHINGLES):
        table *= 2
    units, slots, mins = (np.empty(size, dtype=np.uint64) for size in (longest + 1, table, BINS))
    return units, slots, mins


@compiled
def fill(
    points: Points,
    offsets: Offsets,
    is_silent: Flags,
    kinds: Kinds,
    characters: Flags,
    words: Numbers,
    secrets: Numbers,
    units: Numbers,
    slots: Numbers,
    mins: Numbers,
    counts: Counts,
    sketches: Numbers,
    bands: Bands,
) -> None:
    """Writes counts (rows, 7), sketches (rows, 8) and bands (rows, 16) of every row that is not silent.

    A row with fewer than MIN_SHINGLES distinct shingles has no sketch and no bands: they stay as they are.
    """
    for row in range(len(is_silent)):
        if is_silent[row]:
            continue
        count = _read(points, offsets[row], offsets[row + 1], kinds, characters, words, units, counts[row])
        distinct = _hash(units, count, secrets, slots, mins, counts[row])
        if distinct >= MIN_SHINGLES:
            counts[row, LEVEL] = _sketch(units, distinct, sketches[row])
            _band(mins, secrets, bands[row])


@compiled
def _read(
    points: Points,
    start: int,
    end: int,
    kinds: Kinds,
    characters: Flags,
    words: Numbers,
    units: Numbers,
    counts: Counts,
) -> int:
    """Writes the units of points[start:end] and counts them."""
    count = functions = run = longest_run = clause = longest_clause = 0
    number = _WORD_START
    in_word = False
    for at in range(start, end + 1):
        point = points[at] if at < end else np.uint32(0)
        is_basic = point < _BASIC_PLANE
        kind = (kinds[point] if is_basic else _UNIT) if at < end else _SPACE
        if kind == _LETTER:
            number = ((number if in_word else _WORD_START) ^ np.uint64(point)) * _WORD_STEP
            in_word = True
            continue
        if in_word:
            in_word = False
            number |= _WORD_BIT
            units[count] = number
            count += 1
            clause += 1
            known = np.searchsorted(words, number)
            is_function = known < len(words) and words[known] == number
            functions += int(is_function)
            run = 0 if is_function else run + 1
            longest_run = max(run, longest_run)
            longest_clause = max(clause, longest_clause)
        if kind == _UNIT:
            units[count] = np.uint64(point)
            count += 1
            clause += 1
            is_function = is_basic and characters[point]
            functions += int(is_function)
            run = 0 if is_function else run + 1
            longest_run = max(run, longest_run)
            longest_clause = max(clause, longest_clause)
        elif kind == _MARK:
            clause = 0
    counts[UNITS] = count
    counts[FUNCTION_WORDS] = functions
    counts[LONGEST_RUN] = longest_run
    counts[LONGEST_CLAUSE] = longest_clause
    return count


@compiled
def _hash(units: Numbers, count: int, secrets: Numbers, slots: Numbers, mins: Numbers, counts: Counts) -> int:
    """Writes the least hash of each bin, and over the units the distinct ones among COUNTED_SHINGLES."""
    shingles = max(count - SHINGLE_UNITS + 1, 0)
    counted = min(shingles, COUNTED_SHINGLES)
    size = 64
    while size < 4 * counted:
        size *= 2
    slots[:size] = _FREE
    mins[:] = _NOTHING
    mask = np.uint64(size - 1)
    distinct = 0
    first = _mix(units[0] * secrets[0] ^ secrets[1])
    second = _mix(units[min(1, len(units) - 1)] * secrets[0] ^ secrets[1])
    for at in range(shingles):
        third = _mix(units[at + 2] * secrets[0] ^ secrets[1])
        value = _mix(first * secrets[2] + second * secrets[3] + third * secrets[4] + secrets[5]) | _ONE
        first, second = second, third
        if at < counted:
            slot = (value >> np.uint64(8)) & mask
            there = slots[slot]
            while there != _FREE and there != value:
                slot = (slot + _ONE) & mask
                there = slots[slot]
            if there == _FREE:
                slots[slot] = value
                # Never ahead of the units that are still to be read.
                units[distinct] = value
                distinct += 1
        chosen = value >> np.uint64(58)
        mins[chosen] = min(value & _REST, mins[chosen])
    counts[SHINGLES] = counted
    counts[DISTINCT] = distinct
    return distinct


@compiled
def _sketch(hashes: Numbers, distinct: int, sketch: Numbers) -> int:
    """Turns over a bit for one of every 2^level of hashes[:distinct]; gives the level."""
    level = 0
    while distinct > SKETCHED_SHINGLES << level:
        level += 1
    skipped = np.uint64((1 << level) - 1)
    sketch[:] = _FREE
    for at in range(distinct):
        value = hashes[at]
        if (value >> _ONE) & skipped == _FREE:
            sketch[(value >> np.uint64(40)) & np.uint64(7)] ^= _ONE << (
                (value >> np.uint64(43)) & np.uint64(63)
            )
    return level


@compiled
def _band(mins: Numbers, secrets: Numbers, bands: Bands) -> None:
    """A hash of every four bins."""
    _lend(mins, secrets[6])
    rows = BINS // BANDS
    for band in range(BANDS):
        value = secrets[7]
        for place in range(band * rows, (band + 1) * rows):
            value = _mix((value ^ mins[place]) * secrets[6])
        bands[band] = np.uint32(value >> np.uint64(32))


@compiled
def _lend(mins: Numbers, secret: np.uint64) -> None:
    """Empty bins borrow from the nearest full one, to the left or to the right as a secret says of the bin.

    At least one bin is full. What is borrowed carries the highest bit while others still borrow.
    """
    last = len(mins) - 1
    full = 0
    while mins[full] >= _BORROWED:
        full += 1
    for step in (1, -1):
        least = mins[full]
        for distance in range(1, len(mins)):
            place = (full + step * distance) & last
            value = mins[place]
            # Which bins are empty cannot be foretold: selections, no branches.
            least = value if value < _BORROWED else least
            is_mine = ((secret >> np.uint64(place & 63)) & _ONE == _ONE) == (step == 1)
            mins[place] = least | _BORROWED if (value >= _BORROWED) & is_mine else value
    for at in range(len(mins)):
        mins[at] &= _BORROWED - _ONE


@compiled
def _mix(value: np.uint64) -> np.uint64:
    """Every bit of the value moves about half of the result's (the finaliser of splitmix64)."""
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled
def cover(
    offsets: Counts,
    starts: Counts,
    ends: Counts,
    more_offsets: Counts,
    more_starts: Counts,
    more_ends: Counts,
    chars: Offsets,
    edges: Counts,
    shares: Shares,
) -> None:
    """Writes the share of each text's code points that lie in any of its spans, of two lists of spans.

    `edges` is room for the longest text and one more, zero before and after.
    """
    for row in range(len(chars)):
        length = chars[row]
        if length <= 0:
            continue
        for at in range(offsets[row], offsets[row + 1]):
            edges[starts[at]] += 1
            edges[min(ends[at], length)] -= 1
        for at in range(more_offsets[row], more_offsets[row + 1]):
            edges[more_starts[at]] += 1
            edges[min(more_ends[at], length)] -= 1
        covered = depth = 0
        for at in range(length):
            depth += edges[at]
            edges[at] = 0
            covered += depth > 0
        edges[length] = 0
        shares[row] = covered / length
