"""Seals texts one by one, from one buffer into another; as a program, in a process of its own.

Python seals no two texts at a time in one process: a big file's are sealed in several. The program shares
memory with whoever started it, which no disk ever sees, and imports next to nothing, so that it is there at
once. It reads requests from its standard input, a HEADER each, and answers with one byte, until that ends.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# How much memory is shared, how many texts there are, how many bytes of keys, of texts and of places, and how
# many a nonce and a tag have. The memory holds as 64-bit numbers the key of each text, where each text ends
# and where each place ends; then keys, texts, places, and room for what is sealed.
HEADER = struct.Struct("=7q")
KEY_BYTES = 32
NUMBER_BYTES = 8
DONE = b"."


def seal_all(
    key_of_text: Sequence[int],
    text_ends: Sequence[int],
    place_ends: Sequence[int],
    keys: memoryview,
    texts: memoryview,
    places: memoryview,
    sealed: memoryview,
    nonce_bytes: int,
    tag_bytes: int,
) -> None:
    """N texts and their places → `sealed`: nonce, ciphertext and tag of each behind those of the one before.

    Texts and places begin where the ones before them end; key k is the k-th part of KEY_BYTES of `keys`.
    """
    nonces = os.urandom(nonce_bytes * len(text_ends))
    ciphers: dict[int, AESGCM] = {}
    start = place_start = at = nonce_at = 0
    for code, end, place_end in zip(key_of_text, text_ends, place_ends, strict=True):
        cipher = ciphers.get(code)
        if cipher is None:
            cipher = ciphers[code] = AESGCM(keys[code * KEY_BYTES : (code + 1) * KEY_BYTES])
        nonce = nonces[nonce_at : nonce_at + nonce_bytes]
        head = at + nonce_bytes
        behind = head + end - start + tag_bytes
        sealed[at:head] = nonce
        cipher.encrypt_into(nonce, texts[start:end], places[place_start:place_end], sealed[head:behind])
        start, place_start, at, nonce_at = end, place_end, behind, nonce_at + nonce_bytes


def parts_of(memory: memoryview, sizes: Sequence[int]) -> list[memoryview]:
    """The shared memory cut into parts of these sizes."""
    parts = []
    for size in sizes:
        parts.append(memory[:size])
        memory = memory[size:]
    return parts


def sizes_of(count: int, *contents: int) -> tuple[int, ...]:
    """The sizes of the parts: three numbers a text, then the contents."""
    return (*[count * NUMBER_BYTES] * 3, *contents)


def main(shared: int) -> None:
    """Answers until the input ends; `shared` is the descriptor of the shared memory."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    memory: mmap.mmap | None = None
    while len(header := requests.read(HEADER.size)) == HEADER.size:
        size, count, key_bytes, text_bytes, place_bytes, nonce_bytes, tag_bytes = HEADER.unpack(header)
        if memory is None or len(memory) != size:
            memory = mmap.mmap(shared, size)
        sealed_bytes = text_bytes + count * (nonce_bytes + tag_bytes)
        sizes = sizes_of(count, key_bytes, text_bytes, place_bytes, sealed_bytes)
        parts = parts_of(memoryview(memory), sizes)
        key_of_text, text_ends, place_ends = (part.cast("q").tolist() for part in parts[:3])
        keys, texts, places, sealed = parts[3:]
        seal_all(key_of_text, text_ends, place_ends, keys, texts, places, sealed, nonce_bytes, tag_bytes)
        answers.write(DONE)
        answers.flush()


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(1)  # Whoever asked is gone.
