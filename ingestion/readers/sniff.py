"""How a delimited text is laid out: separator, quoting and header row, found out on its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingestion.readers.batch import BrokenRow, Hints, UnreadableFileError
from ingestion.readers.cells import clean_lines
from ingestion.readers.dialect import SEPARATORS, Dialect
from ingestion.readers.header_row import ROWS_ASKED, distinct, find_header
from ingestion.readers.records import Record, parse, take

_LINES_ASKED = 500
# `sep=;` above the table tells Excel the separator.
_SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?\s*", re.IGNORECASE)
_MOSTLY = 0.9
_ENOUGH_QUOTES = 2


@dataclass(frozen=True)
class Start:
    """What the first lines tell. `lines` of them, headers included, come before the first row."""

    dialect: Dialect
    headers: tuple[str, ...]
    header_row: int | None
    lines: int


def sniff(lines: list[str], hints: Hints) -> Start:
    """Looks at the first lines of a file; `UnreadableFileError` when they have no header row."""
    lines = clean_lines(lines)
    named = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    first = 1 if named else 0
    separators = (named[1],) if named else SEPARATORS
    if not any(line.strip() for line in lines[first:]):
        raise UnreadableFileError("has no header row")
    if hints.given_headers is not None:
        return _without_header(lines, first, separators, hints.given_headers)
    at, dialect = _header_line(lines, first, separators, hints)
    below = at + take(lines, at, dialect, None)[1]
    dialect = _best_quoting(lines, at, below, dialect)
    header, used, _ = take(lines, at, dialect, None)
    if isinstance(header, BrokenRow):
        raise UnreadableFileError("has a header row with an unbalanced quote")
    cells = _as_wide_as_rows(header, lines[at + used :], dialect)
    return Start(dialect, distinct(cells), at + 1, at + used)


def _without_header(
    lines: list[str], first: int, separators: Sequence[str], headers: tuple[str, ...]
) -> Start:
    """By the number of fields that the rows must have."""
    tried = [Dialect(separator) for separator in separators]
    dialect = max(tried, key=lambda one: _good(lines[first:], one, len(headers)))
    sample = lines[first : first + _LINES_ASKED]
    dialect = max(_quotings(sample, dialect), key=lambda one: _good(sample, one, len(headers)))
    return Start(dialect, headers, None, first)


def _header_line(
    lines: list[str], first: int, separators: Sequence[str], hints: Hints
) -> tuple[int, Dialect]:
    """The line with the headers and the separator under which most of them are known.

    When none is known: the separator that cuts most rows into the same number of fields.
    """
    best: tuple[tuple[int, int], int, Dialect] | None = None
    for separator in separators:
        dialect = Dialect(separator)
        begun = [(at, record) for at, record in _begun(lines, first, dialect) if isinstance(record, list)]
        rows = [record for _, record in begun]
        if not rows:
            continue
        place, known = find_header(rows[:ROWS_ASKED], hints.headers)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        regular = 0 if known else max(widths.values(), default=0)
        if best is None or (known, regular) > best[0]:
            best = (known, regular), begun[place][0], dialect
    if best is None:
        raise UnreadableFileError("has a header row with an unbalanced quote")
    return best[1], best[2]


def _begun(lines: list[str], first: int, dialect: Dialect) -> Iterator[tuple[int, Record]]:
    """The first records with the lines on which they begin."""
    at, found = first, 0
    while at < len(lines) and found < 2 * ROWS_ASKED:
        record, used, _ = take(lines, at, dialect, None)
        if isinstance(record, BrokenRow) or any(cell.strip() for cell in record):
            yield at, record
            found += 1
        at += used


def _best_quoting(lines: list[str], at: int, below: int, dialect: Dialect) -> Dialect:
    """The way of quoting under which most rows are as wide as the header."""
    sample = lines[below : below + _LINES_ASKED]

    def fit(one: Dialect) -> int:
        header, used, _ = take(lines, at, one, None)
        if isinstance(header, BrokenRow):
            return -1
        return _good(sample, one, len(header)) if at + used == below else -1

    return max(_quotings(sample or lines[at:below], dialect), key=fit)


def _quotings(sample: list[str], dialect: Dialect) -> list[Dialect]:
    """The ways of quoting for which the text gives a reason; the standard one first."""
    text = "".join(sample)
    tried = [dialect]
    if f'{dialect.separator} "' in text:
        tried.append(replace(dialect, is_padded=True))
    if '\\"' in text:
        tried.append(replace(dialect, escape="\\"))
    cut = [line.rstrip("\r\n").split(dialect.separator) for line in sample]
    fields = [field for row in cut for field in row]
    if "'" in text and not any(field.startswith('"') for field in fields) and _are_quoted(cut):
        # A pair of quotes around what it is in each row is quoting; an apostrophe here and there is text.
        return [replace(dialect, quote="'"), replace(dialect, quote="'", escape="\\")]
    paired = sum(len(field) > 1 and field[0] == '"' == field[-1] for field in fields)
    single = sum('"' in field for field in fields) - paired
    if single >= _ENOUGH_QUOTES and not paired and dialect.separator == "\t":
        # Databases write TAB-separated text without any quoting; elsewhere such quotes are damage.
        tried.append(replace(dialect, quote=None))
    return tried


def _are_quoted(rows: list[list[str]]) -> bool:
    """Whether nearly every row has fields between apostrophes."""
    filled = [row for row in rows if row != [""]]
    quoted = sum(any(len(cell) > 1 and cell[0] == "'" == cell[-1] for cell in row) for row in filled)
    return quoted >= _MOSTLY * len(filled)


def _good(lines: list[str], dialect: Dialect, width: int) -> int:
    """How many rows are as wide as they should be."""
    records, _ = parse(lines[:_LINES_ASKED], dialect, width)
    return sum(isinstance(record, list) and len(record) == width for record in records)


def _as_wide_as_rows(header: list[str], lines: list[str], dialect: Dialect) -> list[str]:
    """The header with one empty cell more or less at its end, where all rows have it so."""
    records, _ = parse(lines[:_LINES_ASKED], dialect, None)
    rows = [record for record in records if isinstance(record, list)]
    width = len(header)
    if not rows or any(len(row) == width for row in rows):
        return header
    more = [row for row in rows if len(row) == width + 1 and not row[-1].strip()]
    fewer = [row for row in rows if len(row) == width - 1]
    if len(more) >= _MOSTLY * len(rows):
        return [*header, ""]
    if width > 1 and not header[-1].strip() and len(fewer) >= _MOSTLY * len(rows):
        return header[:-1]
    return header
