"""The project built by dbt for real, once a test run, on the hand-checkable home."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_manifest import dbt_environment
from tests import parsed
from tests.dbt_project import made_lifecycles, made_rows
from tests.dbt_project.made_home import copy_project, write_home
from warehouse.database_files import opened
from warehouse.settings import Settings

Query = Callable[..., list[tuple[object, ...]]]


@dataclass(frozen=True)
class Project:
    """A copy of the dbt project with a home of its own."""

    settings: Settings

    @property
    def unit_tests(self) -> Path:
        """What dbt said when it ran the unit tests."""
        return self.settings.home / "unit_tests.txt"

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt; the caller judges the exit code."""
        parsed.bring_parsed(self.settings)
        environment = {**os.environ, **dbt_environment(self.settings)}
        return subprocess.run(
            [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments],
            cwd=self.settings.dbt_project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def connect(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """What dbt built, read-only."""
        return opened(self.settings, self.settings.build / "build.duckdb")


def make_project(folder: Path) -> Project:
    """A fresh copy of the project and the hand-checkable home."""
    settings = Settings(home=folder / "home", dbt_project=copy_project(folder / "project"))
    write_home(
        settings,
        made_rows.RAW,
        [made_rows.ANSWERS, made_rows.LATER_ANSWERS],
        made_rows.LEDGER,
        made_rows.RUN,
        made_rows.QUARANTINE,
        made_rows.RELEASES,
    )
    return Project(settings)


def make_lifecycles(folder: Path) -> Project:
    """A fresh copy of the project and the home of the invented people."""
    settings = Settings(home=folder / "home", dbt_project=copy_project(folder / "project"))
    write_home(settings, made_lifecycles.RAW, [], [], made_rows.RUN)
    return Project(settings)


def built_once(
    factory: pytest.TempPathFactory,
    name: str,
    make: Callable[[Path], Project],
    *,
    with_unit_tests: bool = False,
) -> Project:
    """A project built with its data tests; several workers of one run share it."""
    base = factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    project = Project(Settings(home=folder / "home", dbt_project=folder / "project"))
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "is_built").exists():
            project = make(folder)
            result = project.dbt("build", "--exclude-resource-type", "unit_test")
            assert result.returncode == 0, result.stdout
            if with_unit_tests:
                # Here, since dbt writes and so needs the file before anybody reads it.
                project.unit_tests.write_text(project.dbt("test", "--select", "test_type:unit").stdout)
            (folder / "is_built").write_text(result.stdout)
    return project


@contextmanager
def reading(project: Project) -> Iterator[Query]:
    """Rows of a query on the built database."""
    with project.connect() as connection:
        yield lambda sql, *parameters: connection.execute(sql, list(parameters)).fetchall()


@pytest.fixture(scope="session")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The hand-checkable home, built; with what dbt said of the unit tests."""
    return built_once(tmp_path_factory, "made_project", make_project, with_unit_tests=True)


@pytest.fixture(scope="session")
def query(built_project: Project) -> Iterator[Query]:
    """Rows of a query on the hand-checkable home."""
    with reading(built_project) as rows:
        yield rows


@pytest.fixture(scope="session")
def lifecycles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Query]:
    """Rows of a query on the invented people from the application to the exit."""
    with reading(built_once(tmp_path_factory, "lifecycles", make_lifecycles)) as rows:
        yield rows
