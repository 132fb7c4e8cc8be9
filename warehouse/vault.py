"""The vault: one data key a person, wrapped by the master key; what is sealed opens in memory only.

AES-256-GCM throughout (see `cipher`). Losing a data key makes everything sealed under it unreadable, in
every copy and backup: that is how a person is erased.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warehouse.cipher import NONCE_BYTES, Sealer, SealError
from warehouse.errors import VaultError
from warehouse.master_key import KEY_BYTES, MASTER_KEY_VARIABLE, read_master_key
from warehouse.settings import Settings

# SQLite's default limit of bound variables is far higher; this keeps statements cached and short.
_CHUNK = 500
_CHECK_TEXT = "scorehouse vault"
_SCHEMA = """
create table if not exists vault_check (
    only_row integer primary key check (only_row = 1),
    sealed blob not null
);
create table if not exists data_keys (
    key_id text primary key,
    subject text not null unique,
    wrapped blob not null
) without rowid;
"""


@dataclass(frozen=True)
class DataKey:
    """A subject's key: `key_id` (16 hex characters) may be stored beside what it seals, `key` never."""

    key_id: str
    key: bytes = field(repr=False)


class Vault:
    """The keys of one installation. Threads may share one; each process opens its own."""

    def __init__(self, database: Path, master: bytes) -> None:
        self._database = database
        self._master = master
        self._wrapper = AESGCM(master)

    def __repr__(self) -> str:
        return f"Vault({self._database})"

    @classmethod
    def open(cls, settings: Settings) -> Vault:
        """The vault below `settings.vault`, made on first use (folder 0700, files 0600).

        The master key is `SCOREHOUSE_MASTER_KEY` (base64 of 32 bytes) or else `vault/master.key`, made when
        there is none yet. Raises `UsageError` for a key that is not a key, `VaultError` for one that is not
        this vault's.
        """
        settings.vault.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = settings.vault / "keys.sqlite"
        vault = cls(database, read_master_key(settings.vault / "master.key", database))
        vault._prepare()
        return vault

    def keys_for(self, subjects: Iterable[str]) -> dict[str, DataKey]:
        """The data key of each subject (`candidate:<id>`, `interview:<id>`); missing ones are made."""
        wanted = list(dict.fromkeys(subjects))
        with self._connection() as connection:
            before = _commits_of_others(connection)
            found = self._by_subject(connection, wanted)
            missing = [subject for subject in wanted if subject not in found]
            if missing:
                connection.execute("begin immediate")
                if _commits_of_others(connection) != before:
                    # Another process may have made some since: its keys win.
                    found |= self._by_subject(connection, missing)
                new = self._new_keys(connection, [subject for subject in missing if subject not in found])
                self._insert(connection, new)
                connection.execute("commit")
                found |= new
        return {subject: found[subject] for subject in wanted}

    def open_keys(self, key_ids: Iterable[str]) -> dict[str, bytes]:
        """key_id → key; the id of an erased key is absent."""
        wanted = list(dict.fromkeys(key_ids))
        keys: dict[str, bytes] = {}
        with self._connection() as connection:
            for chunk in _chunks(wanted):
                marks = ",".join("?" * len(chunk))
                rows = connection.execute(
                    f"select key_id, wrapped from data_keys where key_id in ({marks})", chunk
                )
                keys.update((key_id, self._unwrap(key_id, wrapped)) for key_id, wrapped in rows)
        return keys

    def erase(self, subjects: Iterable[str]) -> int:
        """Destroys the keys of the subjects; how many there were. What they sealed is then lost for good."""
        with self._connection() as connection:
            connection.execute("begin immediate")
            before = connection.total_changes
            connection.executemany(
                "delete from data_keys where subject = ?", [(subject,) for subject in subjects]
            )
            erased = connection.total_changes - before
            connection.execute("commit")
        return erased

    def system_key(self, purpose: str) -> bytes:
        """A key (32 bytes) of the installation itself, always the same for a purpose (HKDF-SHA256)."""
        info = f"scorehouse/{purpose}".encode()
        return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._master)

    def _new_keys(self, connection: sqlite3.Connection, subjects: list[str]) -> dict[str, DataKey]:
        """A random key for each subject, under ids that follow each other: so they are written side by side.

        Ids count from the time on (4,096 a microsecond, fewer than are ever made), so that none comes twice.
        """
        count = len(subjects)
        first = time.time_ns() // 1_000 << 12
        within = "select 1 from data_keys where key_id between ? and ? limit 1"
        while connection.execute(within, (_key_id(first), _key_id(first + count))).fetchone():
            first = secrets.randbits(63)  # The clock has been set back.
        keys = secrets.token_bytes(KEY_BYTES * count)
        return {
            subject: DataKey(_key_id(first + place), keys[place * KEY_BYTES : (place + 1) * KEY_BYTES])
            for place, subject in enumerate(subjects)
        }

    def _insert(self, connection: sqlite3.Connection, new: Mapping[str, DataKey]) -> None:
        """Many rows a statement: between two steps of a statement other threads would get in each time."""
        rows = list(zip((key.key_id for key in new.values()), new, self._wrap(new.values()), strict=True))
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            marks = ",".join(["(?, ?, ?)"] * len(some))
            values = [value for row in some for value in row]
            connection.execute(f"insert into data_keys (key_id, subject, wrapped) values {marks}", values)

    def _wrap(self, keys: Collection[DataKey]) -> Iterator[bytes]:
        nonces = os.urandom(NONCE_BYTES * len(keys))
        for place, key in enumerate(keys):
            nonce = nonces[place * NONCE_BYTES : (place + 1) * NONCE_BYTES]
            yield nonce + self._wrapper.encrypt(nonce, key.key, key.key_id.encode())

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return self._wrapper.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
        except (InvalidTag, ValueError):
            raise VaultError(
                f"Data key {key_id} in {self._database} does not open: the file is damaged; "
                "restore the vault from its backup."
            ) from None

    def _by_subject(self, connection: sqlite3.Connection, subjects: list[str]) -> dict[str, DataKey]:
        keys: dict[str, DataKey] = {}
        for chunk in _chunks(subjects):
            marks = ",".join("?" * len(chunk))
            rows = connection.execute(
                f"select subject, key_id, wrapped from data_keys where subject in ({marks})", chunk
            )
            for subject, key_id, wrapped in rows:
                keys[subject] = DataKey(key_id, self._unwrap(key_id, wrapped))
        return keys

    def _prepare(self) -> None:
        """Makes the tables and proves that the master key is the one this vault was made with."""
        os.close(os.open(self._database, os.O_CREAT | os.O_RDWR, 0o600))
        sealer = Sealer(self.system_key("vault check"))
        with self._connection() as connection:
            connection.executescript(_SCHEMA)
            connection.execute(
                "insert into vault_check values (1, ?) on conflict do nothing",
                (sealer.seal(_CHECK_TEXT, _CHECK_TEXT),),
            )
            (sealed,) = connection.execute("select sealed from vault_check").fetchone()
        try:
            sealer.unseal(sealed, _CHECK_TEXT)
        except SealError:
            raise VaultError(
                f"The master key does not fit the vault at {self._database.parent}: set "
                f"{MASTER_KEY_VARIABLE} to the key that it was made with, or restore its master.key."
            ) from None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A short-lived connection in autocommit, so that threads and forks never share one."""
        try:
            connection = sqlite3.connect(self._database, timeout=30, isolation_level=None)
        except sqlite3.Error as error:
            raise VaultError(f"The vault {self._database} cannot be opened: {error}.") from None
        try:
            # A rollback journal leaves no second file with old pages; deleted keys are overwritten.
            connection.execute("pragma journal_mode = delete")
            connection.execute("pragma secure_delete = on")
            connection.execute("pragma synchronous = full")
            yield connection
        except sqlite3.Error as error:
            raise VaultError(f"The vault {self._database} cannot be used: {error}.") from None
        finally:
            connection.close()


def _commits_of_others(connection: sqlite3.Connection) -> int:
    """A number that changes whenever another connection has changed the database."""
    (number,) = connection.execute("pragma data_version").fetchone()
    return int(number)


def _key_id(number: int) -> str:
    return f"{number:016x}"


def _chunks(values: list[str]) -> Iterator[list[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
