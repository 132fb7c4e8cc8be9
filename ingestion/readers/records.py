"""Lines into records: the quoting of CSV, with a way on behind a quote that never closes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ingestion.readers.batch import BrokenRow
from ingestion.readers.cells import clean_lines
from ingestion.readers.dialect import Dialect
from ingestion.readers.text_lines import Lines

# A quoted field longer than this many lines is taken for a quote that somebody forgot to close.
_LONGEST_FIELD_LINES = 5_000
# Long free texts are ordinary here; the csv module's own limit is 128 KB.
LONGEST_FIELD = 16 * 1024 * 1024
csv.field_size_limit(LONGEST_FIELD)
_UNCLOSED = "unexpected end of data"
_TOO_LARGE = "field larger than field limit"

# A line of two cells is too much like a line of text with one comma.
_FEWEST_SWALLOWED = 3
_LF, _QUOTE = 10, 34
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")

Record = list[str] | BrokenRow


def read_records(file: Lines, dialect: Dialect, width: int, characters: int) -> Iterator[list[Record]]:
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
        records, pending = parse(pending, dialect, width, at_end=not lines)
        if records:
            yield records


def parse(
    lines: list[str], dialect: Dialect, width: int | None, at_end: bool = True
) -> tuple[list[Record], list[str]]:
    """The records of whole lines, and the lines of a record that may go on behind them."""
    plain = clean_lines(lines)
    try:
        records: list[Record] = list(csv.reader(plain, **dialect.options))
    except csv.Error:
        records = []
    if len(records) == len(lines):
        return [record for record in records if record], []
    records, used = _parse_carefully(plain, dialect, width, at_end)
    return records, lines[used:]


def _parse_carefully(
    lines: list[str], dialect: Dialect, width: int | None, at_end: bool
) -> tuple[list[Record], int]:
    """Line by line, since one is broken or a field goes on over several; and how many lines are done."""
    records: list[Record] = []
    at = 0
    while at < len(lines):
        record, used, may_go_on = take(lines, at, dialect, width)
        if may_go_on and not at_end and len(lines) - at < _LONGEST_FIELD_LINES:
            return records, at
        if isinstance(record, BrokenRow) or record:
            records.append(record)
        at += used
    return records, len(lines)


def take(lines: list[str], at: int, dialect: Dialect, width: int | None) -> tuple[Record, int, bool]:
    """The record that begins on line `at`, how many lines it takes, whether later lines may change that."""
    record, error = _try(lines[at], dialect)
    used, may_go_on = 1, False
    if error == _UNCLOSED:
        record, used, may_go_on = _extend(lines, at, dialect, width)
    if record is not None:
        return record, used, may_go_on
    content = lines[at].rstrip("\r\n")
    if error == _UNCLOSED:
        broken = BrokenRow(0, "a quote opens in the row and is not closed", content, "unclosed_quote")
    elif error.startswith(_TOO_LARGE):
        reason = f"a cell has more than {LONGEST_FIELD:,} characters"
        broken = BrokenRow(0, reason, content, "too_large_cell")
    else:
        reason = "a quote stands inside a quoted field without being doubled"
        broken = BrokenRow(0, reason, content, "stray_quote")
    return broken, used, may_go_on


def _extend(
    lines: list[str], at: int, dialect: Dialect, width: int | None
) -> tuple[list[str] | None, int, bool]:
    """The record that opens a quote on line `at` and closes it below, and how many lines it takes.

    No record when no line closes it (then: whether a later line still may), or when what it would make is not
    as wide as the header.
    """
    parts = [lines[at]]
    quote = dialect.quote or '"'
    for line in lines[at + 1 : at + _LONGEST_FIELD_LINES]:
        parts.append(line)
        if quote not in line:
            continue
        record, error = _try("".join(parts), dialect)
        if record is not None:
            fits = width in (None, len(record)) and not _swallows_rows(parts, dialect, width)
            return (record, len(parts), False) if fits else (None, 1, False)
        if error != _UNCLOSED:
            return None, 1, False
    return None, 1, True


def _swallows_rows(lines: list[str], dialect: Dialect, width: int | None) -> bool:
    """Whether each line behind the first one has the separators of a row and begins with such a key as that.

    Then two quotes that nobody closed have met, with whole rows between them.
    """
    if width is None or width < _FEWEST_SWALLOWED:
        return False
    if any(line.count(dialect.separator) != width - 1 for line in lines[1:]):
        return False
    keys = [line.partition(dialect.separator)[0].strip("\"' \r\n") for line in lines]
    return all(_shape(key) == _shape(keys[0]) for key in keys)


def _shape(key: str) -> str:
    """What kind of characters a key has, one after the other: E1042 is A9."""
    return _LETTERS.sub("A", _DIGITS.sub("9", key))


def may_swallow_rows(text: npt.NDArray[np.uint8], separator: int, width: int) -> bool:
    """Whether in the bytes of a text some line that begins inside quotes has the separators of a row."""
    if width < _FEWEST_SWALLOWED:
        return False
    line_ends = np.flatnonzero(text == _LF)
    is_inside = np.searchsorted(np.flatnonzero(text == _QUOTE), line_ends) % 2 == 1
    if not is_inside.any():
        return False
    separators = np.searchsorted(np.flatnonzero(text == separator), np.append(line_ends, len(text)))
    return bool((np.diff(separators)[is_inside] == width - 1).any())


def _try(text: str, dialect: Dialect) -> tuple[list[str] | None, str]:
    """The one record of `text`, or None and the csv module's complaint."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), **dialect.options), []), ""
    except csv.Error as error:
        return None, str(error)
