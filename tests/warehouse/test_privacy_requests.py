"""Requests from the portal: they hold at once, are taken in like every export, and are not made twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from warehouse import privacy_requests
from warehouse.errors import ScorehouseError, UsageError
from warehouse.privacy_requests import REFUSE, WITHDRAW
from warehouse.settings import Settings
from warehouse.viewer import Viewer

ME = Viewer("me", "candidate")
NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


def files(settings: Settings) -> list[Path]:
    return sorted((settings.landing / "privacy_requests").glob("*.csv"))


def test_a_refusal_holds_at_once(settings: Settings) -> None:
    privacy_requests.ask(settings, "c1", REFUSE, ME, now=NOON)
    last = privacy_requests.last_word(settings, "c1")
    assert last is not None
    assert (last.kind, last.requested_at, last.is_waiting) == (REFUSE, NOON, True)
    assert privacy_requests.last_word(settings, "c2") is None


def test_the_last_word_counts(settings: Settings) -> None:
    privacy_requests.ask(settings, "c1", REFUSE, ME, now=NOON)
    privacy_requests.ask(settings, "c1", WITHDRAW, ME, now=NOON + dt.timedelta(minutes=1))
    last = privacy_requests.last_word(settings, "c1")
    assert last is not None and last.kind == WITHDRAW


def test_what_stands_already_is_not_filed_twice(settings: Settings) -> None:
    first = privacy_requests.ask(settings, "c1", REFUSE, ME, now=NOON)
    assert privacy_requests.ask(settings, "c1", REFUSE, ME) == first
    assert len(files(settings)) == 1


def test_only_what_the_portal_offers_can_be_asked(settings: Settings) -> None:
    with pytest.raises(UsageError, match="refuse_ai, withdraw_refusal"):
        privacy_requests.ask(settings, "c1", "erase", ME)
    assert files(settings) == []


def test_a_landing_that_cannot_be_written_says_so_in_a_sentence(settings: Settings) -> None:
    (settings.landing / "privacy_requests").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ScorehouseError, match="make it writable"):
        privacy_requests.ask(settings, "c1", REFUSE, ME)


def test_ingestion_takes_a_request_in_as_it_was_made(settings: Settings) -> None:
    from ingestion import ingest

    made = privacy_requests.ask(settings, "c1", REFUSE, ME, now=NOON)
    ingest.run(settings)
    (found,) = privacy_requests.asked_by(settings, "c1")
    assert (found.request_id, found.kind, found.requested_at) == (made.request_id, REFUSE, NOON)
    for path in files(settings):
        path.unlink()
    (found,) = privacy_requests.asked_by(settings, "c1")
    assert not found.is_waiting
    privacy_requests.ask(settings, "c1", WITHDRAW, ME)
    assert [asked.kind for asked in privacy_requests.asked_by(settings, "c1")] == [REFUSE, WITHDRAW]


def test_a_waiting_request_of_an_erased_person_is_forgotten_and_those_of_others_stay(
    settings: Settings,
) -> None:
    privacy_requests.ask(settings, "c1", REFUSE, ME)
    privacy_requests.ask(settings, "c2", REFUSE, ME)
    assert privacy_requests.forget(settings, ["c1"]) == 1
    assert privacy_requests.asked_by(settings, "c1") == []
    assert len(privacy_requests.asked_by(settings, "c2")) == 1
