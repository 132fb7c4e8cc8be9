"""Scores the raw answers of a home, in its own process: `python -m benchmarks.one_bulk HOME CORES`.

Prints answers and seconds as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from orchestration.bulk_scoring import score_new
from warehouse.settings import Settings


def main() -> None:
    """One pass on so many cores."""
    allowed = sorted(os.sched_getaffinity(0))[: int(sys.argv[2])]
    os.sched_setaffinity(0, allowed)
    began = time.perf_counter()
    report = score_new(Settings(home=Path(sys.argv[1])))
    seconds = time.perf_counter() - began
    print(json.dumps({"answers": report.answers, "seconds": seconds}))


if __name__ == "__main__":
    main()
