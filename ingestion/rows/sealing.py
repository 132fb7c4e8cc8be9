"""Seals what must never stand in clear: texts under the key of their person, the rest under the system's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import Contract
from ingestion.rows.content import column_text, one_chunk
from ingestion.rows.row_shapes import TypedRows
from ingestion.rows.sealing_helpers import Clear, SealingHelpers
from ingestion.state.raw_layer import TEMPORARY, put_in_place
from ingestion.state.versions import Versions
from warehouse.cipher import NONCE_BYTES, TAG_BYTES, Sealer
from warehouse.vault import DataKey, Vault

# Purposes of the system keys.
UNKNOWN_COLUMNS = "unknown columns"
QUARANTINE = "quarantine"
KEYS = "content hash"
ROWS = "row digests"
# The column that says whose a row is → the kind of the person, as the names of the data keys begin.
_KINDS = {"candidate_id": "candidate", "employee_id": "employee"}
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

    What `keys_for` gives may be used on another thread by `seal`. The rows of a big file are sealed in other
    processes, which `close` ends.
    """

    def __init__(self, vault: Vault, versions: Versions) -> None:
        self._vault = vault
        self._versions = versions
        self._keys: dict[str, DataKey] = {}
        self._unknown_columns = vault.system_key(UNKNOWN_COLUMNS)
        self._helpers = SealingHelpers()

    def keys_for(self, contract: Contract, table: pa.Table) -> RowKeys | None:
        """The keys of the persons of N rows; those that are missing are made. None when nothing is sealed."""
        if not contract.sealed_columns:
            return None
        # A row with nothing to seal needs no key: none is made for its person's sake.
        used = reduce(pc.or_, (pc.is_valid(table[name]) for name in contract.sealed_columns))
        if not pc.any(used).as_py():
            nobody = np.full(table.num_rows, -1, dtype=np.int32)
            return RowKeys((), nobody, pa.nulls(table.num_rows, pa.string()))
        person = _person_column(contract)
        persons = one_chunk(table[person]).dictionary_encode()
        codes = pc.if_else(used, pa.chunked_array([persons.indices]), pa.scalar(None, pa.int32()))
        codes = codes.combine_chunks()
        names = persons.dictionary.to_pylist()
        found = self._keys_of(person, names, set(codes.drop_null().unique().to_pylist()))
        places = np.full(len(names), -1, dtype=np.int32)
        places[list(found)] = np.arange(len(found))
        place_of = pa.array(places).take(codes)
        ids = pa.array([key.key_id for key in found.values()], pa.string()).take(place_of)
        return RowKeys([key.key for key in found.values()], pc.fill_null(place_of, -1).to_numpy(), ids)

    def begin(self, contract: Contract, rows: TypedRows, keys: RowKeys | None) -> Callable[[], pa.Table]:
        """Begins to seal; the result waits for the table with what is sealed in the place of what was clear.

        That is `<column>_sealed` for each sealed column, `_seal_key_id` and `_extra_sealed`. `keys` are those
        that `keys_for` gave for the same rows.
        """
        columns = () if keys is None else contract.sealed_columns
        texts = sum(rows.table.num_rows - rows.table[name].null_count for name in columns)
        return self._helpers.begin(texts, partial(self._seal, contract, rows, keys))

    def close(self) -> None:
        """Ends the other processes, where there are any."""
        self._helpers.close()

    def _seal(self, contract: Contract, rows: TypedRows, keys: RowKeys | None) -> pa.Table:
        table = rows.table
        extra: pa.Array = pa.nulls(table.num_rows, pa.binary())
        if any(text is not None for text in rows.extra):
            texts = pa.array(rows.extra, pa.string())
            one_key = np.zeros(table.num_rows, dtype=np.int64)
            extra = seal_texts(texts, _places(contract, table, "_extra"), [self._unknown_columns], one_key)
        if keys is not None:
            table = self.seal_columns(contract, table, keys)
        return table.append_column("_extra_sealed", extra)

    def seal_columns(self, contract: Contract, table: pa.Table, keys: RowKeys) -> pa.Table:
        """N rows with the sealed columns of the contract in the place of the clear ones, at once."""
        for name in contract.sealed_columns:
            texts = one_chunk(table[name])
            sealed: pa.Array = pa.nulls(table.num_rows, pa.binary())
            if texts.null_count < table.num_rows:
                places = _places(contract, table, name)
                sealed = seal_texts(texts, places, keys.keys, keys.place, self._helpers.seal)
            table = table.drop_columns([name]).append_column(f"{name}_sealed", sealed)
        return table.append_column("_seal_key_id", keys.ids)

    def _keys_of(self, person: str, persons: Sequence[str], used: set[int]) -> dict[int, DataKey]:
        """The data keys of the persons that are used, by their place in `persons`."""
        wanted = [persons[code] for code in sorted(used)]
        if person in _KINDS:
            subjects = {one: f"{_KINDS[person]}:{one}" for one in wanted}
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


def _person_column(contract: Contract) -> str:
    """Whose key seals the rows: of a list of people each one's own, else the candidate's, if it is told."""
    whose = [name for name in contract.key if name in _KINDS]
    return (*whose, "candidate_id" if "candidate_id" in contract.columns else "interview_id")[0]


def _places(contract: Contract, table: pa.Table, column: str) -> pa.Array:
    """Where each sealed value stands, for its associated data: `<source>|<column>|<row key joined by |>`."""
    parts = [pc.fill_null(column_text(table[name]), "") for name in contract.key]
    return pc.binary_join_element_wise(contract.source, column, *parts, "|")


def seal_texts(
    texts: pa.Array,
    places: pa.Array,
    keys: Sequence[bytes],
    key_of_row: npt.NDArray[np.integer[Any]],
    seal: Callable[[Clear], memoryview] = Clear.seal,
) -> pa.Array:
    """N texts and their places → N sealed values, as `Sealer.seal` makes them; null stays null.

    `keys[key_of_row[row]]` is the key of a row with a text. From Arrow's buffers into one buffer, since every
    answer passes here.
    """
    count = len(texts)
    mask, ends = None, np.zeros(count + 1, dtype=np.int64)
    if texts.null_count:
        is_present = texts.is_valid().to_numpy(zero_copy_only=False)
        present = pa.array(is_present)
        mask = present.buffers()[1]
        places, key_of_row, texts = places.filter(present), key_of_row[is_present], texts.drop_null()
        ends[1:][is_present] = np.diff(_offsets(texts)) + NONCE_BYTES + TAG_BYTES
    else:
        ends[1:] = np.diff(_offsets(texts)) + NONCE_BYTES + TAG_BYTES
    ends = np.cumsum(ends)
    if ends[-1] > np.iinfo(np.int32).max:
        raise pa.ArrowCapacityError("a batch holds more than 2 GB of texts")
    sealed = seal(Clear(key_of_row, *_behind_each_other(texts), *_behind_each_other(places), b"".join(keys)))
    values = [mask, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(sealed)]
    return pa.Array.from_buffers(pa.binary(), count, values)


def _behind_each_other(texts: pa.Array) -> tuple[npt.NDArray[np.int64], memoryview]:
    """Where each of N texts ends in the bytes of all of them, and these bytes."""
    offsets = _offsets(texts)
    content = memoryview(texts.buffers()[2] or b"").cast("B")
    return offsets[1:] - offsets[0], content[offsets[0] : offsets[-1]]


def _offsets(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Where the N texts begin in their buffer, and where the last one ends."""
    all_ends = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return all_ends[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)


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


def unsealed_pieces(sealed: Path, key: bytes, file_id: str) -> Iterator[bytes]:
    """The content of a file that `seal_file` put away, 8 MB at a time; `VaultError` where one is damaged."""
    sealer = Sealer(key)
    size, number = sealed.stat().st_size, 0
    with sealed.open("rb") as file:
        while length := file.read(4):
            piece = file.read(int.from_bytes(length, "big"))
            last = "|last" if file.tell() >= size else ""
            yield sealer.unseal_bytes(piece, f"file|{file_id}|{number}{last}")
            number += 1
