"""The language that an account chose: it holds on every machine and ends with the account."""

from __future__ import annotations

from warehouse.account_file import editing, read
from warehouse.settings import Settings

_LANGUAGE = "language"


def language_of(settings: Settings, user: str) -> str:
    """The code of the language that the account chose last; empty when it never chose one."""
    return str(read(settings).users.get(user, {}).get(_LANGUAGE, ""))


def keep_language(settings: Settings, user: str, language: str) -> None:
    """Keeps the choice with the account; nothing happens when there is no such account any more."""
    with editing(settings) as accounts:
        if user in accounts.users:
            accounts.users[user][_LANGUAGE] = language
