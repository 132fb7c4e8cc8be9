"""Ratings and answers straight out of a warehouse: texts are opened in memory, and only there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingestion.demo.plan import Planted
from ingestion.demo.ratings import REGRESSION
from orchestration.rating import warehouse_ratings
from orchestration.rating.errors import RatingInputError
from orchestration.rating.inputs import RATING_SCHEMA
from orchestration.rating.warehouse_ratings import (
    answers_of,
    beside_explained,
    rated_answers_of,
    rated_competencies_of,
)
from scoring_udfs.calibration import fit_knots
from tests.orchestration.rate_command import Said, is_one_sentence
from warehouse.database_files import opened
from warehouse.errors import BuildRunningError, VaultError
from warehouse.locks import build_lock
from warehouse.settings import Settings
from warehouse.vault import Vault


@pytest.fixture(scope="module")
def home(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the demo's files whose build still reads the demo's raw files."""
    copy = Settings(tmp_path_factory.mktemp("home") / "copy")
    for name in ("raw", "vault", "build"):
        shutil.copytree(demo_home.home / name, copy.home / name)
    return copy.ensure()


def asked(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with opened(settings, settings.build / "build.duckdb") as connection:
        return connection.execute(sql).fetchall()


def test_every_rating_by_question_comes_with_the_text_that_was_rated(home: Settings) -> None:
    found = rated_answers_of(home, ("lang", "role_id"))
    assert found.table.schema == RATING_SCHEMA
    rated = asked(
        home,
        """
        select r.interview_id || '/' || r.question_id, r.rater_id, r.rating, a.text_chars
        from staging.stg_human_ratings as r
        inner join marts.answer_scores as a using (interview_id, question_id)
        where not a.is_missing and not a.is_skipped
        """,
    )
    rows = found.table.to_pylist()
    assert len(rows) > 50
    assert sorted((row["answer_id"], row["rater_id"], row["rating"]) for row in rows) == sorted(
        row[:3] for row in rated
    )
    chars = {row[0]: row[3] for row in rated}
    for row in rows:
        assert abs(len(row["text"]) - chars[row["answer_id"]]) <= 3
    assert set(found.groups) == {"lang", "role_id"}
    assert set(found.groups["lang"]) <= {"zh", "en"}


def test_answers_of_an_erased_person_are_gone(home: Settings, tmp_path: Path) -> None:
    copy = Settings(tmp_path / "home")
    shutil.copytree(home.home, copy.home)
    before = rated_answers_of(copy).table
    interview = before["answer_id"][0].as_py().partition("/")[0]
    ((candidate,),) = asked(
        copy, f"select candidate_id from marts.interview_results where interview_id = '{interview}'"
    )
    assert Vault.open(copy).erase([f"candidate:{candidate}"]) == 1
    after = rated_answers_of(copy).table
    assert 0 < after.num_rows < before.num_rows
    assert not any(name.startswith(f"{interview}/") for name in after["answer_id"].to_pylist())


def test_without_the_master_key_nothing_is_opened(home: Settings, tmp_path: Path) -> None:
    copy = Settings(tmp_path / "home")
    shutil.copytree(home.home, copy.home)
    (copy.vault / "master.key").unlink()
    with pytest.raises(VaultError, match="master key"):
        rated_answers_of(copy)


def test_during_a_build_nothing_is_read(home: Settings) -> None:
    with build_lock(home), pytest.raises(BuildRunningError):
        rated_answers_of(home)


def test_ratings_that_name_no_question_are_said(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = warehouse_ratings._RATED + " and ratings.rater_id = 'nobody'"
    monkeypatch.setattr(warehouse_ratings, "_RATED", nobody)
    with pytest.raises(RatingInputError, match="question_id"):
        rated_answers_of(home)


def test_a_prediction_stands_beside_the_explained_score(home: Settings) -> None:
    answers = answers_of(home).table.slice(0, 40)
    ids = answers.select(["answer_id"])
    low, high = [0.0] * 39 + [None], [75.0] * 39 + [None]
    predicted = ids.append_column("low", [low]).append_column("high", [high])
    found = beside_explained(home, predicted).to_pylist()
    points = {
        f"{interview}/{question}": value
        for interview, question, value in asked(
            home, "select interview_id, question_id, points from marts.answer_scores"
        )
    }
    for row in found[:39]:
        assert row["explained"] == points[row["answer_id"]]
        assert row["needs_human"] == (row["explained"] is not None and row["explained"] > 75) or (
            row["explained"] is None and row["needs_human"] is None
        )
    assert {row["needs_human"] for row in found[:39]} >= {True, False}
    assert found[39]["needs_human"] is None


def test_a_fit_leaves_no_text_on_disk(home: Settings, rate: Callable[..., Said], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    said = rate(home, "fit", "--from-warehouse", "--out", str(folder), "--group", "lang")
    assert said.code in (0, 1) and said.err == ""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["facts"]["origin"] == "warehouse"
    texts = [text for text in rated_answers_of(home).table["text"].to_pylist() if len(text) > 30]
    pieces = {text[place : place + 12].encode() for text in texts for place in (0, 15)}
    for path in [*folder.iterdir(), *home.exports.rglob("*"), *home.logs.rglob("*")]:
        if path.is_file():
            content = path.read_bytes()
            assert not any(piece in content for piece in pieces), path


def test_raw_scores_meet_the_mean_rating_of_their_interview(home: Settings) -> None:
    table = rated_competencies_of(home).to_pylist()
    assert len(table) > 100
    ((interview, competency, rating, raters),) = asked(
        home,
        """
        select interview_id, competency_id, avg(rating), count(*) from staging.stg_human_ratings
        where competency_id is not null group by all having count(*) = 2 order by all limit 1
        """,
    )
    (row,) = [row for row in table if (row["interview_id"], row["competency_id"]) == (interview, competency)]
    assert (row["rating"], row["raters"]) == (rating, raters)
    assert 0 <= row["raw"] <= 100


def test_calibrating_the_demo_gives_a_sensible_answer(
    home: Settings, rate: Callable[..., Said], tmp_path: Path
) -> None:
    said = rate(home, "calibrate", "--out", str(tmp_path / "proposal.csv"))
    assert said.code == (0 if "→ proposed" in said.out else 1)
    assert "communication: " in said.out
    assert (tmp_path / "proposal.card.md").read_text(encoding="utf-8").count("| communication |") == 2
    fewer = rate(home, "calibrate", "--min-ratings", "20")
    errors = re.findall(r"error ([\d.]+) without knots, ([\d.]+) with", fewer.out)
    assert errors and all(float(one) < 15 for pair in errors for one in pair)


def test_the_line_that_the_demo_planted_is_found(home: Settings) -> None:
    planted = Planted()
    units = rated_competencies_of(home)
    raw, rating = units["raw"].to_numpy(), units["rating"].to_numpy()
    grid = np.linspace(55, 90, 8)
    mean = planted.composite_mean
    assert np.abs(fit_knots(raw, rating)(grid) - (mean + REGRESSION * (grid - mean))).max() < 5


def test_a_home_without_a_build_is_told_to_build(rate: Callable[..., Said], tmp_path: Path) -> None:
    said = rate(Settings(tmp_path / "home").ensure(), "calibrate")
    assert said.code == 1 and "scorehouse build" in said.err and is_one_sentence(said.err)
