"""Seals what must never stand in clear: texts under the key of their person, the rest under the system's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.content import column_text
from ingestion.contract import Contract
from ingestion.raw_layer import TEMPORARY, put_in_place
from ingestion.typed_rows import TypedRows
from ingestion.versions import Versions
from warehouse.vault import DataKey, Sealer, Vault, seal_many

# Purposes of the system keys.
UNKNOWN_COLUMNS = "unknown columns"
QUARANTINE = "quarantine"
CONTENT = "content hash"
_REMEMBERED_KEYS = 100_000
_FILE_CHUNK = 8 * 1024 * 1024


class RowSealer:
    """Seals the rows of a pass; remembers the keys of the persons whom it met last."""

    def __init__(self, vault: Vault, versions: Versions) -> None:
        self._vault = vault
        self._versions = versions
        self._keys: dict[str, DataKey] = {}
        self._unknown_columns = Sealer(vault.system_key(UNKNOWN_COLUMNS))

    def seal(self, contract: Contract, rows: TypedRows) -> pa.Table:
        """The table with `<column>_sealed` for each sealed column, `_seal_key_id` and `_extra_sealed`."""
        table = rows.table
        extra: pa.Array = pa.nulls(table.num_rows, pa.binary())
        if any(text is not None for text in rows.extra):
            places = _places(contract, table, "_extra")
            seal = self._unknown_columns.seal
            sealed = [
                None if text is None else seal(text, place)
                for text, place in zip(rows.extra, places, strict=True)
            ]
            extra = pa.array(sealed, pa.binary())
        if contract.sealed_columns:
            table = self._seal_columns(contract, table)
        return table.append_column("_extra_sealed", extra)

    def _seal_columns(self, contract: Contract, table: pa.Table) -> pa.Table:
        names = [name for name in contract.sealed_columns if table[name].null_count < table.num_rows]
        person = "candidate_id" if "candidate_id" in table.column_names else "interview_id"
        persons = table[person].combine_chunks().dictionary_encode()
        # A row with nothing to seal needs no key: none is made for its person's sake.
        present = [pc.is_valid(table[name].combine_chunks()) for name in names]
        used = reduce(pc.or_, present) if present else pa.array([False] * table.num_rows)
        codes = pc.if_else(used, persons.indices, pa.scalar(None, pa.int32()))
        keys = self._keys_of(
            person, persons.dictionary.to_pylist(), set(codes.drop_null().unique().to_pylist())
        )
        row_keys = [b"" if code is None else keys[code].key for code in codes.to_pylist()] if names else []
        for name in contract.sealed_columns:
            sealed: pa.Array = pa.nulls(table.num_rows, pa.binary())
            if name in names:
                texts = table[name].to_pylist()
                sealed = pa.array(seal_many(row_keys, texts, _places(contract, table, name)), pa.binary())
            table = table.drop_columns([name]).append_column(f"{name}_sealed", sealed)
        ids = [keys[code].key_id if code in keys else None for code in range(len(persons.dictionary))]
        return table.append_column("_seal_key_id", pa.array(ids, pa.string()).take(codes))

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


def _places(contract: Contract, table: pa.Table, column: str) -> list[str]:
    """Where each sealed value stands, for its associated data: `<source>|<column>|<row key joined by |>`."""
    parts = [pc.fill_null(column_text(table[name]), "") for name in contract.key]
    places: list[str] = pc.binary_join_element_wise(contract.source, column, *parts, "|").to_pylist()
    return places


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
    sealer = Sealer(key)
    content = sealed.read_bytes()
    pieces: list[bytes] = []
    at = 0
    while at < len(content):
        end = at + 4 + int.from_bytes(content[at : at + 4], "big")
        last = "|last" if end >= len(content) else ""
        pieces.append(sealer.unseal_bytes(content[at + 4 : end], f"file|{file_id}|{len(pieces)}{last}"))
        at = end
    return b"".join(pieces)
