"""What a person asks for about the own data in the portal: an event of the platform, which holds at once.

The next build delivers it with all the others as a row of `privacy_requests` (see `platform_events`), so that
there is one list of requests, whoever brought them.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import duckdb

from warehouse import audit, platform_events
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

SOURCE = "privacy_requests"
REFUSE, WITHDRAW = "refuse_ai", "withdraw_refusal"
KINDS = (REFUSE, WITHDRAW)
_TAKEN_IN = """
    select request_id, kind, max(requested_at) as requested_at, candidate_id
    from read_parquet($files, union_by_name = true) where $candidate is null or candidate_id = $candidate
    group by all order by 3, 1
"""


@dataclass(frozen=True)
class Asked:
    """A request of one person. `is_waiting`: the warehouse has it with the next build."""

    request_id: str
    kind: str
    requested_at: dt.datetime
    is_waiting: bool


def ask(
    settings: Settings, candidate_id: str, kind: str, viewer: Viewer, *, now: dt.datetime | None = None
) -> Asked:
    """Files a request for `candidate_id`, durably; one that stands already is not made twice."""
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is nothing that the portal takes: {', '.join(KINDS)}.")
    before = last_word(settings, candidate_id)
    if before is not None and before.kind == kind:
        return before
    moment = now or dt.datetime.now(dt.UTC)
    asked = Asked(f"PF-{secrets.token_hex(8)}", kind, moment, is_waiting=True)
    audit.record(
        settings,
        who=viewer.name,
        role=viewer.role,
        action="refusal",
        subject=f"candidate:{candidate_id}",
        kind=kind,
    )
    row = {
        "request_id": asked.request_id,
        "candidate_id": candidate_id,
        "kind": kind,
        "requested_at": moment.isoformat(),
    }
    platform_events.append(settings, candidate_id, SOURCE, row)
    return asked


def last_word(settings: Settings, candidate_id: str) -> Asked | None:
    """The latest request about AI interviews, waiting or taken in; of two at one moment the refusal."""
    about_ai = [asked for asked in asked_by(settings, candidate_id) if asked.kind in KINDS]
    return max(about_ai, key=lambda asked: (asked.requested_at, asked.kind == REFUSE), default=None)


def asked_by(settings: Settings, candidate_id: str) -> list[Asked]:
    """All requests of a person, oldest first."""
    events = platform_events.events_of(settings, candidate_id)
    found = {event.row["request_id"]: _said(event.row) for event in events if event.source == SOURCE}
    found |= {asked.request_id: asked for _, asked in taken_in(settings, candidate_id)}
    return sorted(found.values(), key=lambda asked: (asked.requested_at, asked.request_id))


def _said(row: platform_events.Row) -> Asked:
    moment = dt.datetime.fromisoformat(row["requested_at"])
    return Asked(row["request_id"], row["kind"], moment, is_waiting=True)


def taken_in(settings: Settings, candidate_id: str | None = None) -> list[tuple[str, Asked]]:
    """Requests that the warehouse holds, oldest first, each behind whose it is; of one person or of all."""
    files = [str(path) for path in sorted((settings.raw / SOURCE).glob("[!_.]*.parquet"))]
    if not files:
        return []
    try:
        with duckdb.connect(config={"threads": 1, "temp_directory": ""}) as connection:
            connection.execute("set TimeZone = 'UTC'")
            rows = connection.execute(_TAKEN_IN, {"files": files, "candidate": candidate_id}).fetchall()
    except duckdb.Error as error:
        raise ScorehouseError(
            f"The requests below {settings.raw / SOURCE} cannot be read ({type(error).__name__}): "
            "ingest their source files again."
        ) from None
    return [(whose, Asked(id_, kind, _utc(moment), is_waiting=False)) for id_, kind, moment, whose in rows]


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
