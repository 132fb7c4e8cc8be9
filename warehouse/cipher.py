"""Sealing: AES-256-GCM of texts and bytes, each bound to the place where it stands.

A sealed value is `nonce (12 bytes) || ciphertext || tag (16 bytes)`; its associated data says where it stands
(source, column, row), so that a value moved elsewhere does not open.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from warehouse.errors import VaultError

NONCE_BYTES = 12
TAG_BYTES = 16
_DOES_NOT_OPEN = "A sealed value does not open: it was changed or moved, or it belongs to another key."


class SealError(VaultError):
    """A sealed value was changed, was moved to another row, or belongs to another key."""


class Sealer:
    """Seals and opens texts under one key; cheaper than the functions when a key is used again and again.

    Not for pickling: a worker makes its own from the key's bytes.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, text: str, aad: str) -> bytes:
        """`text` encrypted; lone surrogates survive the round trip."""
        return self.seal_bytes(text.encode("utf-8", "surrogatepass"), aad)

    def unseal(self, sealed: bytes, aad: str) -> str:
        """The text again; `SealError` when key, place or bytes differ from those of the sealing."""
        return self.unseal_bytes(sealed, aad).decode("utf-8", "surrogatepass")

    def seal_bytes(self, content: bytes, aad: str) -> bytes:
        """Any bytes, e.g. a whole file that could not be read."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, aad.encode())

    def unseal_bytes(self, sealed: bytes, aad: str) -> bytes:
        """The bytes again; `SealError` as for `unseal`."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad.encode())
        except (InvalidTag, ValueError):
            # The cause is left out on purpose: a traceback must never carry a key or a text.
            raise SealError(_DOES_NOT_OPEN) from None


def seal(key: bytes, text: str, aad: str) -> bytes:
    """`text` sealed under `key` (32 bytes) for the place `aad`."""
    return Sealer(key).seal(text, aad)


def unseal(key: bytes, sealed: bytes, aad: str) -> str:
    """The text of `sealed`; `SealError` when key, place or bytes differ."""
    return Sealer(key).unseal(sealed, aad)


def unseal_texts(
    sealed: pa.Array, places: pa.Array, ciphers: Sequence[AESGCM | None], cipher_of_row: Sequence[int]
) -> pa.Array:
    """N sealed values and their places → N texts in UTF-8 as large_binary; null stays null.

    `ciphers[cipher_of_row[row]]` opens a row; a row whose cipher is None (its key was erased) becomes null.
    Lone surrogates are three bytes, as `Sealer.seal` wrote them. Raises `SealError`.
    """
    rows = zip(sealed.to_pylist(), places.cast(pa.binary()).to_pylist(), cipher_of_row, strict=True)
    texts: list[bytes | None] = []
    try:
        for value, place, number in rows:
            cipher = ciphers[number]
            if value is None or cipher is None:
                texts.append(None)
            else:
                texts.append(cipher.decrypt(value[:NONCE_BYTES], value[NONCE_BYTES:], place))
    except (InvalidTag, ValueError):
        raise SealError(_DOES_NOT_OPEN) from None
    return pa.array(texts, pa.large_binary())
