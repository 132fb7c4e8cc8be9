"""What a person asks for about the own data in the portal: taken in like every other export.

A request becomes a small file in `landing/privacy_requests/`, which the next build reads with all the rest:
there is one list of requests, whoever brought them. Until then it is read from there, so it holds at once.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import audit
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

SOURCE = "privacy_requests"
REFUSE, WITHDRAW = "refuse_ai", "withdraw_refusal"
KINDS = (REFUSE, WITHDRAW)
_PREFIX = "portal_"
_COLUMNS = ("request_id", "candidate_id", "kind", "requested_at")
_TAKEN_IN = """
    select request_id, kind, max(requested_at) as requested_at
    from read_parquet($files, union_by_name = true) where candidate_id = $candidate group by all
"""


@dataclass(frozen=True)
class Asked:
    """A request of one person. `is_waiting`: the marts do not know it before the next build."""

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
    asked = Asked(f"PORTAL-{secrets.token_hex(8)}", kind, moment, is_waiting=True)
    audit.record(
        settings,
        who=viewer.name,
        role=viewer.role,
        action="refusal",
        subject=f"candidate:{candidate_id}",
        kind=kind,
    )
    try:
        _write(settings, asked, candidate_id)
    except OSError as error:
        raise ScorehouseError(
            f"The request cannot be kept in {settings.landing / SOURCE} ({error.strerror}): make it writable."
        ) from None
    return asked


def last_word(settings: Settings, candidate_id: str) -> Asked | None:
    """The latest request about AI interviews, waiting or taken in; of two at one moment the refusal."""
    about_ai = [asked for asked in asked_by(settings, candidate_id) if asked.kind in KINDS]
    return max(about_ai, key=lambda asked: (asked.requested_at, asked.kind == REFUSE), default=None)


def asked_by(settings: Settings, candidate_id: str) -> list[Asked]:
    """All requests of a person, oldest first."""
    found = {asked.request_id: asked for _, asked, whose in _files(settings) if whose == candidate_id}
    found |= {asked.request_id: asked for asked in _taken_in(settings, candidate_id)}
    return sorted(found.values(), key=lambda asked: (asked.requested_at, asked.request_id))


def forget(settings: Settings, candidate_ids: Collection[str]) -> int:
    """Removes the requests of erased people that no build has read yet; how many."""
    gone = 0
    for path, _, candidate_id in _files(settings):
        if candidate_id in candidate_ids:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _files(settings: Settings) -> Iterator[tuple[Path, Asked, str]]:
    """The requests that wait in landing: file, request, whose."""
    for path in sorted((settings.landing / SOURCE).glob(f"{_PREFIX}*.csv")):
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:  # Taken in meanwhile: then the raw layer has it.
            continue
        for row in csv.DictReader(io.StringIO(text)):
            moment = dt.datetime.fromisoformat(row["requested_at"])
            yield path, Asked(row["request_id"], row["kind"], moment, is_waiting=True), row["candidate_id"]


def _taken_in(settings: Settings, candidate_id: str) -> list[Asked]:
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
    return [Asked(id_, kind, _utc(moment), is_waiting=False) for id_, kind, moment in rows]


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _write(settings: Settings, asked: Asked, candidate_id: str) -> None:
    """Whole or not at all; nobody reads a file whose name begins with a dot."""
    folder = settings.landing / SOURCE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{_PREFIX}{asked.requested_at:%Y%m%dT%H%M%S}-{asked.request_id[-8:]}.csv"
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerow((asked.request_id, candidate_id, asked.kind, asked.requested_at.isoformat()))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
