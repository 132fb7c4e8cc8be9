"""Keyed digests of whole rows, many rows at a time: 128 bits that nobody can make without the key.

A protected counter sum (D. J. Bernstein, "How to stretch random functions", Journal of Cryptology 12, 1999):
every cell is cut into words of 8 bytes; each word, together with its place in the cell and the cell's length,
is one block under AES with the key of its column; the blocks of a row are added up (XOR), and the sum goes
through AES under a key of its own. Two rows that differ in any word differ in a sum that is random to whoever
does not know the keys, and the last step hides the sum. Absent cells add nothing, so a contract that gains a
column changes no digest; the order of columns does not matter.

AES works on all blocks of a column in one call: a row costs a tenth of what a digest of its own would.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

DIGEST_BYTES = 16
_WORD = 8
# So many rows at a time stay in a core's cache; fewer where texts are long on average.
_ROWS = 16_384
_ROWS_OF_LONG_TEXT = 2_048
_LONG_ON_AVERAGE = 40
# A longer cell goes through an ordinary keyed digest, which is quicker there.
_LONGEST = 2_000
_NO_LENGTH = np.uint64(0xFFFF_FFFF << 32)
_KEPT_BITS = np.array([(1 << 8 * kept) - 1 for kept in range(_WORD + 1)], dtype=np.uint64)
_HEX = np.frombuffer(bytes(range(256)).hex().encode(), dtype=np.uint16)

Words = npt.NDArray[np.uint64]


class RowDigester:
    """Makes the digests of rows under one key; threads may share it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def digests(self, table: pa.Table, delivered: str | None = None) -> pa.Array:
        """N rows → N digests in hex over the names and values that are not null.

        `delivered` names the columns that partial rows bring: they never say the same as whole rows.
        """
        count = table.num_rows
        sums: Words = np.zeros((count, 2), dtype=np.uint64)
        for name in table.column_names:
            self._add(sums, table[name], f"column {name}")
        if delivered is not None:
            one: Words = np.zeros((1, 2), dtype=np.uint64)
            self._add(one, pa.chunked_array([pa.array([delivered])]), "partial")
            sums ^= one
        encrypted = _encrypt(self._cipher("row"), sums)
        return _in_hex(encrypted)

    def texts(self, texts: pa.Array, purpose: str) -> pa.Array:
        """N texts → N digests in hex, e.g. of row keys; null stays null."""
        sums: Words = np.zeros((len(texts), 2), dtype=np.uint64)
        self._add(sums, pa.chunked_array([texts]), f"text {purpose}")
        digests = _in_hex(_encrypt(self._cipher("row"), sums))
        return (
            pc.if_else(pc.is_valid(texts), digests, pa.scalar(None, pa.string()))
            if texts.null_count
            else digests
        )

    def _subkey(self, purpose: str) -> bytes:
        return hashlib.blake2b(purpose.encode(), key=self._key, digest_size=32).digest()

    def _cipher(self, purpose: str) -> CipherContext:
        # Single blocks through a keyed permutation: nothing is encrypted to be read again.
        return Cipher(algorithms.AES(self._subkey(purpose)), modes.ECB()).encryptor()

    def _add(self, sums: Words, column: pa.ChunkedArray, purpose: str) -> None:
        """Adds what a column says to the sums of its rows."""
        start = 0
        for array in column.chunks:
            if array.null_count < len(array):
                part = sums[start : start + len(array)]
                values = _words_or_text(array)
                cipher = self._cipher(purpose)
                if isinstance(values, np.ndarray):
                    _add_words(part, values, array, cipher)
                else:
                    _add_texts(part, values, cipher, self._subkey(f"long {purpose}"))
            start += len(array)


def _words_or_text(array: pa.Array) -> Words | pa.Array:
    """Values of fixed size as words of 64 bits; everything else as texts."""
    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return array
    if pa.types.is_list(kind):
        items = array.to_pylist()
        return pa.array(
            [None if item is None else json.dumps(item, ensure_ascii=False) for item in items], pa.string()
        )
    if pa.types.is_floating(kind):
        # Plus zero, so that minus zero is zero.
        numbers = pc.fill_null(array.cast(pa.float64()), 0.0).to_numpy() + 0.0
        return numbers.view(np.uint64)
    if pa.types.is_date32(kind):
        array = array.cast(pa.int32())
    whole: Words = pc.fill_null(array.cast(pa.int64()), 0).to_numpy().view(np.uint64)
    return whole


def _add_words(sums: Words, words: Words, array: pa.Array, cipher: CipherContext) -> None:
    present = array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else None
    for start in range(0, len(words), _ROWS):
        rows = slice(start, start + _ROWS)
        blocks = np.empty((len(words[rows]), 2), dtype=np.uint64)
        blocks[:, 0] = _NO_LENGTH
        blocks[:, 1] = words[rows]
        encrypted = _encrypt(cipher, blocks)
        if present is not None:
            encrypted = encrypted * present[rows, None]
        sums[rows] ^= encrypted


def _add_texts(sums: Words, texts: pa.Array, cipher: CipherContext, long_key: bytes) -> None:
    count = len(texts)
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + count + 1]
    data = texts.buffers()[2]
    size = int(offsets[-1] - offsets[0])
    content = np.zeros(size // _WORD + 2, dtype=np.uint64)
    if size:
        content.view(np.uint8)[:size] = np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]
    starts = (offsets[:-1] - offsets[0]).astype(np.int64)
    lengths = np.diff(offsets).astype(np.int64)
    if texts.null_count:
        # Fewer than no bytes: such a row adds no word.
        lengths[texts.is_null().to_numpy(zero_copy_only=False)] = -1
    for row in np.flatnonzero(lengths > _LONGEST).tolist():
        text = content.view(np.uint8)[starts[row] : starts[row] + lengths[row]].tobytes()
        digest = hashlib.blake2b(text, key=long_key, digest_size=DIGEST_BYTES).digest()
        sums[row] ^= np.frombuffer(digest, dtype=np.uint64)
        lengths[row] = -1
    is_long = size > _LONG_ON_AVERAGE * count
    step, add = (_ROWS_OF_LONG_TEXT, _add_all_words) if is_long else (_ROWS, _add_word_by_word)
    for start in range(0, count, step):
        rows = slice(start, start + step)
        add(sums[rows], content, starts[rows], lengths[rows], cipher)


def _add_word_by_word(
    sums: Words,
    content: Words,
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    cipher: CipherContext,
) -> None:
    """Word after word, for the rows that have one there; an empty text has one word of nothing."""
    rows = None
    if lengths.min(initial=0) < 0:
        rows = np.flatnonzero(lengths >= 0)
        starts, lengths = starts[rows], lengths[rows]
    marks = lengths.astype(np.uint64) << np.uint64(32)
    place = 0
    while len(starts):
        blocks = np.empty((len(starts), 2), dtype=np.uint64)
        np.bitwise_or(marks, np.uint64(place), out=blocks[:, 0])
        rest = lengths - place * _WORD
        words = _words_at(content, starts + place * _WORD)
        np.bitwise_and(words, _KEPT_BITS[np.minimum(rest, _WORD)], out=blocks[:, 1])
        encrypted = _encrypt(cipher, blocks)
        if rows is None:
            sums ^= encrypted
        else:
            sums[rows] ^= encrypted
        place += 1
        goes_on = rest > _WORD
        if not goes_on.all():
            still = np.flatnonzero(goes_on)
            rows = still if rows is None else rows[still]
            starts, lengths, marks = starts[still], lengths[still], marks[still]


def _add_all_words(
    sums: Words,
    content: Words,
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    cipher: CipherContext,
) -> None:
    """The same sums, made from all words of all rows at once."""
    rows = np.flatnonzero(lengths >= 0)
    if not len(rows):
        return
    starts, lengths = starts[rows], lengths[rows]
    counts = np.maximum((lengths + _WORD - 1) // _WORD, 1)
    first = np.cumsum(counts) - counts
    places = np.arange(int(counts.sum()))
    words = _words_at(content, np.repeat(starts - _WORD * first, counts) + _WORD * places)
    words[first + counts - 1] &= _KEPT_BITS[lengths - _WORD * (counts - 1)]
    blocks = np.empty((len(places), 2), dtype=np.uint64)
    blocks[:, 0] = np.repeat((lengths << 32) - first, counts) + places
    blocks[:, 1] = words
    encrypted = _encrypt(cipher, blocks)
    for half in (0, 1):
        sums[rows, half] ^= np.bitwise_xor.reduceat(encrypted[:, half], first)


def _words_at(content: Words, places: npt.NDArray[np.int64]) -> Words:
    """The 8 bytes from each place on, which need not be a multiple of 8."""
    first = places >> 3
    shift = ((places & 7) << 3).astype(np.uint64)
    low = content.take(first) >> shift
    # In two steps, since a shift by 64 bits is none.
    high = (content.take(first + 1) << np.uint64(1)) << (np.uint64(63) - shift)
    words: Words = low | high
    return words


def _encrypt(cipher: CipherContext, blocks: Words) -> Words:
    return np.frombuffer(cipher.update(blocks.reshape(-1).view(np.uint8).data), dtype=np.uint64).reshape(
        -1, 2
    )


def _in_hex(digests: Words) -> pa.Array:
    count = len(digests)
    width = 2 * DIGEST_BYTES
    ends = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    text = _HEX.take(digests.reshape(-1).view(np.uint8))
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(text))
