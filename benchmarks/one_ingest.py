"""Ingests what lies in the landing of a home, in its own process: `python -m benchmarks.one_ingest HOME`.

Prints seconds (of the clock, and of the processors), rows and the greatest memory of the process (and of its
workers) in megabytes as JSON.
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
    before = time.process_time()
    began = time.perf_counter()
    report = ingest.run(settings)
    seconds = time.perf_counter() - began
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    measured = {
        "seconds": seconds,
        "cpu_seconds": sum(one.ru_utime + one.ru_stime for one in used) - before,
        "kept": sum(file.kept for file in report.files),
        "peak_megabytes": sum(one.ru_maxrss for one in used) / 1024,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
