"""The command as a person meets it: sentences, exit codes, never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestration import cli
from warehouse.settings import HOME_VARIABLE, Settings


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def scorehouse(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Said]:
    def call(home: Path, *words: str) -> Said:
        monkeypatch.setenv(HOME_VARIABLE, str(home))
        monkeypatch.setattr(sys, "argv", ["scorehouse", *words])
        with pytest.raises(SystemExit) as ending:
            cli.run()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Said(int(ending.value.code or 0), out.decode(), err.decode())

    return call


def is_one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


def test_sql_before_the_first_build_says_what_to_do(scorehouse: Callable[..., Said], tmp_path: Path) -> None:
    said = scorehouse(tmp_path, "sql", "select 1")
    assert said.code == 1
    assert "scorehouse build" in said.err
    assert is_one_sentence(said.err)


def test_an_unwritable_home_is_named(scorehouse: Callable[..., Said], tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("a file, not a folder")
    said = scorehouse(occupied / "home", "status")
    assert said.code == 2
    assert str(occupied) in said.err
    assert is_one_sentence(said.err)


@pytest.mark.parametrize("words", [("nothing",), ("demo", "--interviews", "0"), ("serve", "--port", "99999")])
def test_wrong_usage_ends_with_2(
    scorehouse: Callable[..., Said], tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = scorehouse(tmp_path, *words)
    assert said.code == 2
    assert "Traceback" not in said.err


def test_demo_does_not_write_over_what_landed(scorehouse: Callable[..., Said], tmp_path: Path) -> None:
    assert scorehouse(tmp_path, "demo", "--interviews", "30").code == 0
    again = scorehouse(tmp_path, "demo", "--interviews", "30")
    assert again.code == 2
    assert is_one_sentence(again.err)
    assert scorehouse(tmp_path, "demo", "--if-empty").code == 0


def test_ingest_says_a_line_a_file_and_strict_makes_quarantine_an_error(
    scorehouse: Callable[..., Said], tmp_path: Path
) -> None:
    folder = Settings(home=tmp_path).landing / "surveys"
    folder.mkdir(parents=True)
    (folder / "s.csv").write_text("interview_id,question,score\nI1,overall,4\nI2,overall,9\n")
    said = scorehouse(tmp_path, "ingest", "--strict")
    assert said.code == 1
    assert "s.csv" in said.out
    assert "row 2" in said.out


@pytest.mark.slow
def test_sql_writes_each_format(scorehouse: Callable[..., Said], demo_home: Settings) -> None:
    query = (
        "select grade, sum(n)::int as n from grade_bands where role_id = 'sales_rep' group by 1 order by 1"
    )
    table = scorehouse(demo_home.home, "sql", query)
    assert table.code == 0
    rows = json.loads(scorehouse(demo_home.home, "sql", query, "--format", "json").out)
    assert {row["grade"] for row in rows} == set("SABCD")
    lines = scorehouse(demo_home.home, "sql", query, "--format", "csv").out.splitlines()
    assert len(lines) == 6
    assert scorehouse(demo_home.home, "sql", query, "--format", "yaml").code == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    ["select * from nowhere", "drop table interview_results", "select * from read_csv('/etc/passwd')"],
)
def test_sql_refuses_in_one_sentence(
    scorehouse: Callable[..., Said], demo_home: Settings, query: str
) -> None:
    said = scorehouse(demo_home.home, "sql", query)
    assert said.code in (1, 2)
    assert is_one_sentence(said.err)


@pytest.mark.slow
def test_status_counts_what_landed(scorehouse: Callable[..., Said], demo_home: Settings) -> None:
    said = scorehouse(demo_home.home, "status")
    assert said.code == 0
    assert "answers" in said.out
    assert "Published: marts_" in said.out


def _stopped_in_compiled_code() -> None:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt as stop:
        raise SystemError("returned a result with an exception set") from stop


def test_ctrl_c_says_that_it_stopped_even_in_compiled_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        cli.run(_stopped_in_compiled_code)
    assert (ending.value.code, capsys.readouterr().err) == (130, "Stopped.\n")
