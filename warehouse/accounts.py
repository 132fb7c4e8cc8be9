"""Local sign-in: a one-time password a start, lock-out after failures, sessions that end.

Kept in `account_file`; a session token has 256 random bits. Times are UTC.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from warehouse.account_file import Accounts, editing, read, time_of
from warehouse.errors import SignInFailed, UsageError
from warehouse.settings import Settings
from warehouse.viewer import Viewer as Viewer

# There from the beginning.
FIRST_USER = "hr"
MAX_FAILURES = 5
LOCK_OUT = dt.timedelta(minutes=15)
SESSION_LENGTH = dt.timedelta(hours=12)
# No 0/o, 1/l/i: people type it from a terminal. 12 of 31 characters are 59 bits.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP_LENGTH = 3, 4
# Failures under names that do not exist share one count, so that a lock-out tells nothing about names.
_NOBODY = ""


def issue_one_time_password(settings: Settings, user: str = FIRST_USER) -> str:
    """A new password for `user` (role hr), printed once by the caller; the one before stops working.

    It is valid until the next start issues another. Ends every session and every lock-out: what was
    guessed at is gone.
    """
    password = invented_password()
    hashed = hash_of(password)
    with editing(settings) as accounts:
        accounts.users[user] = {"hash": hashed, "role": "hr"}
        accounts.failures.clear()
        accounts.sessions.clear()
    return password


def invented_password() -> str:
    """A password that nobody has had before, in groups that people can type."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_of(password: str) -> str:
    """The argon2id hash that is kept of a password; `UsageError` when it holds what is not text."""
    try:
        return _hasher().hash(password)
    except UnicodeEncodeError:
        raise UsageError("The password holds characters that are not text.") from None


def sign_in(settings: Settings, user: str, password: str, *, now: dt.datetime | None = None) -> Viewer:
    """The viewer behind name and password, or `SignInFailed`, which does not say which was wrong.

    After 5 failures in a row the name is locked for 15 minutes, across restarts of the process.
    """
    moment = now or dt.datetime.now(dt.UTC)
    with editing(settings) as accounts:
        account = accounts.users.get(user)
        counted_as = user if account else _NOBODY
        _refuse_locked(accounts, counted_as, moment)
        if _matches(account, password) and account:
            accounts.failures.pop(counted_as, None)
            return Viewer(user, account["role"])
        _count_failure(accounts, counted_as, moment)
    raise SignInFailed("Name or password is wrong.")


def viewer_named(name: str, settings: Settings | None = None) -> Viewer:
    """Who `name` is after signing in, for `scorehouse sql --as`; `UsageError` when nobody."""
    accounts = read(settings or Settings.from_env())
    known = {FIRST_USER: {"role": "hr"}} | accounts.users
    if name not in known:
        raise UsageError(f"There is no user {name!r}: known are {', '.join(sorted(known))}.")
    return Viewer(name, known[name]["role"])


def open_session(settings: Settings, viewer: Viewer, *, now: dt.datetime | None = None) -> str:
    """A token for the browser; it ends after 12 hours, at sign-out, and when a new password is issued."""
    moment = now or dt.datetime.now(dt.UTC)
    token = secrets.token_urlsafe(32)
    with editing(settings) as accounts:
        accounts.sessions = {
            key: entry for key, entry in accounts.sessions.items() if time_of(entry["ends_at"]) > moment
        }
        accounts.sessions[_fingerprint(token)] = {
            "user": viewer.name,
            "role": viewer.role,
            "ends_at": (moment + SESSION_LENGTH).isoformat(),
        }
    return token


def session(settings: Settings, token: str, *, now: dt.datetime | None = None) -> Viewer | None:
    """Who a token belongs to, in the role of today; None when it is unknown or has ended."""
    accounts = read(settings)
    entry = accounts.sessions.get(_fingerprint(token))
    if entry is None or time_of(entry["ends_at"]) <= (now or dt.datetime.now(dt.UTC)):
        return None
    return Viewer(entry["user"], accounts.users.get(entry["user"], entry)["role"])


def end_session(settings: Settings, token: str) -> None:
    """Signs out; an unknown token is no error."""
    with editing(settings) as accounts:
        accounts.sessions.pop(_fingerprint(token), None)


def _refuse_locked(accounts: Accounts, name: str, moment: dt.datetime) -> None:
    until = accounts.failures.get(name, {}).get("locked_until")
    if until is None:
        return
    if time_of(until) > moment:
        minutes = -(-int((time_of(until) - moment).total_seconds()) // 60)
        raise SignInFailed(f"Too many failed sign-ins: try again in {max(minutes, 1)} minutes.")
    del accounts.failures[name]


def _count_failure(accounts: Accounts, name: str, moment: dt.datetime) -> None:
    entry = accounts.failures.setdefault(name, {"count": 0})
    entry["count"] += 1
    if entry["count"] >= MAX_FAILURES:
        entry["locked_until"] = (moment + LOCK_OUT).isoformat()


def _matches(account: dict[str, str] | None, password: str) -> bool:
    """Takes as long for an unknown name as for a known one."""
    try:
        _hasher().verify(account["hash"] if account else _hash_of_nothing(), password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return account is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nothing() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
