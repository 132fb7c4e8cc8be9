"""One build at a time: a lock that the kernel releases when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.errors import BuildRunningError
from warehouse.settings import Settings

_POLL_SECONDS = 0.1
_ORPHAN_SECONDS = 30.0
# Whoever asks whether a build runs holds the lock for an instant: tried again before a build is said to run.
_TRIES = 4


@contextmanager
def build_lock(settings: Settings, *, orphan_seconds: float = _ORPHAN_SECONDS) -> Iterator[None]:
    """Holds `build/.lock`; `BuildRunningError` names the process that has it.

    A build that was killed may leave a child that still writes `build.duckdb`: it is waited for, at most
    `orphan_seconds`. Threads exclude one another too. Child programs do not inherit the lock.
    """
    settings.build.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.build / ".lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, settings)
        _wait_for_orphans(settings.build / "build.duckdb", orphan_seconds)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        # Closing releases. The file stays: removing it would let two builds lock two different files.
        os.close(descriptor)


def running_build(settings: Settings) -> int | None:
    """The process id of the build that runs now (0 when it has not said yet), None when none does."""
    path = settings.build / ".lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    finally:
        os.close(descriptor)
    return None


def _take(descriptor: int, settings: Settings) -> None:
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_POLL_SECONDS)
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
    holder = _holder(descriptor)
    who = f"process {holder}" if holder else "another process"
    raise BuildRunningError(
        f"A build of {settings.home} is running already ({who}): wait until it ends, or stop it."
    )


def _holder(descriptor: int) -> int:
    written = os.pread(descriptor, 32, 0).strip()
    return int(written) if written.isdigit() else 0


def _wait_for_orphans(database: Path, seconds: float) -> None:
    """Returns when no other process has the database open (DuckDB holds a POSIX lock on it)."""
    if not database.exists():
        return
    end = time.monotonic() + seconds
    while _is_open(database):
        if time.monotonic() >= end:
            raise BuildRunningError(
                f"Another process still has {database} open (a child of a killed build, or a DuckDB client): "
                "wait until it ends, or stop it."
            )
        time.sleep(_POLL_SECONDS)


def _is_open(database: Path) -> bool:
    descriptor = os.open(database, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    else:
        return False
    finally:
        os.close(descriptor)
