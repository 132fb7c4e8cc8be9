"""What is known of runs of units in other texts."""

from __future__ import annotations

import numpy as np

from scoring_udfs.rating.seen import Seen, Source, Stream
from scoring_udfs.rating.units import ngrams, units_of

TEXTS = ["链表只需要修改指针。", "链表需要修改指针，很快", "the list only moves its pointers"]
SEEN = Seen.of([Source.of(units_of(text)) for text in TEXTS], 1)


def test_a_text_pauses_at_both_ends_and_at_commas() -> None:
    stream = Stream.of(units_of("插入，删除 快。new list"))
    pauses = np.setdiff1d(np.arange(len(stream.tokens)), stream.at)
    # | 插 入 | 删 除 | 快 | new list |
    assert pauses.tolist() == [0, 3, 6, 8, 11]


def test_runs_are_found_exactly_where_a_search_finds_them() -> None:
    stream = Stream.of(units_of("链表需要指针，the pointers 移动"))
    looked = SEEN.look(stream)
    count = len(stream.tokens)
    for length in range(1, 5):
        for end in range(count):
            at = (
                np.flatnonzero(SEEN.grams == ngrams(stream.tokens, length)[end - length + 1])
                if end >= length - 1
                else []
            )
            found = looked[3 * length - 3 : 3 * length, end].tolist()
            known = (
                [float(column[at[0]]) for column in (SEEN.sources, SEEN.ahead, SEEN.behind)]
                if len(at)
                else [0.0, 0.0, 0.0]
            )
            assert found == known
    pairs = ngrams(stream.tokens, 2)
    assert SEEN.holds(pairs).tolist() == np.isin(pairs, SEEN.grams).tolist()
    assert SEEN.holds(pairs).any() and not SEEN.holds(pairs).all()


def test_nothing_seen_holds_nothing() -> None:
    stream = Stream.of(units_of("链表"))
    assert not Seen.of([], 1).holds(stream.grams).any()
    assert not Seen.of([], 1).look(stream).any()
