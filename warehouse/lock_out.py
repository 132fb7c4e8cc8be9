"""Lock-out: after five wrong passwords or codes in a row nothing is tried for a quarter of an hour."""

from __future__ import annotations

import datetime as dt

from warehouse.account_file import Accounts, time_of
from warehouse.errors import SignInFailed

MAX_FAILURES = 5
LOCK_OUT = dt.timedelta(minutes=15)
# Failures under names that do not exist share one count, so that a lock-out tells nothing about names.
NOBODY = ""


def locked_until(accounts: Accounts, name: str, moment: dt.datetime) -> dt.datetime | None:
    """Until when `name` is locked out; None when it is not."""
    until = accounts.failures.get(name, {}).get("locked_until")
    return time_of(until) if until is not None and time_of(until) > moment else None


def refuse_locked(accounts: Accounts, name: str, moment: dt.datetime) -> None:
    """`SignInFailed` while the name is locked out; after that the count starts anew."""
    if "locked_until" not in accounts.failures.get(name, {}):
        return
    until = locked_until(accounts, name, moment)
    if until is None:
        del accounts.failures[name]
        return
    minutes = max(-(-int((until - moment).total_seconds()) // 60), 1)
    raise SignInFailed(f"Too many failed sign-ins: try again in {minutes} minutes.", "locked", minutes)


def count_failure(accounts: Accounts, name: str, moment: dt.datetime) -> None:
    """One more wrong answer; the fifth locks."""
    entry = accounts.failures.setdefault(name, {"count": 0})
    entry["count"] += 1
    if entry["count"] >= MAX_FAILURES:
        entry["locked_until"] = (moment + LOCK_OUT).isoformat()
