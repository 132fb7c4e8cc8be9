"""The second factor: codes of an authenticator app (TOTP), and recovery codes for when the phone is lost.

The secret is kept sealed under a key of the vault, recovery codes as keyed hashes. A code counts once; the
clock of the phone may be one step (30 seconds) off.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import pyotp

from warehouse import audit
from warehouse.account_file import Accounts, editing, read
from warehouse.cipher import seal, unseal
from warehouse.errors import SignInFailed
from warehouse.lock_out import count_failure, refuse_locked
from warehouse.passwords import ALPHABET
from warehouse.sessions import CODE, end_sessions, entry_of, signed_in
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import Viewer

ISSUER = "Scorehouse"
STEP_SECONDS = 30
DRIFT = 1
RECOVERY_CODES = 10
_PURPOSE = "second factor"
_ENDED = ("The session has ended: sign in again.", "ended")
_WRONG = ("The code is wrong, too old, or was used already.", "wrong_code")


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app takes in: shown once, kept nowhere until a code confirms it."""

    secret: str
    uri: str


def begin(viewer: Viewer) -> Enrolment:
    """A new secret for the viewer's app."""
    secret = pyotp.random_base32()
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=viewer.name, issuer_name=ISSUER))


def is_enrolled(settings: Settings, viewer: Viewer) -> bool:
    """Whether the account asks for codes."""
    return "totp" in read(settings).users.get(viewer.name, {})


def confirm(
    settings: Settings, token: str, secret: str, code: str, *, now: dt.datetime | None = None
) -> tuple[str, ...]:
    """Sets the second factor up when `code` is one of `secret`: the recovery codes, said once.

    From then on every sign-in asks for a code; other sessions of the account end. Raises `SignInFailed`.
    """
    moment = now or dt.datetime.now(dt.UTC)
    found = signed_in(settings, token, now=moment)
    if found is None or found.needs:
        raise SignInFailed(*_ENDED)
    name = found.viewer.name
    step = _step_of(secret, code, moment, after=-1)
    if step is None:
        raise SignInFailed(*_WRONG)
    key = Vault.open(settings).system_key(_PURPOSE)
    recovery = tuple(_invented() for _ in range(RECOVERY_CODES))
    with editing(settings) as accounts:
        account = accounts.users.setdefault(name, {"role": found.viewer.role})
        entry = entry_of(accounts, token, moment)
        if entry is None or "totp" in account:
            raise SignInFailed(*_ENDED)
        account["totp"] = seal(key, secret, _place(name)).hex()
        account["totp_step"] = step
        account["recovery"] = [_hash(key, name, one) for one in recovery]
        entry["second_factor"] = True
        end_sessions(accounts, name, but=token)
    audit.record(settings, who=name, role=found.viewer.role, action="second_factor", what="set_up", at=moment)
    return recovery


def give_code(settings: Settings, token: str, code: str, *, now: dt.datetime | None = None) -> None:
    """A code, of the app or for recovery, for this session; `SignInFailed` counts towards the lock-out."""
    moment = now or dt.datetime.now(dt.UTC)
    found = signed_in(settings, token, now=moment)
    if found is None:
        raise SignInFailed(*_ENDED)
    who, role = found.viewer.name, found.viewer.role
    key = Vault.open(settings).system_key(_PURPOSE)
    try:
        with editing(settings) as accounts:
            kind = _take(accounts, token, who, code, key, moment)
    except SignInFailed as failure:
        audit.record(settings, who=who, role=role, action="sign_in_failed", why=failure.why, at=moment)
        raise
    audit.record(settings, who=who, role=role, action="second_factor", what=kind, at=moment)
    if CODE in found.needs:
        audit.record(settings, who=who, role=role, action="sign_in", via=found.via, at=moment)


def forget(account: dict[str, Any]) -> None:
    """Takes the second factor from an account of the open file."""
    for name in ("totp", "totp_step", "recovery"):
        account.pop(name, None)


def _take(accounts: Accounts, token: str, name: str, code: str, key: bytes, moment: dt.datetime) -> str:
    """Uses the code up and marks the session; what kind of code it was."""
    account, entry = accounts.users.get(name), entry_of(accounts, token, moment)
    if account is None or entry is None or "totp" not in account:
        raise SignInFailed(*_ENDED)
    refuse_locked(accounts, name, moment)
    step = _step_of(
        unseal(key, bytes.fromhex(account["totp"]), _place(name)), code, moment, after=account["totp_step"]
    )
    hashed = _hash(key, name, _typed(code))
    if step is not None:
        account["totp_step"] = step
    elif hashed in account["recovery"]:
        account["recovery"].remove(hashed)
    else:
        count_failure(accounts, name, moment)
        raise SignInFailed(*_WRONG)
    accounts.failures.pop(name, None)
    entry["second_factor"] = True
    entry["needs"] = [need for need in entry["needs"] if need != CODE]
    return "app" if step is not None else "recovery"


def _step_of(secret: str, code: str, moment: dt.datetime, *, after: int) -> int | None:
    """The step whose code this is, among those around `moment` that come after `after`."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    current = int(moment.timestamp()) // STEP_SECONDS
    typed = "".join(code.split()).encode("utf-8", "replace")
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            return step
    return None


def _invented() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _typed(code: str) -> str:
    """A recovery code as it was shown, however it was typed."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return f"{letters[:5]}-{letters[5:]}"


def _hash(key: bytes, name: str, code: str) -> str:
    return hmac.new(key, f"{name}:{code}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _place(name: str) -> str:
    return f"totp:{name}"
