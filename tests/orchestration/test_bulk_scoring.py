"""Scoring what is new: sealed answers in, scores without text out."""

from __future__ import annotations

import csv
import datetime as dt
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import bulk_scoring
from orchestration.bulk_scoring import SCORE_FILE_SCHEMA, ScoringError, score_new
from warehouse.cipher import seal_many
from warehouse.errors import ScorehouseError
from warehouse.seeds import COLUMNS
from warehouse.settings import Settings
from warehouse.vault import Vault

NOON = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
SEEDS = {
    "questions": [{"question_id": "q1", "rubric_id": "r1"}],
    "criteria": [
        {
            "rubric_id": "r1",
            "criterion_id": "need",
            "competency_id": "insight",
            "kind": "phrases",
            "weight": "1",
            "min_phrases": "2",
        }
    ],
    "competencies": [{"competency_id": "insight"}],
    "phrases": [
        {"criterion_id": "need", "lang": "zh", "phrase": "需求"},
        {"criterion_id": "need", "lang": "zh", "phrase": "访谈"},
    ],
    "negation_cues": [{"lang": "zh", "cue": "没有", "kind": "cue"}],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own with seeds of one question; nothing ingested yet."""
    made = Settings(home=tmp_path / "home", dbt_project=tmp_path / "dbt").ensure()
    made.seeds.mkdir(parents=True)
    for name, columns in COLUMNS.items():
        write_seed(made, name, SEEDS.get(name, []), columns)
    return made


def write_seed(settings: Settings, name: str, rows: list[dict], columns: tuple[str, ...]) -> None:
    with (settings.seeds / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_raw(
    settings: Settings, name: str, texts: list[str | None], row_group: int = 65_536, **columns: list
) -> Path:
    """A raw answers file: one interview an answer, sealed as ingestion does."""
    count = len(texts)
    interviews = [f"{name}-{number}" for number in range(count)]
    keys = list(Vault.open(settings).keys_for(f"interview:{id_}" for id_ in interviews).values())
    aads = [f"answers|text|{id_}|q1|1" for id_ in interviews]
    sealed = seal_many([key.key for key in keys], texts, aads)
    table = pa.table(
        {
            "interview_id": interviews,
            "question_id": pa.array(["q1"] * count, pa.string()),
            "attempt": pa.array([1] * count, pa.int64()),
            "text_sealed": pa.array(columns.get("sealed", sealed), pa.binary()),
            "lang": pa.nulls(count, pa.string()),
            "answer_seconds": pa.array([30.0] * count),
            "skipped": pa.nulls(count, pa.bool_()),
            "repeated": pa.nulls(count, pa.bool_()),
            "words_sealed": pa.nulls(count, pa.binary()),
            "pause_seconds": pa.nulls(count, pa.float64()),
            "_seal_key_id": [key.key_id for key in keys],
            "_file_id": [name] * count,
            "_row_number": pa.array(range(1, count + 1), pa.int64()),
            "_exported_at": pa.nulls(count, pa.timestamp("us", tz="UTC")),
            "_arrived_at": pa.array([NOON] * count, pa.timestamp("us", tz="UTC")),
            "_arrival_seq": pa.array([7] * count, pa.int64()),
        }
    )
    path = settings.raw / "answers" / f"{name}.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(table.drop_columns(columns.get("without", [])), path, row_group_size=row_group)
    return path


def score_file(settings: Settings, name: str) -> Path:
    return settings.scores / "answers" / f"{name}.parquet"


def hits(settings: Settings, name: str) -> list[int]:
    criteria = pq.read_table(score_file(settings, name)).column("criteria").to_pylist()
    return [row[0]["hits"] for row in criteria]


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
    monkeypatch.setattr(bulk_scoring, "_code_version", lambda: "c-another")
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


def test_one_process_and_many_write_the_same_bytes(settings: Settings) -> None:
    texts = ["做了需求访谈", "没有需求", None, "", "x" * 50] * 8
    for name in ("a", "b"):
        write_raw(settings, name, texts, row_group=9)
    progress: list[tuple[int, int]] = []
    alone = score_new(settings, workers=1, on_progress=lambda *told: progress.append(told))
    assert progress[-1] == (80, 80)
    assert progress == sorted(progress)
    assert pq.read_metadata(score_file(settings, "a")).num_row_groups == 5
    first = {name: score_file(settings, name).read_bytes() for name in ("a", "b")}
    for name in first:
        score_file(settings, name).unlink()
    together = score_new(settings, workers=2)
    assert (together.answers, together.files) == (alone.answers, alone.files)
    assert {name: score_file(settings, name).read_bytes() for name in first} == first


def test_an_erased_text_is_scored_as_missing(settings: Settings) -> None:
    write_raw(settings, "a", ["需求", "需求", None])
    Vault.open(settings).erase(["interview:a-1", "interview:a-2"])
    assert score_new(settings).erased == 1
    rows = pq.read_table(score_file(settings, "a")).to_pylist()
    assert [row["is_missing"] for row in rows] == [False, True, True]
    assert rows[1]["criteria"][0]["h"] is None


@pytest.mark.parametrize("workers", [1, 2])
def test_a_changed_text_is_refused_and_leaves_nothing_behind(settings: Settings, workers: int) -> None:
    write_raw(settings, "a", ["需求"] * 4, row_group=2, sealed=[b"x" * 40] * 4)
    with pytest.raises(ScorehouseError, match="sealed value does not open"):
        score_new(settings, workers=workers)
    assert [path.name for path in (settings.scores / "answers").iterdir()] == ["_schema.parquet"]


def test_a_raw_file_without_a_column_is_named(settings: Settings) -> None:
    write_raw(settings, "a", ["需求"], without=["pause_seconds"])
    with pytest.raises(ScoringError, match=r"a\.parquet has no column pause_seconds"):
        score_new(settings)


def test_seeds_that_make_no_rubric_are_an_error_of_one_sentence(settings: Settings) -> None:
    write_seed(settings, "phrases", [], COLUMNS["phrases"])
    with pytest.raises(ScoringError, match=r"phrases\.csv has no phrase for criterion 'need'"):
        score_new(settings)


def test_a_wrong_master_key_is_told_before_any_worker_starts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(settings, "a", ["需求"] * 4, row_group=2)
    monkeypatch.setenv("SCOREHOUSE_MASTER_KEY", "A" * 43 + "=")
    with pytest.raises(ScorehouseError, match="master key does not fit"):
        score_new(settings, workers=2)


def test_workers_end_with_a_killed_parent_and_old_scores_stay(settings: Settings, tmp_path: Path) -> None:
    write_raw(settings, "a", ["需求"])
    score_new(settings)
    write_raw(settings, "b", ["需求" * 200] * 3_000, row_group=100)
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\n"
        "from orchestration.bulk_scoring import score_new\nfrom warehouse.settings import Settings\n"
        "if __name__ == '__main__':\n"
        "    settings = Settings(home=Path(sys.argv[1]), dbt_project=Path(sys.argv[2]))\n"
        "    score_new(settings, workers=2, on_progress=lambda *told: print(*told, flush=True))\n"
    )
    command = [sys.executable, str(script), str(settings.home), str(settings.dbt_project)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as running:
        assert running.stdout is not None
        running.stdout.readline()
        workers = [os.pidfd_open(worker) for worker in children_of(running.pid)]
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert len(workers) >= 2
    for worker in workers:
        ended, _, _ = select.select([worker], [], [], 20)
        os.close(worker)
        assert ended, "a worker outlived its parent"
    assert hits(settings, "a") == [1]
    assert not score_file(settings, "b").exists()
    assert score_new(settings).answers == 3_000


def children_of(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in listed]
