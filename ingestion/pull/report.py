"""What a pull tells, in a line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PullReport:
    """What one pull did; with a `failure` (a sentence), what came before it has landed all the same."""

    name: str
    # The source or profile whose folder the rows are in; empty when the configuration does not say.
    target: str = ""
    # Rows that landed, the files that they are in, and rows that had landed before.
    rows: int = 0
    files: tuple[Path, ...] = ()
    known: int = 0
    # The highest cursor, up to which everything has landed.
    cursor: str | None = None
    failure: str | None = None
    notes: tuple[str, ...] = ()


def line(report: PullReport) -> str:
    """A pull in one line: what landed, up to which cursor, and what was odd."""
    if report.failure is not None:
        return " ".join([report.failure, *report.notes])
    files = f"{len(report.files):,} file{'' if len(report.files) == 1 else 's'}"
    landed = f"{_rows(report.rows)} in {files}" if report.rows else "nothing new"
    upto = f", up to {report.cursor}" if report.cursor is not None else ""
    known = f" ({_rows(report.known)} known before)" if report.known and report.rows else ""
    return " ".join([f"{report.name}: {landed}{known}{upto}.", *report.notes])


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
