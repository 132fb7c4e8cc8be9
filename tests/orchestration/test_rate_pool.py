"""Many answers are rated by several processes: the same ratings in the same order."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.rating import prediction_pool
from orchestration.rating.errors import PredictionError
from orchestration.rating.model_folder import Facts, save
from orchestration.rating.prediction_pool import predict_rows
from scoring_udfs.rating import fit
from tests.scoring_udfs.rating.made_answers import rated_answers


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("models") / "model"
    state = {**fit(rated_answers(50)).to_state(), "held_out": {}}
    save(where, state, {"card.md": "", "card.json": ""}, Facts("2026-01-02", "d-0", 0, {}))
    return where


ROWS = rated_answers(20, questions=2, seed=8).select(["question_id", "answer_id", "text"])


def test_three_processes_say_what_one_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = predict_rows(folder, ROWS, workers=1)
    assert alone["answer_id"].to_pylist() == ROWS["answer_id"].to_pylist()
    monkeypatch.setattr(prediction_pool, "_ROWS", 7)
    assert predict_rows(folder, ROWS, workers=3).equals(alone)


def test_what_others_began_is_not_done_twice_and_what_they_did_not_is_done_here(folder: Path) -> None:
    class Begun:
        """A piece that another process has."""

        def cancel(self) -> bool:
            return False

        def result(self) -> pa.Table:
            return "theirs"

    class Waiting(Begun):
        def cancel(self) -> bool:
            return True

    class Model:
        def predict(self, piece: str) -> str:
            return f"own {piece}"

    found = prediction_pool._with_own_work(Model(), ["a", "b", "c"], [Begun(), Waiting(), Begun()])  # type: ignore[arg-type,list-item]
    assert found == ["theirs", "own b", "theirs"]


def die(_piece: pa.Table) -> None:
    os._exit(3)


def test_a_process_that_ends_early_ends_it_with_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction_pool, "_ROWS", 1)
    monkeypatch.setattr(prediction_pool, "_predicted", die)
    # This process is slower than the one that ends.
    monkeypatch.setattr(prediction_pool, "_with_own_work", lambda _model, _pieces, sent: sent[0].result())
    with pytest.raises(PredictionError, match="ended early"):
        predict_rows(folder, ROWS, workers=2)
