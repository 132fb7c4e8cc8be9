"""A new master key: what was sealed opens as before, the old key opens nothing, and nobody has to stop."""

from __future__ import annotations

import base64
import os
import shutil
import sqlite3
import threading

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warehouse import audit_log, key_rotation
from warehouse.errors import UsageError, VaultError
from warehouse.master_key import MASTER_KEY_VARIABLE, NEW_MASTER_KEY_VARIABLE, NEXT
from warehouse.settings import Settings
from warehouse.vault import Vault

OLD, NEW = base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def settings(tmp_path: object) -> Settings:
    return Settings(home=tmp_path).ensure()  # type: ignore[arg-type]


def test_all_keys_stay_what_they_were_and_the_old_master_key_opens_nothing(settings: Settings) -> None:
    before = Vault.open(settings)
    keys = before.keys_for(f"candidate:{number}" for number in range(1_200))
    system = before.system_key("quarantine")
    old_master = (settings.vault / "master.key").read_bytes()

    assert key_rotation.rotate(settings).keys >= 1_201

    assert (settings.vault / "master.key").read_bytes() != old_master
    after = Vault.open(settings)
    assert after.keys_for(keys) == keys
    assert after.system_key("quarantine") == system
    wrapper = AESGCM(base64.b64decode(old_master))
    with sqlite3.connect(settings.vault / "keys.sqlite") as database:
        for key_id, wrapped in database.execute("select key_id, wrapped from data_keys"):
            with pytest.raises(InvalidTag):
                wrapper.decrypt(wrapped[:12], wrapped[12:], key_id.encode())
    (settings.vault / "master.key").write_bytes(old_master)
    with pytest.raises(VaultError, match="does not fit"):
        Vault.open(settings)


def test_whoever_has_the_vault_open_reads_and_makes_keys_across_a_rotation(settings: Settings) -> None:
    running = Vault.open(settings)
    known = running.keys_for(["candidate:1"])["candidate:1"]
    key_rotation.rotate(settings)
    assert running.open_keys([known.key_id]) == {known.key_id: known.key}
    key_rotation.rotate(settings)
    made = running.keys_for(["candidate:2"])["candidate:2"]
    assert Vault.open(settings).open_keys([made.key_id]) == {made.key_id: made.key}


def test_keys_made_while_rotations_run_are_never_lost(settings: Settings) -> None:
    running, made = Vault.open(settings), {}
    rotations = threading.Thread(target=lambda: [key_rotation.rotate(settings) for _ in range(5)])
    rotations.start()
    number = 0
    while rotations.is_alive() or number < 20:
        made.update(running.keys_for([f"candidate:{number}"]))
        number += 1
    rotations.join()
    assert Vault.open(settings).known_keys(made) == made


def test_killed_before_the_transaction_the_old_key_works(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Vault.open(settings).keys_for(["candidate:1"])
    monkeypatch.setattr("warehouse.vault.VaultFile.change_master", _killed)
    with pytest.raises(KeyboardInterrupt):
        key_rotation.rotate(settings)
    assert (settings.vault / NEXT).exists()
    assert Vault.open(settings).keys_for(["candidate:1"]) == key
    monkeypatch.undo()
    key_rotation.rotate(settings)
    assert not (settings.vault / NEXT).exists()
    assert Vault.open(settings).keys_for(["candidate:1"]) == key


def test_killed_between_the_transaction_and_the_file_the_new_key_works(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Vault.open(settings).keys_for(["candidate:1"])
    monkeypatch.setattr("pathlib.Path.replace", _killed_at_the_key(os.replace))
    with pytest.raises(KeyboardInterrupt):
        key_rotation.rotate(settings)
    monkeypatch.undo()
    assert (settings.vault / NEXT).exists()
    assert Vault.open(settings).keys_for(["candidate:1"]) == key
    assert not (settings.vault / NEXT).exists()
    assert Vault.open(settings).keys_for(["candidate:1"]) == key


def test_a_key_of_the_environment_needs_the_new_one_and_both_open_until_it_is_finished(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MASTER_KEY_VARIABLE, OLD)
    key = Vault.open(settings).keys_for(["candidate:1"])
    with pytest.raises(UsageError, match=NEW_MASTER_KEY_VARIABLE):
        key_rotation.rotate(settings)
    monkeypatch.setenv(NEW_MASTER_KEY_VARIABLE, NEW)
    assert key_rotation.rotate(settings).in_environment
    assert Vault.open(settings).keys_for(["candidate:1"]) == key
    with pytest.raises(UsageError, match="still the old"):
        key_rotation.finish(settings)
    with pytest.raises(VaultError, match="not finished"):
        key_rotation.rotate(settings)
    monkeypatch.setenv(MASTER_KEY_VARIABLE, NEW)
    assert Vault.open(settings).keys_for(["candidate:1"]) == key
    assert key_rotation.finish(settings)
    monkeypatch.setenv(MASTER_KEY_VARIABLE, OLD)
    with pytest.raises(VaultError, match="does not fit"):
        Vault.open(settings)


def test_a_vault_of_before_keeps_what_its_system_keys_were(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MASTER_KEY_VARIABLE, NEW)
    Vault.open(settings)
    with sqlite3.connect(settings.vault / "keys.sqlite") as database:
        database.execute("drop table vault_info")
        database.execute("delete from data_keys")
    vault = Vault.open(settings)
    assert vault.system_key("quarantine") == _derived("quarantine")
    # A purpose that vaults of before did not know is random here too.
    assert vault.system_key("warehouse files") != _derived("warehouse files")


def test_a_new_vault_derives_no_key_from_the_master_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MASTER_KEY_VARIABLE, NEW)
    assert Vault.open(settings).system_key("quarantine") != _derived("quarantine")


def test_a_rotation_is_in_the_audit_log(settings: Settings) -> None:
    Vault.open(settings)
    key_rotation.rotate(settings)
    assert [entry.action for entry in audit_log.entries(settings)] == ["key_rotated"]
    assert audit_log.verify(settings).holds


def test_a_copy_of_the_vault_from_before_opens_with_the_key_of_then(settings: Settings) -> None:
    key = Vault.open(settings).keys_for(["candidate:1"])
    shutil.copytree(settings.vault, settings.home / "backup" / "vault")
    key_rotation.rotate(settings)
    assert Vault.open(Settings(home=settings.home / "backup")).keys_for(["candidate:1"]) == key


def _derived(purpose: str) -> bytes:
    info = f"scorehouse/{purpose}".encode()
    return HKDF(hashes.SHA256(), 32, None, info).derive(base64.b64decode(NEW))


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _killed_at_the_key(replace: object) -> object:
    def instead(path: object, target: object) -> None:
        if str(target).endswith("/master.key"):
            raise KeyboardInterrupt
        replace(path, target)  # type: ignore[operator]

    return instead
