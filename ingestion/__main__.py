"""`python -m ingestion [PATH …] [--source S]`: one pass over landing, or over the files named."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ingestion.ingest import run
from ingestion.report import fixed_line, line, sealed_line
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 a failure (with `--strict` also anything quarantined), 2 wrong usage."""
    given = _parser().parse_args(arguments)
    settings = Settings.from_env()
    try:
        if given.explain:
            from ingestion.explaining.explain import explain_files

            for text in explain_files(settings, given.paths, given.source):
                print(text)
            return 0
        report = run(
            settings,
            given.paths,
            given.source,
            on_file=lambda done: print(line(done), flush=True),
            retry=given.retry,
        )
    except ScorehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if report.sealed:
        print(sealed_line(report.sealed))
    if report.released:
        print(fixed_line(report.released))
    if not report.files and not report.retried:
        print(f"Nothing new: {report.unchanged} files are known already.")
    is_spoilt = any(file.quarantined or file.status == "rejected" for file in report.files)
    return 1 if given.strict and is_spoilt else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Reads what is new in landing.")
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files or folders (default: landing)"
    )
    parser.add_argument("--source", help="the source, or the profile, that the files belong to")
    parser.add_argument("--strict", action="store_true", help="exit 1 when anything was quarantined")
    parser.add_argument("--retry", action="store_true", help="try again what was quarantined or rejected")
    parser.add_argument(
        "--explain", action="store_true", help="only say how files would be read; write nothing"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
