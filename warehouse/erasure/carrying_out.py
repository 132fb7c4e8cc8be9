"""Erasing a person: noted first, carried out step by step, proven by a receipt at the end.

Keys are destroyed first, so that texts and names are lost in every copy from the first moment on. Then every
file below `SCOREHOUSE_HOME` is cleared. What was killed is done again by the next build, purge or erasure.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from warehouse import audit
from warehouse.account_admin import forget_person
from warehouse.erasure import journal
from warehouse.erasure.change import SHORTEST_IN_TEXT, Change
from warehouse.erasure.columns import CANDIDATE, EMPLOYEE, INTERVIEW, PEOPLE
from warehouse.erasure.files_of_person import destroy_holding, remove_landed
from warehouse.erasure.journal import Begun
from warehouse.erasure.kept_on_pages import forget_on_pages
from warehouse.erasure.layers import change_layers, is_anywhere
from warehouse.erasure.person import find_person, interviews_only
from warehouse.erasure.published import republish_without
from warehouse.erasure.traces import clear_traces, is_quarantined
from warehouse.errors import BuildRunningError, ScorehouseError, UsageError
from warehouse.locks import build_lock
from warehouse.receipts import (
    ERASURE,
    Receipt,
    lay_out_privacy,
    new_receipt_id,
    note_purged,
    receipts,
    subject_hash,
    write_receipt,
)
from warehouse.retention import RECORDINGS, REMOVED, SCORES, TEXTS, on_erasure
from warehouse.settings import Settings
from warehouse.tombstones import add_tombstones, lift_tombstones, read_tombstones
from warehouse.vault import Vault

OPERATOR = "operator"
_LONGEST_REASON = 200
_ASKED = "asked"


class NobodyThereError(ScorehouseError):
    """Nobody has this id, now or before."""


def erase(
    settings: Settings,
    id_: str,
    *,
    who: str = OPERATOR,
    role: str = OPERATOR,
    reason: str = "",
    kind: str = CANDIDATE,
    now: dt.datetime | None = None,
) -> Receipt:
    """Erases whoever has this id, also under the other ids that the person has; returns the receipt.

    Beside a build the erasure only begins: the receipt says so (`is_done`), and the end of that build or the
    next command carries it out. Who was erased before gets the receipt of then. Raises `NobodyThereError`.
    """
    if kind not in PEOPLE:
        raise UsageError(f"{kind!r} is nobody's kind: name a candidate or an employee.")
    settings.ensure()
    person = find_person(settings, kind, id_)
    change = Change(person)
    if not is_anywhere(settings, change) and not is_quarantined(settings, change):
        return _known_receipt(settings, kind, id_)
    removes = on_erasure(settings, SCORES) == REMOVED
    audit.record(settings, who=who, role=role, action="erase", subject=f"{kind}:{id_}")
    receipt = Receipt(
        new_receipt_id(),
        ERASURE,
        subject_hash(settings, kind, id_),
        now or dt.datetime.now(dt.UTC),
        # A candidate's account may bear the candidate's own name.
        CANDIDATE if role == CANDIDATE else who,
        _ASKED,
        REMOVED if removes else "pseudonymised",
    )
    told = Change(person).in_text(reason)[:_LONGEST_REASON]
    for word in person.told:
        told = told.replace(word, "…")
    begun = journal.begin(settings, replace(receipt, reason=told or _ASKED), person, removes=removes)
    try:
        done = finish_begun(settings)
    except BuildRunningError:
        return begun.receipt
    return next((one for one in done if one.receipt_id == receipt.receipt_id), begun.receipt)


def erase_interviews(settings: Settings, interview_ids: Iterable[str]) -> None:
    """Begins to remove interviews that turned out to be an erased candidate's, with all that came of them."""
    person = interviews_only(interview_ids)
    at = dt.datetime.now(dt.UTC)
    receipt = Receipt(new_receipt_id(), ERASURE, None, at, OPERATOR, "of an erased candidate", REMOVED)
    add_tombstones(settings, person.ids, at, receipt.receipt_id)
    if is_anywhere(settings, Change(person)):
        journal.begin(settings, receipt, person, removes=True)


def finish_begun(settings: Settings, *, has_lock: bool = False) -> list[Receipt]:
    """Carries out every erasure that has begun; their receipts. `has_lock`: the build lock is held."""
    if not journal.all_begun(settings):
        return []
    with nullcontext() if has_lock else build_lock(settings):
        return [_carry_out(settings, begun) for begun in journal.all_begun(settings)]


def lift(settings: Settings, id_: str, *, kind: str = CANDIDATE, who: str = OPERATOR, reason: str) -> None:
    """Lets exports bring somebody again who was erased; `reason` says when and how they newly consented."""
    if not lift_tombstones(settings, {kind: [id_]}):
        raise NobodyThereError(f"There is no erased {kind} with this id: nothing is held back.")
    audit.record(settings, who=who, role=OPERATOR, action="erase", subject="", lifted=1, reason=reason)


def _carry_out(settings: Settings, begun: Begun) -> Receipt:
    person, counts = begun.person, Counter[str]()
    subjects = [f"{kind}:{id_}" for kind in (*PEOPLE, INTERVIEW) for id_ in person.ids.get(kind, ())]
    counts["keys"] = Vault.open(settings).erase(subjects)
    add_tombstones(settings, person.ids, begun.receipt.requested_at, begun.receipt.receipt_id)
    named_as = {*person.ids.get(EMPLOYEE, ()), *person.mailed}
    counts["accounts"] = forget_person(settings, person.ids.get(CANDIDATE, ()), named_as)
    searched = {id_ for id_ in person.all_ids if len(id_) >= SHORTEST_IN_TEXT}
    counts += forget_on_pages(settings, begun.change, searched | set(person.told) | named_as)
    counts["originals"] = destroy_holding(settings, person) + remove_landed(settings, person)
    counts += change_layers(settings, begun.change)
    counts += clear_traces(settings, begun.change)
    counts["published"] = republish_without(settings, begun.change)
    drop_build(settings)
    done = replace(
        begun.receipt,
        done_at=dt.datetime.now(dt.UTC),
        pseudonym=None if begun.removes else _pseudonym(begun),
        counts=dict(+counts),
    )
    receipt = write_receipt(settings, done)
    if not begun.removes:
        interviews = [begun.change.pseudonym(INTERVIEW, id_) for id_ in person.ids.get(INTERVIEW, ())]
        for field_class in (RECORDINGS, TEXTS):
            note_purged(settings, receipt, field_class, interviews)
    journal.forget(settings, begun)
    return receipt


def drop_build(settings: Settings) -> None:
    """Takes the build's database away, with all that was spilled: the next build makes everything anew."""
    for pattern in ("build.duckdb*", "built.json", "last_build.json"):
        for path in settings.build.glob(pattern):
            path.unlink(missing_ok=True)
    for path in settings.build.glob("*spill*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
    _clear(settings.raw / ".spill")


def _clear(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def _pseudonym(begun: Begun) -> str | None:
    """Under which name the person goes on as a candidate, or else as an employee."""
    for kind in (CANDIDATE, EMPLOYEE):
        for id_ in begun.person.ids.get(kind, ()):
            return begun.change.pseudonym(kind, id_)
    return None


def _known_receipt(settings: Settings, kind: str, id_: str) -> Receipt:
    receipt_id = read_tombstones(settings).receipt_of(kind, id_)
    for receipt in receipts(settings):
        if receipt.receipt_id == receipt_id:
            return receipt
    raise NobodyThereError(f"There is no {kind} with this id: look it up in the source system.")


__all__ = ["NobodyThereError", "erase", "finish_begun", "lay_out_privacy", "lift"]
