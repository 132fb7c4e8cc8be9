"""Sightings: when a row came again that says nothing new, for the order of versions and for the balance.

A row whose content is that of the version before it is a duplicate and does not come into raw again. That it
was there at that time matters all the same: A in March, A in May and, delivered late, B in April end at A.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from ingestion.contract import UTC_TIME

SIGHTINGS = "_sightings"


def sightings_schema() -> pa.Schema:
    """One row a duplicate; the content of `_content_hash` stands in the source's raw files."""
    return pa.schema(
        [
            pa.field("_content_hash", pa.string()),
            pa.field("_exported_at", UTC_TIME),
            pa.field("_arrived_at", UTC_TIME),
            pa.field("_arrival_seq", pa.int64()),
            pa.field("_row_number", pa.int64()),
        ]
    )


def sightings_folder(raw: Path, source: str) -> Path:
    """Where the sightings of a source lie, one file a raw file of the same name."""
    return raw / SIGHTINGS / source
