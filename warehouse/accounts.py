"""Local sign-in: passwords, a second factor where one is set up, lock-out after failures, sessions that end.

Kept in `account_file`; a session token has 256 random bits. Times are UTC.
"""

from __future__ import annotations

import datetime as dt
import secrets
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from warehouse import audit
from warehouse.account_file import Accounts, editing, read, time_of
from warehouse.errors import SignInFailed, UsageError
from warehouse.lock_out import LOCK_OUT as LOCK_OUT
from warehouse.lock_out import MAX_FAILURES as MAX_FAILURES
from warehouse.lock_out import NOBODY, count_failure, refuse_locked
from warehouse.passwords import PasswordRefused, check_password, spelled
from warehouse.passwords import invented_password as invented_password
from warehouse.policy import policy
from warehouse.sessions import CODE, PASSWORD, end_sessions, entry_of
from warehouse.sessions import end_session as end_session
from warehouse.sessions import open_session as open_session
from warehouse.sessions import session as session
from warehouse.sessions import signed_in as signed_in
from warehouse.settings import Settings
from warehouse.viewer import Viewer as Viewer

# There from the beginning.
FIRST_USER = "hr"
# Recorded of a sign-in under a name that does not exist: what was typed may be a password.
UNKNOWN = "unknown"


def issue_one_time_password(settings: Settings, user: str = FIRST_USER) -> str:
    """A new password for `user` (role hr), printed once by the caller; the one before stops working.

    It is changed at the first sign-in. Ends every session and every lock-out: what was guessed at is gone.
    """
    password = invented_password()
    hashed = hash_of(password)
    with editing(settings) as accounts:
        kept = {name: value for name, value in accounts.users.get(user, {}).items() if name != "changed_at"}
        accounts.users[user] = kept | {"hash": hashed, "role": "hr"}
        accounts.failures.clear()
        accounts.sessions.clear()
    return password


def first_password(settings: Settings, user: str = FIRST_USER) -> str | None:
    """At a start: a new one-time password as long as `user` has none of their own; None from then on."""
    if has_own_password(read(settings).users.get(user)):
        return None
    return issue_one_time_password(settings, user)


def has_own_password(account: dict[str, Any] | None) -> bool:
    """Whether the account's password was chosen by its owner."""
    return account is not None and "changed_at" in account


def hash_of(password: str) -> str:
    """The argon2id hash that is kept of a password; `UsageError` when it holds what is not text."""
    try:
        return _hasher().hash(spelled(password))
    except UnicodeEncodeError:
        raise UsageError("The password holds characters that are not text.") from None


def sign_in(settings: Settings, user: str, password: str, *, now: dt.datetime | None = None) -> Viewer:
    """The viewer behind name and password, or `SignInFailed`, which does not say which was wrong.

    After 5 failures in a row the name is locked for 15 minutes, across restarts of the process. This is the
    first factor only: `enter` says what else the account needs.
    """
    moment = now or dt.datetime.now(dt.UTC)
    known = True
    try:
        with editing(settings) as accounts:
            account = accounts.users.get(user)
            known = account is not None
            counted_as = user if known else NOBODY
            refuse_locked(accounts, counted_as, moment)
            if _matches(account, password) and account:
                _refuse_expired(account, moment)
                # With a second factor the count ends with the code, or codes could be guessed for ever.
                if "totp" not in account:
                    accounts.failures.pop(counted_as, None)
                return Viewer(user, account["role"])
            count_failure(accounts, counted_as, moment)
        raise SignInFailed("Name or password is wrong.")
    except SignInFailed as failure:
        audit.record(
            settings,
            who=user if known else UNKNOWN,
            role=account["role"] if account else UNKNOWN,
            action="sign_in_failed",
            why=failure.why,
            at=moment,
        )
        raise


def enter(settings: Settings, user: str, password: str, *, now: dt.datetime | None = None) -> str:
    """Signs in and opens a session: its token. It may still need a code, or a password of one's own."""
    moment = now or dt.datetime.now(dt.UTC)
    viewer = sign_in(settings, user, password, now=moment)
    needs = needed_by(read(settings).users.get(user), moment)
    token = open_session(settings, viewer, needs=needs, now=moment)
    if CODE not in needs:
        audit.record(settings, who=user, role=viewer.role, action="sign_in", via="password", at=moment)
    return token


def needed_by(account: dict[str, Any] | None, moment: dt.datetime) -> set[str]:
    """What an account needs beside its password before a session opens anything."""
    needs = {CODE} if account is not None and "totp" in account else set()
    return needs | ({PASSWORD} if account is not None and _is_due(account, moment) else set())


def change_password(
    settings: Settings, token: str, new: str, *, old: str | None = None, now: dt.datetime | None = None
) -> None:
    """Gives the session's owner a password of their own, and ends their other sessions.

    Right after a sign-in that asks for it `old` is not needed. Raises `PasswordRefused` or `SignInFailed`.
    """
    moment = now or dt.datetime.now(dt.UTC)
    found = signed_in(settings, token, now=moment)
    if found is None or CODE in found.needs:
        raise SignInFailed("The session has ended: sign in again.", "ended")
    name = found.viewer.name
    if PASSWORD not in found.needs:
        sign_in(settings, name, old or "", now=moment)
    check_password(name, new)
    if _matches(read(settings).users.get(name), new):
        raise PasswordRefused("The new password is the old one.", "old")
    hashed = hash_of(new)
    with editing(settings) as accounts:
        account, entry = accounts.users.get(name), entry_of(accounts, token, moment)
        if account is None or entry is None:
            raise SignInFailed("The session has ended: sign in again.", "ended")
        account |= {"hash": hashed, "changed_at": moment.isoformat()}
        account.pop("one_time_until", None)
        entry["needs"] = []
        end_sessions(accounts, name, but=token)
    audit.record(settings, who=name, role=found.viewer.role, action="password_changed", at=moment)


def viewer_named(name: str, settings: Settings | None = None) -> Viewer:
    """Who `name` is after signing in, for `scorehouse sql --as`; `UsageError` when nobody."""
    accounts = read(settings or Settings.from_env())
    known = {FIRST_USER: {"role": "hr"}} | accounts.users
    if name not in known:
        raise UsageError(f"There is no user {name!r}: known are {', '.join(sorted(known))}.")
    return Viewer(name, known[name]["role"])


def one_time(password: str, moment: dt.datetime) -> dict[str, str]:
    """What is kept of a password that somebody else made up: it has an end."""
    until = moment + dt.timedelta(days=policy().sign_in.one_time_days)
    return {"hash": hash_of(password), "one_time_until": until.isoformat()}


def clear_failures(accounts: Accounts, name: str) -> None:
    """Ends the count of failures of an account in the open file."""
    accounts.failures.pop(name, None)


def _is_due(account: dict[str, Any], moment: dt.datetime) -> bool:
    """Whether the password is not its owner's own, or older than the policy lets it be."""
    if not has_own_password(account):
        return True
    days = policy().sign_in.password_days
    return days > 0 and moment - time_of(account["changed_at"]) >= dt.timedelta(days=days)


def _refuse_expired(account: dict[str, Any], moment: dt.datetime) -> None:
    if "one_time_until" in account and time_of(account["one_time_until"]) <= moment:
        raise SignInFailed(
            "This one-time password is no longer good: ask for another (`scorehouse user reset`).", "expired"
        )


def _matches(account: dict[str, Any] | None, password: str) -> bool:
    """Takes as long for an unknown name, or an account without a password, as for a known one."""
    hashed = account.get("hash") if account else None
    try:
        _hasher().verify(hashed or _hash_of_nothing(), spelled(password))
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return hashed is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nothing() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))
