"""An hr account whose owner has chosen a password already."""

from __future__ import annotations

from warehouse import accounts
from warehouse.settings import Settings

OWN = "seven green lamps"


def with_own_password(settings: Settings) -> str:
    """As after the first sign-in: the one-time password is used up, the own one is returned."""
    token = accounts.enter(settings, "hr", accounts.issue_one_time_password(settings))
    accounts.change_password(settings, token, OWN)
    accounts.end_session(settings, token)
    return OWN
