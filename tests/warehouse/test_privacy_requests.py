"""Requests from the portal: they hold at once, are taken in like every export, and are not made twice."""

from __future__ import annotations

import datetime as dt

import pytest

from warehouse import audit_log, platform_events, privacy_requests
from warehouse.errors import ScorehouseError, UsageError
from warehouse.privacy_requests import REFUSE, WITHDRAW
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import Viewer

ME = Viewer("me", "candidate")
NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


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
    assert [entry.action for entry in audit_log.entries(settings)].count("refusal") == 2


def test_what_stands_already_is_not_filed_twice(settings: Settings) -> None:
    first = privacy_requests.ask(settings, "c1", REFUSE, ME, now=NOON)
    assert privacy_requests.ask(settings, "c1", REFUSE, ME) == first
    assert len(platform_events.events_of(settings, "c1")) == 1


def test_only_what_the_portal_offers_can_be_asked(settings: Settings) -> None:
    with pytest.raises(UsageError, match="refuse_ai, withdraw_refusal"):
        privacy_requests.ask(settings, "c1", "erase", ME)
    assert platform_events.events_of(settings, "c1") == []


def test_a_home_that_cannot_be_written_says_so_in_a_sentence(settings: Settings) -> None:
    (settings.home / "platform").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ScorehouseError, match="make it writable"):
        privacy_requests.ask(settings, "c1", REFUSE, ME)


def test_ingestion_takes_a_request_in_as_it_was_made(settings: Settings) -> None:
    from ingestion import ingest

    made = privacy_requests.ask(settings, "c1", REFUSE, ME, now=NOON)
    assert platform_events.deliver(settings) == 1
    ingest.run(settings)
    (found,) = privacy_requests.asked_by(settings, "c1")
    assert (found.request_id, found.kind, found.requested_at) == (made.request_id, REFUSE, NOON)
    assert not found.is_waiting
    privacy_requests.ask(settings, "c1", WITHDRAW, ME)
    assert [asked.kind for asked in privacy_requests.asked_by(settings, "c1")] == [REFUSE, WITHDRAW]


def test_a_waiting_request_goes_with_the_key_of_its_person_and_those_of_others_stay(
    settings: Settings,
) -> None:
    privacy_requests.ask(settings, "c1", REFUSE, ME)
    privacy_requests.ask(settings, "c2", REFUSE, ME)
    Vault.open(settings).erase(["candidate:c1"])
    assert privacy_requests.asked_by(settings, "c1") == []
    assert len(privacy_requests.asked_by(settings, "c2")) == 1
    assert platform_events.deliver(settings) == 1
