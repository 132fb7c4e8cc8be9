"""Lays sets of patterns out as arrays that compiled code searches with.

A pattern is found by a hash of how it begins: its first two characters, or the first alone where a set has a
pattern that short. Patterns of the same hash stand together and are compared one after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

# Arrays of records: their fields are not known to a type checker.
Records = Any
Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint32]
Sieves = npt.NDArray[np.uint64]

# Of the hash of the first character and that `reach` further on; odd, 32 bits.
FIRST_FACTOR, LAST_FACTOR = 0x9E3779B1, 0x85EBCA77
HASH_BITS = 32
# One set of patterns: `reach` is 1, or 0 where a pattern has one character; of the hash the upper `bits`
# count, from `begin` in the screens. Buckets are counted from `bucket_begin`.
PATTERN_SET = np.dtype(
    [("reach", np.int64), ("begin", np.uint32), ("bits", np.uint32), ("bucket_begin", np.int64)]
)
# Numbers of an entry: the first characters (which are compared at once; zeros behind a shorter pattern), then
# these. One entry fills a line of the processor's cache.
COMPARED = 8
SIZE, OUTPUT_BEGIN, OUTPUT_END, TAIL_BEGIN = range(COMPARED, COMPARED + 4)
ENTRY_NUMBERS = 16
OUTPUT = np.dtype([("owner", np.int32), ("label", np.int32), ("is_whole_word", np.int32)])
# Hashes have so many times as many places as there are patterns: few others are let through, and what is
# asked at every character stays in the nearest cache.
_SPARSENESS = 32
_LEAST_BITS, _MOST_BITS = 12, 22
_MOST_BUCKETS = 255
# A sieve has as many bits as 64: of the hash of a third character the upper six count.
SIEVE_SHIFT = HASH_BITS - 6
_THIRD, _EVERY_BIT = 2, (1 << 64) - 1


class Output(NamedTuple):
    """What a pattern stands for: whose it is, what it is called, and whether it must be a whole word."""

    owner: int
    label: int
    is_whole_word: bool


class PatternSets(NamedTuple):
    """Several sets of patterns, each a line of `sets` (`PATTERN_SET`), one after another in the other arrays.

    A screen has 0 where no pattern may begin, else 1 + the number of the set's bucket: `buckets[2 * b]` is
    the first entry of bucket b, and the number behind it says how many there are. The sieve of a
    bucket has a bit for the hash of each third character of its patterns, and all bits where one is shorter.
    Entry e has the numbers from `entries[e * ENTRY_NUMBERS]`; a pattern longer than `COMPARED` goes on in
    `tails`.
    """

    sets: Records
    screens: Bytes
    buckets: SmallInts
    sieves: Sieves
    entries: Codes
    tails: Codes
    outputs: Records


def lay_out(pattern_sets: Sequence[Mapping[str, Sequence[Output]]]) -> PatternSets:
    """Each set leads from a pattern (not empty) to all that it stands for."""
    sets = np.zeros(len(pattern_sets), PATTERN_SET)
    bits = [_bits(len(patterns)) for patterns in pattern_sets]
    sets["reach"] = [min(2, *map(len, patterns), 2) - 1 for patterns in pattern_sets]
    sets["bits"], sets["begin"] = bits, begins(1 << each for each in bits)[:-1]
    sets["bucket_begin"] = np.arange(len(sets)) * _MOST_BUCKETS
    screens = np.zeros(sum(1 << each for each in bits), np.uint8)
    buckets = np.zeros((len(sets) * _MOST_BUCKETS, 2), np.int32)
    ordered: list[tuple[int, str, Sequence[Output]]] = []
    for patterns, (reach, begin, set_bits, bucket_begin) in zip(pattern_sets, sets.tolist(), strict=True):
        places = [begin + (_hash(pattern, reach) >> HASH_BITS - set_bits) for pattern in patterns]
        # Where there are more hashes than buckets, some share one.
        bucket_of = {place: rank % _MOST_BUCKETS for rank, place in enumerate(sorted(set(places)))}
        screens[list(bucket_of)] = [1 + bucket for bucket in bucket_of.values()]
        of_set = [
            (bucket_begin + bucket_of[place], pattern, outputs)
            for place, (pattern, outputs) in zip(places, patterns.items(), strict=True)
        ]
        # In a bucket the shorter first: of two patterns that begin at one place it ends first.
        ordered += sorted(of_set, key=lambda entry: (entry[0], len(entry[1]), entry[1]))
    of_entries = np.array([bucket for bucket, _, _ in ordered], np.int64)
    taken, first_entries, sizes = np.unique(of_entries, return_index=True, return_counts=True)
    buckets[taken, 0], buckets[taken, 1] = first_entries, sizes
    entries = np.zeros((len(ordered), ENTRY_NUMBERS), np.uint32)
    for number, (_, pattern, _) in enumerate(ordered):
        head = [ord(character) for character in pattern[:COMPARED]]
        entries[number, : len(head)] = head
    entries[:, SIZE] = [len(pattern) for _, pattern, _ in ordered]
    output_begins = begins(len(outputs) for _, _, outputs in ordered)
    entries[:, OUTPUT_BEGIN], entries[:, OUTPUT_END] = output_begins[:-1], output_begins[1:]
    entries[:, TAIL_BEGIN] = begins(len(pattern[COMPARED:]) for _, pattern, _ in ordered)[:-1]
    return PatternSets(
        sets,
        screens,
        buckets.ravel(),
        _sieves(len(buckets), [(bucket, pattern) for bucket, pattern, _ in ordered]),
        entries.ravel(),
        np.array([ord(c) for _, pattern, _ in ordered for c in pattern[COMPARED:]], np.uint32),
        np.array([output for _, _, outputs in ordered for output in outputs], OUTPUT),
    )


def _sieves(buckets: int, patterns: Iterable[tuple[int, str]]) -> Sieves:
    sieves = [0] * buckets
    for bucket, pattern in patterns:
        is_long = len(pattern) > _THIRD
        hashed = (ord(pattern[_THIRD]) * FIRST_FACTOR % (1 << HASH_BITS) >> SIEVE_SHIFT) if is_long else 0
        sieves[bucket] |= 1 << hashed if is_long else _EVERY_BIT
    return np.array(sieves, np.uint64)


def _hash(pattern: str, reach: int) -> int:
    return (ord(pattern[0]) * FIRST_FACTOR + ord(pattern[reach]) * LAST_FACTOR) % (1 << HASH_BITS)


def _bits(patterns: int) -> int:
    return min(max(_LEAST_BITS, (_SPARSENESS * patterns).bit_length()), _MOST_BITS)


def begins(lengths: Iterable[int]) -> Ints:
    """Where each of many pieces begins when they lie one after another, and where the last one ends."""
    return np.cumsum([0, *lengths], dtype=np.int64)
