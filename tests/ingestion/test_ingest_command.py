"""`python -m ingestion`: a line a file, one sentence an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.__main__ import main
from tests.ingestion.house import House
from warehouse.settings import Settings

SCORES = "interview_id,competency_id,score\nI1,logic,80\nI2,logic,120\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The installation that the environment names."""
    monkeypatch.setenv("SCOREHOUSE_HOME", str(tmp_path / "home"))
    return House(Settings.from_env().ensure())


def test_it_prints_a_line_a_file(home: House, capsys: pytest.CaptureFixture[str]) -> None:
    home.drop("vendor_scores", "scores.csv", SCORES)
    home.drop("vendor_scores", "scores.pdf", b"%PDF-1.7")
    assert main([]) == 0
    taken, rejected = capsys.readouterr().out.splitlines()
    assert taken == (
        "vendor_scores/scores.csv: 2 rows: 1 kept, 1 quarantined. row 2, column score: '120' is outside 0–100"
    )
    assert rejected.startswith("vendor_scores/scores.pdf: rejected. The file ")
    assert " is a PDF file; what is read is " in rejected
    assert main([]) == 0
    assert capsys.readouterr().out == "Nothing new: 2 files are known already.\n"


def test_wrong_usage_is_a_sentence_and_exit_code_2(home: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--source", "payroll"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("There is no source 'payroll'; ")
    assert len(shown.err.splitlines()) == 1


def test_strict_makes_quarantine_and_rejection_an_error(home: House) -> None:
    home.drop("vendor_scores", "good.csv", SCORES.replace("120", "90"))
    assert main(["--strict"]) == 0
    home.drop("vendor_scores", "bad.csv", SCORES)
    assert main(["--strict"]) == 1
    assert main(["--strict"]) == 0, "nothing new is nothing wrong"
    home.drop("inbox", "unknown.csv", "a,b\n1,2\n")
    assert main(["--strict"]) == 1


def test_retry_takes_rejected_files_again(home: House, capsys: pytest.CaptureFixture[str]) -> None:
    home.drop("inbox", "unknown.csv", "a,b\n1,2\n")
    main([])
    capsys.readouterr()
    assert main([]) == 0
    assert capsys.readouterr().out == "Nothing new: 1 files are known already.\n"
    assert main(["--retry"]) == 0
    assert capsys.readouterr().out.startswith("inbox/unknown.csv: rejected. The file ")


def test_a_row_that_a_later_file_brings_right_is_said(
    home: House, capsys: pytest.CaptureFixture[str]
) -> None:
    home.drop("vendor_scores", "may.csv", SCORES)
    main([])
    home.drop("vendor_scores", "may_corrected.csv", SCORES.replace("120", "90"))
    capsys.readouterr()
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "vendor_scores/may_corrected.csv: 2 rows: 1 kept, 1 duplicates.",
        "1 quarantined row is open no more: a later file brought it right.",
    ]


def test_explain_says_where_a_file_would_go_and_writes_nothing(
    home: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "anything.csv"
    path.write_text(SCORES)
    before = home.files(".")
    assert main(["--explain", str(path)]) == 0
    said = capsys.readouterr().out
    assert "vendor_scores" in said
    assert "competency_id" in said
    assert home.files(".") == before
