"""Many processes give what one gives, and what befalls one of them leaves nothing half done."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import answer_scorer, bulk_scoring, score_files, scoring_pool
from orchestration.answer_scorer import Piece, Scorer
from orchestration.bulk_scoring import ScoringError, cut, rows_of_a_piece, score_new
from orchestration.score_files import regrouped
from tests.orchestration.scoring_home import hits, make_home, score_file, write_raw
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings

TEXTS = ["做了需求访谈", "没有需求", None, "", "x" * 50]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_home(tmp_path)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few rows are many pieces."""
    monkeypatch.setattr(bulk_scoring, "LEAST_ROWS", 4)
    monkeypatch.setattr(bulk_scoring, "MOST_ROWS", 7)


def test_one_process_and_many_and_any_split_write_the_same_bytes(
    settings: Settings, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_files, "SCORE_ROW_GROUP", 16)
    for name, row_group in (("a", 9), ("b", 3), ("c", 100)):
        write_raw(settings, name, TEXTS * 8, row_group=row_group)
    progress: list[tuple[int, int]] = []
    alone = score_new(settings, workers=1, on_progress=lambda *told: progress.append(told))
    assert progress[-1] == (120, 120)
    assert progress == sorted(progress)
    first = {name: score_file(settings, name).read_bytes() for name in "abc"}
    numbers = pq.read_table(score_file(settings, "c")).column("_row_number").to_pylist()
    assert numbers == list(range(1, 41))
    groups = pq.read_metadata(score_file(settings, "b"))
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [16, 16, 8]
    for most, at_once, workers in ((7, 4_096, 2), (1_000, 4_096, 2), (1, 1, 1), (11, 2, 1), (1_000, 3, 1)):
        monkeypatch.setattr(bulk_scoring, "LEAST_ROWS", most)
        monkeypatch.setattr(bulk_scoring, "MOST_ROWS", most)
        monkeypatch.setattr(answer_scorer, "BATCH_ROWS", at_once)
        for name in first:
            score_file(settings, name).unlink()
        again = score_new(settings, workers=workers)
        assert (again.answers, again.files, again.erased) == (alone.answers, alone.files, alone.erased)
        assert {name: score_file(settings, name).read_bytes() for name in first} == first


def test_what_is_written_is_cut_and_laid_out_by_the_rows_alone() -> None:
    table = pa.table({"n": list(range(23))})
    for sizes in ([23], [1] * 23, [5, 0, 12, 6]):
        starts = [sum(sizes[:place]) for place in range(len(sizes))]
        parts = [table.slice(start, size) for start, size in zip(starts, sizes, strict=True)]
        cuts = list(regrouped(parts, 5))
        assert [cut["n"].to_pylist() for cut in cuts] == [
            *([5 * k + n for n in range(5)] for k in range(4)),
            [20, 21, 22],
        ]
        assert {cut["n"].num_chunks for cut in cuts} == {1}
    assert list(regrouped([], 5)) == []


def test_small_row_groups_go_together_and_large_ones_are_split_evenly() -> None:
    file = Path("raw.parquet")
    assert cut(file, [3, 3, 3, 10, 1], 7) == [
        *(Piece(file, (0, 1), 0, 6), Piece(file, (2,), 0, 3)),
        *(Piece(file, (3,), 0, 5), Piece(file, (3,), 5, 5), Piece(file, (4,), 0, 1)),
    ]
    assert cut(file, [0, 5, 0], 7) == [Piece(file, (0, 1, 2), 0, 5)]
    assert cut(file, [], 7) == []
    assert cut(file, [0], 7) == []


def test_pieces_are_many_for_each_process_but_neither_tiny_nor_huge() -> None:
    assert rows_of_a_piece(10_000, 4) == bulk_scoring.LEAST_ROWS
    assert rows_of_a_piece(320_000, 4) == 10_000
    assert rows_of_a_piece(10_000_000, 4) == bulk_scoring.MOST_ROWS


def test_no_more_pieces_are_under_way_than_keep_the_workers_busy(
    settings: Settings, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results that nobody has taken yet are what memory would grow by."""
    pool = HeldPool()
    monkeypatch.setattr(scoring_pool, "ProcessPoolExecutor", pool.start)
    write_raw(settings, "a", TEXTS * 80)
    assert score_new(settings, workers=3).answers == 400
    assert pool.most_under_way == 5


@pytest.mark.parametrize(("has_started", "others_did"), [(False, 0), (True, 39)])
def test_this_process_scores_until_a_worker_has_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, has_started: bool, others_did: int
) -> None:
    pool = HeldPool()
    pool.has_started = has_started
    monkeypatch.setattr(scoring_pool, "ProcessPoolExecutor", pool.start)
    monkeypatch.setattr(scoring_pool, "IN_PROCESS_ANSWERS", 0)
    monkeypatch.setattr(scoring_pool, "processes_for", lambda workers: workers or 100)
    monkeypatch.setattr(bulk_scoring, "LEAST_ROWS", 1)
    write_raw(settings, "a", TEXTS * 8)
    assert score_new(settings).answers == 40
    assert pool.taken == others_did


def test_this_process_scores_while_the_workers_are_being_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = SlowPool()
    monkeypatch.setattr(scoring_pool, "ProcessPoolExecutor", pool.start)
    monkeypatch.setattr(scoring_pool, "IN_PROCESS_ANSWERS", 0)
    monkeypatch.setattr(scoring_pool, "processes_for", lambda workers: workers or 2)
    monkeypatch.setattr(bulk_scoring, "LEAST_ROWS", 1)
    write_raw(settings, "a", TEXTS * 8)
    told: list[int] = []

    def progress(done: int, _total: int) -> None:
        told.append(done)
        if len(told) == 3:
            pool.may_start.set()

    assert score_new(settings, on_progress=progress).answers == 40
    assert pool.waited_in_vain == 0


class HeldPool:
    """Works in this process, and only when a result is asked for; counts what has been asked of it."""

    def __init__(self) -> None:
        self.under_way = self.most_under_way = self.taken = 0
        self.has_started = False

    def start(self, _processes: int, _context: object, start_worker: Any, given: tuple) -> HeldPool:
        settings, policies, scoring_pool._workshop, *_ = given
        scoring_pool._scorer = Scorer.make(settings, policies)
        return self

    def submit(self, work: Callable[..., object], *given: object) -> HeldResult:
        if given:
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        return HeldResult(self, work, given)

    def shutdown(self, **_: object) -> None:
        scoring_pool._scorer = None


class SlowPool(HeldPool):
    """Takes as long to start a worker as it takes somebody else to allow it."""

    def __init__(self) -> None:
        super().__init__()
        self.may_start = threading.Event()
        self.waited_in_vain = 0

    def submit(self, work: Callable[..., object], *given: object) -> HeldResult:
        if not given:
            self.waited_in_vain += not self.may_start.wait(20)
        return super().submit(work, *given)


@dataclass
class HeldResult:
    pool: HeldPool
    work: Callable[..., object]
    given: tuple

    def done(self) -> bool:
        return self.pool.has_started

    def result(self) -> object:
        self.pool.under_way -= 1
        self.pool.taken += 1
        return self.work(*self.given)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("damaged", [0, 39])
def test_a_changed_text_is_refused_and_leaves_nothing_behind(
    settings: Settings, small_pieces: None, workers: int, damaged: int
) -> None:
    sealed = pq.read_table(write_raw(settings, "a", ["需求"] * 40)).column("text_sealed").to_pylist()
    sealed[damaged] = sealed[damaged][:-1] + bytes([sealed[damaged][-1] ^ 1])
    write_raw(settings, "a", ["需求"] * 40, sealed=sealed)
    with pytest.raises(ScoringError, match=r"a\.parquet cannot be scored: A sealed value does not open"):
        score_new(settings, workers=workers)
    assert [path.name for path in (settings.scores / "answers").iterdir()] == ["_schema.parquet"]


def test_a_wrong_master_key_is_told_before_any_worker_starts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(settings, "a", ["需求"] * 4, row_group=2)
    monkeypatch.setenv("SCOREHOUSE_MASTER_KEY", "A" * 43 + "=")
    with pytest.raises(ScorehouseError, match="master key does not fit"):
        score_new(settings, workers=2)


def test_workers_live_under_the_environment_of_their_own_pass(
    settings: Settings, small_pieces: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server that they come from was started under that of an earlier one."""
    write_raw(settings, "a", TEXTS * 8)
    score_new(settings, workers=2)
    monkeypatch.setenv("SCOREHOUSE_MASTER_KEY", "Q" * 43 + "=")
    (tmp_path / "another").mkdir()
    another = make_home(tmp_path / "another")
    write_raw(another, "a", TEXTS * 8)
    assert score_new(another, workers=2).erased == 0
    assert hits(another, "a") == hits(settings, "a")


@pytest.mark.parametrize("after", [1, 2], ids=["while they start", "at work"])
def test_a_killed_worker_is_told_in_a_sentence_and_leaves_no_file(
    settings: Settings, small_pieces: None, after: int
) -> None:
    write_raw(settings, "a", ["需求"])
    write_raw(settings, "b", TEXTS * 40)
    told: list[int] = []

    def kill(done: int, _total: int) -> None:
        told.append(done)
        if len(told) == after + 1:
            for worker in multiprocessing.active_children():
                worker.kill()

    with pytest.raises(ScoringError, match="process ended early"):
        score_new(settings, workers=2, on_progress=kill)
    assert hits(settings, "a") == [1]
    assert sorted(path.name for path in (settings.scores / "answers").iterdir()) == [
        "_schema.parquet",
        "a.parquet",
    ]
    assert score_new(settings).answers == 200


def test_workers_end_with_a_killed_parent_and_old_scores_stay(settings: Settings, tmp_path: Path) -> None:
    write_raw(settings, "a", ["需求"])
    score_new(settings)
    write_raw(settings, "b", ["需求" * 200] * 3_000, row_group=100)
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\n"
        "from orchestration import bulk_scoring\nfrom orchestration.bulk_scoring import score_new\n"
        "from warehouse.settings import Settings\n"
        "if __name__ == '__main__':\n"
        "    bulk_scoring.LEAST_ROWS = bulk_scoring.MOST_ROWS = 100\n"
        "    settings = Settings(home=Path(sys.argv[1]), dbt_project=Path(sys.argv[2]))\n"
        "    score_new(settings, workers=2, on_progress=lambda *told: print(*told, flush=True))\n"
    )
    command = [sys.executable, str(script), str(settings.home), str(settings.dbt_project)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as running:
        assert running.stdout is not None
        # The first piece is this process's own, the second a worker's.
        running.stdout.readline()
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
