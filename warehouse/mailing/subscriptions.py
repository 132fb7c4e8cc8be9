"""Subscriptions: what an account wants mailed, how often, and what became of the last time.

One file an account in `subscriptions/`, sealed under a key of the installation: what somebody calls a view
may name somebody. Searches for people are never kept in one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from warehouse.cipher import seal, unseal
from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.vault import Vault

Kind = Literal["view", "alerts"]
Rhythm = Literal["daily", "weekly", "monthly", "change"]
RHYTHMS: tuple[Rhythm, ...] = ("daily", "weekly", "monthly")
MOST = 30
LONGEST_NAME = 60
# A month has at least so many days.
LAST_DAY = 28
_NEVER_KEPT = ("search", "lang", "interview", "pick")
_PURPOSE = "mail"


@dataclass(frozen=True)
class Subscription:
    """What is sent, to whom, when; `mailbox` is the recipient's, so that a later account is another one.

    `choices` are those of the page's link. `weekday` counts from Monday (0), `day` is one of the month. Kind
    `alerts` has the rhythm `change`: looked at after each publish. `state` is sent, unchanged, waiting,
    failed, or why nothing was sent; `last_due` is the last due date that is done with.
    """

    id: str
    owner: str
    mailbox: str
    kind: Kind
    name: str
    page: str
    made_at: str
    choices: Mapping[str, str] = field(default_factory=dict)
    # The saved view that it follows, where it does.
    view: str = ""
    rhythm: Rhythm = "weekly"
    weekday: int = 0
    day: int = 1
    hour: int = 8
    language: str = "zh"
    only_if_changed: bool = False
    is_paused: bool = False
    last_due: str = ""
    last_sent_at: str = ""
    last_digest: str = ""
    state: str = ""
    sentence: str = ""


def subscriptions_of(settings: Settings, owner: str) -> list[Subscription]:
    """What an account subscribes to, in the order in which it was made."""
    return _read(settings, _path(settings, owner))


def all_subscriptions(settings: Settings) -> list[Subscription]:
    """Everybody's, also of accounts that are closed."""
    found = (_read(settings, path) for path in sorted(_folder(settings).glob("*.sealed")))
    return sorted((one for kept in found for one in kept), key=lambda one: (one.owner, one.made_at, one.id))


def new_subscription(
    owner: str, mailbox: str, kind: Kind, page: str, made_at: str, **more: Any
) -> Subscription:
    """A subscription with an id of its own; `UsageError` for values that cannot be."""
    name = " ".join(str(more.pop("name", "")).split())[:LONGEST_NAME]
    kept = {key: value for key, value in more.pop("choices", {}).items() if key not in _NEVER_KEPT}
    one = Subscription(secrets.token_hex(8), owner, mailbox, kind, name, page, made_at, kept, **more)
    return checked(replace(one, rhythm="change", only_if_changed=True) if kind == "alerts" else one)


def checked(one: Subscription) -> Subscription:
    """The subscription itself; `UsageError` for a moment that no calendar has."""
    if one.rhythm not in (*RHYTHMS, "change") or (one.rhythm == "change") != (one.kind == "alerts"):
        raise UsageError(f"{one.rhythm!r} is no rhythm: choose one of {', '.join(RHYTHMS)}.")
    if not (0 <= one.weekday <= 6 and 1 <= one.day <= LAST_DAY and 0 <= one.hour <= 23):
        raise UsageError(f"A subscription has a weekday 0 to 6, a day 1 to {LAST_DAY} and an hour 0 to 23.")
    return one


def add(settings: Settings, one: Subscription) -> Subscription:
    """Keeps a new one; `UsageError` when the account has too many."""
    with _changing(settings, one.owner) as kept:
        if len(kept) >= MOST:
            raise UsageError(f"{MOST} subscriptions are made already: remove one first.")
        kept.append(one)
    return one


def change(settings: Settings, owner: str, id_: str, **values: Any) -> Subscription | None:
    """Changes one of an account; None when it is there no more."""
    with _changing(settings, owner) as kept:
        for place, one in enumerate(kept):
            if one.id == id_:
                kept[place] = checked(replace(one, **values))
                return kept[place]
    return None


def remove(settings: Settings, owner: str, id_: str) -> None:
    """Takes one of an account away."""
    with _changing(settings, owner) as kept:
        kept[:] = [one for one in kept if one.id != id_]


def forget(settings: Settings, words: Collection[str]) -> int:
    """What an erased person subscribed to, and names that tell of them, go; how many there were."""
    needles = {word.casefold() for word in words if word}
    gone = 0
    for one in all_subscriptions(settings):
        if one.owner.casefold() in needles:
            remove(settings, one.owner, one.id)
            gone += 1
        elif any(word in one.name.casefold() for word in needles):
            change(settings, one.owner, one.id, name="")
            gone += 1
    return gone


@contextmanager
def _changing(settings: Settings, owner: str) -> Iterator[list[Subscription]]:
    """Reads, lets the caller change, writes in one step; one at a time over all processes."""
    folder = _folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = _path(settings, owner)
        before = _read(settings, path)
        kept = list(before)
        yield kept
        if kept != before:
            _write(settings, path, kept)
    finally:
        os.close(lock)


def _write(settings: Settings, path: Path, kept: list[Subscription]) -> None:
    if not kept:
        path.unlink(missing_ok=True)
        return
    write_sealed(path, _key(settings), [asdict(one) for one in kept])


def _read(settings: Settings, path: Path) -> list[Subscription]:
    content = read_sealed(path, _key(settings)) if path.exists() else None
    return [] if content is None else [Subscription(**one) for one in content]


def write_sealed(path: Path, key: bytes, content: object) -> None:
    """JSON, sealed and durable, in one step."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(seal(key, json.dumps(content, ensure_ascii=False), path.name))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_sealed(path: Path, key: bytes) -> Any:
    """What was written; None where there is no file."""
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        return None
    return json.loads(unseal(key, sealed, path.name))


def _key(settings: Settings) -> bytes:
    return Vault.open(settings).system_key(_PURPOSE)


def _folder(settings: Settings) -> Path:
    return settings.home / "subscriptions"


def _path(settings: Settings, owner: str) -> Path:
    """Accounts may bear people's names: files do not."""
    return _folder(settings) / f"{hashlib.sha256(owner.encode()).hexdigest()[:24]}.sealed"
