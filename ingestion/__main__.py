"""`python -m ingestion [PATH …] [--source S]`: one pass over landing, or over the files named."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ingestion.ingest import run
from ingestion.report import line
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 a failure, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Reads what is new in landing.")
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files or folders (default: landing)"
    )
    parser.add_argument("--source", help="the source that the paths belong to")
    given = parser.parse_args(arguments)
    try:
        report = run(
            Settings.from_env(), given.paths, given.source, on_file=lambda done: print(line(done), flush=True)
        )
    except ScorehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if not report.files:
        print(f"Nothing new: {report.unchanged} files are known already.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
