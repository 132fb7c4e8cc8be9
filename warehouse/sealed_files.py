"""Whole files sealed piece by piece, so that none of any size has to be held in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from warehouse.cipher import Sealer

_PIECE = 8 * 1024 * 1024
_LENGTH_BYTES = 4


def seal_file(source: Path, target: Path, key: bytes, file_id: str) -> None:
    """A sealed copy of a whole file in pieces of 8 MB: each is its length (4 bytes) and its sealed bytes.

    A piece's associated data is `file|<file_id>|<number>`, with `|last` behind the last one, so that pieces
    can neither be moved nor left out.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_name(target.name + ".tmp")
    sealer = Sealer(key)
    with source.open("rb") as incoming, temporary.open("wb") as outgoing:
        piece = incoming.read(_PIECE)
        number = 0
        while True:
            following = incoming.read(_PIECE)
            last = "" if following else "|last"
            sealed = sealer.seal_bytes(piece, f"file|{file_id}|{number}{last}")
            outgoing.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
            if last:
                break
            piece, number = following, number + 1
        outgoing.flush()
        os.fsync(outgoing.fileno())
    temporary.replace(target)


def unsealed_pieces(sealed: Path, key: bytes, file_id: str) -> Iterator[bytes]:
    """The content of a file that `seal_file` put away, 8 MB at a time; `VaultError` where one is damaged."""
    sealer = Sealer(key)
    size, number = sealed.stat().st_size, 0
    with sealed.open("rb") as file:
        while length := file.read(_LENGTH_BYTES):
            piece = file.read(int.from_bytes(length, "big"))
            last = "|last" if file.tell() >= size else ""
            yield sealer.unseal_bytes(piece, f"file|{file_id}|{number}{last}")
            number += 1
