"""What came of runs: only changes are written, and any run's results can be had again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.archived_runs import run_of, settings_with_seeds
from warehouse import archive
from warehouse.archive import ArchivedRun, ArchiveError
from warehouse.result_archive import VALUES, Archived, forget, keep_results, results_of
from warehouse.result_records import Part, fitted
from warehouse.settings import Settings
from warehouse.touched import Held

TYPES = {"interview_id": "VARCHAR", "composite_score": "DOUBLE"}
PART = fitted(Part("result", "interview_results", (), ("composite_score",), (), ()), TYPES)
Publish = Callable[..., int]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_with_seeds(tmp_path)


@pytest.fixture
def archived(settings: Settings, tmp_path: Path) -> Publish:
    """Archives a run of these composites, compared with a run `before`; how many rows were written."""

    def keep(run: ArchivedRun, before: ArchivedRun | None = None, **composites: float | None) -> int:
        database = tmp_path / f"{run.stem}.duckdb"
        database.unlink(missing_ok=True)
        others = ", ".join(f"null::varchar as {name}" for name in VALUES if name != "composite_score")
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema marts")
            connection.execute(
                "create table marts.interview_results as "
                f"select null::varchar as interview_id, null::double as composite_score, {others} limit 0"
            )
            for interview_id, composite in composites.items():
                connection.execute(
                    "insert into marts.interview_results (interview_id, composite_score) values (?, ?)",
                    [interview_id, composite],
                )
        at_hand = Archived(before.stem, tmp_path / f"{before.stem}.duckdb") if before else None
        rows = keep_results(settings, run, [PART], database, at_hand)
        archive.keep_run(settings, run)
        return rows

    return keep


def composites(settings: Settings, run: ArchivedRun) -> dict[str, float | None]:
    table = results_of(settings, run)
    return dict(zip(table["interview_id"].to_pylist(), table["composite_score"].to_pylist(), strict=True))


def test_only_what_changed_is_written_and_every_run_can_be_had_again(
    settings: Settings, archived: Publish
) -> None:
    runs = [run_of(settings, number, f"run{number}") for number in (1, 2, 3, 4)]
    assert archived(runs[0], a=80.0, b=70.0, c=None) == 3
    assert archived(runs[1], a=80.0, b=71.0, c=None, d=60.0) == 2
    assert archived(runs[2], a=80.0, b=71.0, d=60.0) == 1
    assert archived(runs[3], a=80.0, b=71.0, c=50.0, d=60.0) == 1
    assert composites(settings, runs[0]) == {"a": 80.0, "b": 70.0, "c": None}
    assert composites(settings, runs[1]) == {"a": 80.0, "b": 71.0, "c": None, "d": 60.0}
    assert composites(settings, runs[2]) == {"a": 80.0, "b": 71.0, "d": 60.0}
    assert composites(settings, runs[3]) == {"a": 80.0, "b": 71.0, "c": 50.0, "d": 60.0}


def test_beside_the_marts_of_the_run_before_the_same_is_archived(
    settings: Settings, archived: Publish
) -> None:
    runs = [run_of(settings, number, f"run{number}") for number in (1, 2, 3, 4)]
    made: list[dict[str, float | None]] = [
        {"a": 80.0, "b": 70.0, "c": None, "d": 0.0},
        {"a": 80.0, "b": 71.0, "d": -0.0, "e": 60.0},
        {"c": 50.0, "b": 71.0, "d": -0.0, "e": 60.0},
        {"c": 50.0, "b": 71.0, "d": -0.0, "e": 60.0},
    ]

    def archive_all(is_at_hand: bool) -> tuple[list[int], list[pa.Table]]:
        rows = [
            archived(run, before if is_at_hand else None, **values)
            for run, before, values in zip(runs, [None, *runs], made, strict=False)
        ]
        return rows, [results_of(settings, run) for run in runs]

    rows, tables = archive_all(is_at_hand=False)
    shutil.rmtree(settings.archive)
    again, compared = archive_all(is_at_hand=True)
    assert rows == again == [4, 4, 2, 0]
    assert all(one.equals(other) for one, other in zip(tables, compared, strict=True))


def test_marts_of_another_run_than_the_one_before_are_not_compared_with(
    settings: Settings, archived: Publish
) -> None:
    """The first run's marts are at hand, but the second's results came after: nothing of it may be kept."""
    runs = [run_of(settings, number, f"run{number}") for number in (1, 2, 3)]
    archived(runs[0], a=80.0)
    archived(runs[1], a=81.0)
    assert archived(runs[2], runs[0], a=80.0) == 1
    digests = [results_of(settings, run)["result_digest"].to_pylist() for run in runs]
    assert digests[2] == digests[0] != digests[1]


def test_a_run_without_changes_leaves_a_file_without_rows(settings: Settings, archived: Publish) -> None:
    first, second = run_of(settings, 1, "first"), run_of(settings, 2, "second")
    archived(first, a=80.0)
    assert archived(second, a=80.0) == 0
    assert pq.read_metadata(settings.archive / "results" / f"{second.stem}.parquet").num_rows == 0
    assert composites(settings, second) == {"a": 80.0}


def test_a_run_that_is_archived_again_replaces_itself(settings: Settings, archived: Publish) -> None:
    run = run_of(settings, 1, "first")
    archived(run, a=80.0)
    archived(run, a=81.0)
    assert composites(settings, run) == {"a": 81.0}


@pytest.mark.parametrize("number", [1, 2])
def test_lost_results_are_named_and_not_guessed(settings: Settings, archived: Publish, number: int) -> None:
    runs = [run_of(settings, 1, "first"), run_of(settings, 2, "second")]
    archived(runs[0], a=80.0)
    archived(runs[1], a=81.0)
    (settings.archive / "results" / f"{runs[number - 1].stem}.parquet").unlink()
    with pytest.raises(ArchiveError, match="are missing: restore them from a backup"):
        results_of(settings, runs[1])


def test_damaged_results_are_named(settings: Settings, archived: Publish) -> None:
    run = run_of(settings, 1, "first")
    archived(run, a=80.0)
    (settings.archive / "results" / f"{run.stem}.parquet").write_bytes(b"PAR1")
    with pytest.raises(ArchiveError, match="cannot be read"):
        results_of(settings, run)


def test_a_forgotten_interview_is_in_no_run_any_more(settings: Settings, archived: Publish) -> None:
    runs = [run_of(settings, 1, "first"), run_of(settings, 2, "second")]
    archived(runs[0], a=80.0, b=70.0)
    archived(runs[1], a=81.0, b=70.0)
    assert forget(settings, ["a", "never"]) == 2
    assert [composites(settings, run) for run in runs] == [{"b": 70.0}, {"b": 70.0}]
    for path in (settings.archive / "results").iterdir():
        assert "a" not in pq.read_table(path)["interview_id"].to_pylist()
    assert forget(settings, ["a"]) == 0


def test_interviews_that_increments_noted_are_looked_at_and_no_others(
    settings: Settings, archived: Publish, tmp_path: Path
) -> None:
    """Of what changed beside the notes nothing is said: nobody compares where notes are believed."""
    first, second = (run_of(settings, number, f"run{number}") for number in (1, 2))
    archived(first, a=80.0, b=70.0, c=60.0)
    archived(second, first, a=80.0, b=70.0, c=60.0)
    database = tmp_path / f"{second.stem}.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("update marts.interview_results set composite_score = composite_score + 1")
        connection.execute(
            "create table touched__interview_results "
            "(interview_id varchar, question_id varchar, build_id varchar)"
        )
        connection.execute(
            "insert into touched__interview_results values ('a', null, 'b1'), ('b', null, 'b2')"
        )
    at_hand = Archived(first.stem, tmp_path / f"{first.stem}.duckdb", Held("then", frozenset({"b1"})))
    assert keep_results(settings, second, [PART], database, at_hand) == 1
    assert composites(settings, second) == {"a": 80.0, "b": 71.0, "c": 60.0}
