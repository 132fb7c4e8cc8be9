"""That a request for a copy of own data was answered: noted once, with a receipt and in the audit log.

A request to erase is answered by the erasure alone, a refusal needs no answer.
"""

from __future__ import annotations

import datetime as dt

from warehouse import audit
from warehouse.errors import UsageError
from warehouse.privacy_requests import Asked, taken_in
from warehouse.receipts import (
    ANSWER,
    Receipt,
    answered,
    new_receipt_id,
    note_answered,
    subject_hash,
    write_receipt,
)
from warehouse.settings import Settings

COPY = "export"


def waiting(settings: Settings) -> list[tuple[str, Asked]]:
    """The requests for a copy that have no answer yet, oldest first, each behind whose it is."""
    done = answered(settings)
    found = taken_in(settings)
    return [(whose, one) for whose, one in found if one.kind == COPY and one.request_id not in done]


def answer(settings: Settings, request_id: str, how: str, *, who: str, role: str) -> Receipt:
    """Notes that the copy was handed over; the next build closes the request in `privacy_ledger`.

    `how` says in which way, without names. Raises `UsageError` for a request that is unknown, of another
    kind, or answered already.
    """
    if not how.strip():
        raise UsageError("Say how the copy was handed over, without names: it stands in the receipt.")
    known = {one.request_id: (whose, one) for whose, one in taken_in(settings)}
    if request_id not in known:
        raise UsageError(f"There is no request {request_id!r}: `scorehouse requests` lists those that wait.")
    whose, asked = known[request_id]
    if asked.kind != COPY:
        raise UsageError(f"The request {request_id!r} is not for a copy: an erasure answers one to erase.")
    if request_id in answered(settings):
        raise UsageError(f"The request {request_id!r} has its answer already.")
    receipt = write_receipt(
        settings,
        Receipt(
            receipt_id=new_receipt_id(),
            kind=ANSWER,
            subject_hash=subject_hash(settings, "request", request_id),
            requested_at=asked.requested_at,
            who=who,
            reason=how.strip(),
            manner="handed_over",
            done_at=dt.datetime.now(dt.UTC),
        ),
    )
    note_answered(settings, receipt, request_id)
    audit.record(settings, who=who, role=role, action="answer_request", subject=f"candidate:{whose}")
    return receipt
