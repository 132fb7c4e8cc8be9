"""What tests of several rooms share: a home with real demo marts, made once a run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import parsed
from warehouse.settings import Settings

if TYPE_CHECKING:
    from orchestration.build import BuildReport

DEMO_INTERVIEWS = 400
# In CI the same examples each time: what fails there fails here.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
# Tests assert results, never times.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")
SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"


def pytest_configure() -> None:
    """Before the modules of the tests are imported, and with them those that parse the dbt project."""
    parsed.install()


@pytest.fixture(scope="session", autouse=True)
def _no_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests never see the home, the key or the accounts of the person who runs them."""
    parsed.share_in(in_common(tmp_path_factory))
    saved = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SCOREHOUSE_")}
    os.environ["DO_NOT_TRACK"] = "1"
    yield
    os.environ.update(saved)


def in_common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of a run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def build_in_memory(settings: Settings, *, full_refresh: bool = False) -> BuildReport:
    """A real build whose Dagster records are thrown away: writing them takes a third of its time."""
    from dagster import DagsterInstance

    from orchestration.build import build
    from orchestration.reporter import SilentReporter

    with DagsterInstance.ephemeral() as instance:
        return build(settings, SilentReporter(), full_refresh=full_refresh, instance=instance)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Demo exports ingested, scored, built, tested and published; read it, do not change it."""
    from ingestion.demo import write_demo

    shared = in_common(tmp_path_factory)
    settings = Settings(home=shared / "demo_home")
    with (shared / "demo_home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (settings.published / "current.duckdb").exists():
            settings.ensure()
            write_demo(settings.landing, interviews=DEMO_INTERVIEWS)
            build_in_memory(settings)
    return settings


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data by other people, beside the checkout; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data of ../shared/data is not on this machine")
    return SHARED_DATA
