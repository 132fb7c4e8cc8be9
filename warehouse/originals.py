"""The files of landing after they were taken in: sealed whole, under a key of their own, for some days.

`archive/originals/<id>.sealed`: the id is that of the content. Nobody needs them again but to look something
up; who is erased takes every original along that holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from warehouse.errors import VaultError
from warehouse.sealed_files import seal_file, unsealed_pieces
from warehouse.settings import Settings
from warehouse.vault import Vault

_SUFFIX = ".sealed"


def folder_of(settings: Settings) -> Path:
    """Where the originals are."""
    return settings.archive / "originals"


def put_away(settings: Settings, path: Path, file_id: str) -> None:
    """A sealed copy of a file under a key of its own; the file itself stays."""
    subject = _subject(file_id)
    key = Vault.open(settings).keys_for([subject])[subject].key
    seal_file(path, folder_of(settings) / f"{file_id}{_SUFFIX}", key, file_id)


def content_of(settings: Settings, file_id: str) -> Iterator[bytes]:
    """The content of an original, piece by piece; `VaultError` when it is gone or damaged."""
    subject = _subject(file_id)
    key = Vault.open(settings).known_keys([subject]).get(subject)
    path = folder_of(settings) / f"{file_id}{_SUFFIX}"
    if key is None or not path.is_file():
        raise VaultError(f"The original {file_id} is gone: its time was over, or somebody in it was erased.")
    return unsealed_pieces(path, key.key, file_id)


def originals(settings: Settings) -> list[Path]:
    """All that are kept."""
    return sorted(folder_of(settings).glob(f"[!.]*{_SUFFIX}"))


def destroy(settings: Settings, paths: list[Path]) -> int:
    """Destroys the keys, then the files; how many."""
    Vault.open(settings).erase(_subject(path.stem) for path in paths)
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _subject(file_id: str) -> str:
    return f"file:{file_id}"
