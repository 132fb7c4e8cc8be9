"""Grants: which department a head may see, from when, till when.

A grant is never deleted: revoking writes its end and who ended it. What a viewer may see is asked anew for
every query, so that a grant ends at its time and a revocation at once, also within a session.
"""

from __future__ import annotations

import datetime as dt
import secrets

from warehouse import audit
from warehouse.account_admin import CANDIDATE, role_of
from warehouse.account_admin import Account as Account
from warehouse.account_admin import account_roles as account_roles
from warehouse.account_admin import add_user as add_user
from warehouse.account_admin import close_account as close_account
from warehouse.account_admin import forget_candidate as forget_candidate
from warehouse.account_admin import link as link
from warehouse.account_admin import reset as reset
from warehouse.account_admin import users as users
from warehouse.account_file import editing, read
from warehouse.errors import QueryRefusedError, UsageError
from warehouse.grant_records import Grant as Grant
from warehouse.grant_records import account_of, end_grants, grants_of, written
from warehouse.settings import Settings
from warehouse.viewer import Scope, Viewer

DEPARTMENT_HEAD = "department_head"


def grant(
    settings: Settings,
    name: str,
    department_id: str,
    *,
    author: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    now: dt.datetime | None = None,
) -> Grant:
    """Lets a department head see a department from now on or the local day `since`, to the end of `until`.

    An earlier grant of the same department ends where the new one begins. Raises `UsageError` for another
    role, an empty department, a day that is over, or an end before the start.
    """
    moment = now or dt.datetime.now(dt.UTC)
    begins = moment if since is None else max(moment, _midnight(since, settings))
    ends = None if until is None else _midnight(until, settings, days=1)
    if not department_id.strip():
        raise UsageError("Name the department: --department ID.")
    if ends is not None and ends <= moment:
        raise UsageError(f"{until} is over: a grant needs an end that is still to come.")
    if ends is not None and ends <= begins:
        raise UsageError(f"{until} is before {since}: a grant ends after it has begun.")
    made = Grant(name, department_id.strip(), begins, ends, author, secrets.token_hex(8))
    with editing(settings) as accounts:
        role = account_of(accounts, name)["role"]
        if role != DEPARTMENT_HEAD:
            raise UsageError(f"{name} is {role}: grants of departments are for the role {DEPARTMENT_HEAD}.")
        end_grants(accounts, name, made.department_id, author, begins)
        accounts.grants.append(written(made))
    _record(settings, author, "granted", name, [made])
    return made


def revoke(
    settings: Settings,
    name: str,
    department_id: str | None = None,
    *,
    author: str,
    now: dt.datetime | None = None,
) -> list[Grant]:
    """Ends the grants of a department, or all, at once, also those that would begin later.

    `UsageError` when there is none.
    """
    moment = now or dt.datetime.now(dt.UTC)
    with editing(settings) as accounts:
        account_of(accounts, name)
        ended = end_grants(accounts, name, department_id, author, moment)
    if not ended:
        of_what = f" of {department_id}" if department_id else ""
        raise UsageError(f"{name} has no grant{of_what} that still holds.")
    _record(settings, author, "revoked", name, ended)
    return ended


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
        held = grants_of(accounts, viewer.name)
        return Scope(viewer.role, frozenset(one.department_id for one in held if one.holds(moment)))
    return Scope(viewer.role)


def _record(settings: Settings, author: str, action: str, name: str, grants: list[Grant]) -> None:
    role = role_of(settings, author)
    for one in grants:
        audit.record(
            settings,
            who=author,
            role=role,
            action=action,
            subject=f"account:{name}",
            department=one.department_id,
            since=one.since.isoformat(),
            until=one.until.isoformat() if one.until else "",
        )


def _midnight(day: dt.date, settings: Settings, days: int = 0) -> dt.datetime:
    """The first instant of a local day, or of the one so many days later, in UTC."""
    try:
        midnight = dt.datetime.combine(day + dt.timedelta(days), dt.time(), settings.timezone)
        return midnight.astimezone(dt.UTC)
    except OverflowError:
        raise UsageError(f"{day} is no day for a grant: leave it out for one without end.") from None
