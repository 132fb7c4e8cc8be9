"""Processes that seal beside this one: they are started for the first big file, and end with the pass."""

from __future__ import annotations

import mmap
import os
import queue
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

import ingestion
from ingestion.rows.sealing_process import DONE, HEADER, parts_of, seal_all, sizes_of
from warehouse.cipher import NONCE_BYTES, TAG_BYTES

Result = TypeVar("Result")
_PROCESS = "ingestion.rows.sealing_process"
_MOST = 2
# A few texts are sealed before a process is there; so many in one pass are a big file's.
_FEW = 20_000
_END_SECONDS = 5.0


@dataclass(frozen=True)
class Clear:
    """N texts to be sealed, see `seal_all`: all behind each other, and so their places and the keys."""

    key_of_text: npt.NDArray[np.integer[Any]]
    text_ends: npt.NDArray[np.int64]
    texts: memoryview
    place_ends: npt.NDArray[np.int64]
    places: memoryview
    keys: bytes

    @property
    def sealed_bytes(self) -> int:
        """The size of all of them sealed."""
        return len(self.texts) + len(self.text_ends) * (NONCE_BYTES + TAG_BYTES)

    def seal(self) -> memoryview:
        """All of them sealed, in this process."""
        sealed = np.empty(self.sealed_bytes, dtype=np.uint8).data
        numbers = (self.key_of_text.tolist(), self.text_ends.tolist(), self.place_ends.tolist())
        keys = memoryview(self.keys)
        seal_all(*numbers, keys, self.texts, self.places, sealed, NONCE_BYTES, TAG_BYTES)
        return sealed


class SealingHelpers:
    """Seals in other processes once there is much to seal. One that fails is done without."""

    def __init__(self) -> None:
        self._count = 0
        self._is_started = False
        self._threads: ThreadPoolExecutor | None = None
        self._helpers: list[_Helper] = []
        self._free: queue.SimpleQueue[_Helper] = queue.SimpleQueue()

    def begin(self, texts: int, work: Callable[[], Result]) -> Callable[[], Result]:
        """Begins `work`, which seals so many texts by `seal`; the result waits for it.

        What does not pay is done only when its result is asked for.
        """
        self._count += texts
        if self._count > _FEW and not self._is_started:
            self._is_started = True
            self._start()
        return work if self._threads is None or not texts else self._threads.submit(work).result

    def seal(self, clear: Clear) -> memoryview:
        """All of the texts sealed, by the first process that is free."""
        try:
            helper = self._free.get_nowait()
        except queue.Empty:
            return clear.seal()
        sealed = helper.seal(clear)
        if sealed is None:
            return clear.seal()
        self._free.put(helper)
        return sealed

    def close(self) -> None:
        """Ends them."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for helper in self._helpers:
            helper.end()
        self._helpers = []

    def _start(self) -> None:
        count = min(_MOST, (os.cpu_count() or 1) - 1)
        # Memory without a name, which is on no disk, can be shared on Linux only.
        if not count or not hasattr(os, "memfd_create"):
            return
        with suppress(OSError):  # Where no process can be started, all is sealed here.
            for _ in range(count):
                helper = _Helper()
                self._helpers.append(helper)
                self._free.put(helper)
            self._threads = ThreadPoolExecutor(count, thread_name_prefix="sealing")


class _Helper:
    """One process and the memory that is shared with it."""

    def __init__(self) -> None:
        self._descriptor = os.memfd_create("sealing")
        self._memory: mmap.mmap | None = None
        root = str(Path(ingestion.__path__[0]).parent)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _PROCESS, str(self._descriptor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": root, "PATH": os.defpath},
            bufsize=0,
            pass_fds=(self._descriptor,),
        )

    def seal(self, clear: Clear) -> memoryview | None:
        """The texts sealed; None when the process is no more."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        contents = (memoryview(clear.keys), clear.texts, clear.places)
        sizes = sizes_of(len(clear.text_ends), *map(len, contents), clear.sealed_bytes)
        memory = self._memory_of(sum(sizes))
        *given, answer = parts_of(memoryview(memory), sizes)
        numbers = (clear.key_of_text, clear.text_ends, clear.place_ends)
        for part, values in zip(given, numbers, strict=False):
            np.frombuffer(part, dtype=np.int64)[:] = values
        for part, content in zip(given[len(numbers) :], contents, strict=True):
            # By numpy, which lets other threads work meanwhile.
            np.frombuffer(part, dtype=np.uint8)[:] = np.frombuffer(content, dtype=np.uint8)
        header = HEADER.pack(len(memory), len(clear.text_ends), *map(len, contents), NONCE_BYTES, TAG_BYTES)
        try:
            stdin.write(header)
            if stdout.read(len(DONE)) != DONE:
                return None
        except OSError:
            return None
        return np.array(np.frombuffer(answer, dtype=np.uint8)).data

    def end(self) -> None:
        """Its input ends, and so does it; or else it is made to."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        os.close(self._descriptor)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _memory_of(self, size: int) -> mmap.mmap:
        """The shared memory, at least so much of it."""
        if self._memory is None or len(self._memory) < size:
            size = -(-size // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
            os.ftruncate(self._descriptor, size)
            self._memory = mmap.mmap(self._descriptor, size)
        return self._memory
