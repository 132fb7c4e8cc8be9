"""The daily purge: what is past its last day goes, class by class, with a receipt for each.

Texts go from the rows that held them, whose scores stay; scores go with their rows; names and contact data go
from people who have not been seen for long; and so do quarantined rows, originals, exports, notices and logs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from warehouse import audit, due
from warehouse.erasure import journal
from warehouse.erasure.carrying_out import drop_build, finish_begun
from warehouse.erasure.change import Change
from warehouse.erasure.columns import CANDIDATE, INTERVIEW
from warehouse.erasure.layers import change_layers
from warehouse.erasure.person import Person, interviews_only
from warehouse.erasure.published import republish_without
from warehouse.locks import build_lock
from warehouse.old_files import empty_quarantine, old_originals, remove_old, roll_logs
from warehouse.originals import destroy
from warehouse.receipts import PURGE, Receipt, new_receipt_id, note_purged, write_receipt
from warehouse.retention import (
    CONTACT,
    EXPORTS,
    LOGS,
    ORIGINALS,
    OUTBOX,
    QUARANTINE,
    RECORDINGS,
    REMOVED,
    SCORES,
    TEXTS,
    Clock,
    clocks,
)
from warehouse.settings import Settings
from warehouse.vault import Vault

OPERATOR = "operator"
_BY_CLOCK = "retention_policy"


@dataclass(frozen=True)
class Purged:
    """What came of one class: how many records are due, or why its clock does not run."""

    field_class: str
    last_day_kept: dt.date | None
    count: int = 0
    stopped_by: str | None = None
    receipt_hash: str | None = None


def purge(
    settings: Settings,
    *,
    today: dt.date | None = None,
    dry_run: bool = False,
    who: str = OPERATOR,
) -> list[Purged]:
    """Purges what is due on `today` (of the company); with `dry_run` only counts it.

    Also carries out the erasures that have begun. Raises `BuildRunningError` beside a build.
    """
    settings.ensure()
    day = today or dt.datetime.now(settings.timezone).date()
    running = clocks(settings)
    with nullcontext() if dry_run else build_lock(settings):
        if not dry_run:
            finish_begun(settings, has_lock=True)
        return [_purged(settings, running[name], step, day, dry_run, who) for name, step in _STEPS.items()]


def _purged(settings: Settings, clock: Clock, step: _Step, day: dt.date, dry_run: bool, who: str) -> Purged:
    if clock.stopped_by is not None:
        return Purged(clock.field_class, None, stopped_by=clock.stopped_by)
    last = clock.last_day_kept(day)
    found = step.due(settings, last)
    if dry_run or not found:
        return Purged(clock.field_class, last, len(found))
    receipt = Receipt(
        new_receipt_id(),
        PURGE,
        None,
        dt.datetime.now(dt.UTC),
        who,
        f"{_BY_CLOCK}: {clock.purge_days} days",
        REMOVED,
        field_class=clock.field_class,
    )
    # What is not recorded must not happen: first the log, then the deed.
    audit.record(
        settings, who=who, role=OPERATOR, action="purge", rows=len(found), field_class=clock.field_class
    )
    step.carry_out(settings, found, receipt)
    done = replace(receipt, done_at=dt.datetime.now(dt.UTC), counts={clock.field_class: len(found)})
    written = write_receipt(settings, done)
    if step.is_noted:
        note_purged(settings, written, clock.field_class, list(found))
    return Purged(clock.field_class, last, len(found), receipt_hash=written.receipt_hash)


def _texts(settings: Settings, interviews: Sequence[str], _: Receipt) -> None:
    """Texts, notes and timings go out of the rows; the scores made of them stay."""
    Vault.open(settings).erase(f"{INTERVIEW}:{id_}" for id_ in interviews)
    change_layers(settings, Change(interviews_only(interviews), renames=False, personal=False))


def _scores(settings: Settings, interviews: Sequence[str], receipt: Receipt) -> None:
    """The rows go, as an erasure that is finished also when this is killed; no export brings them back."""
    journal.begin(settings, receipt, interviews_only(interviews), removes=True)
    finish_begun(settings, has_lock=True)


def _contact(settings: Settings, candidates: Sequence[str], _: Receipt) -> None:
    """Names and contact data go; the rows stay under the id, which is all that is left."""
    change = Change(Person({CANDIDATE: tuple(candidates)}), renames=False, texts=False)
    change_layers(settings, change)
    republish_without(settings, change)
    drop_build(settings)


def _nothing_more(settings: Settings, interviews: Sequence[str], _: Receipt) -> None:
    """Sound and picture are not stored here: there is only their day to be noted."""


def _originals(settings: Settings, names: Sequence[str], _: Receipt) -> None:
    destroy(settings, [path for path in old_originals(settings) if path.stem in set(names)])


@dataclass(frozen=True)
class _Step:
    """How a class finds what began before a day, and how it makes an end of it."""

    due: Callable[[Settings, dt.date], Sequence[str]]
    carry_out: Callable[[Settings, Sequence[str], Receipt], None]
    is_noted: bool = False


_STEPS = {
    RECORDINGS: _Step(due.recordings, _nothing_more, is_noted=True),
    TEXTS: _Step(due.texts, _texts, is_noted=True),
    SCORES: _Step(due.scores, _scores),
    CONTACT: _Step(due.contact, _contact),
    QUARANTINE: _Step(due.quarantine, empty_quarantine),
    ORIGINALS: _Step(due.originals, _originals),
    EXPORTS: _Step(due.exports, remove_old),
    OUTBOX: _Step(due.outbox, remove_old),
    LOGS: _Step(due.logs, roll_logs),
}
