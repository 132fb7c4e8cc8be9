"""The promise of ingestion, checked from its ledger: no row is lost in silence."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from warehouse.settings import Settings


def unbalanced_files(settings: Settings) -> list[tuple[str, str]]:
    """(source, file) of every file whose rows in ≠ kept + duplicates + quarantined; none is right."""
    ledger: pa.Table = ds.dataset(settings.raw / "_ledger", format="parquet").to_table(
        columns=["source", "file", "rows_in", "kept", "duplicates", "quarantined"]
    )
    accounted = pc.add(pc.add(ledger["kept"], ledger["duplicates"]), ledger["quarantined"])
    wrong = ledger.filter(pc.not_equal(ledger["rows_in"], accounted))
    return [(row["source"], row["file"]) for row in wrong.to_pylist()]
