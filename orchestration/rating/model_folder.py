"""A model's folder: state, card and a manifest with a checksum of each file; written whole or not at all."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.rating.errors import ModelFolderError
from orchestration.rating.state_files import ARRAYS, STATE, pack, unpack
from scoring_udfs import normalise, rating
from warehouse.errors import UsageError

MANIFEST, CARD_MD, CARD_JSON = "manifest.json", "card.md", "card.json"
# The card of a later fit that came to nothing, beside the model that stays.
REFUSED_MD, REFUSED_JSON = "refused.md", "refused.json"
_FORMAT, _FORMAT_VERSION = "scorehouse rating model", 1
_FILES = (STATE, ARRAYS, CARD_MD, CARD_JSON)
_LIBRARIES = ("scorehouse", "numpy", "scikit-learn", "scipy")
# Counts as today where it is set, so that a fit can be repeated to the byte.
_TODAY_VARIABLE = "SOURCE_DATE_EPOCH"


@dataclass(frozen=True)
class Facts:
    """What a manifest says about a fit: its day (UTC), the hash of its ratings, its seed, its libraries."""

    created_on: str
    data_hash: str
    seed: int
    libraries: dict[str, str]

    @classmethod
    def of(cls, data_hash: str, seed: int) -> Facts:
        """Today, here."""
        libraries = {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}
        return cls(today().isoformat(), data_hash, seed, libraries)


def check_free(folder: Path) -> None:
    """`UsageError` when a model cannot go there: the place holds something that is no model."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder for the model.")
    present = {path.name for path in folder.iterdir()}
    if not present:
        return
    others = sorted(present - {MANIFEST, REFUSED_MD, REFUSED_JSON, *_FILES})
    if others or MANIFEST not in present or _manifest_of(folder) is None:
        what = f" ({others[0]} …)" if others else ""
        raise UsageError(f"{folder} holds something that is no rating model{what}: name another folder.")


def save(folder: Path, state: dict[str, Any] | None, cards: Mapping[str, str], facts: Facts) -> str:
    """Puts a model into its folder; returns the name of the card that people read.

    `cards`: CARD_MD and CARD_JSON. Without a state (nothing was installed) a model that is there already
    stays as it is, and the cards lie beside it as refused.md and refused.json.
    """
    check_free(folder)
    content = {name: text.encode() for name, text in cards.items()}
    if state is None and _holds_model(folder):
        _write(folder / REFUSED_JSON, content[CARD_JSON])
        _write(folder / REFUSED_MD, content[CARD_MD])
        return REFUSED_MD
    content |= {} if state is None else pack(state)
    checksums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(content.items())}
    manifest = {
        "format": _FORMAT,
        "format_version": _FORMAT_VERSION,
        "code": _code_version(),
        **asdict(facts),
        "files": checksums,
    }
    manifest["checksum"] = _checksum(manifest)
    content[MANIFEST] = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
    try:
        _swap_in(folder, content)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}): name another folder.") from error
    return CARD_MD


def load(folder: Path) -> dict[str, Any]:
    """The state of the model; `ModelFolderError` when there is none, or any file is not the one written."""
    files = _checked(folder)
    if STATE not in files:
        raise ModelFolderError(f"{folder} holds only a card: no model was installed, and the card says why.")
    # The same numbers would mean something else to other code, and nobody would notice.
    if (_manifest_of(folder) or {}).get("code") != _code_version():
        raise ModelFolderError(f"The model in {folder} was fitted by another version: fit it again.")
    try:
        return unpack(files)
    except ModelFolderError as error:
        raise ModelFolderError(f"The model in {folder} cannot be used: {error}") from error


def card(folder: Path) -> str:
    """The card as Markdown; errors as for `load`."""
    return _checked(folder)[CARD_MD].decode()


def _checked(folder: Path) -> dict[str, bytes]:
    """Every file that the manifest names, when all are as they were written."""
    if not folder.is_dir():
        raise ModelFolderError(f"There is no rating model at {folder}: run `scorehouse rate fit` first.")
    manifest = _manifest_of(folder)
    if manifest is None:
        raise ModelFolderError(f"{folder} is no rating model: it has no {MANIFEST} of one.")
    if manifest.get("format_version") != _FORMAT_VERSION:
        raise ModelFolderError(f"The model in {folder} was written by another version: fit it again.")
    if manifest.get("checksum") != _checksum(manifest):
        raise ModelFolderError(f"{folder / MANIFEST} was changed after it was written: fit the model again.")
    files = {}
    for name, checksum in manifest["files"].items():
        try:
            # Only names that a model has: a manifest leads nowhere else.
            files[name] = (folder / _FILES[_FILES.index(name)]).read_bytes()
        except (OSError, ValueError):
            raise ModelFolderError(f"{folder / name} cannot be read: fit the model again.") from None
        if hashlib.sha256(files[name]).hexdigest() != checksum:
            raise ModelFolderError(f"{folder / name} was changed after it was written: fit the model again.")
    return files


def _manifest_of(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    is_ours = isinstance(manifest, dict) and manifest.get("format") == _FORMAT
    return manifest if is_ours and isinstance(manifest.get("files"), dict) else None


def _holds_model(folder: Path) -> bool:
    manifest = _manifest_of(folder)
    return manifest is not None and STATE in manifest["files"]


def _checksum(manifest: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in manifest.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


@cache
def _code_version() -> str:
    """`c-` and 8 hex characters over what the code of the model does, whatever its comments say."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for source in [*sorted(Path(rating.__path__[0]).glob("*.py")), Path(normalise.__file__)]:
        digest.update(ast.dump(ast.parse(source.read_bytes())).encode())
    return f"c-{digest.hexdigest()[:8]}"


def _swap_in(folder: Path, content: Mapping[str, bytes]) -> None:
    """Writes a folder beside, then renames; the old one goes when the new one stands."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
    old = fresh.with_suffix(".old")
    try:
        for name, data in content.items():
            _write(fresh / name, data)
        if folder.exists():
            folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    """On disk, under a temporary name first."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def today() -> dt.date:
    given = os.environ.get(_TODAY_VARIABLE, "")
    now = dt.datetime.fromtimestamp(int(given), dt.UTC) if given.isdigit() else dt.datetime.now(dt.UTC)
    return now.date()
