"""Runs for tests of the archive: the seeds of tests/dbt_project, copied so that they can be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from warehouse import archive
from warehouse.archive import ArchivedRun
from warehouse.seeds import rubric_version, weights_version
from warehouse.settings import REPOSITORY, Settings


def settings_with_seeds(folder: Path) -> Settings:
    """A home, and seeds of its own."""
    settings = Settings(home=folder / "home", dbt_project=folder / "project").ensure()
    shutil.copytree(REPOSITORY / "tests" / "dbt_project" / "seeds", settings.seeds)
    return settings


def run_of(settings: Settings, number: int, run_id: str) -> ArchivedRun:
    """A run made of the seeds of now."""
    return ArchivedRun(
        number=number,
        run_id=run_id,
        started_at="2026-09-30T08:30:00.000001+00:00",
        rubric_version=rubric_version(settings.seeds),
        weights_version=weights_version(settings.seeds),
        scored_by="k-1+c-1",
        engine="duckdb 1",
        seeds=archive.hash_seeds(settings.seeds),
        models=archive.keep_models(settings, {"models": []}),
        last_arrival=7,
        releases={"answers/abc": 1},
        variables={"pass_mark": 60, "expected_every_days": {"answers": 7}},
    )
