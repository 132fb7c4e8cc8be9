"""Results are compared with the marts published before, as long as these are the ones that were archived."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.archived_marts import archived_marts, note_archived
from warehouse.publish import CURRENT
from warehouse.result_records import PARTS
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A version is current, and its results are archived as those of the run 00000001_run1."""
    settings = Settings(home=tmp_path / "var").ensure()
    make_current(settings, "marts_run1.duckdb")
    note_archived(settings, "00000001_run1", PARTS)
    return settings


def make_current(settings: Settings, name: str) -> None:
    (settings.published / name).touch()
    (settings.published / CURRENT).unlink(missing_ok=True)
    (settings.published / CURRENT).symlink_to(name)


def test_the_current_version_holds_the_marts_that_were_archived_last(settings: Settings) -> None:
    found = archived_marts(settings, PARTS)
    assert found is not None
    assert (found.stem, found.database.name) == ("00000001_run1", "marts_run1.duckdb")


def test_nothing_is_known_before_the_first_publish(tmp_path: Path) -> None:
    assert archived_marts(Settings(home=tmp_path / "var").ensure(), PARTS) is None


@pytest.mark.parametrize("name", ["marts_run2.duckdb", "marts_run1.e1.duckdb"])
def test_nothing_is_known_of_a_version_that_came_otherwise(settings: Settings, name: str) -> None:
    """By a publish that ended before its note, or by an erasure."""
    make_current(settings, name)
    assert archived_marts(settings, PARTS) is None


def test_nothing_is_known_once_something_was_erased_or_purged(settings: Settings) -> None:
    (settings.privacy / "receipts").mkdir(exist_ok=True)
    (settings.privacy / "receipts" / "R1.parquet").touch()
    assert archived_marts(settings, PARTS) is None


def test_nothing_is_known_where_results_are_digested_in_another_way(settings: Settings) -> None:
    one, *others = PARTS
    assert archived_marts(settings, [replace(one, scores=one.scores[1:]), *others]) is None


def test_a_note_that_was_cut_short_says_nothing(settings: Settings) -> None:
    (settings.build / "archived.json").write_text('{"stem": "0000')
    assert archived_marts(settings, PARTS) is None
