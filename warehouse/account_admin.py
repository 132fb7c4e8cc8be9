"""Accounts beside the first one: added, linked to the company's sign-in, reset, closed, listed.

A password that somebody else made up is a one-time password: its owner changes it at the first sign-in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse import accounts as sign_in
from warehouse import audit, second_factor
from warehouse.account_file import Accounts, editing, read
from warehouse.errors import UsageError
from warehouse.grant_records import (
    Grant,
    account_of,
    end_grants,
    grants_of,
    names_in_grants,
    rename_in_grants,
)
from warehouse.lock_out import locked_until
from warehouse.passwords import check_password
from warehouse.policy import policy
from warehouse.sessions import end_sessions
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR

CANDIDATE = "candidate"
LONGEST_NAME = 64


@dataclass(frozen=True)
class Account:
    """A user as `scorehouse user list` shows them."""

    name: str
    role: str
    candidate_id: str | None
    grants: tuple[Grant, ...]
    has_own_password: bool = False
    has_second_factor: bool = False
    identity: str | None = None
    locked_until: dt.datetime | None = None


def account_roles() -> tuple[str, ...]:
    """The roles that an account can have: all of the policy but the operator's."""
    return tuple(role for role in policy().roles if role != OPERATOR.role)


def add_user(
    settings: Settings,
    name: str,
    role: str,
    password: str | None,
    *,
    candidate_id: str | None = None,
    identity: str | None = None,
    author: str = OPERATOR.name,
) -> None:
    """A new account; `UsageError` when the name is taken or odd, or role, person and password do not fit.

    Without a password it can be entered through the company's sign-in only, as `identity`.
    """
    check_name(name)
    if role not in account_roles():
        raise UsageError(f"There is no role {role!r}: choose one of {', '.join(account_roles())}.")
    candidate_id = (candidate_id or "").strip() or None
    if (role == CANDIDATE) != (candidate_id is not None):
        raise UsageError(
            "An account of the role candidate needs --candidate ID, the person whose rows it sees."
            if role == CANDIDATE
            else f"--candidate belongs to the role candidate, not to {role}."
        )
    entry: dict[str, Any] = {"role": role}
    if password is not None:
        check_password(name, password)
        entry |= sign_in.one_time(password, dt.datetime.now(dt.UTC))
    if candidate_id is not None:
        entry["candidate_id"] = candidate_id
    with editing(settings) as accounts:
        if name in accounts.users or name == sign_in.FIRST_USER:
            raise UsageError(
                f"There is a user {name!r} already: `scorehouse user reset` gives a new password."
            )
        if identity:
            _refuse_taken(accounts, name, identity)
        accounts.users[name] = entry
        if identity:
            _link(accounts, name, identity)
    _record(settings, author, "user_added", name, entry)


def link(settings: Settings, name: str, identity: str, *, author: str = OPERATOR.name) -> None:
    """Lets `identity` (as the company's sign-in names a person) enter as this account."""
    with editing(settings) as accounts:
        if name == sign_in.FIRST_USER:
            accounts.users.setdefault(name, {"role": "hr"})
        _link(accounts, name, identity)
        entry = account_of(accounts, name)
    _record(settings, author, "granted", name, entry, what="identity")


def close_account(settings: Settings, name: str, *, author: str, now: dt.datetime | None = None) -> None:
    """Removes the account, its sessions at once, and ends its grants, which stay on record."""
    with editing(settings) as accounts:
        entry = account_of(accounts, name)
        end_grants(accounts, name, None, author, now or dt.datetime.now(dt.UTC))
        _remove(accounts, name)
    _record(settings, author, "user_closed", name, entry)


def forget_candidate(settings: Settings, candidate_id: str) -> int:
    """Removes every account of an erased candidate with all that was kept of it: how many there were."""
    with editing(settings) as accounts:
        names = [name for name, entry in accounts.users.items() if entry.get("candidate_id") == candidate_id]
        for name in names:
            _remove(accounts, name)
        accounts.grants = [entry for entry in accounts.grants if entry["user"] not in names]
    return len(names)


def forget_person(settings: Settings, candidate_ids: Collection[str], named_as: Collection[str]) -> int:
    """Closes every account of somebody who is erased: how many there were.

    Beside those of the candidate ids, an account is theirs whose name or identity is one of `named_as`
    (employee ids, e-mail addresses). What it could see, and whom it let see, stays on record under a code.
    """
    closed = sum(forget_candidate(settings, candidate_id) for candidate_id in candidate_ids)
    wanted = {name.casefold() for name in named_as}
    with editing(settings) as accounts:
        mine = {name for name, entry in accounts.users.items() if _is_one_of(name, entry, wanted)}
        gone = mine - {sign_in.FIRST_USER}
        for name in sorted(gone):
            end_grants(accounts, name, None, OPERATOR.name, dt.datetime.now(dt.UTC))
            _remove(accounts, name)
        if sign_in.FIRST_USER in mine:
            # The first account is the installation's: only the way in of whoever is erased goes.
            accounts.users[sign_in.FIRST_USER].pop("identity", None)
            end_sessions(accounts, sign_in.FIRST_USER)
        # Who has no account any more may still stand in old grants.
        rename_in_grants(
            accounts, gone | {name for name in names_in_grants(accounts) if name.casefold() in wanted}
        )
    return closed + len(gone)


def _is_one_of(name: str, entry: Mapping[str, Any], wanted: Collection[str]) -> bool:
    return name.casefold() in wanted or str(entry.get("identity", "")).casefold() in wanted


def reset(
    settings: Settings,
    name: str,
    password: str | None = None,
    *,
    author: str = OPERATOR.name,
    now: dt.datetime | None = None,
) -> str:
    """A new one-time password (invented when none is given), which is returned.

    Ends sessions and a lock-out and takes the second factor away: whoever lost the phone sets up another.
    """
    if password is not None:
        check_password(name, password)
    chosen = password or sign_in.invented_password()
    kept = sign_in.one_time(chosen, now or dt.datetime.now(dt.UTC))
    with editing(settings) as accounts:
        entry = account_of(accounts, name)
        entry |= kept
        entry.pop("changed_at", None)
        second_factor.forget(entry)
        accounts.failures.pop(name, None)
        end_sessions(accounts, name)
    _record(settings, author, "user_reset", name, entry)
    return chosen


def users(settings: Settings, *, now: dt.datetime | None = None) -> list[Account]:
    """Every account by name, with all grants it ever had."""
    accounts = read(settings)
    moment = now or dt.datetime.now(dt.UTC)
    return [
        Account(
            name,
            entry["role"],
            entry.get("candidate_id"),
            grants_of(accounts, name),
            sign_in.has_own_password(entry),
            "totp" in entry,
            entry.get("identity"),
            locked_until(accounts, name, moment),
        )
        for name, entry in sorted(({sign_in.FIRST_USER: {"role": "hr"}} | accounts.users).items())
    ]


def check_name(name: str) -> None:
    """`UsageError` for a name that cannot be an account's."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name != "".join(name.split()):
        raise UsageError(f"A user name has 1 to {LONGEST_NAME} characters and no spaces.")
    if name == OPERATOR.name:
        raise UsageError(f"{name} is who runs commands on this machine: choose another name.")


def _link(accounts: Accounts, name: str, identity: str) -> None:
    _refuse_taken(accounts, name, identity)
    account_of(accounts, name)["identity"] = identity.strip()
    end_sessions(accounts, name)


def _refuse_taken(accounts: Accounts, name: str, identity: str) -> None:
    wanted = identity.strip()
    if not wanted:
        raise UsageError("Name the identity: --identity VALUE, as the company's sign-in has it.")
    taken = [other for other, entry in accounts.users.items() if entry.get("identity") == wanted]
    if taken and taken != [name]:
        raise UsageError(f"{wanted} is linked to the account {taken[0]} already.")


def _remove(accounts: Accounts, name: str) -> None:
    del accounts.users[name]
    accounts.failures.pop(name, None)
    end_sessions(accounts, name)


def _record(
    settings: Settings, author: str, action: str, name: str, entry: dict[str, Any], what: str = ""
) -> None:
    """Who did it to which account; a candidate's is recorded as the person, so that it can be forgotten."""
    person = entry.get("candidate_id")
    audit.record(
        settings,
        who=author,
        role=role_of(settings, author),
        action=action,
        subject=f"{CANDIDATE}:{person}" if person else f"account:{name}",
        of_role=entry["role"],
        what=what,
    )


def role_of(settings: Settings, author: str) -> str:
    """In which role somebody acts."""
    if author == OPERATOR.name:
        return OPERATOR.role
    return str(read(settings).users.get(author, {}).get("role", "hr"))
