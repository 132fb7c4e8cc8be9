"""Who was erased, as hashes that tell nothing without the key: no later export brings them back.

`privacy/tombstones.json` holds keyed hashes of ids, by kind. Ingestion asks it for every row; a person comes
back only when somebody lifts the tombstone on a new consent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ScorehouseError
from warehouse.settings import Settings
from warehouse.vault import Vault

PURPOSE = "tombstones"
_DIGITS = 32


@dataclass(frozen=True)
class Tombstones:
    """The hashes, and the key by which an id is looked up."""

    key: bytes
    known: Mapping[str, Mapping[str, str]]

    def __bool__(self) -> bool:
        return bool(self.known)

    def digest(self, kind: str, id_: str) -> str:
        """The keyed hash of an id."""
        content = f"{kind}|{id_}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, content, hashlib.sha256).hexdigest()[:_DIGITS]

    def erased_at(self, kind: str, id_: str) -> dt.datetime | None:
        """When whoever or whatever has this id was erased; None when it was not."""
        entry = self.known.get(self.digest(kind, id_))
        return None if entry is None else dt.datetime.fromisoformat(entry["at"])

    def receipt_of(self, kind: str, id_: str) -> str | None:
        """The receipt of that erasure."""
        entry = self.known.get(self.digest(kind, id_))
        return None if entry is None else entry.get("receipt")


def read_tombstones(settings: Settings) -> Tombstones:
    """Those of now."""
    known = _read(_path(settings))
    key = Vault.open(settings).system_key(PURPOSE) if known else b""
    return Tombstones(key, known)


def add_tombstones(
    settings: Settings, ids: Mapping[str, Iterable[str]], at: dt.datetime, receipt: str
) -> Tombstones:
    """Adds ids by kind; those that are there keep their day."""
    key = Vault.open(settings).system_key(PURPOSE)
    known = dict(_read(_path(settings)))
    made = Tombstones(key, known)
    for kind, values in ids.items():
        for id_ in values:
            known.setdefault(made.digest(kind, id_), {"kind": kind, "at": at.isoformat(), "receipt": receipt})
    _write(_path(settings), known)
    return made


def lift_tombstones(settings: Settings, ids: Mapping[str, Iterable[str]]) -> int:
    """Takes ids off again, since the person newly consented: how many there were."""
    stones = read_tombstones(settings)
    known = dict(stones.known)
    gone = [known.pop(stones.digest(kind, id_), None) for kind, values in ids.items() for id_ in values]
    _write(_path(settings), known)
    return sum(entry is not None for entry in gone)


def _path(settings: Settings) -> Path:
    return settings.privacy / "tombstones.json"


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise ScorehouseError(
            f"{path} is damaged: restore it from a backup, or else erased people would come back."
        ) from None


def _write(path: Path, known: Mapping[str, Mapping[str, str]]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(known, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
