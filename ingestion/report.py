"""What a pass tells: a report a file, and how many files needed nothing."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN_REASONS = 5


@dataclass(frozen=True)
class FileReport:
    """What became of one file: `ingested` or `rejected`; rows_in = kept + duplicates + quarantined."""

    source: str
    # Relative to landing; the name alone for a file from elsewhere.
    file: str
    # First 16 hex digits of the content's SHA-256; empty when the file could not be read through.
    file_id: str
    status: str
    rows_in: int = 0
    kept: int = 0
    duplicates: int = 0
    quarantined: int = 0
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    message: str | None = None
    seconds: float = 0.0
    # The first five of `row 17, column score: '120' is outside 0–100`.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class IngestReport:
    """What one pass did: the files that it took or rejected, and how many it knew already."""

    files: tuple[FileReport, ...]
    unchanged: int


def line(report: FileReport) -> str:
    """A file in one line: where, what became of it, and why rows were not taken."""
    where = report.file
    if report.status != "ingested":
        return f"{where}: rejected. {report.message}"
    counts = f"{report.rows_in} rows: {report.kept} kept"
    if report.duplicates:
        counts += f", {report.duplicates} duplicates"
    if report.quarantined:
        counts += f", {report.quarantined} quarantined"
    said = [f"{where}: {counts}."]
    if report.message:
        said.append(report.message)
    if report.reasons:
        more = " …" if report.quarantined > len(report.reasons) else ""
        said.append("; ".join(report.reasons) + more)
    return " ".join(said)
