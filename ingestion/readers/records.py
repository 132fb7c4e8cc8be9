"""Lines into records: the quoting of CSV, with a way on behind a quote that never closes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ingestion.readers.batch import BrokenRow

# A quoted field longer than this many lines is taken for a quote that somebody forgot to close.
_LONGEST_FIELD_LINES = 5_000
_UNCLOSED = "unexpected end of data"
_REASONS = {_UNCLOSED: "a quote opens in the row and is not closed"}
_STRAY = "a quote stands inside a quoted field without being doubled"

Record = list[str] | BrokenRow


def read_record(text: str, separator: str) -> list[str] | None:
    """The fields of one record, or None when its quotes do not balance."""
    return _try(text, separator)[0]


def read_records(
    file: io.TextIOWrapper, separator: str, width: int, characters: int
) -> Iterator[list[Record]]:
    """The records of the rest of a file, about `characters` at a time; blank lines are passed over.

    A broken record carries the number 0: the caller counts. A quote that never closes makes its own line a
    broken row; `width` (fields of the header) tells a field over several lines from such a quote.
    """
    pending: list[str] = []
    while True:
        lines = file.readlines(characters)
        pending += lines
        if not pending:
            return
        records, pending = _parse(pending, separator, width, at_end=not lines)
        if records:
            yield records


def _parse(lines: list[str], separator: str, width: int, at_end: bool) -> tuple[list[Record], list[str]]:
    """The records of whole lines, and the lines of a record that may go on behind them."""
    try:
        records: list[Record] = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return _parse_carefully(lines, separator, width, at_end)
    if len(records) == len(lines):
        return [record for record in records if record], []
    return _parse_carefully(lines, separator, width, at_end)


def _parse_carefully(
    lines: list[str], separator: str, width: int, at_end: bool
) -> tuple[list[Record], list[str]]:
    """Line by line, since one is broken or a field goes on over several."""
    records: list[Record] = []
    at = 0
    while at < len(lines):
        record, error = _try(lines[at], separator)
        used = 1
        if error == _UNCLOSED:
            record, used, may_go_on = _extend(lines, at, separator, width)
            if may_go_on and not at_end and len(lines) - at < _LONGEST_FIELD_LINES:
                return records, lines[at:]
        if record is None:
            records.append(BrokenRow(0, _REASONS.get(error, _STRAY), lines[at].rstrip("\r\n")))
        elif record:
            records.append(record)
        at += used
    return records, []


def _extend(lines: list[str], at: int, separator: str, width: int) -> tuple[list[str] | None, int, bool]:
    """The record that opens a quote on line `at` and closes it below, and how many lines it takes.

    No record when no line closes it (then: whether a later line still may), or when what it would make is not
    as wide as the header.
    """
    parts = [lines[at]]
    for line in lines[at + 1 : at + _LONGEST_FIELD_LINES]:
        parts.append(line)
        if '"' not in line:
            continue
        record, error = _try("".join(parts), separator)
        if record is not None:
            return (record, len(parts), False) if len(record) == width else (None, 1, False)
        if error != _UNCLOSED:
            return None, 1, False
    return None, 1, True


def _try(text: str, separator: str) -> tuple[list[str] | None, str]:
    """The one record of `text`, or None and the csv module's complaint."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), []), ""
    except csv.Error as error:
        return None, str(error)
