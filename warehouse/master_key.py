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
KEY_BYTES = 32


def read_master_key(path: Path, database: Path) -> bytes:
    """The master key (32 bytes) from the environment, else from `path`, which is made at first use.

    `database` holds the data keys: where it exists without a master key, no new one is made. Raises
    `UsageError` for what is not a key, `VaultError` for a missing or badly protected one.
    """
    given = os.environ.get(MASTER_KEY_VARIABLE, "").strip()
    if given:
        return _decode_key(given, f"The environment variable {MASTER_KEY_VARIABLE}")
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
