"""Accounts beside the first one, and grants: which department a head may see, from when, till when.

A grant is never deleted: revoking writes its end and who ended it. What a viewer may see is asked anew for
every query, so that a grant ends at its time and a revocation at once, also within a session.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from warehouse import accounts as sign_in
from warehouse.account_file import Accounts, editing, read, time_of
from warehouse.errors import QueryRefusedError, UsageError
from warehouse.policy import policy
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR, Scope, Viewer

DEPARTMENT_HEAD = "department_head"
CANDIDATE = "candidate"
SHORTEST_PASSWORD = 8
LONGEST_NAME = 64


@dataclass(frozen=True)
class Grant:
    """A department that a user may see; times are UTC, `until` is None for a grant without end."""

    user: str
    department_id: str
    since: dt.datetime
    until: dt.datetime | None
    author: str
    grant_id: str
    revoked_by: str | None = None

    def holds(self, moment: dt.datetime) -> bool:
        """Whether it counts at `moment`: its end is the first instant at which it does not."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class Account:
    """A user as `scorehouse user list` shows them."""

    name: str
    role: str
    candidate_id: str | None
    grants: tuple[Grant, ...]


def account_roles() -> tuple[str, ...]:
    """The roles that an account can have: all of the policy but the operator's."""
    return tuple(role for role in policy().roles if role != OPERATOR.role)


def add_user(
    settings: Settings, name: str, role: str, password: str, *, candidate_id: str | None = None
) -> None:
    """A new account; `UsageError` when the name is taken or odd, or role, person and password do not fit."""
    _check_name(name)
    if role not in account_roles():
        raise UsageError(f"There is no role {role!r}: choose one of {', '.join(account_roles())}.")
    candidate_id = (candidate_id or "").strip() or None
    if (role == CANDIDATE) != (candidate_id is not None):
        raise UsageError(
            "An account of the role candidate needs --candidate ID, the person whose rows it sees."
            if role == CANDIDATE
            else f"--candidate belongs to the role candidate, not to {role}."
        )
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"The password is shorter than {SHORTEST_PASSWORD} characters.")
    entry = {"hash": sign_in.hash_of(password), "role": role}
    if candidate_id is not None:
        entry["candidate_id"] = candidate_id
    with editing(settings) as accounts:
        if name in accounts.users or name == sign_in.FIRST_USER:
            raise UsageError(
                f"There is a user {name!r} already: `scorehouse user reset` gives a new password."
            )
        accounts.users[name] = entry


def grant(
    settings: Settings,
    name: str,
    department_id: str,
    *,
    author: str,
    until: dt.date | None = None,
    now: dt.datetime | None = None,
) -> Grant:
    """Lets a department head see a department from now on, to the end of the local day `until`.

    A grant of the same department that still holds is ended by the new one. Raises `UsageError` for another
    role, an empty department, or a day that is over.
    """
    moment = now or dt.datetime.now(dt.UTC)
    ends = None if until is None else _end_of(until, settings)
    if not department_id.strip():
        raise UsageError("Name the department: --department ID.")
    if ends is not None and ends <= moment:
        raise UsageError(f"{until} is over: a grant needs an end that is still to come.")
    made = Grant(name, department_id.strip(), moment, ends, author, secrets.token_hex(8))
    with editing(settings) as accounts:
        role = _account(accounts, name)["role"]
        if role != DEPARTMENT_HEAD:
            raise UsageError(f"{name} is {role}: grants of departments are for the role {DEPARTMENT_HEAD}.")
        _end(accounts, name, made.department_id, author, moment)
        accounts.grants.append(_written(made))
    return made


def revoke(
    settings: Settings,
    name: str,
    department_id: str | None = None,
    *,
    author: str,
    now: dt.datetime | None = None,
) -> list[Grant]:
    """Ends the grants of a department, or all, at once; `UsageError` when there is none that holds."""
    moment = now or dt.datetime.now(dt.UTC)
    with editing(settings) as accounts:
        _account(accounts, name)
        ended = _end(accounts, name, department_id, author, moment)
    if not ended:
        of_what = f" of {department_id}" if department_id else ""
        raise UsageError(f"{name} has no grant{of_what} that still holds.")
    return ended


def close_account(settings: Settings, name: str, *, author: str, now: dt.datetime | None = None) -> None:
    """Removes the account, its sessions at once, and ends its grants, which stay on record."""
    with editing(settings) as accounts:
        _account(accounts, name)
        _end(accounts, name, None, author, now or dt.datetime.now(dt.UTC))
        del accounts.users[name]
        _end_sessions(accounts, name)


def reset(settings: Settings, name: str, password: str | None = None) -> str:
    """A new password (invented when none is given), which is returned; ends sessions and a lock-out."""
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"The password is shorter than {SHORTEST_PASSWORD} characters.")
    chosen = password or sign_in.invented_password()
    hashed = sign_in.hash_of(chosen)
    with editing(settings) as accounts:
        _account(accounts, name)["hash"] = hashed
        accounts.failures.pop(name, None)
        _end_sessions(accounts, name)
    return chosen


def users(settings: Settings) -> list[Account]:
    """Every account by name, with all grants it ever had."""
    accounts = read(settings)
    return [
        Account(
            name,
            entry["role"],
            entry.get("candidate_id"),
            tuple(_read_grant(written) for written in accounts.grants if written["user"] == name),
        )
        for name, entry in sorted(({sign_in.FIRST_USER: {"role": "hr"}} | accounts.users).items())
    ]


def scope_of(settings: Settings, viewer: Viewer, *, now: dt.datetime | None = None) -> Scope:
    """Whose rows `viewer` may see now; `QueryRefusedError` when the account is not what the viewer says."""
    moment = now or dt.datetime.now(dt.UTC)
    accounts = read(settings)
    account = accounts.users.get(viewer.name)
    if account is not None and account["role"] != viewer.role:
        raise QueryRefusedError(f"The role of {viewer.name} has changed: sign in again.")
    if viewer.role == CANDIDATE:
        if account is None or not account.get("candidate_id"):
            raise QueryRefusedError(f"The account {viewer.name!r} belongs to no candidate.")
        return Scope(viewer.role, candidate_id=account["candidate_id"])
    if viewer.role == DEPARTMENT_HEAD and account is not None:
        held = (_read_grant(written) for written in accounts.grants if written["user"] == viewer.name)
        return Scope(viewer.role, frozenset(one.department_id for one in held if one.holds(moment)))
    return Scope(viewer.role)


def _check_name(name: str) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name != "".join(name.split()):
        raise UsageError(f"A user name has 1 to {LONGEST_NAME} characters and no spaces.")
    if name == OPERATOR.name:
        raise UsageError(f"{name} is who runs commands on this machine: choose another name.")


def _account(accounts: Accounts, name: str) -> dict[str, str]:
    if name not in accounts.users:
        known = ", ".join(sorted(accounts.users)) or "none yet"
        raise UsageError(f"There is no user {name!r}: known are {known}.")
    return accounts.users[name]


def _end(
    accounts: Accounts, name: str, department_id: str | None, author: str, moment: dt.datetime
) -> list[Grant]:
    ended: list[Grant] = []
    for number, written in enumerate(accounts.grants):
        found = _read_grant(written)
        wanted = found.user == name and department_id in (None, found.department_id)
        if wanted and found.holds(moment):
            closed = replace(found, until=moment, revoked_by=author)
            accounts.grants[number] = _written(closed)
            ended.append(closed)
    return ended


def _end_sessions(accounts: Accounts, name: str) -> None:
    accounts.sessions = {key: entry for key, entry in accounts.sessions.items() if entry["user"] != name}


def _end_of(day: dt.date, settings: Settings) -> dt.datetime:
    """The first instant after a local day, in UTC."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), settings.timezone)
    return midnight.astimezone(dt.UTC)


def _written(made: Grant) -> dict[str, str]:
    entry = {
        "grant_id": made.grant_id,
        "user": made.user,
        "department_id": made.department_id,
        "since": made.since.isoformat(),
        "author": made.author,
    }
    if made.until is not None:
        entry["until"] = made.until.isoformat()
    if made.revoked_by is not None:
        entry["revoked_by"] = made.revoked_by
    return entry


def _read_grant(entry: dict[str, str]) -> Grant:
    until = entry.get("until")
    return Grant(
        entry["user"],
        entry["department_id"],
        time_of(entry["since"]),
        time_of(until) if until else None,
        entry["author"],
        entry["grant_id"],
        entry.get("revoked_by"),
    )
