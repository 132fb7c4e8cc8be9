"""What a pass tells: a report a file, and how many files needed nothing."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN_REASONS = 5


@dataclass(frozen=True)
class FileReport:
    """What became of one file; rows_in = kept + duplicates + quarantined.

    `status` is `ingested` or `rejected`; of another system's tables also `reference` (only looked up) or
    `ignored` (known, and nothing of it is needed), both without rows.
    """

    source: str
    # Relative to landing; the name alone for a file from elsewhere.
    file: str
    # First 16 hex digits of the content's SHA-256 (through a profile: of that and of what it depends on);
    # empty when the file could not be read through.
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
    # `greenhouse/scorecard`: the table of another system that the file is; empty for one of our own shape.
    profile: str = ""


@dataclass(frozen=True)
class IngestReport:
    """What one pass did: the files that it took or rejected, and how many it knew already."""

    files: tuple[FileReport, ...]
    unchanged: int
    # Files of earlier passes of whose quarantined rows some were taken now, since the contract takes them.
    retried: tuple[FileReport, ...] = ()
    # Quarantined rows that are not open any more because a file of this pass brought them right.
    released: int = 0
    # Rows of earlier passes with names or contact data in clear, which this pass has sealed.
    sealed: int = 0


def line(report: FileReport) -> str:
    """A file in one line: where, what became of it, and why rows were not taken."""
    # A name may hold a line break, or what a terminal would obey.
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in _said(report))


def _said(report: FileReport) -> str:
    where = report.file
    if report.status == "rejected":
        return f"{where}: rejected. {report.message}"
    if report.status != "ingested":
        return f"{where}: {report.status}. {report.message}"
    # Where the folder does not say the source, the line does.
    if not where.startswith(f"{report.source}/"):
        through = f" ({report.profile})" if report.profile else ""
        where += f" → {report.source}{through}"
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


def fixed_line(released: int) -> str:
    """How many quarantined rows the files of a pass have brought right."""
    rows = "1 quarantined row is" if released == 1 else f"{released} quarantined rows are"
    them = "it" if released == 1 else "them"
    return f"{rows} open no more: a later file brought {them} right."


def sealed_line(sealed: int) -> str:
    """How many rows from before names were sealed have been sealed by a pass."""
    rows = "1 row" if sealed == 1 else f"{sealed:,} rows"
    return f"{rows} of people that stood in raw in clear have been sealed under the keys of their people."
