"""The quarantine: bad rows with the reason in clear and the row itself sealed.

The file of bad rows that belongs to an ingested file is written once; what is released later says so in
`releases`, beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa

from ingestion.contract import UTC_TIME, Contract
from ingestion.rows.content import keyed_digests
from ingestion.rows.row_shapes import BadRow
from warehouse.cipher import Sealer

SCHEMA_FOLDER = "_schema"


def quarantine_schema() -> pa.Schema:
    """One row a bad row; `value` is null where it must not be shown."""
    return pa.schema(
        [
            pa.field("source", pa.string()),
            pa.field("file", pa.string()),
            pa.field("file_id", pa.string()),
            pa.field("row_number", pa.int64()),
            pa.field("column", pa.string()),
            pa.field("value", pa.string()),
            pa.field("reason", pa.string()),
            pa.field("contract_version", pa.string()),
            pa.field("quarantined_at", UTC_TIME),
            pa.field("row_sealed", pa.binary()),
            pa.field("profile", pa.string()),
            # The rule that was broken, for programs and translations, e.g. not_a_number.
            pa.field("code", pa.string()),
            # Keyed digest of the row key; null where the key cannot be read.
            pa.field("key_hash", pa.string()),
            # The export's own time, where the row has one that can be read.
            pa.field("exported_at", UTC_TIME),
        ]
    )


def place_of(source: str, file_id: str, number: int) -> str:
    """Where a sealed bad row stands: the associated data of its sealing."""
    return f"{source}|_row|{file_id}|{number}"


def quarantine_table(
    rows: Sequence[BadRow],
    contract: Contract,
    file: str,
    file_id: str,
    at: dt.datetime,
    sealer: Sealer,
    key_key: bytes,
    profile: str | None = None,
) -> pa.Table:
    """The entries of one batch; a row is sealed for its `place_of`."""
    count = len(rows)
    source = contract.source
    # Of somebody who was erased there is nothing to be sealed.
    sealed = [
        sealer.seal(row.content, place_of(source, file_id, row.number)) if row.content else None
        for row in rows
    ]
    return pa.table(
        {
            "source": [source] * count,
            "file": [file] * count,
            "file_id": [file_id] * count,
            "row_number": [row.number for row in rows],
            "column": [row.column for row in rows],
            "value": [row.value for row in rows],
            "reason": [row.reason for row in rows],
            "contract_version": [contract.full_version] * count,
            "quarantined_at": [at] * count,
            "row_sealed": sealed,
            "profile": [profile] * count,
            "code": [row.code for row in rows],
            "key_hash": key_hashes([row.key for row in rows], key_key),
            "exported_at": [row.exported_at for row in rows],
        },
        quarantine_schema(),
    )


def key_hashes(keys: Sequence[str | None], key_key: bytes) -> list[str | None]:
    """N row keys → their keyed digests in hex; null stays null."""
    digests = keyed_digests(pa.array([key or "" for key in keys], pa.string()), key_key).to_pylist()
    return [None if key is None else digest for key, digest in zip(keys, digests, strict=True)]
