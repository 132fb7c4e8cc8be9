from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from warehouse.errors import BuildRunningError
from warehouse.locks import build_lock, running_build
from warehouse.settings import REPOSITORY, Settings

HOLD_LOCK = """
import sys
import threading
from pathlib import Path
from warehouse.locks import build_lock
from warehouse.settings import Settings
with build_lock(Settings(home=Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""
HOLD_DATABASE = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1] + "/build/build.duckdb")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def other_process(code: str, settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that has reached its `held`; ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.home)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_build_is_told_who_runs_the_first(settings: Settings) -> None:
    with other_process(HOLD_LOCK, settings) as process:
        assert running_build(settings) == process.pid
        with pytest.raises(BuildRunningError, match=f"process {process.pid}"), build_lock(settings):
            pytest.fail("two builds at a time")


def test_a_killed_build_lets_go(settings: Settings) -> None:
    with other_process(HOLD_LOCK, settings) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with build_lock(settings):
            assert running_build(settings) == os.getpid()
    assert running_build(settings) is None


def test_two_builds_of_one_process_exclude_each_other(settings: Settings) -> None:
    with (
        build_lock(settings),
        pytest.raises(BuildRunningError, match=f"process {os.getpid()}"),
        build_lock(settings),
    ):
        pytest.fail("two builds at a time")
    with build_lock(settings):
        assert running_build(settings) == os.getpid()


def test_the_lock_is_free_after_a_build_that_failed(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), build_lock(settings):
        raise ZeroDivisionError
    with build_lock(settings):
        pass


def test_homes_do_not_lock_one_another(settings: Settings) -> None:
    other = Settings(home=settings.home.parent / "other")
    assert running_build(other) is None
    with build_lock(settings), build_lock(other):
        pass


def test_an_orphan_of_a_killed_build_that_still_writes_is_named(settings: Settings) -> None:
    duckdb.connect(str(settings.build / "build.duckdb")).close()
    with (
        other_process(HOLD_DATABASE, settings),
        pytest.raises(BuildRunningError, match=r"still has .*build\.duckdb open"),
        build_lock(settings, orphan_seconds=0),
    ):
        pytest.fail("two writers at a time")
    with build_lock(settings, orphan_seconds=0):
        pass


def test_a_build_starts_although_somebody_asks_whether_one_runs(settings: Settings) -> None:
    settings.build.mkdir(parents=True, exist_ok=True)
    asking = os.open(settings.build / ".lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(asking, fcntl.LOCK_SH)
    # The question takes an instant; the build must not take it for another build.
    threading.Timer(0.05, os.close, [asking]).start()
    with build_lock(settings):
        assert running_build(settings) == os.getpid()
