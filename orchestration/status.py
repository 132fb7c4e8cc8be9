"""`scorehouse status`: what has landed, what is published, what waits."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from orchestration import run_record
from warehouse.exports import to_text
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import Settings


def print_status(settings: Settings, console: Console) -> None:
    """One table a source and two sentences about the published marts."""
    ledger = sorted((settings.raw / "_ledger").glob("*_*.parquet"))
    rows = [row for path in ledger for row in pq.read_table(path).to_pylist() if path.name[0].isdigit()]
    counted = [_counts(source, rows) for source in dict.fromkeys(row["source"] for row in rows)]
    console.print(f"Home: {settings.home}", highlight=False)
    if counted:
        console.print(to_text(pa.Table.from_pylist(counted)).decode(), highlight=False, markup=False, end="")
    else:
        console.print("Nothing has been ingested yet.")
    marts = Marts(settings)
    version = marts.version()
    if version is None:
        console.print("No marts are published yet: run `make run` or `scorehouse build`.")
        return
    run = marts.query("select * from warehouse_run", viewer=OPERATOR).to_pylist()[0]
    console.print(
        f"Published: {version.path.name}, {run['scored_n']:,} of {run['interviews_n']:,} interviews scored, "
        f"rubric {run['rubric_version']}, weights {run['weights_version']}",
        highlight=False,
    )
    current = run_record.is_current(settings)
    console.print("Everything that landed is in it." if current else "Changes wait: run `scorehouse build`.")


def _counts(source: str, rows: list[dict[str, Any]]) -> dict[str, object]:
    mine = [row for row in rows if row["source"] == source]
    sums = {name: sum(row[name] for row in mine) for name in ("rows_in", "kept", "duplicates", "quarantined")}
    rejected = sum(row["status"] == "rejected" for row in mine)
    return {"source": source, "files": len(mine), **sums, "rejected_files": rejected}
