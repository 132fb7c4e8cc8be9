"""A text goes before its score: scoring everything anew keeps what was scored while the text was there."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.bulk_scoring import score_new
from warehouse.purge import purge
from warehouse.settings import Settings


def scores(settings: Settings) -> dict[str, object]:
    """What the score files say, by file."""
    folder = settings.scores / "answers"
    return {path.name: pq.read_table(path).to_pylist() for path in sorted(folder.glob("[!_]*.parquet"))}


def test_purged_texts_keep_their_scores_when_all_is_scored_anew(demo_home: Settings, tmp_path: Path) -> None:
    for folder in ("raw", "scores", "vault", "quarantine"):
        shutil.copytree(demo_home.home / folder, tmp_path / "home" / folder)
    settings = Settings(home=tmp_path / "home").ensure()
    before = scores(settings)
    done = {one.field_class: one for one in purge(settings, today=dt.date(2027, 6, 1))}
    assert done["texts"].count > 300
    assert score_new(settings, workers=1).files == 0
    again = score_new(settings, workers=1, anew=True)
    assert again.files == len(before) and again.erased > 1_000
    assert scores(settings) == before
