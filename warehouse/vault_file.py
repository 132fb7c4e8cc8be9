"""The file of the vault: its tables, and which master key fits.

A rotation wraps every data key anew in one transaction and counts the generation up. Whoever has the vault
open sees the count before each use and looks for the master key that fits now: in the environment, in
`master.key`, in `master.key.next` (of a rotation that was killed before the file was changed), and, where the
key comes from the environment, behind the bridge: the new master key sealed under the old one, until
`scorehouse keys rotate --finish` removes it.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warehouse.cipher import Sealer, SealError
from warehouse.errors import VaultError
from warehouse.master_key import KEY_BYTES, MASTER_KEY_VARIABLE, NEXT, given_master_key, read_master_key

# Subjects of the keys of the installation itself.
SYSTEM = "system:"
# What a vault of before took from HKDF: such a vault keeps these values, since things are sealed under them.
DERIVED_BEFORE = (
    "audit",
    "audit names",
    "content hash",
    "erasures begun",
    "pulled rows",
    "quarantine",
    "queries",
    "receipts",
    "replay",
    "row digests",
    "second factor",
    "text fingerprint",
    "text signals",
    "tombstones",
    "unknown columns",
)
_CHECK_TEXT = "scorehouse vault"
_BRIDGE = "bridge to the new master key"
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
create table if not exists vault_info (
    name text primary key,
    value blob not null
) without rowid;
"""


@dataclass(frozen=True)
class MasterKeys:
    """Where master keys are looked for."""

    path: Path

    def first(self, database: Path) -> bytes:
        """The one to begin with; made where there is neither a key nor a vault."""
        return read_master_key(self.path, database)

    def candidates(self) -> Iterator[bytes]:
        """Those that may fit, in the order in which they are tried."""
        given = given_master_key()
        if given is not None:
            yield given
            return
        for path in (self.path, self.path.with_name(NEXT)):
            if path.exists():
                yield read_master_key(path, path)

    def settle(self, master: bytes) -> None:
        """Ends a change of the file that was cut off: the key that fits is `master.key`."""
        waiting = self.path.with_name(NEXT)
        if given_master_key() is None and waiting.exists() and read_master_key(waiting, waiting) == master:
            waiting.replace(self.path)


class VaultFile:
    """`keys.sqlite`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A short-lived connection in autocommit, so that threads and forks never share one."""
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise VaultError(f"The vault {self.path} cannot be opened: {error}.") from None
        try:
            # A rollback journal leaves no second file with old pages; deleted keys are overwritten.
            connection.execute("pragma journal_mode = delete")
            connection.execute("pragma secure_delete = on")
            connection.execute("pragma synchronous = full")
            yield connection
        except sqlite3.Error as error:
            raise VaultError(f"The vault {self.path} cannot be used: {error}.") from None
        finally:
            connection.close()

    def prepare(self, connection: sqlite3.Connection, master: bytes) -> None:
        """Makes the tables of a new vault; brings one of before to this form."""
        connection.executescript(_SCHEMA)
        if _info(connection, "generation") is not None:
            return
        connection.execute("begin immediate")
        if _info(connection, "generation") is None:
            old = connection.execute("select sealed from vault_check").fetchone()
            if old is None:
                connection.execute("insert into vault_check values (1, ?)", (_check(master),))
            elif _opens(old[0], master):
                self._keep_derived(connection, master)
            else:
                raise self.does_not_fit()
            _put(connection, "generation", b"0")
            _put(connection, "made_at", _now())
        connection.execute("commit")

    def generation(self, connection: sqlite3.Connection) -> int:
        """How often the master key has been changed."""
        return int(_info(connection, "generation") or b"0")

    def fits(self, connection: sqlite3.Connection, master: bytes) -> bool:
        """Whether it is the master key of now."""
        (sealed,) = connection.execute("select sealed from vault_check").fetchone()
        return _opens(sealed, master)

    def behind_bridge(self, connection: sqlite3.Connection, old_master: bytes) -> bytes | None:
        """The master key of now, for whoever has the one of before; None where no bridge leads from it."""
        sealed = _info(connection, "bridge")
        if sealed is None:
            return None
        try:
            return Sealer(_derived(old_master, _BRIDGE)).unseal_bytes(sealed, _BRIDGE)
        except SealError:
            return None

    def change_master(self, connection: sqlite3.Connection, old: bytes, new: bytes, *, bridge: bool) -> None:
        """Within the transaction that wraps the data keys."""
        connection.execute("update vault_check set sealed = ?", (_check(new),))
        connection.execute("delete from vault_info where name = 'bridge'")
        if bridge:
            _put(connection, "bridge", Sealer(_derived(old, _BRIDGE)).seal_bytes(new, _BRIDGE))
        _put(connection, "generation", str(self.generation(connection) + 1).encode())
        _put(connection, "rotated_at", _now())

    def close_bridge(self, connection: sqlite3.Connection) -> bool:
        """Whether there was one."""
        removed = connection.execute("delete from vault_info where name = 'bridge'").rowcount
        return removed > 0

    def status(self, connection: sqlite3.Connection) -> dict[str, str]:
        """For people; no key."""
        kinds = connection.execute(
            "select substr(subject, 1, instr(subject, ':') - 1), count(*) from data_keys group by 1"
        ).fetchall()
        values = {name: (_info(connection, name) or b"").decode() for name in ("made_at", "rotated_at")}
        return {
            "rotations": str(self.generation(connection)),
            **values,
            "old_key_accepted": "yes" if _info(connection, "bridge") is not None else "no",
            **{f"keys_{kind}": str(count) for kind, count in kinds},
        }

    def does_not_fit(self) -> VaultError:
        """The sentence for a wrong master key."""
        return VaultError(
            f"The master key does not fit the vault at {self.path.parent}: set "
            f"{MASTER_KEY_VARIABLE} to the key that it was made with, or last rotated to, or restore its "
            "master.key."
        )

    def _keep_derived(self, connection: sqlite3.Connection, master: bytes) -> None:
        wrapper = AESGCM(master)
        for number, purpose in enumerate(DERIVED_BEFORE):
            # Below all ids that count from the time on.
            key_id, nonce = f"{number:016x}", os.urandom(12)
            wrapped = nonce + wrapper.encrypt(nonce, _derived(master, purpose), key_id.encode())
            connection.execute(
                "insert into data_keys values (?, ?, ?) on conflict do nothing",
                (key_id, f"{SYSTEM}{purpose}", wrapped),
            )


def only_fits(file: VaultFile, connection: sqlite3.Connection, masters: MasterKeys) -> bytes:
    """The master key that opens the vault now; `VaultError` where none is found."""
    for master in masters.candidates():
        if file.fits(connection, master):
            masters.settle(master)
            return master
        beyond = file.behind_bridge(connection, master)
        if beyond is not None and file.fits(connection, beyond):
            return beyond
    raise file.does_not_fit()


def _derived(master: bytes, purpose: str) -> bytes:
    info = f"scorehouse/{purpose}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


def _check(master: bytes) -> bytes:
    return Sealer(_derived(master, "vault check")).seal(_CHECK_TEXT, _CHECK_TEXT)


def _opens(sealed: bytes, master: bytes) -> bool:
    try:
        return Sealer(_derived(master, "vault check")).unseal(sealed, _CHECK_TEXT) == _CHECK_TEXT
    except SealError:
        return False


def _info(connection: sqlite3.Connection, name: str) -> bytes | None:
    row = connection.execute("select value from vault_info where name = ?", (name,)).fetchone()
    return None if row is None else bytes(row[0])


def _put(connection: sqlite3.Connection, name: str, value: bytes) -> None:
    connection.execute("insert or replace into vault_info values (?, ?)", (name, value))


def _now() -> bytes:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").encode()
