"""The quarantine: bad rows with the reason in clear and the row itself sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa

from ingestion.contract import UTC_TIME, Contract
from ingestion.typed_rows import BadRow
from warehouse.vault import Sealer

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
        ]
    )


def quarantine_table(
    rows: Sequence[BadRow], contract: Contract, file: str, file_id: str, at: dt.datetime, sealer: Sealer
) -> pa.Table:
    """The entries of one batch; a row is sealed for the place `<source>|_row|<file_id>|<row number>`."""
    count = len(rows)
    source = contract.source
    sealed = [sealer.seal(row.content, f"{source}|_row|{file_id}|{row.number}") for row in rows]
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
        },
        quarantine_schema(),
    )
