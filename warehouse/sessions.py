"""Sessions of signed-in readers: a token in the browser, its hash on disk, an end that comes by itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from warehouse import audit
from warehouse.account_file import Accounts, editing, read, time_of
from warehouse.policy import policy
from warehouse.settings import Settings
from warehouse.viewer import Viewer

# What a session may still need before it opens anything: a code, a password of one's own.
CODE = "code"
PASSWORD = "password"
# How often a session that is in use is written anew.
_TOUCHED_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """What a token stands for now: nothing is open while `needs` names a step."""

    viewer: Viewer
    needs: tuple[str, ...]
    via: str


def session_length() -> dt.timedelta:
    """How long a session lasts at most."""
    return dt.timedelta(hours=policy().sign_in.session_hours)


def open_session(
    settings: Settings,
    viewer: Viewer,
    *,
    needs: Collection[str] = (),
    via: str = "password",
    now: dt.datetime | None = None,
) -> str:
    """A token for the browser; it ends by the policy's hours, unused minutes, sign-out, or a new password."""
    moment = now or dt.datetime.now(dt.UTC)
    token = secrets.token_urlsafe(32)
    with editing(settings) as accounts:
        add_session(accounts, token, viewer, needs=needs, via=via, moment=moment)
    return token


def add_session(
    accounts: Accounts,
    token: str,
    viewer: Viewer,
    *,
    needs: Collection[str],
    via: str,
    moment: dt.datetime,
) -> None:
    """Writes a session into the open file, and forgets those that have ended."""
    accounts.sessions = {key: entry for key, entry in accounts.sessions.items() if _holds(entry, moment)}
    accounts.sessions[fingerprint(token)] = {
        "user": viewer.name,
        "role": viewer.role,
        "ends_at": (moment + session_length()).isoformat(),
        "seen_at": moment.isoformat(),
        "second_factor": viewer.second_factor,
        "needs": [step for step in (CODE, PASSWORD) if step in needs],
        "via": via,
    }


def signed_in(settings: Settings, token: str, *, now: dt.datetime | None = None) -> SignedIn | None:
    """What a token stands for, in the role of today; None when it is unknown or has ended."""
    moment = now or dt.datetime.now(dt.UTC)
    accounts = read(settings)
    entry = accounts.sessions.get(fingerprint(token))
    if entry is None or not _holds(entry, moment):
        return None
    if moment - time_of(entry.get("seen_at", moment.isoformat())) > _TOUCHED_EVERY:
        _touch(settings, token, moment)
    role = accounts.users.get(entry["user"], entry)["role"]
    viewer = Viewer(entry["user"], role, bool(entry.get("second_factor")))
    return SignedIn(viewer, tuple(entry.get("needs", ())), entry.get("via", "password"))


def session(settings: Settings, token: str, *, now: dt.datetime | None = None) -> Viewer | None:
    """Who a token belongs to; None when it is unknown, has ended, or still needs a step of the sign-in."""
    found = signed_in(settings, token, now=now)
    return found.viewer if found is not None and not found.needs else None


def end_session(settings: Settings, token: str) -> None:
    """Signs out; an unknown token is no error."""
    with editing(settings) as accounts:
        entry = accounts.sessions.pop(fingerprint(token), None)
    if entry is not None:
        audit.record(settings, who=entry["user"], role=entry["role"], action="sign_out")


def end_sessions(accounts: Accounts, name: str, *, but: str | None = None) -> None:
    """Ends every session of an account in the open file, except that of the token `but`."""
    kept = fingerprint(but) if but is not None else None
    accounts.sessions = {
        key: entry for key, entry in accounts.sessions.items() if entry["user"] != name or key == kept
    }


def entry_of(accounts: Accounts, token: str, moment: dt.datetime) -> dict[str, Any] | None:
    """The session of a token in the open file; None when it has ended."""
    entry = accounts.sessions.get(fingerprint(token))
    return entry if entry is not None and _holds(entry, moment) else None


def fingerprint(token: str) -> str:
    """Under which a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _holds(entry: dict[str, Any], moment: dt.datetime) -> bool:
    idle = dt.timedelta(minutes=policy().sign_in.idle_minutes)
    seen = time_of(entry["seen_at"]) if "seen_at" in entry else moment
    return moment < time_of(entry["ends_at"]) and moment - seen < idle


def _touch(settings: Settings, token: str, moment: dt.datetime) -> None:
    with editing(settings) as accounts:
        entry = accounts.sessions.get(fingerprint(token))
        if entry is not None:
            entry["seen_at"] = moment.isoformat()
