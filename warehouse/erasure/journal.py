"""Erasures that have begun: noted before anything is changed, and forgotten when everything is done.

A note holds the person, and so it is sealed; it is the only place where the ids still stand while the rest is
cleared. Whoever finds one carries the erasure out, however often it was begun.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from warehouse.cipher import Sealer
from warehouse.erasure.change import Change
from warehouse.erasure.person import Person
from warehouse.receipts import Receipt
from warehouse.settings import Settings
from warehouse.vault import Vault

_PURPOSE = "erasures begun"
_SALT_BYTES = 32


@dataclass(frozen=True)
class Begun:
    """One erasure: whose, under which receipt, and the salt of the pseudonyms."""

    receipt: Receipt
    person: Person
    removes: bool
    salt: bytes = field(repr=False)

    @property
    def change(self) -> Change:
        """What it does to the rows."""
        return Change(self.person, self.salt, removes=self.removes)


def begin(settings: Settings, receipt: Receipt, person: Person, *, removes: bool) -> Begun:
    """Notes an erasure, durably."""
    begun = Begun(receipt, person, removes, secrets.token_bytes(_SALT_BYTES))
    content = json.dumps(
        {
            "receipt": {**asdict(receipt), "requested_at": receipt.requested_at.isoformat()},
            "ids": {kind: list(ids) for kind, ids in person.ids.items()},
            "told": list(person.told),
            "removes": removes,
            "salt": base64.b64encode(begun.salt).decode(),
        },
        ensure_ascii=False,
    )
    path = _folder(settings) / f"{receipt.receipt_id}.sealed"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(_sealer(settings).seal(content, path.stem))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return begun


def all_begun(settings: Settings) -> list[Begun]:
    """Those that are not done, in the order in which they were begun."""
    paths = sorted(_folder(settings).glob("[!.]*.sealed"))
    if not paths:
        return []
    sealer = _sealer(settings)
    return [_read(sealer.unseal(path.read_bytes(), path.stem)) for path in paths]


def forget(settings: Settings, begun: Begun) -> None:
    """Everything is done."""
    (_folder(settings) / f"{begun.receipt.receipt_id}.sealed").unlink(missing_ok=True)


def _read(content: str) -> Begun:
    told = json.loads(content)
    said = told["receipt"]
    receipt = Receipt(**{**said, "requested_at": dt.datetime.fromisoformat(said["requested_at"])})
    person = Person({kind: tuple(ids) for kind, ids in told["ids"].items()}, tuple(told["told"]))
    return Begun(receipt, person, told["removes"], base64.b64decode(told["salt"]))


def _folder(settings: Settings) -> Path:
    return settings.privacy / "begun"


def _sealer(settings: Settings) -> Sealer:
    return Sealer(Vault.open(settings).system_key(_PURPOSE))
