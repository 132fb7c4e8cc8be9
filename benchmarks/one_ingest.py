"""Ingests what lies in the landing of a home, in its own process: `python -m benchmarks.one_ingest HOME`.

Prints seconds, rows and the greatest memory of the process (and of its workers) in megabytes as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from ingestion import ingest
from warehouse.settings import Settings


def main() -> None:
    """One pass."""
    settings = Settings(home=Path(sys.argv[1])).ensure()
    began = time.perf_counter()
    report = ingest.run(settings)
    seconds = time.perf_counter() - began
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024
    kept = sum(file.kept for file in report.files)
    print(json.dumps({"seconds": seconds, "kept": kept, "peak_megabytes": peak}))


if __name__ == "__main__":
    main()
