"""What people do on the pages and the warehouse must know: refusals, requests, notes. Append-only and sealed.

`platform/events.jsonl` holds a line an event, sealed under the data key of the person whom it is about: who
is erased takes it along. A build delivers what waits to ingestion as an export of its source, so that an
event goes the same way as a row of any other system.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse import audit
from warehouse.cipher import Sealer
from warehouse.erasure.columns import CANDIDATE
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings
from warehouse.tombstones import read_tombstones
from warehouse.vault import Vault

REQUESTS, COMMENTS = "privacy_requests", "comments"
REFUSE, WITHDRAW, ERASE, EXPORT = "refuse_ai", "withdraw_refusal", "erase", "export"
NOTE, SUPPLEMENT, QUESTION, REPLY = "note", "request_supplement", "feedback_question", "feedback_reply"
_LONGEST_NOTE = 4_000


@dataclass(frozen=True)
class Event:
    """One event: its place in the log, the source that it is delivered to, and the row that it is there."""

    number: int
    source: str
    row: Mapping[str, Any]


def refuse_ai(settings: Settings, candidate_id: str, *, who: str, role: str) -> str:
    """Takes a refusal of AI interviews: it holds from this moment on. Returns the request's id."""
    audit.record(settings, who=who, role=role, action="refusal", subject=f"{CANDIDATE}:{candidate_id}")
    return _request(settings, candidate_id, REFUSE)


def withdraw_refusal(settings: Settings, candidate_id: str, *, who: str, role: str) -> str:
    """Takes a refusal back."""
    person = f"{CANDIDATE}:{candidate_id}"
    audit.record(settings, who=who, role=role, action="refusal", subject=person, withdrawn=1)
    return _request(settings, candidate_id, WITHDRAW)


def request_erasure(settings: Settings, candidate_id: str) -> str:
    """Notes a request that HR answers; `erasure.erase` is what answers it, at once where policy lets it."""
    return _request(settings, candidate_id, ERASE)


def request_export(settings: Settings, candidate_id: str) -> str:
    """Notes a request for a copy of one's own data."""
    return _request(settings, candidate_id, EXPORT)


def comment(
    settings: Settings,
    *,
    candidate_id: str,
    interview_id: str,
    author_id: str,
    text: str,
    kind: str = NOTE,
    mentions: tuple[str, ...] = (),
    who: str,
    role: str,
) -> str:
    """Adds a note about an interview of a candidate, or a request for a supplement; returns its id."""
    if not text.strip() or len(text) > _LONGEST_NOTE:
        raise ScorehouseError(f"A note has between one and {_LONGEST_NOTE:,} characters.")
    action = "supplement_requested" if kind == SUPPLEMENT else "comment"
    audit.record(settings, who=who, role=role, action=action, subject=f"interview:{interview_id}")
    row = {
        "comment_id": f"PF-{secrets.token_hex(8)}",
        "interview_id": interview_id,
        "author_id": author_id,
        "mentions": list(mentions),
        "text": text,
        "kind": kind,
        "created_at": _now(),
    }
    _append(settings, candidate_id, COMMENTS, row)
    return str(row["comment_id"])


def events_of(settings: Settings, candidate_id: str) -> list[Event]:
    """The events about one candidate, oldest first: what pages show before the next build knows of it."""
    key = Vault.open(settings).known_keys([_subject(candidate_id)]).get(_subject(candidate_id))
    return [] if key is None else list(_events(settings, 0, {key.key_id: key.key}))


def has_refused(settings: Settings, candidate_id: str) -> bool | None:
    """Whether the last word on these pages is a refusal; None when nothing was said here."""
    kinds = [event.row.get("kind") for event in events_of(settings, candidate_id) if event.source == REQUESTS]
    said = [kind for kind in kinds if kind in (REFUSE, WITHDRAW)]
    return None if not said else said[-1] == REFUSE


def deliver(settings: Settings) -> int:
    """Hands over what waits as files of landing, by source; how many events. Killed, it does so again."""
    count = _count(settings)
    if count == _delivered(settings):
        return 0
    waiting = [event for event in _events(settings, _delivered(settings), None) if event.number <= count]
    by_source: dict[str, list[Event]] = {}
    for event in waiting:
        by_source.setdefault(event.source, []).append(event)
    for source, events in by_source.items():
        folder = settings.landing / source
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"platform-{events[0].number:08d}-{events[-1].number:08d}.jsonl"
        lines = "".join(json.dumps(dict(event.row), ensure_ascii=False) + "\n" for event in events)
        _write(path, lines)
    _write(_folder(settings) / "delivered", str(count))
    return len(waiting)


def waiting_mark(settings: Settings) -> str:
    """Changes with every event: what is said on the pages is news for the next build."""
    path = _log(settings)
    return str(path.stat().st_size) if path.exists() else ""


def _request(settings: Settings, candidate_id: str, kind: str) -> str:
    row = {
        "request_id": f"PF-{secrets.token_hex(8)}",
        "candidate_id": candidate_id,
        "kind": kind,
        "requested_at": _now(),
    }
    _append(settings, candidate_id, REQUESTS, row)
    return str(row["request_id"])


def _append(settings: Settings, candidate_id: str, source: str, row: Mapping[str, Any]) -> None:
    stones = read_tombstones(settings)
    if stones and stones.erased_at(CANDIDATE, candidate_id):
        raise ScorehouseError("This person was erased: nothing is noted about them any more.")
    subject = _subject(candidate_id)
    key = Vault.open(settings).keys_for([subject])[subject]
    with _alone(settings):
        number = _count(settings) + 1
        content = json.dumps(dict(row), ensure_ascii=False)
        sealed = Sealer(key.key).seal(content, f"event|{number}").hex()
        line = {"number": number, "source": source, "key": key.key_id, "sealed": sealed}
        with _log(settings).open("a", encoding="ascii") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _events(settings: Settings, after: int, keys: Mapping[str, bytes] | None) -> Iterator[Event]:
    """Events behind a number that can be opened; with `keys` only by these."""
    path = _log(settings)
    if not path.exists():
        return
    lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
    lines = [line for line in lines if line["number"] > after]
    opened = Vault.open(settings).open_keys(line["key"] for line in lines) if keys is None else keys
    for line in lines:
        if line["key"] in opened:
            place = f"event|{line['number']}"
            content = Sealer(opened[line["key"]]).unseal(bytes.fromhex(line["sealed"]), place)
            yield Event(line["number"], line["source"], json.loads(content))


def _count(settings: Settings) -> int:
    path = _log(settings)
    return len(path.read_text(encoding="ascii").splitlines()) if path.exists() else 0


def _delivered(settings: Settings) -> int:
    try:
        return int((_folder(settings) / "delivered").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    _folder(settings).mkdir(mode=0o700, parents=True, exist_ok=True)
    with (_folder(settings) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folder(settings: Settings) -> Path:
    return settings.home / "platform"


def _log(settings: Settings) -> Path:
    return _folder(settings) / "events.jsonl"


def _subject(candidate_id: str) -> str:
    return f"{CANDIDATE}:{candidate_id}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
