"""Landing is swept after a build: what was current stays current, and what lands later is news."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration import run_record
from warehouse.settings import Settings


@pytest.fixture
def settings(demo_home: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A copy of the demo as its build left it, noted as current under its new place and the code of now."""
    shutil.copytree(demo_home.home, tmp_path / "home", symlinks=True)
    copy = Settings(home=tmp_path / "home")
    run_record.note_landing(copy)
    run_record.note_published(copy, (copy.published / "current.duckdb").resolve())
    assert run_record.is_current(copy)
    yield copy


def landed(settings: Settings) -> list[Path]:
    return [path for path in settings.landing.rglob("*") if path.is_file()]


def test_everything_that_was_built_leaves_landing_and_the_marts_stay_current(settings: Settings) -> None:
    swept = run_record.sweep_landing(settings)
    assert len(swept.left) > 20 and swept.message is None
    assert landed(settings) == []
    assert run_record.is_current(settings)
    assert run_record.sweep_landing(settings).left == ()


def test_what_lands_after_the_build_stays_and_is_news(settings: Settings) -> None:
    new = settings.landing / "vendor_scores" / "late.csv"
    new.write_text("interview_id,competency_id,score\nI1,sales_skill,70\n", encoding="utf-8")
    run_record.sweep_landing(settings)
    assert landed(settings) == [new]
    assert not run_record.is_current(settings)


def test_an_erasure_that_has_begun_is_news(settings: Settings) -> None:
    begun = settings.privacy / "begun" / "one.sealed"
    begun.parent.mkdir(parents=True)
    begun.write_bytes(b"")
    assert not run_record.is_current(settings)
