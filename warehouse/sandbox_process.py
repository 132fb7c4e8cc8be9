"""One sandbox worker as its owner sees it: started, asked, stopped within a second, killed if need be."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa

from warehouse import sandbox_wire as wire
from warehouse.errors import QueryFailedError, ScorehouseError

_ROOT = Path(__file__).resolve().parents[1]
_MAIN = "import sys; sys.path.insert(0, sys.argv[1]); from warehouse.sandbox_worker import main; main()"
_STARTS_WITHIN_SECONDS = 60.0
# How long a query that was told to stop may take before its process is killed.
_GRACE_SECONDS = 0.4
_LOOK_SECONDS = 0.05
# Neither keys nor homes nor proxies.
_INHERITED = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "NUMBA_CACHE_DIR")
# Addresses are what is limited: Arrow's own pool takes a gigabyte of them at once, glibc 64 MB a thread.
_ALLOCATORS = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}
_CRASHED = "The query ended its process, most likely for want of memory: filter more, or aggregate first."


class QueryStoppedError(QueryFailedError):
    """Whoever asked does not want the answer any more."""


class WorkerGoneError(Exception):
    """The process ended before it took up the query: another one may be asked."""


@dataclass(frozen=True)
class Start:
    """What a worker is made for: one version of the published file, with these limits and functions."""

    path: str
    identity: tuple[int, ...]
    options: Mapping[str, Any]
    hard_memory_mb: int
    idle_seconds: float
    functions: str = ""
    argument: str = ""
    key: str | None = field(default=None, repr=False)


@dataclass
class Limits:
    """Of one query; `cancel` is set by whoever wants it to stop."""

    seconds: float
    max_rows: int | None
    max_bytes: int | None
    cancel: threading.Event = field(default_factory=threading.Event)


class WorkerProcess:
    """A process and its pipes; one thread at a time."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self._numbers = 0
        # What it was sent under each name: of one version and viewer that is always the same table.
        self._sent: dict[str, pa.Table] = {}
        self._is_ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _MAIN, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={name: os.environ[name] for name in _INHERITED if name in os.environ} | _ALLOCATORS,
            # Ctrl-C is for the owner, who then stops the query.
            start_new_session=True,
        )
        self._out = cast(BinaryIO, self._process.stdin)
        self._in = cast(BinaryIO, self._process.stdout)
        self._poll = select.poll()
        self._poll.register(self._in.fileno(), select.POLLIN)
        with contextlib.suppress(OSError):
            wire.write(self._out, wire.START, wire.text(vars(start)))

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def ask(self, sql: str, params: Any, tables: Mapping[str, pa.Table], limits: Limits) -> Answer:
        """Begins a query; `WorkerGoneError` when the process has ended."""
        self._numbers += 1
        query = {
            "number": self._numbers,
            "sql": sql,
            "params": params,
            "max_rows": limits.max_rows,
            "max_bytes": limits.max_bytes,
            "tables": list(tables),
        }
        try:
            for name, table in tables.items():
                if self._sent.get(name) is table:
                    continue
                content = name.encode() + b"\n" + wire.table_bytes(table).to_pybytes()
                wire.write(self._out, wire.TABLE, content)
                self._sent[name] = table
            wire.write(self._out, wire.QUERY, wire.text(query))
        except OSError:
            self.kill()
            raise WorkerGoneError from None
        return Answer(self, self._numbers, limits)

    def wait_until_ready(self) -> None:
        """It has opened the file and shut itself in; `WorkerGoneError` when it could not.

        `ScorehouseError` says why it never will.
        """
        if self._is_ready:
            return
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        while not self.has_news(deadline - time.monotonic()):
            if time.monotonic() > deadline:
                raise WorkerGoneError
        try:
            kind, payload = self.frame()
        except EOFError:
            raise WorkerGoneError from None
        if kind != wire.READY:
            raise ScorehouseError(json.loads(payload)["sentence"])
        self._is_ready = True

    def has_news(self, seconds: float) -> bool:
        """Whether something can be read within this time."""
        return bool(self._poll.poll(max(0, int(seconds * 1000))))

    def frame(self) -> tuple[bytes, bytearray]:
        """The next frame; `EOFError` when the process has ended."""
        kind, length = wire.HEADER.unpack(self._exactly(wire.HEADER.size))
        if length > wire.LONGEST_FRAME:
            raise EOFError
        return kind, self._exactly(length)

    def _exactly(self, size: int) -> bytearray:
        content = bytearray(size)
        view, read = memoryview(content), 0
        while read < size:
            count = os.readv(self._in.fileno(), [view[read:]])
            if not count:
                raise EOFError
            read += count
        return content

    def cancel(self, number: int) -> None:
        """Tells it to stop this query, if it still runs."""
        with contextlib.suppress(OSError):
            wire.write(self._out, wire.CANCEL, str(number).encode())

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._out, self._in):
            with contextlib.suppress(OSError):
                pipe.close()


class Answer:
    """The answer to one query, as it comes; `is_cut` is known at its end."""

    def __init__(self, worker: WorkerProcess, number: int, limits: Limits) -> None:
        self._worker = worker
        self._number = number
        self._limits = limits
        self._left = limits.seconds
        self._told_at: float | None = None
        self._is_taken_up = False
        self.is_over = False
        self.is_cut = False

    def next_piece(self) -> bytearray | None:
        """Of the Arrow stream; None at its end. `QueryFailedError` says why there is none."""
        if self.is_over:
            return None
        kind, payload = self._frame()
        if kind == wire.READY:
            self._is_taken_up = True
            kind, payload = self._frame()
        if kind == wire.DATA:
            return payload
        self.is_over = True
        if kind == wire.DONE:
            self.is_cut = bool(json.loads(payload)["is_cut"])
            return None
        failure = json.loads(payload)
        raise self._reason() if failure["kind"] == "stopped" else QueryFailedError(failure["sentence"])

    def finish(self) -> None:
        """Reads what is left, which after the last row is the word that it was the last."""
        while self.next_piece() is not None:
            pass

    def end(self) -> None:
        """Nobody reads on: what still runs is stopped."""
        if not self.is_over:
            self._limits.cancel.set()
            with contextlib.suppress(QueryFailedError, WorkerGoneError):
                self.finish()

    def _frame(self) -> tuple[bytes, bytearray]:
        self._wait()
        try:
            return self._worker.frame()
        except (EOFError, OSError):
            raise self._gone() from None

    def _wait(self) -> None:
        """Until something can be read; the time that the reader takes in between does not count."""
        while True:
            began = time.monotonic()
            if self._worker.has_news(_LOOK_SECONDS):
                return
            now = time.monotonic()
            self._left -= now - began
            if self._told_at is None:
                if self._limits.cancel.is_set() or self._left <= 0:
                    self._told_at = now
                    self._worker.cancel(self._number)
            elif now - self._told_at > _GRACE_SECONDS:
                self.is_over = True
                self._worker.kill()
                raise self._reason()

    def _gone(self) -> Exception:
        self.is_over = True
        self._worker.kill()
        if self._told_at is not None:
            return self._reason()
        return QueryFailedError(_CRASHED) if self._is_taken_up else WorkerGoneError()

    def _reason(self) -> QueryFailedError:
        if self._limits.cancel.is_set():
            return QueryStoppedError("The query was cancelled.")
        return QueryFailedError(
            f"The query was stopped after {self._limits.seconds:g} seconds: filter more or aggregate."
        )
