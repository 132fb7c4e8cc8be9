"""Batches made ready on several threads come in order, with the first error, and not too many at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ingestion.ahead import Behind, ahead, read_ahead


def numbers(count: int, then: Exception | None = None) -> Iterator[int]:
    yield from range(count)
    if then is not None:
        raise then


def no_size(_: int) -> int:
    return 0


def test_results_come_in_the_order_of_the_items() -> None:
    second_done = threading.Event()

    def slow_first(item: int) -> int:
        if item == 0:
            assert second_done.wait(10)
        if item == 1:
            second_done.set()
        return 10 * item

    assert list(ahead(numbers(4), slow_first, no_size)) == [0, 10, 20, 30]


def test_the_error_of_an_earlier_item_comes_before_that_of_the_reader() -> None:
    def refuse_two(item: int) -> int:
        if item == 2:
            raise ValueError("two")
        return item

    made = ahead(numbers(3, then=OSError("the end of the file")), refuse_two, no_size)
    assert [next(made), next(made)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(made)


def test_the_readers_error_comes_behind_all_that_it_had_read() -> None:
    made = ahead(read_ahead(numbers(2, then=OSError("damaged"))), abs, no_size)
    assert [next(made), next(made)] == [0, 1]
    with pytest.raises(OSError, match="damaged"):
        next(made)


def test_items_that_fill_the_memory_are_not_read_ahead() -> None:
    read: list[int] = []

    def noted() -> Iterator[int]:
        for item in numbers(5):
            read.append(item)
            yield item

    made = ahead(noted(), abs, lambda _: 2**40)
    assert next(made) == 0
    assert read == [0]


def test_what_is_done_behind_is_done_in_turn() -> None:
    done: list[int] = []
    behind = Behind()
    for item in range(20):
        behind.do(lambda item=item: done.append(item))  # type: ignore[misc]
    behind.finish()
    assert done == list(range(20))


def test_what_went_wrong_behind_is_told_at_the_end_and_nothing_follows_it() -> None:
    done: list[int] = []

    def fail() -> None:
        raise OSError("disk full")

    behind = Behind()
    behind.do(lambda: done.append(0))
    behind.do(fail)
    with pytest.raises(OSError, match="disk full"):
        behind.finish()
    behind.give_up()
    assert done == [0]
