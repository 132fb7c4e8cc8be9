"""`scorehouse audit`: the log on the command line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestration import cli
from warehouse.audit import log_file, record
from warehouse.settings import HOME_VARIABLE, Settings


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home with three lines."""
    settings = Settings(home=tmp_path / "home").ensure()
    record(settings, who="hr", role="hr", action="sign_in", via="password")
    record(settings, who="hr", role="hr", action="query", rows=1234, sql="ab12")
    record(settings, who="operator", role="operator", action="granted", subject="account:dora")
    return settings


@pytest.fixture
def scorehouse(
    home: Settings, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Said]:
    """`scorehouse("audit", "show")`: the command as a person runs it."""

    def call(*words: str) -> Said:
        monkeypatch.setenv(HOME_VARIABLE, str(home.home))
        monkeypatch.setattr(sys, "argv", ["scorehouse", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        with pytest.raises(SystemExit) as ending:
            cli.run()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Said(int(ending.value.code or 0), out.decode(), err.decode())

    return call


def test_a_log_that_holds_is_said_to(scorehouse: Callable[..., Said]) -> None:
    said = scorehouse("audit", "verify")
    assert (said.code, said.out) == (0, "The audit log holds: 3 lines, each as it was written.\n")


def test_the_first_broken_line_is_named_and_fails_the_command(
    scorehouse: Callable[..., Said], home: Settings
) -> None:
    path = log_file(home)
    path.write_bytes(path.read_bytes().replace(b"1234", b"1"))
    said = scorehouse("audit", "verify")
    assert said.code == 1
    assert said.err == (
        "The audit log does not hold: line 2 was changed, or was not written by this installation.\n"
    )


def test_show_tells_the_latest_last(scorehouse: Callable[..., Said]) -> None:
    lines = scorehouse("audit", "show").out.splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == [
        "hr (hr)  sign_in  via=password",
        "hr (hr)  query  1,234 rows  sql=ab12",
        "operator (operator)  granted  account:dora",
    ]
    assert len(scorehouse("audit", "show", "--last", "1").out.splitlines()) == 1


def test_show_filters_and_gives_json(scorehouse: Callable[..., Said]) -> None:
    said = scorehouse("audit", "show", "--action", "query", "--who", "hr", "--json")
    (line,) = map(json.loads, said.out.splitlines())
    assert (line["rows"], line["details"]) == (1234, {"sql": "ab12"})
    assert scorehouse("audit", "show", "--until", "2020-01-01").out == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--action", "looked"), "There is no action 'looked'"),
        (("--since", "soon"), "'soon' is no day"),
    ],
)
def test_a_filter_that_cannot_be_is_a_sentence(
    scorehouse: Callable[..., Said], words: tuple[str, ...], sentence: str
) -> None:
    said = scorehouse("audit", "show", *words)
    assert said.code == 2
    assert sentence in said.err
