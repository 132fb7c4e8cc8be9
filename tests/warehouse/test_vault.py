from __future__ import annotations

import base64
import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from tests.sealing import seal_many
from warehouse.cipher import Sealer, SealError, seal, unseal, unseal_texts
from warehouse.errors import UsageError, VaultError
from warehouse.settings import Settings
from warehouse.vault import DataKey, Vault

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
PLACE = "answers|text|i1|q1|1"


@given(st.text(st.characters()), st.text(max_size=40))
def test_what_is_sealed_opens_again_at_its_place(text: str, place: str) -> None:
    assert unseal(KEY, seal(KEY, text, place), place) == text


def test_lone_surrogates_survive_the_seal() -> None:
    assert unseal(KEY, seal(KEY, "好\ud800!", PLACE), PLACE) == "好\ud800!"


def test_the_same_text_never_looks_the_same_twice_and_never_stands_in_clear() -> None:
    first, second = seal(KEY, "我负责需求分析", PLACE), seal(KEY, "我负责需求分析", PLACE)
    assert first != second
    assert "需求".encode() not in first
    assert len(first) == 12 + len("我负责需求分析".encode()) + 16


@pytest.mark.parametrize(
    ("key", "place", "damage"),
    [(OTHER_KEY, PLACE, 0), (KEY, "answers|text|i2|q1|1", 0), (KEY, PLACE, 1)],
    ids=["another key", "another row", "a changed byte"],
)
def test_a_seal_opens_only_with_its_key_at_its_place_unchanged(key: bytes, place: str, damage: int) -> None:
    sealed = bytearray(seal(KEY, "secret words", PLACE))
    sealed[-1] ^= damage
    with pytest.raises(SealError) as caught:
        unseal(key, bytes(sealed), place)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(27)])
def test_what_is_no_seal_is_refused_in_a_sentence(sealed: bytes) -> None:
    with pytest.raises(SealError, match="does not open"):
        unseal(KEY, sealed, PLACE)


def test_a_column_opens_row_by_row_and_nulls_and_erased_keys_stay_null() -> None:
    places = ["1", "2", "3", "4"]
    sealed = seal_many([KEY, KEY, OTHER_KEY, OTHER_KEY], ["好\ud800", None, "", "b"], places)
    column = (pa.array(["0", *places])[1:], [AESGCM(KEY), AESGCM(OTHER_KEY), None])
    texts = unseal_texts(pa.array([b"x", *sealed], pa.binary())[1:], *column, [0, 0, 1, 2])
    assert texts.type == pa.large_binary()
    assert texts.to_pylist() == ["好\ud800".encode("utf-8", "surrogatepass"), None, b"", None]


@pytest.mark.parametrize(
    ("cipher_of_row", "places"),
    [([1, 0], ["1", "2"]), ([0, 0], ["2", "1"])],
    ids=["another key", "another row"],
)
def test_a_column_with_one_seal_that_does_not_open_is_refused(
    cipher_of_row: list[int], places: list[str]
) -> None:
    sealed = pa.array(seal_many([KEY, KEY], ["secret", "words"], ["1", "2"]), pa.binary())
    with pytest.raises(SealError, match="does not open") as caught:
        unseal_texts(sealed, pa.array(places), [AESGCM(KEY), AESGCM(OTHER_KEY)], cipher_of_row)
    assert caught.value.__cause__ is None


def test_bytes_can_be_sealed_whole() -> None:
    sealer = Sealer(KEY)
    assert sealer.unseal_bytes(sealer.seal_bytes(b"\xff\x00", PLACE), PLACE) == b"\xff\x00"


def test_a_subject_keeps_its_key_when_the_vault_is_opened_again(settings: Settings) -> None:
    first = Vault.open(settings).keys_for(["candidate:c1", "candidate:c2", "candidate:c1"])
    again = Vault.open(settings).keys_for(["candidate:c2", "candidate:c1", "candidate:c3"])
    assert list(first) == ["candidate:c1", "candidate:c2"]
    assert again["candidate:c1"] == first["candidate:c1"]
    assert again["candidate:c2"] == first["candidate:c2"]
    assert len({key.key for key in again.values()}) == 3


def test_keys_open_by_their_id_and_erased_ones_are_absent(settings: Settings) -> None:
    vault = Vault.open(settings)
    keys = vault.keys_for(f"candidate:c{number}" for number in range(1201))
    ids = [key.key_id for key in keys.values()]
    assert vault.open_keys(ids) == {key.key_id: key.key for key in keys.values()}
    gone = keys["candidate:c7"]
    assert vault.erase(["candidate:c7", "candidate:unknown"]) == 1
    assert gone.key_id not in vault.open_keys(ids)
    assert len(vault.open_keys(ids)) == 1200
    assert vault.keys_for(["candidate:c7"])["candidate:c7"].key != gone.key


def test_no_key_id_comes_twice_even_when_the_clock_stands_still(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.vault.time.time_ns", lambda: 1_800_000_000_000_000_000)
    vault = Vault.open(settings)
    ids = [
        key.key_id
        for start in (0, 50, 90)
        for key in vault.keys_for(f"candidate:c{number}" for number in range(start, start + 50)).values()
    ]
    assert len(set(ids)) == 140
    assert {len(key_id) for key_id in ids} == {16}


def test_an_erased_key_is_overwritten_in_the_file(settings: Settings) -> None:
    vault = Vault.open(settings)
    vault.keys_for(["candidate:c1"])
    database = settings.vault / "keys.sqlite"
    with sqlite3.connect(database) as connection:
        (wrapped,) = connection.execute("select wrapped from data_keys").fetchone()
    connection.close()
    assert wrapped in database.read_bytes()
    vault.erase(["candidate:c1"])
    assert all(wrapped not in path.read_bytes() for path in settings.vault.iterdir())


def test_keys_never_stand_in_clear_in_the_vault_nor_in_a_repr(settings: Settings) -> None:
    vault = Vault.open(settings)
    key = vault.keys_for(["candidate:c1"])["candidate:c1"]
    assert key.key not in (settings.vault / "keys.sqlite").read_bytes()
    assert repr(key) == f"DataKey(key_id='{key.key_id}')"
    assert repr(DataKey("a", KEY)) == "DataKey(key_id='a')"
    assert "keys.sqlite" in repr(vault)
    assert len(key.key_id) == 16
    assert int(key.key_id, 16) >= 0


def test_folder_and_files_are_readable_by_their_owner_only(settings: Settings) -> None:
    Vault.open(settings).keys_for(["candidate:c1"])
    assert stat.S_IMODE(settings.vault.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in settings.vault.iterdir()} == {0o600}
    assert sorted(path.name for path in settings.vault.iterdir()) == ["keys.sqlite", "master.key"]


def test_system_keys_are_stable_and_differ_by_purpose(settings: Settings) -> None:
    one = Vault.open(settings).system_key("fingerprint")
    assert one == Vault.open(settings).system_key("fingerprint")
    assert one != Vault.open(settings).system_key("quarantine")
    assert len(one) == 32


def test_a_key_in_the_environment_is_used_instead_of_the_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCOREHOUSE_MASTER_KEY", base64.b64encode(KEY).decode())
    vault = Vault.open(settings)
    assert not (settings.vault / "master.key").exists()
    assert vault.keys_for(["a"]) == Vault.open(settings).keys_for(["a"])


def test_a_wrong_master_key_is_one_sentence(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    Vault.open(settings)
    wrong = base64.b64encode(KEY).decode()
    monkeypatch.setenv("SCOREHOUSE_MASTER_KEY", wrong)
    with pytest.raises(VaultError, match="does not fit the vault") as caught:
        Vault.open(settings)
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("text", ["too short", "a" * 44, base64.b64encode(bytes(31)).decode(), "密钥"])
def test_what_is_no_key_is_wrong_usage_and_is_not_repeated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("SCOREHOUSE_MASTER_KEY", text)
    with pytest.raises(UsageError, match="SCOREHOUSE_MASTER_KEY is not a key") as caught:
        Vault.open(settings)
    assert text not in str(caught.value)


def test_a_lost_master_key_is_never_replaced_by_a_new_one(settings: Settings) -> None:
    Vault.open(settings).keys_for(["a"])
    (settings.vault / "master.key").unlink()
    with pytest.raises(VaultError, match=r"restore master\.key"):
        Vault.open(settings)
    assert not (settings.vault / "master.key").exists()


def test_a_master_key_that_others_can_read_is_refused(settings: Settings) -> None:
    Vault.open(settings)
    (settings.vault / "master.key").chmod(0o644)
    with pytest.raises(VaultError, match="chmod 600"):
        Vault.open(settings)


def test_a_damaged_vault_is_one_sentence(settings: Settings) -> None:
    Vault.open(settings).keys_for(["a"])
    (settings.vault / "keys.sqlite").write_bytes(os.urandom(4096))
    with pytest.raises(VaultError, match="cannot be used"):
        Vault.open(settings)


def test_a_damaged_data_key_is_one_sentence(settings: Settings) -> None:
    vault = Vault.open(settings)
    key_id = vault.keys_for(["a"])["a"].key_id
    connection = sqlite3.connect(settings.vault / "keys.sqlite")
    connection.execute("update data_keys set wrapped = zeroblob(60)")
    connection.commit()
    connection.close()
    with pytest.raises(VaultError, match="does not open"):
        vault.open_keys([key_id])


def test_many_threads_at_first_use_agree_on_the_keys(settings: Settings) -> None:
    subjects = [f"candidate:c{number}" for number in range(50)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Vault.open(settings).keys_for(subjects), range(8)))
    assert all(answer == answers[0] for answer in answers)
