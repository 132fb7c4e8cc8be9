"""A new master key: every data key is wrapped anew, nothing that is sealed is touched, nobody has to stop."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from warehouse import audit
from warehouse.errors import UsageError, VaultError
from warehouse.master_key import (
    MASTER_KEY_VARIABLE,
    NEW_MASTER_KEY_VARIABLE,
    NEXT,
    given_master_key,
    sync_folder,
    write_next,
)
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import OPERATOR


@dataclass(frozen=True)
class Rotation:
    """How many keys were wrapped anew, and whether the environment must be told the new master key."""

    keys: int
    in_environment: bool


def rotate(settings: Settings) -> Rotation:
    """Puts a new master key in the place of the one of now.

    Killed anywhere it leaves either the old one working or the new one: the keys change in one transaction,
    and a key file is changed after it, from a copy that is already on disk. A key from the environment is
    replaced by `SCOREHOUSE_NEW_MASTER_KEY`; both are let in until `finish`.
    """
    with _alone(settings):
        vault = Vault.open(settings)
        if vault.status()["old_key_accepted"] == "yes":
            raise VaultError(
                "The rotation of before is not finished: give the new master key to all that run, "
                "then run `scorehouse keys rotate --finish`."
            )
        given = given_master_key()
        keys = _in_file(settings, vault) if given is None else _in_environment(vault, given)
    audit.record(settings, who=OPERATOR.name, role=OPERATOR.role, action="key_rotated", rows=keys)
    return Rotation(keys, given is not None)


def finish(settings: Settings) -> bool:
    """From now on the old master key opens nothing; whether it did until now."""
    with _alone(settings):
        vault = Vault.open(settings)
        if vault.came_over_bridge:
            raise UsageError(
                f"{MASTER_KEY_VARIABLE} is still the old master key here: set it to the new one, then finish."
            )
        return vault.close_bridge()


def _in_file(settings: Settings, vault: Vault) -> int:
    waiting = settings.vault / NEXT
    keys = vault.rewrap(write_next(waiting), bridge=False)
    # Killed before this line, the next who opens the vault does it.
    if waiting.exists():
        waiting.replace(settings.vault / "master.key")
    sync_folder(settings.vault)
    return keys


def _in_environment(vault: Vault, given: bytes) -> int:
    new = given_master_key(NEW_MASTER_KEY_VARIABLE)
    if new is None:
        raise UsageError(
            f"The master key comes from {MASTER_KEY_VARIABLE}: set {NEW_MASTER_KEY_VARIABLE} to a new one "
            "(32 random bytes as base64, as `openssl rand -base64 32` gives) and rotate again."
        )
    if new == given:
        raise UsageError(f"{NEW_MASTER_KEY_VARIABLE} is the master key of now: give another one.")
    return vault.rewrap(new, bridge=True)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One rotation at a time."""
    settings.vault.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(settings.vault / ".rotation.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
