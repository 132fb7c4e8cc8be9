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

# Of the hash of the first character and that `reach` further on; odd, 32 bits. Its lowest bits are dropped:
# always as many, since compiled code shifts by a known number twice as fast.
FIRST_FACTOR, LAST_FACTOR = 0x9E3779B1, 0x85EBCA77
HASH_BITS, HASH_SHIFT = 32, 10
# One set of patterns: `reach` is 1, or 0 where a pattern has one character; of the hash what `mask` leaves
# counts, from `begin` on, as a place: a bit of the gates.
PATTERN_SET = np.dtype([("reach", np.int64), ("begin", np.uint32), ("mask", np.uint32)])
# Numbers of an entry: the first characters (which are compared at once; zeros behind a shorter pattern), then
# these. One entry fills a line of the processor's cache.
COMPARED = 8
SIZE, OUTPUT_BEGIN, OUTPUT_END, TAIL_BEGIN = range(COMPARED, COMPARED + 4)
ENTRY_NUMBERS = 16
OUTPUT = np.dtype([("owner", np.int32), ("label", np.int32), ("is_whole_word", np.int32)])
# Hashes have so many times as many places as there are patterns: few others are let through, and what is
# asked at every character stays in the nearest cache.
_SPARSENESS = 32
_LEAST_BITS, _MOST_BITS = 12, HASH_BITS - HASH_SHIFT
_WORD = 32
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

    Place p is bit p % 32 of `gates[p // 32]`: set where a pattern may begin. Such places have buckets, in
    order; `ranks` says for each word of the gates how many are before it. `buckets[2 * b]` is the first entry
    of bucket b, and the number behind it says how many there are. The sieve of a bucket has a bit for the
    hash of each third character of its patterns, and all bits where one is shorter.
    Entry e has the numbers from `entries[e * ENTRY_NUMBERS]`; a pattern longer than `COMPARED` goes on in
    `tails`.
    """

    sets: Records
    gates: Codes
    ranks: Codes
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
    sets["mask"], sets["begin"] = [(1 << each) - 1 for each in bits], begins(1 << each for each in bits)[:-1]
    placed = [
        (begin + (_hash(pattern, reach) >> HASH_SHIFT & mask), pattern, outputs)
        for patterns, (reach, begin, mask) in zip(pattern_sets, sets.tolist(), strict=True)
        for pattern, outputs in patterns.items()
    ]
    # In a bucket the shorter first: of two patterns that begin at one place it ends first.
    ordered = sorted(placed, key=lambda entry: (entry[0], len(entry[1]), entry[1]))
    places, first_entries, of_entries, sizes = np.unique(
        np.array([place for place, _, _ in ordered], np.int64),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    is_gate = np.zeros(sum(1 << each for each in bits), np.bool_)
    is_gate[places] = True
    in_words = is_gate.reshape(-1, _WORD)
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
        np.packbits(in_words, axis=1, bitorder="little").view("<u4").ravel().astype(np.uint32),
        begins(in_words.sum(axis=1))[:-1].astype(np.uint32),
        np.stack([first_entries, sizes], axis=1).astype(np.int32).ravel(),
        _sieves(
            len(places),
            [(bucket, pattern) for bucket, (_, pattern, _) in zip(of_entries.tolist(), ordered, strict=True)],
        ),
        entries.ravel(),
        np.array([ord(c) for _, pattern, _ in ordered for c in pattern[COMPARED:]], np.uint32),
        np.array([output for _, _, outputs in ordered for output in outputs], OUTPUT),
    )


def buckets_of_set(patterns: PatternSets, number: int) -> SmallInts:
    """The bucket of each place of one set, −1 where it has none."""
    begin, mask = int(patterns.sets["begin"][number]), int(patterns.sets["mask"][number])
    words = slice(begin // _WORD, (begin + mask + 1) // _WORD)
    is_gate = np.unpackbits(patterns.gates[words].astype("<u4").view(np.uint8), bitorder="little") == 1
    first = int(patterns.ranks[words.start])
    return np.where(is_gate, first + is_gate.cumsum() - 1, -1).astype(np.int32)


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
