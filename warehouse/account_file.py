"""`vault/accounts.json`: who may sign in, their failures, sessions and grants; one writer at a time.

The file (mode 0600) holds hashes of passwords (argon2id) and of session tokens (SHA-256), and secrets of
second factors sealed under a key of the vault.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.errors import ScorehouseError
from warehouse.settings import Settings


@dataclass
class Accounts:
    """The file's content: users, failures by user, sessions by hash of the token, sign-ins elsewhere.

    A user has `role` and, where there is one, `hash` (of the password), `changed_at`, `one_time_until`,
    `candidate_id`, `identity` (at the company's sign-in), `totp` (sealed), `totp_step`, `recovery` (hashes),
    `language`.
    `grants` are in the order in which they were made and never leave the list: who could see what, and when.
    `used` are sign-ins at the provider that have opened a session, until they are too old to open another.
    """

    users: dict[str, dict[str, Any]]
    failures: dict[str, dict[str, Any]]
    sessions: dict[str, dict[str, Any]]
    grants: list[dict[str, str]] = field(default_factory=list)
    used: dict[str, str] = field(default_factory=dict)


def time_of(text: str) -> dt.datetime:
    """A time as the file holds it."""
    return dt.datetime.fromisoformat(text)


def path_of(settings: Settings) -> Path:
    """Where the file is."""
    return settings.vault / "accounts.json"


def read(settings: Settings) -> Accounts:
    """The content of the file as it is now; empty when there is none yet."""
    path = path_of(settings)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Accounts(
            content["users"],
            content["failures"],
            content["sessions"],
            content.get("grants", []),
            content.get("used", {}),
        )
    except FileNotFoundError:
        return Accounts({}, {}, {})
    except (ValueError, KeyError, TypeError):
        raise ScorehouseError(
            f"{path} is damaged: delete it and start `scorehouse serve` again for a new password."
        ) from None


@contextmanager
def editing(settings: Settings) -> Iterator[Accounts]:
    """Reads, lets the caller change, writes in one step; one at a time over all processes and threads.

    What was changed is written even when the caller raises: a refused sign-in counts.
    """
    settings.vault.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(settings.vault / ".accounts.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        accounts = read(settings)
        try:
            yield accounts
        finally:
            _write(path_of(settings), accounts)
    finally:
        os.close(lock)


def _write(path: Path, accounts: Accounts) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".accounts-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(vars(accounts), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
