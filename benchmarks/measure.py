"""Measuring and printing: the fastest of several runs, and one line a result."""

from __future__ import annotations

import time
from collections.abc import Callable

REPEATS = 3


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs: the one that the machine disturbed least."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def line(what: str, ours: float, baseline: str, theirs: float, rows: int, more: str = "") -> None:
    """One result: our rows a second, and our time as a ratio to the baseline's."""
    print(f"{what:<46} {rows / ours:>10,.0f} rows/s   {ours / theirs:>6.2f} × {baseline}{more}", flush=True)
