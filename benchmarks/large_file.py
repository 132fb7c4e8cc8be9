"""Ingests one large CSV and says how much memory that took: `python -m benchmarks.large_file [GIGABYTES]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.ingesting import ingest_once
from benchmarks.tables import write_export
from ingestion.demo import write_demo
from warehouse.settings import Settings

_DEMO_INTERVIEWS = 500
# About so many bytes an answer in the generated file.
_ROW_BYTES = 450


def main() -> None:
    """Answers, since their rows are the largest and the dearest."""
    gigabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with tempfile.TemporaryDirectory(prefix="scorehouse-large-") as name:
        folder = Path(name)
        settings = Settings(home=folder / "demo").ensure()
        write_demo(settings.landing, interviews=_DEMO_INTERVIEWS)
        rows = int(gigabytes * 1e9 / _ROW_BYTES)
        export = write_export("answers", rows, folder / "answers.csv", settings.landing, settings.seeds)
        print(f"{export.megabytes:,.0f} MB of CSV, {rows:,} answers", flush=True)
        measured = ingest_once(export, folder / "home")
        print(
            f"{measured.seconds:,.0f} s, {rows / measured.seconds:,.0f} rows/s, "
            f"{export.megabytes / measured.seconds:,.0f} MB/s; peak memory {measured.peak_megabytes:,.0f} MB"
        )


if __name__ == "__main__":
    main()
