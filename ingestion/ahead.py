"""Works ahead: while a batch is taken in, the next ones are made ready on other threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")
_THREADS = 3
# So many items are ahead at most, and no further one while those that are ahead hold so many bytes.
_MOST = _THREADS + 1
_MOST_BYTES = 64 * 1024 * 1024


def ahead(
    items: Iterator[Item], make: Callable[[Item], Made], size_of: Callable[[Item], int]
) -> Iterator[Made]:
    """`make` of each item, in their order and with the error of the first that has one.

    Items are taken on the caller's thread; what `make` calls must bear several threads.
    """
    waiting: deque[tuple[Future[Made], int]] = deque()
    threads = min(_THREADS, os.cpu_count() or 1)
    error: Exception | None = None
    is_open = True
    with ThreadPoolExecutor(threads, thread_name_prefix="ahead") as pool:
        try:
            while is_open or waiting:
                while is_open and _has_room([size for _, size in waiting]):
                    try:
                        item = next(items)
                    except StopIteration:
                        is_open = False
                    except Exception as raised:  # Those before it come first, and their errors.
                        error, is_open = raised, False
                    else:
                        waiting.append((pool.submit(make, item), size_of(item)))
                if waiting:
                    made, _ = waiting.popleft()
                    yield made.result()
        finally:
            for made, _ in waiting:
                made.cancel()
    if error is not None:
        raise error


def read_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order, with the same error; one is taken beforehand, on another thread."""
    nothing = object()
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        following = pool.submit(next, items, nothing)
        while (item := following.result()) is not nothing:
            following = pool.submit(next, items, nothing)
            yield item  # type: ignore[misc]


def _has_room(sizes: list[int]) -> bool:
    return len(sizes) < _MOST and (not sizes or sum(sizes) < _MOST_BYTES)


class Behind:
    """One thing after the other on a thread of its own, at most two behind; then `finish` or `give_up`.

    The first is done at once: most files have no second one, and a thread costs more than a small file.
    """

    _MOST = 2

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._is_first = True
        self._waiting: deque[Future[None]] = deque()

    def do(self, work: Callable[[], None]) -> None:
        """Later, in turn; raises what an earlier thing raised."""
        if self._is_first:
            self._is_first = False
            work()
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="behind")
        while len(self._waiting) >= self._MOST:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(work))

    def finish(self) -> None:
        """Until all is done; raises what the first thing raised that did not succeed."""
        try:
            while self._waiting:
                self._waiting.popleft().result()
        finally:
            self.give_up()

    def give_up(self) -> None:
        """Nothing more is begun; back when what was begun has ended."""
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
