"""Files are taken in and scored beside the graph; when that process ends early, nothing is lost."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.report import FileReport, IngestReport
from orchestration import taking_in
from orchestration.scoring_report import ScoringReport
from orchestration.taking_in import FAILED, FILE, PROGRESS, SCORED, TAKEN, TakingIn, beside
from orchestration.taking_in_process import portable
from warehouse.errors import FunctionRefusedError, ScorehouseError
from warehouse.settings import Settings

REPORTS = (FileReport("surveys", "surveys/a.csv", "0" * 16, "ingested", rows_in=1, kept=1),)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which one file has landed."""
    made = Settings(home=tmp_path / "home").ensure()
    folder = made.landing / "surveys"
    folder.mkdir()
    (folder / "a.csv").write_text("interview_id,question,score\nI-1,overall,4\n", encoding="utf-8")
    return made


@pytest.fixture
def saying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """In place of the process, one that says this and ends."""

    def say(*said: tuple[str, object]) -> None:
        path = tmp_path / "said"
        path.write_bytes(b"".join(map(pickle.dumps, said)))
        code = "import sys; sys.stdin.buffer.read(1); sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
        monkeypatch.setattr(taking_in, "COMMAND", (sys.executable, "-c", code, str(path)))

    return say


def without_seconds(report: IngestReport) -> IngestReport:
    return replace(report, files=tuple(replace(file, seconds=0.0) for file in report.files))


def test_what_the_process_does_is_what_this_one_would_have_done(settings: Settings, tmp_path: Path) -> None:
    here = Settings(home=tmp_path / "here").ensure()
    (here.landing / "surveys").mkdir()
    for path in (settings.landing / "surveys").iterdir():
        (here.landing / "surveys" / path.name).write_bytes(path.read_bytes())
    heard: list[FileReport] = []
    expected: list[FileReport] = []
    with beside(settings, anew=False) as taking:
        taken = taking.ingest(heard.append)
        scored = taking.score(lambda done, total: None, anew=False)
        # All that was asked of it was done there.
        assert taking._process.poll() in {None, 0}
    assert without_seconds(taken) == without_seconds(TakingIn(here).ingest(expected.append))
    assert [file.file for file in heard] == [file.file for file in expected] == ["surveys/a.csv"]
    assert replace(scored, seconds=0.0) == replace(
        TakingIn(here).score(lambda done, total: None, anew=False), seconds=0.0
    )
    assert (settings.build / "landing_seen").read_text()


def test_what_is_said_is_heard_in_order(settings: Settings, saying: Callable[..., None]) -> None:
    report, scores = IngestReport(REPORTS, unchanged=3), ScoringReport(1, 20, 0.5, 0, 0)
    saying((FILE, REPORTS[0]), (TAKEN, report), (PROGRESS, (10, 20)), (PROGRESS, (20, 20)), (SCORED, scores))
    heard: list[object] = []
    with beside(settings, anew=False) as taking:
        assert taking.ingest(heard.append) == report
        assert taking.score(lambda done, total: heard.append((done, total)), anew=False) == scores
    assert heard == [REPORTS[0], (10, 20), (20, 20)]


def test_when_it_dies_before_files_are_taken_in_this_process_takes_them(
    settings: Settings, saying: Callable[..., None]
) -> None:
    saying()
    with beside(settings, anew=False) as taking:
        assert [file.kept for file in taking.ingest(lambda file: None).files] == [1]
        assert taking.score(lambda done, total: None, anew=False).answers == 0
    assert list((settings.raw / "surveys").glob("[!_]*.parquet"))


def test_when_it_dies_while_it_scores_this_process_scores(
    settings: Settings, saying: Callable[..., None]
) -> None:
    saying((TAKEN, IngestReport((), unchanged=0)), (PROGRESS, (1, 2)))
    with beside(settings, anew=True) as taking:
        assert taking.ingest(lambda file: None).files == ()
        TakingIn(settings).ingest(lambda file: None)
        assert taking.score(lambda done, total: None, anew=True).skipped_files == 0
    assert (settings.scores / "answers" / "_schema.parquet").exists()


@pytest.mark.parametrize("step", ["ingest", "score"])
def test_an_error_there_is_the_error_here(settings: Settings, saying: Callable[..., None], step: str) -> None:
    error = (FAILED, ScorehouseError("The contract is wrong."))
    saying(*([error] if step == "ingest" else [(TAKEN, IngestReport((), unchanged=0)), error]))
    with (
        beside(settings, anew=False) as taking,
        pytest.raises(ScorehouseError, match="The contract is wrong"),
    ):
        taking.ingest(lambda file: None)
        taking.score(lambda done, total: None, anew=False)


def test_a_wrong_profile_is_told_in_one_sentence(settings: Settings) -> None:
    profiles = settings.home / "profiles"
    profiles.mkdir()
    (profiles / "wrong.yml").write_text("tables: 3\n", encoding="utf-8")
    with pytest.raises(ScorehouseError) as here:
        TakingIn(settings).ingest(lambda file: None)
    with beside(settings, anew=False) as taking, pytest.raises(type(here.value)) as there:
        taking.ingest(lambda file: None)
    assert str(there.value) == str(here.value)


def test_an_error_that_cannot_be_sent_says_the_same() -> None:
    sent = portable(FunctionRefusedError("This function may not run.", "read_csv"))
    assert isinstance(sent, ScorehouseError) and str(sent) == "This function may not run."
    assert str(portable(OSError(28, "No space left"))) == str(OSError(28, "No space left"))


def test_it_ends_when_nobody_listens(settings: Settings) -> None:
    with subprocess.Popen(
        taking_in.COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        pickle.dump((settings, False), process.stdin)
        process.stdin.close()
        assert process.wait(timeout=60) in {0, 1}


def test_it_is_ended_with_the_block(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import time; time.sleep(60)"
    monkeypatch.setattr(taking_in, "COMMAND", (sys.executable, "-c", code))
    with pytest.raises(KeyboardInterrupt), beside(settings, anew=False) as taking:
        process: subprocess.Popen[bytes] = taking._process
        raise KeyboardInterrupt
    assert process.returncode is not None and process.returncode < 0
