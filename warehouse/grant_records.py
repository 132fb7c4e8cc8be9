"""Grants as the account file keeps them: which department an account may see, from when, till when."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from warehouse.account_file import Accounts, time_of
from warehouse.errors import UsageError

_NAMES = ("user", "author", "revoked_by")


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
        return self.since <= moment and not self.is_over(moment)

    def is_over(self, moment: dt.datetime) -> bool:
        """Whether it has ended, or was ended before it began."""
        return self.until is not None and self.until <= max(moment, self.since)


def account_of(accounts: Accounts, name: str) -> dict[str, Any]:
    """The account in the open file; `UsageError` when there is none."""
    if name not in accounts.users:
        known = ", ".join(sorted(accounts.users)) or "none yet"
        raise UsageError(f"There is no user {name!r}: known are {known}.")
    return accounts.users[name]


def grants_of(accounts: Accounts, name: str) -> tuple[Grant, ...]:
    """Every grant that an account ever had, in the order in which they were made."""
    return tuple(read_grant(written) for written in accounts.grants if written["user"] == name)


def end_grants(
    accounts: Accounts, name: str, department_id: str | None, author: str, moment: dt.datetime
) -> list[Grant]:
    """Ends what holds at `moment` or would begin later, of one department or all: the grants so ended."""
    ended: list[Grant] = []
    for number, entry in enumerate(accounts.grants):
        found = read_grant(entry)
        wanted = found.user == name and department_id in (None, found.department_id)
        if wanted and not found.is_over(moment):
            closed = replace(found, until=moment, revoked_by=author)
            accounts.grants[number] = written(closed)
            ended.append(closed)
    return ended


def names_in_grants(accounts: Accounts) -> set[str]:
    """Every account that a grant names: whose it is, who made it, who ended it."""
    return {entry[part] for entry in accounts.grants for part in _NAMES if part in entry}


def rename_in_grants(accounts: Accounts, names: Collection[str]) -> None:
    """Puts a code that tells nothing in the place of each of these accounts, wherever a grant names it."""
    codes = {name: f"erased-{secrets.token_hex(8)}" for name in names}
    for entry in accounts.grants:
        for part in _NAMES:
            if entry.get(part) in codes:
                entry[part] = codes[entry[part]]


def written(made: Grant) -> dict[str, str]:
    """A grant as the file has it."""
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


def read_grant(entry: dict[str, str]) -> Grant:
    """A grant from the file."""
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
