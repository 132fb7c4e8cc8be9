"""Sends what is due, each once at most, with the rights that its recipient has at that moment.

Before the server gets a mail its note says `sending`, after it `sent`. A run that ends in between leaves
`sending`: nobody knows whether the mail arrived, and it is not sent again. At most once was chosen over at
least once, since a missed mail is seen in the account, and results in a mailbox twice cannot be taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from warehouse import audit
from warehouse.account_admin import CANDIDATE
from warehouse.account_file import read
from warehouse.errors import NothingPublished, QueryFailedError, QueryRefusedError, ScorehouseError
from warehouse.grants import DEPARTMENT_HEAD, scope_of
from warehouse.mailing import calendar, outbox
from warehouse.mailing.addresses import Mailbox, mailbox_of
from warehouse.mailing.letters import Letter, WithheldError, Writer, message
from warehouse.mailing.outbox import FAILED, SENDING, SENT, WAITING, Note
from warehouse.mailing.server import MailError, MailServer, hand_over
from warehouse.mailing.subscriptions import Subscription, all_subscriptions, change
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import Viewer

UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Due:
    """A subscription whose time has come, with the due date that it has come for."""

    subscription: Subscription
    due: str


@dataclass(frozen=True)
class Outcome:
    """What became of one that was due: sent, unchanged, waiting, failed, or why nothing was sent."""

    subscription: Subscription
    due: str
    state: str
    sentence: str = ""


def due_now(settings: Settings, now: dt.datetime) -> list[Due]:
    """Everything that is due and not done with."""
    found = []
    published: str | None = None
    for one in all_subscriptions(settings):
        if one.is_paused:
            continue
        if one.kind == "alerts":
            published = _published(settings) if published is None else published
            due = published
        else:
            day = calendar.last_due(one, now, settings.timezone)
            due = day.isoformat() if day else ""
        if due and due != one.last_due:
            found.append(Due(one, due))
    return found


def send_due(
    settings: Settings, server: MailServer, write: Writer, *, now: dt.datetime | None = None
) -> list[Outcome]:
    """Sends everything that is due; one that fails keeps no other back. `OutboxBusyError` beside another."""
    with outbox.sending(settings):
        moment = now or dt.datetime.now(dt.UTC)
        return list(_send_all(settings, server, write, moment))


def rehearse(
    settings: Settings, server: MailServer, write: Writer, *, now: dt.datetime | None = None
) -> Iterator[tuple[Due, Letter | None, str]]:
    """What would be sent, without sending: each letter, or the sentence why there is none."""
    moment = now or dt.datetime.now(dt.UTC)
    for one in due_now(settings, moment):
        try:
            viewer, _ = recipient(settings, server, one.subscription, moment)
            letter = write(settings, viewer, one.subscription, server, moment)
        except ScorehouseError as error:
            yield one, None, str(error)
        else:
            yield one, letter, ""


def recipient(
    settings: Settings, server: MailServer, one: Subscription, now: dt.datetime
) -> tuple[Viewer, Mailbox]:
    """Who gets it and where, with the role of this moment; `WithheldError` when nobody may."""
    account = read(settings).users.get(one.owner)
    mailbox = mailbox_of(settings, one.owner)
    if account is None or (mailbox is not None and mailbox.id != one.mailbox):
        raise WithheldError(f"The account {one.owner} is closed.", "closed")
    if account["role"] == CANDIDATE:
        raise WithheldError(f"{one.owner} is a candidate, who gets no mail from here.", "closed")
    if mailbox is None:
        raise WithheldError(f"{one.owner} has no e-mail address.", "no_address")
    if server.domains and mailbox.domain not in {domain.casefold() for domain in server.domains}:
        raise WithheldError(f"The address of {one.owner} is in none of the allowed domains.", "domain")
    viewer = Viewer(one.owner, account["role"])
    if viewer.role == DEPARTMENT_HEAD and not scope_of(settings, viewer, now=now).departments:
        raise WithheldError(f"No grant of {one.owner} holds any more.", "no_grant")
    return viewer, mailbox


def _send_all(settings: Settings, server: MailServer, write: Writer, now: dt.datetime) -> Iterator[Outcome]:
    for due in due_now(settings, now):
        one = due.subscription
        note = outbox.note_of(settings, one, due.due)
        if note.state == SENDING:
            note = outbox.write(settings, note, now, state=FAILED, sentence=outbox.CUT_OFF)
        if note.state in (SENT, FAILED):
            yield _done(settings, due, note.state, note.sentence)
        elif not note.waits_at(now):
            yield _sent(settings, server, write, due, note, now)


def _sent(
    settings: Settings, server: MailServer, write: Writer, due: Due, note: Note, now: dt.datetime
) -> Outcome:
    one = due.subscription
    try:
        viewer, mailbox = recipient(settings, server, one, now)
        letter = write(settings, viewer, one, server, now)
    except WithheldError as withheld:
        change(settings, one.owner, one.id, state=withheld.why, sentence="")
        return Outcome(one, due.due, withheld.why, str(withheld))
    except (NothingPublished, QueryFailedError, QueryRefusedError) as failure:
        change(settings, one.owner, one.id, state=WAITING, sentence=str(failure))
        return Outcome(one, due.due, WAITING, str(failure))
    if (one.only_if_changed and letter.digest == one.last_digest) or letter.is_empty:
        change(settings, one.owner, one.id, last_digest=letter.digest)
        return _done(settings, due, UNCHANGED)
    audit.record(
        settings,
        who=viewer.name,
        role=viewer.role,
        action="export",
        subject=f"subscription:{one.id}",
        rows=letter.rows,
        via="mail",
        format="xlsx" if letter.file else "text",
    )
    mail = message(server, mailbox.address, letter, note.id, now)
    note = outbox.write(settings, note, now, state=SENDING)
    try:
        hand_over(server, mail)
    except MailError as error:
        note = outbox.tried_in_vain(settings, note, now, str(error), again=error.again)
        if note.state == FAILED:
            return _done(settings, due, FAILED, note.sentence)
        change(settings, one.owner, one.id, state=WAITING, sentence=note.sentence)
        return Outcome(one, due.due, WAITING, note.sentence)
    outbox.write(settings, note, now, state=SENT, sentence="", next_try="")
    change(settings, one.owner, one.id, last_digest=letter.digest, last_sent_at=now.isoformat())
    return _done(settings, due, SENT)


def _done(settings: Settings, due: Due, state: str, sentence: str = "") -> Outcome:
    one = due.subscription
    change(settings, one.owner, one.id, last_due=due.due, state=state, sentence=sentence)
    return Outcome(one, due.due, state, sentence)


def _published(settings: Settings) -> str:
    version = Marts(settings).version()
    return "" if version is None else version.run_id
