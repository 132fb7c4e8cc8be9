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
