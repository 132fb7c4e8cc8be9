"""What an account keeps for itself: one sealed file an account and purpose, changed by one process at a time.

What people type may name somebody, so a file is sealed under a key of the installation, and bears a hash for
a name. Whoever keeps something here says how it is forgotten when a person is erased.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any

from warehouse.cipher import seal, unseal
from warehouse.settings import Settings
from warehouse.vault import Vault

Content = dict[str, Any]
_OWNER = "owner"


class Shelves:
    """The files of one purpose, in the folder of that name below the home."""

    def __init__(self, settings: Settings, purpose: str) -> None:
        self._settings = settings
        self._purpose = purpose
        self._folder = settings.home / purpose

    def read(self, owner: str) -> Content:
        """What an account keeps now; only its name when that is nothing."""
        return self._read(self._path(owner)) or {_OWNER: owner}

    def all(self) -> Iterator[Content]:
        """What every account keeps, in an order that tells nothing."""
        for path in sorted(self._folder.glob("*.sealed")):
            content = self._read(path)
            if content is not None:
                yield content

    @contextmanager
    def changing(self, owner: str) -> Iterator[Content]:
        """Reads, lets the caller change, writes in one step; one at a time over all processes."""
        with self._alone():
            before = self.read(owner)
            content = deepcopy(before)
            yield content
            if content != before:
                self._write(self._path(owner), content)

    def mark(self, owner: str) -> str:
        """Changes whenever what the account keeps does."""
        path = self._path(owner)
        return str(path.stat().st_mtime_ns) if path.exists() else ""

    def remove(self, owner: str) -> bool:
        """Takes away all that an account keeps; whether there was anything."""
        with self._alone():
            path = self._path(owner)
            was_there = path.exists()
            path.unlink(missing_ok=True)
            return was_there

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _write(self, path: Path, content: Content) -> None:
        text = json.dumps(content, ensure_ascii=False)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(seal(self._key, text, path.name))
        temporary.replace(path)

    def _read(self, path: Path) -> Content | None:
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return None
        content: Content = json.loads(unseal(self._key, sealed, path.name))
        return content

    @cached_property
    def _key(self) -> bytes:
        return Vault.open(self._settings).system_key(self._purpose)

    def _path(self, owner: str) -> Path:
        """Accounts may bear people's names: files do not."""
        return self._folder / f"{hashlib.sha256(owner.encode()).hexdigest()[:24]}.sealed"
