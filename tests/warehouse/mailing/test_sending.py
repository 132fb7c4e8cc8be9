"""What is due goes out once, to who may have it; what went wrong is said in a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.mailing.local_server import LocalServer
from warehouse import account_admin, audit_log, grants
from warehouse.mailing import addresses, outbox, sending, subscriptions
from warehouse.mailing.addresses import mailbox_of, remove_address, set_address
from warehouse.mailing.letters import Letter
from warehouse.mailing.outbox import CUT_OFF, OutboxBusyError
from warehouse.mailing.sending import Outcome, due_now, send_due
from warehouse.mailing.server import MailServer
from warehouse.mailing.subscriptions import Subscription, add, change, new_subscription, subscriptions_of
from warehouse.settings import Settings
from warehouse.viewer import Viewer

PASSWORD, ADDRESS = "an-invented-pass-phrase", "li.na@acme.example"
MADE = "2026-11-16T00:30:00+00:00"
# 08:00 on a Monday in Shanghai.
DUE = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
HOUR, WEEK = dt.timedelta(hours=1), dt.timedelta(weeks=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path / "home").ensure()
    account_admin.add_user(found, "head", "department_head", PASSWORD)
    grants.grant(found, "head", "sales", author="hr", now=DUE - WEEK)
    set_address(found, "head", ADDRESS, author="operator")
    return found


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as opened:
        yield opened


def subscribed(settings: Settings, **values: Any) -> Subscription:
    mailbox = mailbox_of(settings, "head")
    assert mailbox is not None
    return add(settings, new_subscription("head", mailbox.id, "view", "results", MADE, **values))


def write(
    settings: Settings, viewer: Viewer, one: Subscription, server: MailServer, now: dt.datetime
) -> Letter:
    return Letter(f"给 {viewer.role} 的结果", "正文", "same", rows=3, file_name="结果.xlsx", file=b"PK")


def send(settings: Settings, server: LocalServer, now: dt.datetime = DUE) -> list[Outcome]:
    return send_due(settings, server.settings, write, now=now)


def state_of(settings: Settings) -> Subscription:
    (one,) = subscriptions_of(settings, "head")
    return one


def test_what_is_due_is_sent_once(settings: Settings, server: LocalServer) -> None:
    subscribed(settings)
    assert send(settings, server, DUE - HOUR) == []
    assert [one.state for one in send(settings, server)] == ["sent"]
    assert send(settings, server, DUE + HOUR) == []
    (mail,) = server.taken
    assert (mail["To"], mail["Subject"]) == (ADDRESS, "给 department_head 的结果")
    assert mail["List-Unsubscribe"] == "<https://hr.acme.example/account>"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["结果.xlsx"]
    assert send(settings, server, DUE + WEEK) != [] and len(server.taken) == 2


def test_a_mail_is_an_export_in_the_audit_log(settings: Settings, server: LocalServer) -> None:
    one = subscribed(settings)
    send(settings, server)
    (line,) = [line for line in audit_log.entries(settings) if line.action == "export"]
    assert (line.who, line.rows, line.subject) == ("head", 3, f"subscription:{one.id}")
    assert line.details["via"] == "mail"


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_run_that_was_cut_off_never_sends_a_mail_twice(
    settings: Settings, server: LocalServer, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    subscribed(settings)
    hand_over = sending.hand_over

    def killed(*given: Any) -> None:
        if at == "after":
            hand_over(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "hand_over", killed)
    with pytest.raises(KeyboardInterrupt):
        send(settings, server)
    monkeypatch.setattr(sending, "hand_over", hand_over)
    (outcome,) = send(settings, server, DUE + HOUR)
    assert (outcome.state, outcome.sentence) == ("failed", CUT_OFF)
    assert send(settings, server, DUE + 2 * HOUR) == []
    assert len(server.taken) == (1 if at == "after" else 0)


def test_a_crash_after_the_note_says_sent_marks_the_subscription_at_the_next_run(
    settings: Settings, server: LocalServer
) -> None:
    one = subscribed(settings)
    send(settings, server)
    change(settings, "head", one.id, last_due="", state="")
    assert [outcome.state for outcome in send(settings, server, DUE + HOUR)] == ["sent"]
    assert len(server.taken) == 1


def test_a_connection_that_breaks_after_the_mail_is_not_tried_again(
    settings: Settings, server: LocalServer
) -> None:
    subscribed(settings)
    server.manner.breaks_off_after_data = True
    (outcome,) = send(settings, server)
    assert outcome.state == "failed" and "may have arrived" in outcome.sentence
    server.manner.breaks_off_after_data = False
    assert send(settings, server, DUE + HOUR) == []
    assert len(server.taken) == 1


def test_a_server_that_is_away_is_tried_again_later_and_later(
    settings: Settings, server: LocalServer
) -> None:
    subscribed(settings)
    away = server.settings.model_copy(update={"port": 1})
    (outcome,) = send_due(settings, away, write, now=DUE)
    assert outcome.state == "waiting" and "cannot be reached" in outcome.sentence
    (note,) = outbox.notes(settings)
    assert dt.datetime.fromisoformat(note.next_try) == DUE + outbox.FIRST_WAIT
    assert send_due(settings, away, write, now=DUE + outbox.FIRST_WAIT / 2) == []
    (outcome,) = send_due(settings, away, write, now=DUE + HOUR)
    (note,) = outbox.notes(settings)
    assert dt.datetime.fromisoformat(note.next_try) == DUE + HOUR + 2 * outbox.FIRST_WAIT
    assert [one.state for one in send(settings, server, DUE + 3 * HOUR)] == ["sent"]
    assert state_of(settings).sentence == ""


def test_after_enough_tries_it_has_failed(settings: Settings, server: LocalServer) -> None:
    subscribed(settings)
    away = server.settings.model_copy(update={"port": 1})
    states = [
        one.state
        for number in range(outbox.MOST_TRIES + 2)
        for one in send_due(settings, away, write, now=DUE + number * 13 * HOUR)
    ]
    assert states == ["waiting"] * (outbox.MOST_TRIES - 1) + ["failed"]


def test_a_wrong_password_is_said_without_the_password(settings: Settings, server: LocalServer) -> None:
    subscribed(settings)
    server.manner.user, server.manner.password = "stranger", "geheim-4711"
    (outcome,) = send(settings, server)
    assert outcome.state == "waiting"
    assert outcome.sentence == "The mail server 127.0.0.1 does not accept user and password."
    told = repr(server.settings) + outcome.sentence + str(outbox.notes(settings))
    assert "geheim-4711" not in told


def test_a_refused_recipient_has_failed_and_a_full_mailbox_waits(
    settings: Settings, server: LocalServer
) -> None:
    subscribed(settings)
    server.manner.recipient_answer = "452 full"
    assert [one.state for one in send(settings, server)] == ["waiting"]
    server.manner.recipient_answer = "550 nobody here"
    (outcome,) = send(settings, server, DUE + HOUR)
    assert outcome.state == "failed" and "does not take mail for this address (550)" in outcome.sentence
    assert ADDRESS not in outcome.sentence


def test_an_ended_grant_sends_nothing_and_says_why(settings: Settings, server: LocalServer) -> None:
    subscribed(settings)
    grants.revoke(settings, "head", "sales", author="hr", now=DUE)
    assert [one.state for one in send(settings, server)] == ["no_grant"]
    assert state_of(settings).state == "no_grant" and server.taken == []
    grants.grant(settings, "head", "sales", author="hr", now=DUE)
    assert [one.state for one in send(settings, server, DUE + HOUR)] == ["sent"]


def test_a_closed_account_gets_nothing_nor_does_a_new_one_of_the_same_name(
    settings: Settings, server: LocalServer
) -> None:
    subscribed(settings)
    account_admin.close_account(settings, "head", author="hr")
    assert [one.state for one in send(settings, server)] == ["closed"]
    account_admin.add_user(settings, "head", "analyst", PASSWORD)
    set_address(settings, "head", "another@acme.example", author="operator")
    assert [one.state for one in send(settings, server, DUE + HOUR)] == ["closed"]
    assert server.taken == []


def test_without_an_address_nothing_is_sent_and_with_a_new_one_it_goes_on(
    settings: Settings, server: LocalServer
) -> None:
    subscribed(settings)
    remove_address(settings, "head", author="head")
    assert [one.state for one in send(settings, server)] == ["no_address"]
    set_address(settings, "head", "li.na@elsewhere.example", author="operator")
    assert [one.state for one in send(settings, server, DUE + HOUR)] == ["domain"]
    set_address(settings, "head", "li@acme.example", author="operator")
    assert [one.state for one in send(settings, server, DUE + 2 * HOUR)] == ["sent"]


def test_without_news_nothing_is_sent_where_news_are_asked_for(
    settings: Settings, server: LocalServer
) -> None:
    subscribed(settings, only_if_changed=True)
    assert [one.state for one in send(settings, server)] == ["sent"]
    assert [one.state for one in send(settings, server, DUE + WEEK)] == ["unchanged"]
    assert len(server.taken) == 1

    def news(*given: Any) -> Letter:
        return replace(write(*given), digest="other")

    found = send_due(settings, server.settings, news, now=DUE + 2 * WEEK)
    assert [one.state for one in found] == ["sent"]


def test_a_paused_one_is_not_due(settings: Settings, server: LocalServer) -> None:
    one = subscribed(settings)
    change(settings, "head", one.id, is_paused=True)
    assert due_now(settings, DUE) == [] and send(settings, server) == []


def test_a_second_run_at_the_same_time_is_told_to_wait(settings: Settings, server: LocalServer) -> None:
    with outbox.sending(settings), pytest.raises(OutboxBusyError):
        send(settings, server)


def test_nothing_on_disk_tells_the_address_or_the_view(settings: Settings, server: LocalServer) -> None:
    subscribed(settings, name="李娜的视图", choices={"department": "sales"})
    send(settings, server)
    for path in settings.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert ADDRESS.encode() not in content and "李娜".encode() not in content, path.name


def test_an_erased_person_is_neither_a_recipient_nor_a_name_any_more(settings: Settings) -> None:
    one = subscribed(settings, name="李娜的视图")
    assert (subscriptions.forget(settings, ["李娜"]), addresses.forget(settings, [ADDRESS])) == (1, 1)
    assert state_of(settings) == replace(one, name="") and mailbox_of(settings, "head") is None
    assert subscriptions.forget(settings, ["HEAD"]) == 1 and subscriptions_of(settings, "head") == []
