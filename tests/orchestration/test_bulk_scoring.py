"""Scoring what is new: sealed answers in, scores without text out."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration import bulk_scoring, score_files
from orchestration.bulk_scoring import SCORE_FILE_SCHEMA, ScoringError, score_new
from tests.orchestration.scoring_home import (
    NOON,
    SEEDS,
    hits,
    make_home,
    score_file,
    write_raw,
    write_seed,
)
from warehouse.seeds import COLUMNS
from warehouse.settings import Settings
from warehouse.vault import Vault


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_home(tmp_path)


def test_a_new_file_is_scored_row_by_row(settings: Settings) -> None:
    write_raw(settings, "a", ["做了需求访谈", "没有需求", None])
    report = score_new(settings)
    assert (report.files, report.answers, report.skipped_files, report.erased) == (1, 3, 0, 0)
    rows = pq.read_table(score_file(settings, "a")).to_pylist()
    assert list(rows[0]) == SCORE_FILE_SCHEMA.names
    first = rows[0]
    assert (first["interview_id"], first["question_id"], first["attempt"]) == ("a-0", "q1", 1)
    assert (first["_file_id"], first["_row_number"], first["_arrival_seq"]) == ("a", 1, 7)
    assert (first["_arrived_at"], first["_exported_at"]) == (NOON, None)
    assert first["criteria"] == [{"criterion_id": "need", "kind": "phrases", "hits": 2, "h": 1.0}]
    assert [row["is_missing"] for row in rows] == [False, False, True]
    assert hits(settings, "a") == [2, 0, 0]


def test_no_answer_text_stands_in_a_score_file(settings: Settings) -> None:
    write_raw(settings, "a", ["这句话只在保险库里才能读到"] * 3)
    score_new(settings)
    rows = pq.read_table(score_file(settings, "a")).to_pylist()
    assert "保险库" not in str(rows)
    assert "保险库".encode() not in score_file(settings, "a").read_bytes()


def test_what_is_scored_already_is_left_alone(settings: Settings) -> None:
    write_raw(settings, "a", ["需求"])
    score_new(settings)
    before = score_file(settings, "a").stat().st_mtime_ns
    write_raw(settings, "b", ["访谈", "x"])
    report = score_new(settings)
    assert (report.files, report.answers, report.skipped_files) == (1, 2, 1)
    assert score_file(settings, "a").stat().st_mtime_ns == before


def test_changed_phrases_score_everything_again_and_changed_weights_nothing(settings: Settings) -> None:
    write_raw(settings, "a", ["需求 调研"])
    score_new(settings)
    write_seed(
        settings,
        "grade_policy",
        [{"grade": "S", "min_score": "0", "max_score": "100"}],
        COLUMNS["grade_policy"],
    )
    assert score_new(settings).files == 0
    more = [*SEEDS["phrases"], {"criterion_id": "need", "lang": "zh", "phrase": "调研"}]
    write_seed(settings, "phrases", more, COLUMNS["phrases"])
    assert score_new(settings).files == 1
    assert hits(settings, "a") == [2]


def test_changed_kernels_score_everything_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write_raw(settings, "a", ["需求"])
    score_new(settings)
    monkeypatch.setattr(bulk_scoring, "code_version", lambda: "c-another")
    assert score_new(settings).files == 1


def test_scores_of_a_vanished_file_and_leftovers_of_a_killed_pass_are_dropped(settings: Settings) -> None:
    raw = write_raw(settings, "a", ["需求"])
    write_raw(settings, "b", ["需求"])
    score_new(settings)
    raw.unlink()
    leftover = settings.scores / "answers" / ".b.parquet.tmp"
    leftover.write_bytes(b"half a file")
    score_new(settings)
    assert sorted(path.name for path in (settings.scores / "answers").iterdir()) == [
        "_schema.parquet",
        "b.parquet",
    ]


def test_a_raw_file_that_was_written_anew_is_scored_again(settings: Settings) -> None:
    write_raw(settings, "a-r1", ["需求"])
    score_new(settings)
    write_raw(settings, "a-r1", ["访谈"])
    assert score_new(settings).files == 1
    assert score_new(settings).files == 0


def test_released_answers_are_scored_beside_those_of_their_file_and_erased_with_them(
    settings: Settings,
) -> None:
    write_raw(settings, "a", ["需求"])
    write_raw(settings, "a-r1", ["需求", "访谈"])
    (settings.raw / "_sightings" / "answers").mkdir(parents=True)
    assert (score_new(settings).files, hits(settings, "a-r1")) == (2, [1, 1])
    Vault.open(settings).erase(["interview:a-r1-0"])
    score_file(settings, "a-r1").unlink()
    assert score_new(settings).erased == 1
    assert hits(settings, "a-r1") == [0, 1]


def test_a_broken_score_file_is_made_again(settings: Settings) -> None:
    write_raw(settings, "a", ["需求"])
    score_new(settings)
    score_file(settings, "a").write_bytes(b"not parquet")
    assert score_new(settings).files == 1
    assert hits(settings, "a") == [1]


def test_without_any_answers_there_is_still_a_schema(settings: Settings) -> None:
    assert score_new(settings).files == 0
    schema = pq.read_schema(settings.scores / "answers" / "_schema.parquet")
    assert schema.remove_metadata().equals(SCORE_FILE_SCHEMA)


def test_an_erased_text_is_scored_as_missing(settings: Settings) -> None:
    write_raw(settings, "a", ["需求", "需求", None])
    Vault.open(settings).erase(["interview:a-1", "interview:a-2"])
    assert score_new(settings).erased == 1
    rows = pq.read_table(score_file(settings, "a")).to_pylist()
    assert [row["is_missing"] for row in rows] == [False, True, True]
    assert rows[1]["criteria"][0]["h"] is None


def test_a_raw_file_without_a_column_is_named(settings: Settings) -> None:
    write_raw(settings, "a", ["需求"], without=["pause_seconds"])
    with pytest.raises(ScoringError, match=r"a\.parquet has no column pause_seconds"):
        score_new(settings)


def test_seeds_that_make_no_rubric_are_an_error_of_one_sentence(settings: Settings) -> None:
    write_seed(settings, "phrases", [], COLUMNS["phrases"])
    with pytest.raises(ScoringError, match=r"phrases\.csv has no phrase for criterion 'need'"):
        score_new(settings)


def test_a_row_group_without_any_text_and_a_file_without_any_answer_are_scored(settings: Settings) -> None:
    write_raw(settings, "a", [None, None, "需求", "", None, None], row_group=2)
    write_raw(settings, "b", [])
    report = score_new(settings)
    assert (report.files, report.answers, report.erased) == (2, 6, 0)
    rows = pq.read_table(score_file(settings, "a")).to_pylist()
    assert [row["is_missing"] for row in rows] == [True, True, False, False, True, True]
    assert [row["is_skipped"] for row in rows] == [False, False, False, True, False, False]
    empty = pq.read_table(score_file(settings, "b"))
    assert empty.num_rows == 0
    assert empty.schema.equals(SCORE_FILE_SCHEMA)
    assert score_new(settings).files == 0


def test_each_column_of_a_score_file_is_laid_out_as_said(settings: Settings) -> None:
    write_raw(settings, "a", ["需求", "没有访谈"])
    score_new(settings)
    columns = pq.read_metadata(score_file(settings, "a")).row_group(0)
    written = {
        columns.column(number).path_in_schema: columns.column(number) for number in range(columns.num_columns)
    }
    assert set(score_files._LAYOUT["compression"]) == set(written)
    assert written["evidence.list.element.phrase"].compression == "ZSTD"
    assert written["bands.list.element"].compression == "UNCOMPRESSED"
    assert written["interview_id"].is_stats_set
    assert not written["evidence.list.element.phrase"].is_stats_set


def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing_behind(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    write_raw(settings, "a", ["需求"])
    score_new(settings)
    write_raw(settings, "b", ["需求"])
    monkeypatch.setattr(score_files.os, "fsync", full)
    with pytest.raises(ScoringError, match=r"parquet cannot be written \(No space left on device\)"):
        score_new(settings)
    assert sorted(path.name for path in (settings.scores / "answers").iterdir()) == [
        "_schema.parquet",
        "a.parquet",
    ]
