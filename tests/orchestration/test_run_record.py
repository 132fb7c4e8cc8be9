"""When a build is needed, and when it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration import run_record
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path).ensure()
    (settings.landing / "surveys").mkdir()
    (settings.landing / "surveys" / "a.csv").write_text("interview_id,question,score\n")
    published = settings.published / "marts_1.duckdb"
    published.touch()
    (settings.published / "current.duckdb").symlink_to(published.name)
    run_record.note_landing(settings)
    return settings


def publish(settings: Settings) -> None:
    run_record.note_published(settings, settings.published / "marts_1.duckdb")


def test_the_same_inputs_need_no_build(settings: Settings) -> None:
    assert not run_record.is_current(settings)
    publish(settings)
    assert run_record.is_current(settings)


def test_a_new_file_needs_one(settings: Settings) -> None:
    publish(settings)
    (settings.landing / "surveys" / "b.csv").write_text("interview_id,question,score\n")
    assert not run_record.is_current(settings)


def test_a_file_that_lands_during_a_build_is_not_taken_for_built(settings: Settings) -> None:
    (settings.landing / "surveys" / "b.csv").write_text("interview_id,question,score\n")
    publish(settings)
    assert not run_record.is_current(settings)


def test_a_published_file_that_is_gone_needs_one(settings: Settings) -> None:
    publish(settings)
    (settings.published / "marts_1.duckdb").unlink()
    assert not run_record.is_current(settings)


def test_a_file_name_that_is_no_text_is_a_name_too(settings: Settings) -> None:
    before = run_record.landing_fingerprint(settings)
    (settings.landing / "surveys" / os.fsdecode(b"\xd4\xb1.csv")).write_text("interview_id\n")
    assert run_record.landing_fingerprint(settings) != before
