"""A piece is scored a few rows at a time, in their order, and only when the file is what it was."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import answer_scorer, bulk_scoring
from orchestration.bulk_scoring import ScoringError, score_new
from scoring_udfs.code_points import Texts
from scoring_udfs.normalised_texts import NormalisedTexts
from tests.orchestration.scoring_home import make_home, score_file, write_raw
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_home(tmp_path)


def test_a_process_reads_no_more_rows_at_once_than_a_batch(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    unseal = answer_scorer.unseal_texts

    def watched(sealed: pa.Array, *more: object) -> pa.Array:
        opened.append(len(sealed))
        return unseal(sealed, *more)

    monkeypatch.setattr(answer_scorer, "unseal_texts", watched)
    monkeypatch.setattr(answer_scorer, "BATCH_ROWS", 64)
    write_raw(settings, "short", ["需求"] * 500)
    score_new(settings)
    assert (max(opened), sum(opened)) == (64, 500)
    opened.clear()
    monkeypatch.setattr(answer_scorer, "BATCH_BYTES", 100_000)
    write_raw(settings, "long", ["需求" * 5_000] * 60)
    score_new(settings)
    assert max(opened) <= 4
    assert sum(opened) == 60


def test_a_long_text_among_short_ones_is_scored_by_itself_and_in_its_place(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    normalised: list[int] = []
    normalise = answer_scorer.normalise_column

    def watched(texts: Texts) -> NormalisedTexts:
        normalised.append(len(texts))
        return normalise(texts)

    monkeypatch.setattr(answer_scorer, "normalise_column", watched)
    monkeypatch.setattr(answer_scorer, "BATCH_BYTES", 2_000)
    write_raw(settings, "a", ["需求", *["访"] * 3, "x" * 6_000, *["需求访谈"] * 95])
    score_new(settings)
    rows = pq.read_table(score_file(settings, "a"), columns=["_row_number", "text_chars"])
    assert rows["text_chars"].to_pylist() == [2, 1, 1, 1, 6_000, *[4] * 95]
    assert rows["_row_number"].to_pylist() == list(range(1, 101))
    assert normalised[:2] == [4, 1]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("row_group", [40, 10, 5])
def test_a_raw_file_that_changes_meanwhile_is_no_result(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, workers: int, row_group: int
) -> None:
    monkeypatch.setattr(bulk_scoring, "LEAST_ROWS", 4)
    monkeypatch.setattr(bulk_scoring, "MOST_ROWS", 7)
    write_raw(settings, "a", ["需求"] * 40, row_group=row_group)
    told: list[int] = []

    def change(done: int, _total: int) -> None:
        # Once, before the others have a piece: they would else find the file half written.
        if not told:
            write_raw(settings, "a", ["需求"] * 9)
        told.append(done)

    with pytest.raises(ScoringError, match="changed while it was scored"):
        score_new(settings, workers=workers, on_progress=change)
    assert not score_file(settings, "a").exists()


def test_a_damaged_raw_file_is_named(settings: Settings) -> None:
    raw = write_raw(settings, "a", ["需求"] * 40)
    whole = raw.read_bytes()
    raw.write_bytes(whole[:-100])
    with pytest.raises(ScoringError, match=r"a\.parquet cannot be read"):
        score_new(settings)
    raw.write_bytes(bytes(len(whole) // 2) + whole[len(whole) // 2 :])
    with pytest.raises(ScoringError, match=r"a\.parquet cannot be read"):
        score_new(settings)
