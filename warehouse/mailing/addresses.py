"""Where an account gets its mail: sealed in `vault/accounts.json`, gone with the account.

An address is set by the operator, or by its owner with a code that was sent to it; then only in a domain that
the mail server's settings name, so that nobody sends results to a mailbox outside the company.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any

from warehouse import audit
from warehouse.account_admin import CANDIDATE, role_of
from warehouse.account_file import editing, read, time_of
from warehouse.accounts import FIRST_USER
from warehouse.cipher import seal, unseal
from warehouse.errors import UsageError
from warehouse.grant_records import account_of
from warehouse.mailing.server import MailServer
from warehouse.settings import Settings
from warehouse.vault import Vault

CODE_MINUTES = 30
MOST_TRIES = 5
# Codes that an account may ask for within an hour: nobody's mailbox is to be filled from here.
CODES_AN_HOUR = 3
_PURPOSE = "mail"
_DIGITS = 8


class AddressRefusedError(UsageError):
    """An address or a code that is not taken; `why` is for pages, which have their own words."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Mailbox:
    """A verified address. `id` stays when the address changes, and is another one for another account."""

    id: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the @, in lower case."""
        return self.address.rpartition("@")[2].casefold()

    @property
    def masked(self) -> str:
        """Enough to recognise one's own."""
        name, _, domain = self.address.rpartition("@")
        return f"{name[:2]}***@{domain}"


def mailbox_of(settings: Settings, name: str) -> Mailbox | None:
    """Where an account gets its mail; None when it has no address, or is closed."""
    kept = read(settings).users.get(name, {}).get("mail", {})
    if "sealed" not in kept:
        return None
    return Mailbox(kept["id"], unseal(_key(settings), bytes.fromhex(kept["sealed"]), _place(name)))


def set_address(settings: Settings, name: str, address: str, *, author: str) -> None:
    """Sets the address of an account without asking; for the operator."""
    checked = check(address)
    with editing(settings) as accounts:
        if name == FIRST_USER:
            accounts.users.setdefault(name, {"role": "hr"})
        _keep(settings, account_of(accounts, name), name, checked)
    _record(settings, author, name, "set")


def remove_address(settings: Settings, name: str, *, author: str) -> None:
    """Takes the address away: nothing is mailed to the account any more."""
    with editing(settings) as accounts:
        entry = account_of(accounts, name)
        # Its number stays: with a new address the same account's subscriptions go on.
        entry.get("mail", {}).pop("sealed", None)
        entry.pop("mail_asked", None)
    _record(settings, author, name, "removed")


def forget(settings: Settings, words: Collection[str]) -> int:
    """Takes addresses away that are one of these; how many there were."""
    wanted = {word.casefold() for word in words}
    gone = 0
    with editing(settings) as accounts:
        for name, entry in accounts.users.items():
            for kept in (entry.get("mail", {}), entry.get("mail_asked", {})):
                if "sealed" in kept:
                    address = unseal(_key(settings), bytes.fromhex(kept["sealed"]), _place(name))
                    if address.casefold() in wanted:
                        kept.clear()
                        gone += 1
            for emptied in [key for key in ("mail", "mail_asked") if entry.get(key) == {}]:
                del entry[emptied]
    return gone


def ask_code(
    settings: Settings, server: MailServer, name: str, address: str, *, now: dt.datetime | None = None
) -> tuple[str, str]:
    """The address as it is kept, and a code that the caller sends to it; `AddressRefusedError`."""
    moment = now or dt.datetime.now(dt.UTC)
    checked = check(address)
    domain = checked.rpartition("@")[2].casefold()
    if domain not in {known.casefold() for known in server.domains}:
        raise AddressRefusedError(
            f"Addresses of {domain} are not among the domains of the mail server's settings.", "domain"
        )
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    with editing(settings) as accounts:
        entry = account_of(accounts, name)
        if entry["role"] == CANDIDATE:
            raise AddressRefusedError("Candidates get no mail from here.", "role")
        hour_ago = moment - dt.timedelta(hours=1)
        asked = [at for at in entry.get("mail_asked", {}).get("at", []) if time_of(at) > hour_ago]
        if len(asked) >= CODES_AN_HOUR:
            raise AddressRefusedError("Too many codes were asked for: try again in an hour.", "often")
        entry["mail_asked"] = {
            "sealed": seal(_key(settings), checked, _place(name)).hex(),
            "code": _hash(settings, name, code),
            "until": (moment + dt.timedelta(minutes=CODE_MINUTES)).isoformat(),
            "tries": 0,
            "at": [*asked, moment.isoformat()],
        }
    return checked, code


def confirm(settings: Settings, name: str, code: str, *, now: dt.datetime | None = None) -> None:
    """Takes the address that the code was sent to; `AddressRefusedError` for another or an old code."""
    moment = now or dt.datetime.now(dt.UTC)
    with editing(settings) as accounts:
        entry = account_of(accounts, name)
        asked = entry.get("mail_asked")
        if asked is None or "code" not in asked or time_of(asked["until"]) <= moment:
            raise AddressRefusedError("There is no code that still holds: ask for a new one.", "expired")
        asked["tries"] += 1
        if not hmac.compare_digest(asked["code"], _hash(settings, name, code.strip())):
            if asked["tries"] >= MOST_TRIES:
                del asked["code"]
            raise AddressRefusedError("The code is wrong.", "wrong")
        address = unseal(_key(settings), bytes.fromhex(asked["sealed"]), _place(name))
        _keep(settings, entry, name, address)
        del entry["mail_asked"]
    _record(settings, name, name, "confirmed")


def is_asked(settings: Settings, name: str, *, now: dt.datetime | None = None) -> bool:
    """Whether a code was sent that still holds."""
    asked = read(settings).users.get(name, {}).get("mail_asked", {})
    return "code" in asked and time_of(asked["until"]) > (now or dt.datetime.now(dt.UTC))


def check(address: str) -> str:
    """One plain address, or `AddressRefusedError`."""
    try:
        found = Address(addr_spec=address.strip())
    except (HeaderParseError, ValueError, IndexError):
        found = Address()
    if not found.username or "." not in found.domain or not found.addr_spec.isascii():
        raise AddressRefusedError("That is not an e-mail address.", "address")
    return found.addr_spec


def _keep(settings: Settings, entry: dict[str, Any], name: str, address: str) -> None:
    known = entry.get("mail", {}).get("id")
    entry["mail"] = {
        "id": known or secrets.token_hex(8),
        "sealed": seal(_key(settings), address, _place(name)).hex(),
    }


def _record(settings: Settings, author: str, name: str, what: str) -> None:
    audit.record(
        settings,
        who=author,
        role=role_of(settings, author),
        action="mail_address",
        subject=f"account:{name}",
        what=what,
    )


def _hash(settings: Settings, name: str, code: str) -> str:
    return hmac.new(_key(settings), f"{name}|{code}".encode(), hashlib.sha256).hexdigest()


def _key(settings: Settings) -> bytes:
    return Vault.open(settings).system_key(_PURPOSE)


def _place(name: str) -> str:
    return f"mail:{name}"
