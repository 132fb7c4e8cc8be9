"""Seals what must never stand in clear: texts under the key of their person, the rest under the system's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

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
        places = [] if not _needs_places(contract, rows) else row_places(table, contract.key)
        extra = [
            None if text is None else self._unknown_columns.seal(text, f"{contract.source}|_extra|{place}")
            for text, place in zip(rows.extra, places or [""] * len(rows.extra), strict=True)
        ]
        if contract.sealed_columns:
            table = self._seal_columns(contract, table, places)
        return table.append_column("_extra_sealed", pa.array(extra, pa.binary()))

    def _seal_columns(self, contract: Contract, table: pa.Table, places: Sequence[str]) -> pa.Table:
        texts = {name: table[name].to_pylist() for name in contract.sealed_columns}
        used = [any(values) for values in zip(*(_present(column) for column in texts.values()), strict=True)]
        keys = self._row_keys(table, used)
        key_bytes = [b"" if key is None else key.key for key in keys]
        for name, values in texts.items():
            aads = [f"{contract.source}|{name}|{place}" for place in places]
            sealed = pa.array(seal_many(key_bytes, values, aads), pa.binary())
            table = table.drop_columns([name]).append_column(f"{name}_sealed", sealed)
        key_ids = pa.array([None if key is None else key.key_id for key in keys], pa.string())
        return table.append_column("_seal_key_id", key_ids)

    def _row_keys(self, table: pa.Table, used: Sequence[bool]) -> list[DataKey | None]:
        """The data key of each row's person, None where the row has nothing to seal."""
        subjects = self._subjects(table)
        wanted = {subject for subject, needed in zip(subjects, used, strict=True) if needed}
        missing = wanted - self._keys.keys()
        if missing:
            if len(self._keys) > _REMEMBERED_KEYS:
                self._keys = {subject: self._keys[subject] for subject in wanted - missing}
            self._keys.update(self._vault.keys_for(sorted(missing)))
        return [
            self._keys[subject] if needed else None for subject, needed in zip(subjects, used, strict=True)
        ]

    def _subjects(self, table: pa.Table) -> list[str]:
        """Whose key seals a row: the candidate's, or the interview's while its candidate is not known."""
        if "candidate_id" in table.column_names:
            return [f"candidate:{candidate}" for candidate in table["candidate_id"].to_pylist()]
        known = self._versions.candidates_of(table["interview_id"].unique().to_pylist())
        return [
            f"candidate:{known[interview]}" if interview in known else f"interview:{interview}"
            for interview in table["interview_id"].to_pylist()
        ]


def row_places(table: pa.Table, key: Sequence[str]) -> list[str]:
    """Where a sealed value stands, for its associated data: the row key joined by `|`."""
    columns = [["" if value is None else str(value) for value in table[name].to_pylist()] for name in key]
    return ["|".join(parts) for parts in zip(*columns, strict=True)]


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


def _needs_places(contract: Contract, rows: TypedRows) -> bool:
    return bool(contract.sealed_columns) or any(text is not None for text in rows.extra)


def _present(column: Sequence[object]) -> list[bool]:
    return [value is not None for value in column]
