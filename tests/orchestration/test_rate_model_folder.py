"""A model's folder is written whole, holds data only, and is refused when anything in it was changed."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from orchestration.rating import model_folder
from orchestration.rating.errors import ModelFolderError
from orchestration.rating.model_folder import (
    CARD_JSON,
    CARD_MD,
    MANIFEST,
    REFUSED_MD,
    Facts,
    card,
    check_free,
    load,
    save,
)
from orchestration.rating.state_files import ARRAYS, STATE, pack, unpack
from scoring_udfs.rating.scale import Scale
from warehouse.errors import UsageError

CARDS = {CARD_MD: "# 卡 card\n", CARD_JSON: "{}\n"}
FACTS = Facts("2026-01-02", "d-0123456789abcdef", 7, {"numpy": "2"})
STATE_OF_ALL_KINDS: dict[str, Any] = {
    "version": 1,
    "exact": 0.1 + 0.2,
    "nothing": None,
    "endless": float("inf"),
    "yes": True,
    "words": ["题", "q"],
    "pair": (1, (2.5,)),
    "$": {"$": "a question may be called $"},
    "scale": Scale(0.0, 10.0, 0.5),
    "weights": np.array([[0.1, -2.0]], dtype=np.float32),
    "hashes": np.array([2**63 + 1], dtype=np.uint64),
    "mask": np.array([True, False]),
    "number": np.float64(1.5),
}


def test_a_state_comes_back_as_it_was() -> None:
    back = unpack(pack(STATE_OF_ALL_KINDS))
    for name in ("weights", "hashes", "mask"):
        original, again = STATE_OF_ALL_KINDS[name], back[name]
        assert original.dtype == again.dtype and np.array_equal(original, again)
    rest = {name: value for name, value in back.items() if not isinstance(value, np.ndarray)}
    assert rest == {name: value for name, value in STATE_OF_ALL_KINDS.items() if name in rest}
    assert list(back) == list(STATE_OF_ALL_KINDS)


def test_nan_comes_back_as_nan() -> None:
    assert np.isnan(unpack(pack({"x": float("nan")}))["x"])


def test_the_same_state_gives_the_same_bytes() -> None:
    assert pack(STATE_OF_ALL_KINDS) == pack(dict(STATE_OF_ALL_KINDS))


@dataclass(frozen=True)
class Foreign:
    value: int


@pytest.mark.parametrize("value", [object(), {1: 2}, Foreign(1), np.array([object()]), np.array(["text"])])
def test_what_is_no_plain_data_is_not_saved(value: object) -> None:
    with pytest.raises(ModelFolderError):
        pack({"x": value})


def with_state(text: str) -> dict[str, bytes]:
    return pack({}) | {STATE: text.encode()}


@pytest.mark.parametrize(
    "text",
    [
        '{"$": "dataclass", "name": "subprocess.Popen", "fields": {"args": "true"}}',
        '{"$": "dataclass", "name": "..os.system", "fields": {"command": "true"}}',
        '{"$": "dataclass", "name": "model.Path", "fields": {}}',
        '{"$": "dataclass", "name": "scale.scale_of", "fields": {"ratings": 1}}',
        '{"$": "dataclass", "name": "scale.Scale", "fields": {"unknown": 1}}',
        '{"$": "array", "name": "a99"}',
        '{"$": "estimator", "file": "x"}',
        "[1]",
        "not JSON",
    ],
)
def test_a_state_names_nothing_but_the_dataclasses_of_the_model(text: str) -> None:
    with pytest.raises(ModelFolderError):
        unpack(with_state(text))


def test_a_dataclass_of_other_code_is_not_made_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring_udfs.rating.scale.Foreign", Foreign, raising=False)
    with pytest.raises(ModelFolderError):
        unpack(with_state('{"x": {"$": "dataclass", "name": "scale.Foreign", "fields": {"value": 1}}}'))


class Trap:
    sprung = False

    def __reduce__(self) -> tuple[Any, ...]:
        return setattr, (Trap, "sprung", True)


def as_array_file(content: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([content], dtype=object), allow_pickle=True)
    return buffer.getvalue()


@pytest.mark.parametrize("content", [pickle.dumps(Trap()), as_array_file(Trap())])
def test_a_pickle_among_the_arrays_is_not_opened(content: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a0.npy", content)
    files = {STATE: b'{"x": {"$": "array", "name": "a0"}}', ARRAYS: buffer.getvalue()}
    with pytest.raises(ModelFolderError):
        unpack(files)
    assert not Trap.sprung


def saved(tmp_path: Path, state: dict[str, Any] | None = None) -> Path:
    folder = tmp_path / "models" / "model"
    save(folder, {"version": 1, "x": np.arange(3)} if state is None else state, CARDS, FACTS)
    return folder


def test_a_model_is_found_again_with_its_card(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    assert load(folder)["x"].tolist() == [0, 1, 2]
    assert card(folder) == CARDS[CARD_MD]
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["data_hash"] == FACTS.data_hash
    assert set(manifest["files"]) == {path.name for path in folder.iterdir()} - {MANIFEST}
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_two_fits_of_the_same_day_write_the_same_bytes(tmp_path: Path) -> None:
    one, other = saved(tmp_path / "one"), saved(tmp_path / "other")
    for path in one.iterdir():
        assert path.read_bytes() == (other / path.name).read_bytes()


@pytest.mark.parametrize("name", [STATE, ARRAYS, CARD_MD, CARD_JSON, MANIFEST])
def test_a_changed_file_is_refused_by_name(name: str, tmp_path: Path) -> None:
    folder = saved(tmp_path)
    content = bytearray((folder / name).read_bytes())
    place = content.index(b"7") if name == MANIFEST else len(content) // 2
    content[place] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelFolderError) as refusal:
        load(folder)
    assert name in str(refusal.value)
    assert str(refusal.value).count(".\n") == 0


@pytest.mark.parametrize("name", [STATE, ARRAYS, CARD_MD, MANIFEST])
def test_a_missing_file_is_refused(name: str, tmp_path: Path) -> None:
    folder = saved(tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelFolderError):
        load(folder)


def test_a_manifest_leads_to_no_file_outside_even_with_a_right_checksum(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    (tmp_path / "secret").write_text("secret")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["../../secret"] = manifest["files"].pop(CARD_MD)
    manifest["checksum"] = model_folder._checksum(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelFolderError, match="cannot be read"):
        load(folder)


def test_a_model_of_another_format_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = saved(tmp_path)
    monkeypatch.setattr(model_folder, "_FORMAT_VERSION", 2)
    with pytest.raises(ModelFolderError, match="another version"):
        load(folder)


def test_a_model_that_other_code_fitted_is_refused_but_its_card_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = saved(tmp_path)
    monkeypatch.setattr(model_folder, "_code_version", lambda: "c-other")
    with pytest.raises(ModelFolderError, match="another version"):
        load(folder)
    assert card(folder) == CARDS[CARD_MD]


def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="rate fit"):
        load(tmp_path / "absent")
    with pytest.raises(ModelFolderError, match="no rating model"):
        load(tmp_path)


def test_a_new_fit_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    saved(tmp_path, {"version": 2})
    assert load(folder) == {"version": 2}
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_write_that_fails_leaves_the_old_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = saved(tmp_path)
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.suffix == ".tmp":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(UsageError, match="No space left"):
        saved(tmp_path, {"version": 2})
    assert load(folder)["version"] == 1
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_folder_with_anything_else_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"thesis\.txt"):
        check_free(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        check_free(tmp_path / "thesis.txt")
    folder = saved(tmp_path)
    check_free(folder)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        saved(tmp_path, {"version": 2})
    assert (folder / "notes.txt").read_text() == "mine"


def test_an_empty_folder_is_free(tmp_path: Path) -> None:
    (tmp_path / "models" / "model").mkdir(parents=True)
    assert load(saved(tmp_path))["version"] == 1


def test_a_fit_that_came_to_nothing_leaves_its_card_and_the_model_before_it(tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    assert save(folder, None, CARDS, FACTS) == CARD_MD
    assert card(folder) == CARDS[CARD_MD]
    with pytest.raises(ModelFolderError, match="only a card"):
        load(folder)
    good = saved(tmp_path)
    assert save(good, None, {CARD_MD: "refused\n", CARD_JSON: "{}\n"}, FACTS) == REFUSED_MD
    assert load(good)["version"] == 1
    assert card(good) == CARDS[CARD_MD]
    assert (good / REFUSED_MD).read_text() == "refused\n"
    saved(tmp_path, {"version": 3})
    assert not (good / REFUSED_MD).exists()


def test_the_day_may_be_given_so_that_a_fit_can_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert Facts.of("d-", 0).created_on == "1970-01-02"
