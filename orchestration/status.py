"""`scorehouse status`: what has landed, what is published, what waits."""

from __future__ import annotations

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from orchestration import run_record
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import Settings


def print_status(settings: Settings, console: Console) -> None:
    """One table a source and two sentences about the published marts."""
    ledger = sorted((settings.raw / "_ledger").glob("*_*.parquet"))
    rows = [row for path in ledger for row in pq.read_table(path).to_pylist() if path.name[0].isdigit()]
    table = Table("source", "files", "rows in", "kept", "duplicates", "quarantined", "rejected files")
    for column in table.columns[1:]:
        column.justify = "right"
    for source in dict.fromkeys(row["source"] for row in rows):
        mine = [row for row in rows if row["source"] == source]
        sums = [sum(row[name] for row in mine) for name in ("rows_in", "kept", "duplicates", "quarantined")]
        rejected = sum(row["status"] == "rejected" for row in mine)
        table.add_row(source, *(f"{count:,}" for count in (len(mine), *sums, rejected)))
    console.print(f"Home: {settings.home}", highlight=False)
    console.print(table) if rows else console.print("Nothing has been ingested yet.")
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
    current = run_record.is_current(settings, run_record.inputs_fingerprint(settings))
    console.print("Everything that landed is in it." if current else "Changes wait: run `scorehouse build`.")
