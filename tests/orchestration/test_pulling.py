"""Pulls come first: before the question whether a build is needed, and none that fails stops it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from ingestion.contract import SOURCES
from ingestion.demo import write_demo
from ingestion.pull.report import PullReport
from orchestration import cli, run_record
from orchestration.assets import raw_key
from orchestration.definitions import make_definitions
from orchestration.pull_asset import PULLED, PULLS_SUCCEED, pulled_asset
from orchestration.pulling import pull_first
from tests.conftest import build_in_memory
from warehouse.settings import HOME_VARIABLE, Settings

FAILS = "kind: database\nsource: employees\nurl: sqlite:////nowhere.sqlite\ntable: staff\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with one survey answer to pull."""
    settings = Settings(home=tmp_path / "home").ensure()
    database = tmp_path / "survey.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("create table answers (interview_id, question, score, submitted_at)")
    connection.close()
    add(settings, "I1")
    (settings.home / "pull").mkdir()
    (settings.home / "pull" / "survey.yml").write_text(
        f"kind: database\nsource: surveys\nurl: sqlite:///{database}\ntable: answers\ncursor: submitted_at\n"
    )
    return settings


def add(settings: Settings, interview: str) -> None:
    with sqlite3.connect(settings.home.parent / "survey.sqlite") as connection:
        row = (interview, "overall", 4, f"2025-03-01T08:00:0{interview[1:]}+08:00")
        connection.execute("insert into answers values (?, ?, ?, ?)", row)
    connection.close()


def publish(settings: Settings) -> None:
    """As if a build had just ended."""
    published = settings.published / "marts_1.duckdb"
    published.touch()
    (settings.published / "current.duckdb").symlink_to(published.name)
    run_record.note_landing(settings)
    run_record.note_published(settings, published)


@pytest.fixture
def scorehouse(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], settings: Settings
) -> Callable[..., tuple[int, str, str]]:
    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setenv(HOME_VARIABLE, str(settings.home))
        monkeypatch.setattr(sys, "argv", ["scorehouse", *words])
        with pytest.raises(SystemExit) as ending:
            cli.run()
        out, err = capfd.readouterr()
        return int(ending.value.code or 0), out, err

    return call


def test_the_command_prints_a_line_a_pull(scorehouse: Callable[..., tuple[int, str, str]]) -> None:
    assert scorehouse("pull") == (0, "survey: 1 row in 1 file, up to 2025-03-01T08:00:01+08:00.\n", "")
    assert scorehouse("pull", "survey")[1].startswith("survey: nothing new")
    assert scorehouse("pull", "--full")[1].startswith("survey: 1 row in 1 file")


def test_a_failing_pull_ends_the_command_with_1_after_the_others(
    scorehouse: Callable[..., tuple[int, str, str]], settings: Settings
) -> None:
    (settings.home / "pull" / "a-staff.yml").write_text(FAILS)
    code, out, err = scorehouse("pull")
    assert (code, err) == (1, "")
    failed, pulled = out.splitlines()
    assert failed.startswith("The pull a-staff failed: there is no SQLite file")
    assert pulled.startswith("survey: 1 row")


def test_wrong_usage_ends_with_2(scorehouse: Callable[..., tuple[int, str, str]], settings: Settings) -> None:
    code, _, err = scorehouse("pull", "stuff")
    assert (code, len(err.splitlines())) == (2, 1)
    (settings.home / "pull" / "survey.yml").unlink()
    assert scorehouse("pull")[:2] == (0, f"Nothing to pull: {settings.home / 'pull'} holds no NAME.yml.\n")


def test_a_build_is_needed_after_a_pull_with_news_only(settings: Settings) -> None:
    pull_first(settings, print)
    publish(settings)
    assert pull_first(settings, print)[0].rows == 0
    assert run_record.is_current(settings)
    add(settings, "I2")
    assert pull_first(settings, print)[0].rows == 1
    assert not run_record.is_current(settings)


def test_the_build_command_pulls_before_it_says_that_nothing_changed(
    scorehouse: Callable[..., tuple[int, str, str]], settings: Settings
) -> None:
    pull_first(settings, print)
    (settings.home / "pull" / "a-staff.yml").write_text(FAILS)
    publish(settings)
    code, out, _ = scorehouse("build")
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines()[-3:]] == [
        "The pull a-staff failed",
        "survey",
        "Nothing changed",
    ]


def test_a_changed_profile_needs_a_build_and_another_pull_does_not(settings: Settings) -> None:
    (settings.landing / "surveys").mkdir()
    publish(settings)
    (settings.home / "pull" / "b.yml").write_text(FAILS)
    assert run_record.is_current(settings)
    (settings.home / "profiles").mkdir()
    profile = settings.home / "profiles" / "own.yml"
    profile.write_text("profile: own\n")
    assert not run_record.is_current(settings)


def test_pulls_stand_before_every_raw_asset(settings: Settings) -> None:
    graph = make_definitions(settings).resolve_asset_graph()
    for source in SOURCES:
        assert PULLED in graph.get(raw_key(source)).parent_keys
    assert dg.AssetCheckKey(PULLED, PULLS_SUCCEED) in graph.asset_check_keys


def materialize(asset: dg.AssetsDefinition) -> tuple[dg.AssetMaterialization, dg.AssetCheckEvaluation]:
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([asset], instance=instance)
    assert result.success
    (event,) = result.get_asset_materialization_events()
    (check,) = result.get_asset_check_evaluations()
    return event.materialization, check


def test_a_run_that_dagster_starts_pulls_itself(settings: Settings) -> None:
    done, check = materialize(pulled_asset(settings))
    assert done.metadata["dagster/row_count"].value == 1
    assert check.passed


def test_a_failing_pull_is_a_failed_check_and_no_failed_run(settings: Settings) -> None:
    (settings.home / "pull" / "a-staff.yml").write_text(FAILS)
    done, check = materialize(pulled_asset(settings))
    assert done.metadata["dagster/row_count"].value == 1
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "The pull a-staff failed" in str(check.metadata["failures"].value)


def test_what_a_command_has_pulled_is_not_pulled_twice(settings: Settings) -> None:
    done, check = materialize(pulled_asset(settings, [PullReport("survey", rows=7)]))
    assert done.metadata["dagster/row_count"].value == 7
    assert check.passed
    assert not list(settings.landing.rglob("*.parquet"))


@pytest.mark.slow
def test_a_build_takes_in_what_its_pulls_brought_and_survives_one_that_fails(settings: Settings) -> None:
    write_demo(settings.landing, interviews=30)
    (settings.home / "pull" / "a-staff.yml").write_text(FAILS)
    assert build_in_memory(settings).changed
    assert list((settings.landing / "surveys" / "pull").iterdir())
    assert not build_in_memory(settings).changed
