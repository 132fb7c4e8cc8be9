"""`scorehouse erase`, `purge` and `requests`: what they ask, refuse and say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from orchestration import privacy_commands
from tests.ingestion.house import House
from warehouse import audit_log
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import Settings

CANDIDATES = "candidate_id,name,email\nP1,孙小满,xiaoman@example.com\n"
Said = Callable[..., str]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(Settings(home=tmp_path / "home").ensure())
    house.take("candidates", "people.csv", CANDIDATES)
    return house


@pytest.fixture
def said(house: House) -> Said:
    """Runs a command and gives what it said; raises what it raises."""
    out = Console(soft_wrap=True)
    app = typer.Typer()
    privacy_commands.register(app, lambda: house.settings, out)

    def run(*words: str) -> str:
        with out.capture() as captured:
            result = CliRunner().invoke(app, words, catch_exceptions=True)
        if result.exception is not None and isinstance(result.exception, ScorehouseError):
            raise result.exception
        return captured.get()

    return run


def test_erasing_says_how_much_and_by_which_receipt_and_never_who(said: Said, house: House) -> None:
    text = said("erase", "--candidate", "P1", "--reason", "mail of 孙小满", "--yes")
    assert "Erased (pseudonymised): " in text and "raw_candidates 1" in text and "Receipt " in text
    listed = said("erase", "--receipts")
    assert "erasure  pseudonymised" in listed and "by operator" in listed
    assert not any(word in text + listed for word in ("孙小满", "xiaoman", "P1 "))
    assert audit_log.verify(house.settings).lines >= 1


def test_without_anybody_to_ask_it_wants_yes(said: Said, house: House) -> None:
    with pytest.raises(UsageError, match="add --yes"):
        said("erase", "--candidate", "P1")
    assert len(house.rows("candidates")) == 1


@pytest.mark.parametrize(
    "words", [("erase", "--yes"), ("erase", "--candidate", "P1", "--employee", "E1", "--yes")]
)
def test_one_person_is_named(said: Said, words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="Name one person"):
        said(*words)


def test_nobody_of_that_id_is_said_in_a_sentence(said: Said) -> None:
    with pytest.raises(ScorehouseError, match="There is no employee with this id"):
        said("erase", "--employee", "E404", "--yes")


def test_lifting_wants_a_ground(said: Said) -> None:
    said("erase", "--candidate", "P1", "--yes")
    with pytest.raises(UsageError, match="newly consented"):
        said("erase", "--candidate", "P1", "--lift")
    assert "may bring this candidate back" in said(
        "erase", "--candidate", "P1", "--lift", "--reason", "signed on 2026-05-01"
    )


def test_purge_has_a_line_for_each_class(said: Said) -> None:
    lines = said("purge", "--dry-run", "--today", "2026-12-31").splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        *("recordings", "texts", "scores", "contact", "quarantine"),
        *("originals", "exports", "outbox", "logs"),
    ]
    with pytest.raises(UsageError, match="is no day"):
        said("purge", "--today", "soon")


def test_a_copy_that_was_handed_over_is_noted_once(said: Said, house: House) -> None:
    text = "request_id,candidate_id,kind,requested_at\nR1,P1,export,2026-03-01 09:00\n"
    house.take("privacy_requests", "requests.csv", text)
    assert said("requests") == "R1  P1  2026-03-01\n1 request waits for a copy.\n"
    assert "Receipt " in said("requests", "--answered", "R1", "--how", "by post")
    assert said("requests") == "0 requests wait for a copy.\n"
    with pytest.raises(UsageError, match="already"):
        said("requests", "--answered", "R1", "--how", "by post")
