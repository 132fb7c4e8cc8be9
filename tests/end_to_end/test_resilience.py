"""A killed build, a failed test and a second run: readers never notice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from orchestration.build import BuildFailedError
from tests.conftest import build_in_memory
from warehouse.database_files import attach, opened
from warehouse.settings import HOME_VARIABLE, Settings

pytestmark = pytest.mark.slow

RESULTS = """
    select interview_id, status, composite_score, grade, coverage, basis, pct_rank, is_top10, fit_score, flags
    from marts.interview_results order by interview_id
"""
MANY = [f"I-b{number}" for number in range(50)]
LOSSES = "select * from marts.loss_points order by interview_id, question_id, criterion_id"


@pytest.fixture
def own_home(demo_home: Settings, tmp_path: Path) -> Settings:
    """A copy of the built demo that a test may damage."""
    home = tmp_path / "home"
    shutil.copytree(demo_home.home, home, symlinks=True)
    return Settings(home=home)


@pytest.fixture(scope="module")
def next_build(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo a build later: known rows under another name, a late interview, one bad row in fifty."""
    home = tmp_path_factory.mktemp("next") / "home"
    shutil.copytree(demo_home.home, home, symlinks=True)
    settings = Settings(home=home)
    for path in list((settings.landing / "answers").iterdir()):
        shutil.copy(path, path.with_name(f"again_{path.name}"))
        with path.with_name(f"again_{path.name}").open("ab") as file:
            file.write(b"\n")
    add_interview(settings, "I-late")
    lines = [f"{interview},C-{interview},sales_rep,invited" for interview in MANY]
    lines.insert(17, "I-bad,,sales_rep,invited")
    path = settings.landing / "interviews" / "one_bad.csv"
    path.write_text("interview_id,candidate_id,role_id,status\n" + "\n".join(lines) + "\n")
    assert build_in_memory(settings).changed
    return settings


def rows(settings: Settings, query: str) -> pa.Table:
    with opened(settings, settings.published / "current.duckdb") as connection:
        return connection.execute(query).to_arrow_table()


def scorehouse(settings: Settings, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "scorehouse"), *words],
        env={**os.environ, HOME_VARIABLE: str(settings.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def add_interview(settings: Settings, interview: str) -> None:
    path = settings.landing / "interviews" / f"late_{interview}.csv"
    path.write_text(f"interview_id,candidate_id,role_id,status\n{interview},C-late,sales_rep,invited\n")


class Reader(threading.Thread):
    """Opens a new connection again and again, as a person's tool would; notes every failure."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self.settings, self.failures, self.reads = settings, [], 0
        self.ending = threading.Event()

    def run(self) -> None:
        while not self.ending.wait(0.2):
            try:
                assert rows(self.settings, "select count(*) from marts.interview_results").num_rows == 1
                self.reads += 1
            except (duckdb.Error, OSError, AssertionError) as error:
                self.failures.append(repr(error))


def scoring_began(settings: Settings, since: float) -> bool:
    """A full refresh scores anew: its first file is there."""
    return any(path.stat().st_mtime > since for path in (settings.scores / "answers").glob("*.parquet"))


def tables_are_being_built(settings: Settings, since: float) -> bool:
    path = settings.build / "build.duckdb"
    return path.exists() and path.stat().st_mtime > since and path.stat().st_size > 1_000_000


@pytest.mark.parametrize("moment", [scoring_began, tables_are_being_built])
def test_a_killed_build_leaves_the_old_marts_and_the_next_one_gives_the_same_result(
    own_home: Settings, moment: Callable[[Settings, float], bool]
) -> None:
    before = rows(own_home, RESULTS), rows(own_home, LOSSES)
    file_before = (own_home.published / "current.duckdb").resolve()
    patient = duckdb.connect(":memory:")
    attach(patient, own_home, file_before, "patient", read_only=True)
    reader = Reader(own_home)
    reader.start()
    began = time.time()
    killed = scorehouse(own_home, "build", "--full-refresh")
    while not moment(own_home, began) and killed.poll() is None:
        time.sleep(0.05)
    assert killed.poll() is None, "the build ended before it could be killed"
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert (own_home.published / "current.duckdb").resolve() == file_before
    again = scorehouse(own_home, "build", "--full-refresh")
    said = again.communicate()[0].decode()
    assert again.returncode == 0, said
    reader.ending.set()
    reader.join()
    assert not reader.failures
    assert reader.reads > 0
    assert patient.execute("select count(*) from patient.marts.interview_results").fetchone() == (
        before[0].num_rows,
    )
    patient.close()
    assert (own_home.published / "current.duckdb").resolve() != file_before
    assert rows(own_home, RESULTS).equals(before[0])
    assert rows(own_home, LOSSES).equals(before[1])


def test_the_same_files_again_change_nothing(own_home: Settings) -> None:
    published = (own_home.published / "current.duckdb").resolve()
    report = build_in_memory(own_home)
    assert not report.changed
    assert (own_home.published / "current.duckdb").resolve() == published


def test_the_same_rows_under_another_name_change_no_result(demo_home: Settings, next_build: Settings) -> None:
    later = rows(next_build, RESULTS).to_pylist()
    known = set(rows(demo_home, RESULTS).column("interview_id").to_pylist())
    assert [row for row in later if row["interview_id"] in known] == rows(demo_home, RESULTS).to_pylist()


def test_what_lands_late_is_in_the_next_build(demo_home: Settings, next_build: Settings) -> None:
    late = rows(next_build, "select status from marts.interview_results where interview_id = 'I-late'")
    assert late.to_pylist() == [{"status": "pending"}]
    assert rows(next_build, RESULTS).num_rows == rows(demo_home, RESULTS).num_rows + 1 + len(MANY)


def test_one_bad_row_in_fifty_is_quarantined_and_all_are_accounted_for(next_build: Settings) -> None:
    found = rows(
        next_build,
        "select rows_in, kept, duplicates, quarantined from marts.ingest_health "
        "where file like '%one_bad.csv'",
    )
    assert found.to_pylist() == [{"rows_in": 51, "kept": 50, "duplicates": 0, "quarantined": 1}]


def test_a_failed_test_publishes_nothing_and_names_itself(own_home: Settings, tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(own_home.dbt_project, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "tests" / "assert_no_interview_exists.sql").write_text(
        "select interview_id from {{ ref('interview_results') }}\n"
    )
    broken = Settings(home=own_home.home, dbt_project=project)
    published = (own_home.published / "current.duckdb").resolve()
    with pytest.raises(BuildFailedError, match="assert_no_interview_exists"):
        build_in_memory(broken)
    assert (own_home.published / "current.duckdb").resolve() == published


def test_two_builds_at_once_are_refused_in_one_sentence(own_home: Settings) -> None:
    began = time.time()
    first = scorehouse(own_home, "build", "--full-refresh")
    while not scoring_began(own_home, began) and first.poll() is None:
        time.sleep(0.05)
    second = scorehouse(own_home, "build", "--full-refresh")
    said = second.communicate()[0].decode()
    assert first.poll() is None, "the first build ended before the second could be refused"
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert second.returncode == 1
    assert str(first.pid) in said
    assert len(said.strip().splitlines()) == 1
