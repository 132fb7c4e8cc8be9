"""The worker processes of one installation: few, kept warm, shared fairly, one query each at a time."""

from __future__ import annotations

import threading
import time
from collections import Counter

from warehouse.errors import QueryFailedError
from warehouse.policy import SandboxLimits
from warehouse.sandbox_process import QueryStoppedError, Start, WorkerProcess

_LOOK_SECONDS = 0.05


class Pool:
    """Threads may share one."""

    def __init__(self, limits: SandboxLimits) -> None:
        self._limits = limits
        self._free = threading.Condition()
        self._idle: list[WorkerProcess] = []
        self._busy: dict[int, WorkerProcess] = {}
        self._held: Counter[str] = Counter()

    def take(self, start: Start, who: str, cancel: threading.Event) -> WorkerProcess:
        """A worker of this start for one query of `who`; waits for its turn, but not for ever."""
        self._wait_for_turn(who, cancel)
        worker = None
        try:
            worker = self._warm(start) or WorkerProcess(start)
            worker.wait_until_ready()
        except BaseException:
            self._leave(who)
            if worker is not None:
                worker.kill()
            raise
        with self._free:
            self._busy[worker.pid] = worker
        return worker

    def give(self, worker: WorkerProcess, who: str, *, is_usable: bool) -> None:
        """Back after the query; one that may not be used again is ended."""
        with self._free:
            self._busy.pop(worker.pid, None)
            if is_usable:
                self._idle.append(worker)
        if not is_usable:
            worker.kill()
        self._leave(who)

    def close(self) -> None:
        """Ends every process; queries that run end with an error."""
        with self._free:
            ended = [*self._idle, *self._busy.values()]
            self._idle.clear()
        for worker in ended:
            worker.kill()

    def _wait_for_turn(self, who: str, cancel: threading.Event) -> None:
        deadline = time.monotonic() + self._limits.wait_seconds
        with self._free:
            while (
                self._held.total() >= self._limits.workers or self._held[who] >= self._limits.workers_of_one
            ):
                if cancel.is_set():
                    raise QueryStoppedError("The query was cancelled.")
                if time.monotonic() > deadline:
                    own = self._held[who] >= self._limits.workers_of_one
                    raise QueryFailedError(
                        f"{'Your other queries still run' if own else 'Others are running queries'}: "
                        "wait for one to end, or cancel it, and try again."
                    )
                self._free.wait(_LOOK_SECONDS)
            self._held[who] += 1

    def _leave(self, who: str) -> None:
        with self._free:
            self._held[who] -= 1
            self._free.notify_all()

    def _warm(self, start: Start) -> WorkerProcess | None:
        """An idle worker of this start; those of versions that are published no more are ended."""
        with self._free:
            stale = [worker for worker in self._idle if worker.start != start or not worker.is_alive]
            self._idle = [worker for worker in self._idle if worker not in stale]
            found = self._idle.pop() if self._idle else None
        for worker in stale:
            worker.kill()
        return found
