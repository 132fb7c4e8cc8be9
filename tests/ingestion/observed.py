"""What a warehouse knows about each key, read from raw and sightings the way that the models read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.ingestion.house import House

History = dict[str, list[tuple[dt.datetime, Any]]]


def history(house: House, source: str, key: str, value: str) -> History:
    """key → (since when, value) of each version in its order; equal neighbours are one."""
    rows = house.rows(source)
    said = {row["_content_hash"]: (row[key], row[value]) for row in rows}
    seen = rows + sightings(house, source)
    found: dict[str, list[tuple[dt.datetime, int, int, Any]]] = {}
    for row in seen:
        of, what = said[row["_content_hash"]]
        at = row["_exported_at"] or row["_arrived_at"]
        found.setdefault(of, []).append((at, row["_arrival_seq"], row["_row_number"], what))
    return collapsed(found)


def collapsed(found: Mapping[str, list[tuple[dt.datetime, int, int, Any]]]) -> History:
    """Observations (time, arrival, row, value) of each key as its versions."""
    return {
        key: [
            (neighbours[0][0], value)
            for value, group in groupby(sorted(seen, key=lambda one: one[:3]), key=lambda one: one[3])
            if (neighbours := list(group))
        ]
        for key, seen in found.items()
    }


def sightings(house: House, source: str) -> list[dict[str, Any]]:
    """All sightings of a source."""
    return parquet_rows(house.settings.raw / "_sightings" / source)


def parquet_rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of all Parquet files of a folder but its schema's."""
    paths = [path for path in sorted(folder.glob("*.parquet")) if path.name != "_schema.parquet"]
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]
