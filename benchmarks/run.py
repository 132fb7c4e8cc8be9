"""`make bench`: our times as ratios to baselines, all measured in this one run.

Data: generated (synthetic). A ratio below 1 means that we are faster than the baseline.
"""

from __future__ import annotations

import os
import platform
import tempfile
from pathlib import Path

import duckdb

from benchmarks.browser import CHROMIUM
from benchmarks.browser import main as in_a_browser
from benchmarks.bulk import bulk
from benchmarks.gateway import gateway
from benchmarks.ingesting import ingesting
from benchmarks.measure import REPEATS
from benchmarks.pages import pages
from benchmarks.rating import GRADED_ANSWERS, rating
from benchmarks.scoring import scoring
from benchmarks.users import main as readers
from benchmarks.warehouse_build import warehouse_build
from ingestion import ingest
from ingestion.demo import write_demo
from warehouse.publish import publish
from warehouse.settings import Settings

INTERVIEWS = 8_000
# A tenth and the whole, to see that memory does not grow with them.
BULK_ANSWERS = (100_000, 1_000_000)


def main() -> None:
    """Writes everything into a temporary home and prints a line a measure."""
    with tempfile.TemporaryDirectory(prefix="scorehouse-bench-") as folder:
        settings = Settings(home=Path(folder) / "home").ensure()
        report = write_demo(settings.landing, interviews=INTERVIEWS)
        print(
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
            f"DuckDB {duckdb.__version__}; fastest of {REPEATS}\n"
        )
        ingesting(Path(folder), settings.landing, settings.seeds)
        ingest.run(settings)
        print(f"\n{report.answers:,} generated answers")
        scoring(settings)
        everything = os.cpu_count() or 1
        for answers in BULK_ANSWERS:
            bulk(Path(folder) / f"bulk{answers}", answers, sorted({min(2, everything), everything}))
        warehouse_build(Path(folder) / "warehouse")
        built = Settings(home=Path(folder) / "warehouse")
        publish(built, "bench")
        gateway(built)
        pages(built, visits=6)
        readers(built.home, users=10, clicks=8, think=3)
        if CHROMIUM.exists():
            in_a_browser(built.home, visits=5)
        print()
        rating(GRADED_ANSWERS)


if __name__ == "__main__":
    main()
