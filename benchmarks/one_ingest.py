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


def _peak_kilobytes() -> int:
    """Of this process alone: what the system counts as its greatest size begins with that of its parent."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


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
        "peak_megabytes": (_peak_kilobytes() + used[1].ru_maxrss) / 1024,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
