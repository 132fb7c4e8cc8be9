"""The project built by dbt for real, once a test run, on the hand-checkable home."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project import made_rows
from tests.dbt_project.made_home import copy_project, write_home
from warehouse.settings import HOME_VARIABLE, Settings

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
        home = self.settings.home
        environment = {
            **os.environ,
            HOME_VARIABLE: str(home),
            "DBT_PROFILES_DIR": str(self.settings.dbt_project),
            "DBT_TARGET_PATH": str(home / "build" / "target"),
            "DBT_LOG_PATH": str(home / "logs"),
        }
        return subprocess.run(
            [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments],
            cwd=self.settings.dbt_project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def connect(self) -> duckdb.DuckDBPyConnection:
        """What dbt built, read-only."""
        return duckdb.connect(str(self.settings.build / "build.duckdb"), read_only=True)


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


@pytest.fixture(scope="session")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Built with its data tests; several workers of one run share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "made_project"
    project = Project(Settings(home=folder / "home", dbt_project=folder / "project"))
    with (shared / "made_project.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "is_built").exists():
            project = make_project(folder)
            result = project.dbt("build", "--exclude-resource-type", "unit_test")
            assert result.returncode == 0, result.stdout
            # Here, since dbt writes and so needs the file before anybody reads it.
            project.unit_tests.write_text(project.dbt("test", "--select", "test_type:unit").stdout)
            (folder / "is_built").write_text(result.stdout)
    return project


@pytest.fixture(scope="session")
def query(built_project: Project) -> Iterator[Query]:
    """Rows of a query on the built database."""
    with built_project.connect() as connection:

        def run(sql: str, *parameters: object) -> list[tuple[object, ...]]:
            return connection.execute(sql, list(parameters)).fetchall()

        yield run
