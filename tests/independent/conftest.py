"""Homes of two demo seeds that nothing was tuned to, built once a run; one holds hand-made cases besides."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingestion import ingest
from ingestion.demo import write_demo
from tests.conftest import build_in_memory
from tests.independent.chain import Chain
from tests.independent.made_cases import write_first_files, write_late_files
from tests.independent.results import note_durations
from tests.independent.scoring import Judged, judge
from tests.independent.world import World
from warehouse.settings import Settings

INTERVIEWS = 260
PLAIN, WITH_CASES = 1107, 90210


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of both; several workers of one run share it."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session", params=(PLAIN, WITH_CASES), ids=lambda seed: f"seed {seed}")
def world(request: pytest.FixtureRequest, homes: Path) -> World:
    """One of both homes. A worker that finds it being built builds the other one meanwhile."""
    for seed in (request.param, *{PLAIN, WITH_CASES} - {request.param}):
        with locked(homes, seed, wait=False) as is_ours:
            if is_ours:
                build(homes, seed)
                break
    return wait_for(homes, request.param)


@pytest.fixture(scope="session")
def with_cases(homes: Path) -> World:
    """The home that holds the hand-made cases."""
    return wait_for(homes, WITH_CASES)


@pytest.fixture(scope="session")
def judged(world: World) -> dict[str, Judged]:
    """Every interview, scored a second time."""
    found = judge(world)
    note_durations(found)
    return found


@pytest.fixture(scope="session")
def chain(world: World, judged: dict[str, Judged]) -> Chain:
    """Interviews joined to applications and stays a second time."""
    return Chain(world, judged)


def wait_for(homes: Path, seed: int) -> World:
    with locked(homes, seed, wait=True):
        return World(build(homes, seed))


@contextmanager
def locked(homes: Path, seed: int, *, wait: bool) -> Iterator[bool]:
    """Whether the home is ours; held until the end of the block."""
    with (homes / f"independent_{seed}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def build(homes: Path, seed: int) -> Settings:
    """The home of a seed, built unless it stands there."""
    settings = Settings(home=homes / f"independent_{seed}")
    if not (settings.published / "current.duckdb").exists():
        settings.ensure()
        write_demo(settings.landing, interviews=INTERVIEWS, seed=seed)
        if seed == WITH_CASES:
            write_first_files(settings.landing)
            ingest.run(settings)
            write_late_files(settings.landing)
        build_in_memory(settings)
    return settings
