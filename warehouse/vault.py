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

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from warehouse.cipher import NONCE_BYTES
from warehouse.errors import VaultError
from warehouse.master_key import KEY_BYTES
from warehouse.settings import Settings
from warehouse.vault_file import SYSTEM, MasterKeys, VaultFile, only_fits

# SQLite's default limit of bound variables is far higher; this keeps statements cached and short.
_CHUNK = 500


@dataclass(frozen=True)
class DataKey:
    """A subject's key: `key_id` (16 hex characters) may be stored beside what it seals, `key` never."""

    key_id: str
    key: bytes = field(repr=False)


class Vault:
    """The keys of one installation. Threads may share one; each process opens its own."""

    def __init__(self, file: VaultFile, masters: MasterKeys) -> None:
        self._file = file
        self._masters = masters
        self._master = b""
        self._generation = -1
        self._system: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"Vault({self._file.path})"

    @classmethod
    def open(cls, settings: Settings) -> Vault:
        """The vault below `settings.vault`, made on first use (folder 0700, files 0600).

        The master key is `SCOREHOUSE_MASTER_KEY` (base64 of 32 bytes) or else `vault/master.key`, made when
        there is none yet. Raises `UsageError` for a key that is not a key, `VaultError` for one that is not
        this vault's.
        """
        settings.vault.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = VaultFile(settings.vault / "keys.sqlite")
        vault = cls(file, MasterKeys(settings.vault / "master.key"))
        vault._prepare()
        return vault

    def keys_for(self, subjects: Iterable[str]) -> dict[str, DataKey]:
        """The data key of each subject (`candidate:<id>`, `interview:<id>`); missing ones are made."""
        wanted = list(dict.fromkeys(subjects))
        found = self.known_keys(wanted)
        missing = [subject for subject in wanted if subject not in found]
        if missing:
            with self._writing() as connection:
                # Another process may have made some since: its keys win.
                found |= self._by_subject(connection, missing)
                new = self._new_keys(connection, [subject for subject in missing if subject not in found])
                self._insert(connection, new)
            found |= new
        return {subject: found[subject] for subject in wanted}

    def open_keys(self, key_ids: Iterable[str]) -> dict[str, bytes]:
        """key_id → key; the id of an erased key is absent."""
        wanted = list(dict.fromkeys(key_ids))
        keys: dict[str, bytes] = {}
        with self._reading() as connection:
            for chunk in _chunks(wanted):
                marks = ",".join("?" * len(chunk))
                rows = connection.execute(
                    f"select key_id, wrapped from data_keys where key_id in ({marks})", chunk
                )
                keys.update((key_id, self._unwrap(key_id, wrapped)) for key_id, wrapped in rows)
        return keys

    def known_keys(self, subjects: Iterable[str]) -> dict[str, DataKey]:
        """The data key of each subject that has one; makes none."""
        with self._reading() as connection:
            return self._by_subject(connection, list(dict.fromkeys(subjects)))

    def erase(self, subjects: Iterable[str]) -> int:
        """Destroys the keys of the subjects; how many there were. What they sealed is then lost for good."""
        with self._writing() as connection:
            before = connection.total_changes
            connection.executemany(
                "delete from data_keys where subject = ?", [(subject,) for subject in subjects]
            )
            return connection.total_changes - before

    def system_key(self, purpose: str) -> bytes:
        """A key (32 bytes) of the installation itself, always the same for a purpose; made at first use.

        It is random; in an older vault it is what HKDF-SHA256 made of its first master key.
        """
        if purpose not in self._system:
            subject = f"{SYSTEM}{purpose}"
            self._system[purpose] = self.keys_for([subject])[subject].key
        return self._system[purpose]

    def rewrap(self, new_master: bytes, *, bridge: bool) -> int:
        """Wraps every data key under `new_master` in one transaction; how many. What they sealed stays.

        Others who have the vault open go on: they notice before their next key, and look for the master key
        anew. With `bridge` whoever has the old one only is still let in, until `close_bridge`.
        """
        with self._writing() as connection:
            rows = connection.execute("select key_id, wrapped from data_keys").fetchall()
            keys = [DataKey(key_id, self._unwrap(key_id, wrapped)) for key_id, wrapped in rows]
            wrapped = zip(_wrapped(keys, AESGCM(new_master)), (key.key_id for key in keys), strict=True)
            connection.executemany("update data_keys set wrapped = ? where key_id = ?", wrapped)
            self._file.change_master(connection, self._master, new_master, bridge=bridge)
        return len(keys)

    @property
    def came_over_bridge(self) -> bool:
        """Whether the master key that was found first is the old one of a rotation that is not finished."""
        return self._masters.first(self._file.path) != self._master

    def close_bridge(self) -> bool:
        """From now on only the new master key opens the vault; whether the old one did until now."""
        with self._writing() as connection:
            return self._file.close_bridge(connection)

    def status(self) -> dict[str, str]:
        """When it was made and last rotated, whether two master keys fit, how many keys there are."""
        with self._reading() as connection:
            return self._file.status(connection)

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
        rows = list(
            zip(
                (key.key_id for key in new.values()),
                new,
                _wrapped(new.values(), AESGCM(self._master)),
                strict=True,
            )
        )
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            marks = ",".join(["(?, ?, ?)"] * len(some))
            values = [value for row in some for value in row]
            connection.execute(f"insert into data_keys (key_id, subject, wrapped) values {marks}", values)

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return self._wrapper.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
        except (InvalidTag, ValueError):
            raise VaultError(
                f"Data key {key_id} in {self._file.path} does not open: the file is damaged; "
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
        """Makes the tables and proves that there is a master key that fits."""
        master = self._masters.first(self._file.path)
        with self._file.connection() as connection:
            self._file.prepare(connection, master)
            self._look(connection)

    def _look(self, connection: sqlite3.Connection) -> None:
        """Takes the master key that fits now, where another one does since the last time."""
        generation = self._file.generation(connection)
        if generation != self._generation:
            self._master = only_fits(self._file, connection, self._masters)
            self._wrapper = AESGCM(self._master)
            self._generation = generation

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the file: the master key and the keys under it."""
        with self._file.connection() as connection:
            connection.execute("begin")
            self._look(connection)
            yield connection
            connection.execute("commit")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """All that is done to the connection, or nothing of it."""
        with self._file.connection() as connection:
            connection.execute("begin immediate")
            self._look(connection)
            yield connection
            connection.execute("commit")


def _wrapped(keys: Collection[DataKey], wrapper: AESGCM) -> Iterator[bytes]:
    nonces = os.urandom(NONCE_BYTES * len(keys))
    for place, key in enumerate(keys):
        nonce = nonces[place * NONCE_BYTES : (place + 1) * NONCE_BYTES]
        yield nonce + wrapper.encrypt(nonce, key.key, key.key_id.encode())


def _key_id(number: int) -> str:
    return f"{number:016x}"


def _chunks(values: list[str]) -> Iterator[list[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
