"""The master key: from the environment, or a file that only its owner may read."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from warehouse.errors import UsageError, VaultError

MASTER_KEY_VARIABLE = "SCOREHOUSE_MASTER_KEY"
NEW_MASTER_KEY_VARIABLE = "SCOREHOUSE_NEW_MASTER_KEY"
KEY_BYTES = 32
# The new key, from before the vault is wrapped under it until it takes the place of the old one.
NEXT = "master.key.next"


def read_master_key(path: Path, database: Path) -> bytes:
    """The master key (32 bytes) from the environment, else from `path`, which is made at first use.

    `database` holds the data keys: where it exists without a master key, no new one is made. Raises
    `UsageError` for what is not a key, `VaultError` for a missing or badly protected one.
    """
    given = given_master_key()
    if given is not None:
        return given
    # Asked before the key file is looked for, since another process may be making both just now.
    holds_keys = database.exists() and database.stat().st_size > 0
    if not path.exists():
        if holds_keys:
            raise VaultError(
                f"The vault at {path.parent} has keys but no master key: restore {path.name} or set "
                f"{MASTER_KEY_VARIABLE}; a new one could not open what is sealed."
            )
        _make_master_key(path)
    if path.stat().st_mode & 0o077:
        raise VaultError(f"Others can read the master key {path}: run `chmod 600 {path}`.")
    return _decode_key(path.read_text(encoding="utf-8").strip(), f"The master key {path}")


def given_master_key(variable: str = MASTER_KEY_VARIABLE) -> bytes | None:
    """The key that the environment gives, if it does."""
    given = os.environ.get(variable, "").strip()
    return _decode_key(given, f"The environment variable {variable}") if given else None


def write_next(path: Path) -> bytes:
    """A new key, durable in `path` (0600) before anything is wrapped under it."""
    key = secrets.token_bytes(KEY_BYTES)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".master-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
    sync_folder(path.parent)
    return key


def sync_folder(folder: Path) -> None:
    """Makes what was renamed in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_master_key(path: Path) -> None:
    """Writes a new key beside and links it in place: of two processes at first use, one key wins."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".master-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # Where another process was quicker, its key is the one.
        with suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()


def _decode_key(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError(f"{where} is not a key: it must be 32 random bytes as base64 (44 characters).")
    return key
