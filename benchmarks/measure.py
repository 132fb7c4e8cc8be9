"""Measuring and printing: the fastest of several runs, and one line a result."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

REPEATS = 3


@dataclass(frozen=True)
class Times:
    """Seconds of the clock, and of all processors together, on which other work has less effect."""

    clock: float
    processors: float

    def __add__(self, other: Times) -> Times:
        return Times(self.clock + other.clock, self.processors + other.processors)


def best(work: Callable[[], object]) -> Times:
    """The least of several runs: those that the machine disturbed least."""
    clock, processors = [], []
    for _ in range(REPEATS):
        began, busy = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - began)
        processors.append(time.process_time() - busy)
    return Times(min(clock), min(processors))


def line(what: str, ours: Times, baseline: str, theirs: Times, rows: int, more: str = "") -> None:
    """One result: our rows a second, and our times as ratios to the baseline's."""
    ratios = f"{ours.clock / theirs.clock:>6.2f} × (processors {ours.processors / theirs.processors:.2f} ×)"
    print(f"{what:<46} {rows / ours.clock:>10,.0f} rows/s   {ratios} {baseline}{more}", flush=True)
