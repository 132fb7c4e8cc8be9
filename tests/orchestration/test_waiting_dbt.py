"""dbt waits until it is told what to do; when it does not, or the project is another, nothing goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbt.constants import DEFAULT_ENV_PLACEHOLDER
from dbt.contracts.graph.manifest import Manifest

from orchestration import waiting_dbt
from orchestration.dbt_ahead import ParsedProject
from orchestration.dbt_manifest import (
    dbt_environment,
    dbt_executable,
    ensure_manifest,
    project_fingerprint,
    target_path,
)
from orchestration.dbt_process import Invocation
from warehouse.settings import REPOSITORY, Settings

TELLS_ITS_ORDER = "import sys; line = sys.stdin.readline(); print('ready', flush=True); print(line, end='')"
DIES_AT_ONCE = "raise SystemExit(3)"
DIES_WHEN_TOLD = "import sys; sys.stdin.readline(); raise SystemExit(3)"
NEVER_ANSWERS = "import sys, time; sys.stdin.readline(); time.sleep(60)"
NOTICES_CTRL_C = """
import sys, time
sys.stdin.readline()
print('ready', flush=True)
try:
    print('building', flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(2)
"""
DIES_AS_DBT = "import sys; sys.stdin.readline(); print('ready', flush=True); raise SystemExit(3)"
LISTED = ["list", "--quiet", "--resource-type", "model", "--output", "name"]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a project of its own, parsed, and nothing else."""
    folder = tmp_path_factory.mktemp("parsed")
    shutil.copytree(REPOSITORY / "dbt_project", folder / "project")
    made = Settings(home=folder / "home", dbt_project=folder / "project")
    ensure_manifest(made)
    return made


@pytest.fixture
def settings(parsed: Settings) -> Iterator[Settings]:
    yield parsed
    waiting_dbt.end(parsed)


@pytest.fixture
def waiting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], subprocess.Popen[bytes]]:
    """Begins a process that runs this instead of what waits for dbt's orders."""

    def begin(code: str) -> subprocess.Popen[bytes]:
        monkeypatch.setattr(waiting_dbt, "COMMAND", (sys.executable, "-c", code))
        waiting_dbt.begin(settings)
        return waiting_dbt._waiting[target_path(settings)]

    return begin


def hand_over(settings: Settings, *args: str) -> subprocess.Popen[bytes] | None:
    env = {**os.environ, **dbt_environment(settings)}
    return waiting_dbt.hand_over(target_path(settings), ["dbt", *args], env, settings.dbt_project)


def call(settings: Settings, args: list[str]) -> Invocation:
    """As DbtCliResource.cli calls dbt."""
    invocation = Invocation.run(
        args=[dbt_executable(), *args],
        env={**os.environ, **dbt_environment(settings), "DBT_LOG_FORMAT": "text"},
        project_dir=settings.dbt_project,
        target_path=target_path(settings),
        manifest={},
        dagster_dbt_translator=None,
        raise_on_error=False,
        context=None,
        adapter=None,
        cli_version=None,
    )
    assert isinstance(invocation, Invocation)
    return invocation


def said(invocation: Invocation) -> str:
    return invocation.process.communicate(timeout=120)[0].decode()


def test_the_process_is_told_arguments_environment_and_folder(
    settings: Settings, waiting: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    begun = waiting(TELLS_ITS_ORDER)
    process = hand_over(settings, "build", "--exclude", "a b")
    assert process is begun
    order = json.loads(process.communicate()[0])
    assert order["args"] == process.args == ["dbt", "build", "--exclude", "a b"]
    assert order["env"]["SCOREHOUSE_HOME"] == str(settings.home)
    assert order["cwd"] == str(settings.dbt_project)


@pytest.mark.parametrize("code", [DIES_AT_ONCE, DIES_WHEN_TOLD])
def test_for_one_that_died_while_it_waited_dbt_is_started_as_ever(
    settings: Settings, waiting: Callable[[str], subprocess.Popen[bytes]], code: str
) -> None:
    begun = waiting(code)
    invocation = call(settings, ["--version"])
    assert invocation.process is not begun
    assert "installed" in said(invocation)
    assert begun.returncode == 3


def test_one_that_dies_as_dbt_is_a_dbt_that_failed(
    settings: Settings, waiting: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    begun = waiting(DIES_AS_DBT)
    invocation = call(settings, ["build"])
    assert invocation.process is begun
    error = invocation.get_error()
    assert error is not None and "failed with exit code `3`" in str(error)


def test_who_stops_the_build_while_dbt_starts_stops_dbt(
    settings: Settings, waiting: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    begun = waiting(NEVER_ANSWERS)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            hand_over(settings, "build")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert begun.returncode == -signal.SIGKILL
    assert hand_over(settings, "build") is None


def test_one_that_nobody_needs_is_ended(
    settings: Settings, waiting: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    begun = waiting(NEVER_ANSWERS)
    waiting_dbt.begin(settings)
    assert waiting_dbt._waiting[target_path(settings)] is begun
    waiting_dbt.end(settings)
    assert begun.returncode == -signal.SIGKILL
    assert hand_over(settings, "build") is None


def test_it_ends_by_itself_when_the_build_that_began_it_is_gone(settings: Settings) -> None:
    waiting_dbt.begin(settings)
    process = waiting_dbt._waiting.pop(target_path(settings))
    assert process.communicate(timeout=120)[0] == b""
    assert process.returncode == 0


def test_none_waits_while_the_project_has_to_be_parsed_first(tmp_path: Path) -> None:
    never_parsed = Settings(home=tmp_path).ensure()
    waiting_dbt.begin(never_parsed)
    assert target_path(never_parsed) not in waiting_dbt._waiting


def test_it_says_what_dbt_says_and_ends_as_dbt_does(settings: Settings) -> None:
    expected = said(call(settings, LISTED))
    waiting_dbt.begin(settings)
    handed = call(settings, LISTED)
    assert said(handed) == expected
    assert "interview_results" in expected
    assert handed.process.returncode == 0
    waiting_dbt.begin(settings)
    wrong = call(settings, ["list", "--no-such-option"])
    assert "No such option" in said(wrong)
    assert wrong.process.returncode == 2


def test_what_was_read_holds_for_the_same_files_variables_and_options_only(
    settings: Settings, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(settings.dbt_project, project)
    manifest = Manifest(env_vars={"SCOREHOUSE_HOME": "here", "UNSET": DEFAULT_ENV_PLACEHOLDER})
    parsed = ParsedProject(project_fingerprint(project), manifest)
    env = {"SCOREHOUSE_HOME": "here", "OTHER": "any"}
    assert parsed.holds(["dbt", "build", "--exclude", "a"], env, project)
    assert not parsed.holds(["dbt", "build", "--vars={}"], env, project)
    assert not parsed.holds(["dbt", "build"], {**env, "SCOREHOUSE_HOME": "there"}, project)
    assert not parsed.holds(["dbt", "build"], {**env, "UNSET": "set"}, project)
    (project / "models" / "marts" / "added.sql").write_text("select 1 as one\n")
    assert not parsed.holds(["dbt", "build"], env, project)


def test_a_project_that_changed_meanwhile_is_read_anew(settings: Settings, tmp_path: Path) -> None:
    mine = Settings(home=tmp_path / "home", dbt_project=tmp_path / "project")
    shutil.copytree(settings.home, mine.home)
    shutil.copytree(settings.dbt_project, mine.dbt_project)
    ensure_manifest(mine)
    waiting_dbt.begin(mine)
    begun = waiting_dbt._waiting[target_path(mine)]
    (mine.dbt_project / "models" / "marts" / "added.sql").write_text("select 1 as one\n")
    handed = call(mine, LISTED)
    assert handed.process is begun
    assert "added" in said(handed).splitlines()


def test_a_dbt_that_is_left_over_is_stopped_as_by_ctrl_c(
    settings: Settings, waiting: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    """A build that is stopped between two of dbt's lines leaves it running."""
    waiting(NOTICES_CTRL_C)
    process = hand_over(settings, "build")
    assert process is not None and process.stdout is not None
    assert process.stdout.readline() == b"building\n"
    waiting_dbt.end(settings)
    assert process.returncode == 2
