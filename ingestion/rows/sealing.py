"""Seals what must never stand in clear: texts under the key of their person, the rest under the system's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingestion.contract import Contract
from ingestion.rows.content import column_text
from ingestion.rows.row_shapes import TypedRows
from ingestion.state.raw_layer import TEMPORARY, put_in_place
from ingestion.state.versions import Versions
from warehouse.cipher import NONCE_BYTES, TAG_BYTES, Sealer
from warehouse.vault import DataKey, Vault

# Purposes of the system keys.
UNKNOWN_COLUMNS = "unknown columns"
QUARANTINE = "quarantine"
KEYS = "content hash"
ROWS = "row digests"
_REMEMBERED_KEYS = 100_000
_FILE_CHUNK = 8 * 1024 * 1024


@dataclass(frozen=True)
class RowKeys:
    """The keys of N rows: `keys[place[row]]` under the id `ids[row]`; -1 and null where a row needs none."""

    keys: Sequence[bytes]
    place: npt.NDArray[np.integer[Any]]
    ids: pa.Array


class RowSealer:
    """Seals the rows of a pass; remembers the keys of the persons whom it met last.

    What `keys_for` gives may be used on another thread by `seal`.
    """

    def __init__(self, vault: Vault, versions: Versions) -> None:
        self._vault = vault
        self._versions = versions
        self._keys: dict[str, DataKey] = {}
        self._unknown_columns = vault.system_key(UNKNOWN_COLUMNS)

    def keys_for(self, contract: Contract, table: pa.Table) -> RowKeys | None:
        """The keys of the persons of N rows; those that are missing are made. None when nothing is sealed."""
        if not contract.sealed_columns:
            return None
        person = "candidate_id" if "candidate_id" in table.column_names else "interview_id"
        persons = table[person].combine_chunks().dictionary_encode()
        # A row with nothing to seal needs no key: none is made for its person's sake.
        used = reduce(pc.or_, (pc.is_valid(table[name]) for name in contract.sealed_columns))
        codes = pc.if_else(used, pa.chunked_array([persons.indices]), pa.scalar(None, pa.int32()))
        codes = codes.combine_chunks()
        names = persons.dictionary.to_pylist()
        found = self._keys_of(person, names, set(codes.drop_null().unique().to_pylist()))
        empty = DataKey("", b"")
        keys = [found.get(code, empty).key for code in range(len(names))]
        ids = [found[code].key_id if code in found else None for code in range(len(names))]
        return RowKeys(keys, pc.fill_null(codes, -1).to_numpy(), pa.array(ids, pa.string()).take(codes))

    def seal(self, contract: Contract, rows: TypedRows, keys: RowKeys | None) -> pa.Table:
        """The table with `<column>_sealed` for each sealed column, `_seal_key_id` and `_extra_sealed`.

        `keys` are those that `keys_for` gave for the same rows.
        """
        table = rows.table
        extra: pa.Array = pa.nulls(table.num_rows, pa.binary())
        if any(text is not None for text in rows.extra):
            texts = pa.array(rows.extra, pa.string())
            one_key = np.zeros(table.num_rows, dtype=np.int64)
            extra = seal_texts(texts, _places(contract, table, "_extra"), [self._unknown_columns], one_key)
        if keys is not None:
            table = _seal_columns(contract, table, keys)
        return table.append_column("_extra_sealed", extra)

    def _keys_of(self, person: str, persons: Sequence[str], used: set[int]) -> dict[int, DataKey]:
        """The data keys of the persons that are used, by their place in `persons`."""
        wanted = [persons[code] for code in sorted(used)]
        if person == "candidate_id":
            subjects = {candidate: f"candidate:{candidate}" for candidate in wanted}
        else:
            # The interview's own key serves while nobody knows whose interview it is.
            known = self._versions.candidates_of(wanted) if wanted else {}
            subjects = {
                interview: f"candidate:{known[interview]}" if interview in known else f"interview:{interview}"
                for interview in wanted
            }
        missing = set(subjects.values()) - self._keys.keys()
        if missing:
            if len(self._keys) > _REMEMBERED_KEYS:
                self._keys = {subject: self._keys[subject] for subject in set(subjects.values()) - missing}
            self._keys.update(self._vault.keys_for(sorted(missing)))
        return {code: self._keys[subjects[persons[code]]] for code in used}


def _seal_columns(contract: Contract, table: pa.Table, keys: RowKeys) -> pa.Table:
    for name in contract.sealed_columns:
        texts = table[name].combine_chunks()
        sealed: pa.Array = pa.nulls(table.num_rows, pa.binary())
        if texts.null_count < table.num_rows:
            sealed = seal_texts(texts, _places(contract, table, name), keys.keys, keys.place)
        table = table.drop_columns([name]).append_column(f"{name}_sealed", sealed)
    return table.append_column("_seal_key_id", keys.ids)


def _places(contract: Contract, table: pa.Table, column: str) -> pa.Array:
    """Where each sealed value stands, for its associated data: `<source>|<column>|<row key joined by |>`."""
    parts = [pc.fill_null(column_text(table[name]), "") for name in contract.key]
    return pc.binary_join_element_wise(contract.source, column, *parts, "|")


def seal_texts(
    texts: pa.Array, places: pa.Array, keys: Sequence[bytes], key_of_row: npt.NDArray[np.integer[Any]]
) -> pa.Array:
    """N texts and their places → N sealed values, as `Sealer.seal` makes them; null stays null.

    `keys[key_of_row[row]]` is the key of a row with a text. From Arrow's buffers into one buffer, since every
    answer passes here: a nonce, the ciphertext and the tag behind the value before it.
    """
    count = len(texts)
    present = texts.is_valid().to_numpy(zero_copy_only=False)
    text_ends, place_ends = _offsets(texts), _offsets(places)
    sizes = np.where(present, np.diff(text_ends) + NONCE_BYTES + TAG_BYTES, 0)
    ends = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(sizes, out=ends[1:])
    sealed = np.empty(int(ends[-1]), dtype=np.uint8)
    rows = np.flatnonzero(present)
    nonces = os.urandom(NONCE_BYTES * len(rows))
    starts = ends[:-1][rows]
    sealed[starts[:, None] + np.arange(NONCE_BYTES)] = np.frombuffer(nonces, np.uint8).reshape(
        -1, NONCE_BYTES
    )
    where = (text_ends[:-1], text_ends[1:], place_ends[:-1], place_ends[1:], ends[:-1], ends[1:])
    cuts = zip(key_of_row[rows].tolist(), *(ends_[rows].tolist() for ends_ in where), strict=True)
    clear, place, out = _bytes(texts), _bytes(places), sealed.data
    ciphers: dict[int, AESGCM] = {}
    for code, start, end, place_start, place_end, at, behind in cuts:
        cipher = ciphers.get(code)
        if cipher is None:
            cipher = ciphers[code] = AESGCM(keys[code])
        head = at + NONCE_BYTES
        cipher.encrypt_into(out[at:head], clear[start:end], place[place_start:place_end], out[head:behind])
    if ends[-1] > np.iinfo(np.int32).max:
        raise pa.ArrowCapacityError("a batch holds more than 2 GB of texts")
    mask = None if len(rows) == count else pa.array(present).buffers()[1]
    return pa.Array.from_buffers(
        pa.binary(), count, [mask, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(sealed)]
    )


def _offsets(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Where the N texts begin in their buffer, and where the last one ends."""
    all_ends = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return all_ends[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)


def _bytes(texts: pa.Array) -> memoryview:
    return memoryview(texts.buffers()[2] or b"").cast("B")


def seal_file(source: Path, target: Path, key: bytes, file_id: str) -> None:
    """A sealed copy of a whole file in pieces of 8 MB: each is its length (4 bytes) and its sealed bytes.

    A piece's associated data is `file|<file_id>|<number>`, with `|last` behind the last one, so that pieces
    can neither be moved nor left out.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_name(target.name + TEMPORARY)
    sealer = Sealer(key)
    with source.open("rb") as incoming, temporary.open("wb") as outgoing:
        piece = incoming.read(_FILE_CHUNK)
        number = 0
        while True:
            following = incoming.read(_FILE_CHUNK)
            last = "" if following else "|last"
            sealed = sealer.seal_bytes(piece, f"file|{file_id}|{number}{last}")
            outgoing.write(len(sealed).to_bytes(4, "big") + sealed)
            if last:
                break
            piece, number = following, number + 1
    put_in_place(temporary, target)


def unseal_file(sealed: Path, key: bytes, file_id: str) -> bytes:
    """The content of a file that `seal_file` put away."""
    return b"".join(unsealed_pieces(sealed, key, file_id))


def unsealed_pieces(sealed: Path, key: bytes, file_id: str) -> Iterator[bytes]:
    """The same in pieces of 8 MB; `VaultError` where one is missing or changed."""
    sealer = Sealer(key)
    size, number = sealed.stat().st_size, 0
    with sealed.open("rb") as file:
        while length := file.read(4):
            piece = file.read(int.from_bytes(length, "big"))
            last = "|last" if file.tell() >= size else ""
            yield sealer.unseal_bytes(piece, f"file|{file_id}|{number}{last}")
            number += 1
