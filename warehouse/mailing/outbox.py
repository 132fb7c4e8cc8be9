"""The outbox: one sealed note for each mail that is due, so that each goes out once at most.

A note says which subscription and which due date, and never what is in the mail: that is made at the moment
of sending, with the rights of that moment. Its states: waiting (to be tried, or tried again), sending (the
server has the word), sent, failed. A note that is found in `sending` is of a run that was cut off: the mail
may have arrived, and is not sent again.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from warehouse.errors import UsageError
from warehouse.mailing.subscriptions import Subscription, read_sealed, write_sealed
from warehouse.settings import Settings
from warehouse.vault import Vault

WAITING, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"
MOST_TRIES = 8
FIRST_WAIT = dt.timedelta(minutes=30)
LONGEST_WAIT = dt.timedelta(hours=12)
_PURPOSE = "mail"
CUT_OFF = "The run was cut off while the mail was handed over: it may have arrived, and is not sent again."


class OutboxBusyError(UsageError):
    """Another run is sending."""


@dataclass(frozen=True)
class Note:
    """One due mail."""

    id: str
    owner: str
    subscription: str
    due: str
    state: str = WAITING
    tries: int = 0
    next_try: str = ""
    sentence: str = ""
    changed_at: str = ""

    def waits_at(self, now: dt.datetime) -> bool:
        """Whether its next try is still to come."""
        return bool(self.next_try) and dt.datetime.fromisoformat(self.next_try) > now


@contextmanager
def sending(settings: Settings) -> Iterator[None]:
    """One run at a time; `OutboxBusyError` for a second one."""
    folder = _folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutboxBusyError("Another run is sending mail: wait for it to end.") from None
        yield
    finally:
        os.close(lock)


def note_of(settings: Settings, one: Subscription, due: str) -> Note:
    """The note of a due date as it stands, a new one where there is none."""
    id_ = hashlib.sha256(f"{one.id}|{due}".encode()).hexdigest()[:32]
    content = read_sealed(_path(settings, id_), _key(settings))
    return Note(id_, one.owner, one.id, due) if content is None else Note(**content)


def notes(settings: Settings) -> list[Note]:
    """Every note, the newest change last."""
    paths = sorted(_folder(settings).glob("*.sealed"))
    found = [read_sealed(path, _key(settings)) for path in paths]
    return sorted((Note(**one) for one in found if one is not None), key=lambda note: note.changed_at)


def write(settings: Settings, note: Note, now: dt.datetime, **values: object) -> Note:
    """Changes a note, durably; what it is now."""
    changed = replace(note, changed_at=now.isoformat(), **values)  # type: ignore[arg-type]
    folder = _folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_sealed(_path(settings, note.id), _key(settings), asdict(changed))
    return changed


def tried_in_vain(settings: Settings, note: Note, now: dt.datetime, sentence: str, *, again: bool) -> Note:
    """Waits for the next try, twice as long each time; or has failed."""
    tries = note.tries + 1
    if not again or tries >= MOST_TRIES:
        return write(settings, note, now, state=FAILED, tries=tries, next_try="", sentence=sentence)
    wait = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
    at = (now + wait).isoformat()
    return write(settings, note, now, state=WAITING, tries=tries, next_try=at, sentence=sentence)


def _key(settings: Settings) -> bytes:
    return Vault.open(settings).system_key(_PURPOSE)


def _folder(settings: Settings) -> Path:
    return settings.outbox / "mail"


def _path(settings: Settings, id_: str) -> Path:
    return _folder(settings) / f"{id_}.sealed"
