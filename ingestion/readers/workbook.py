"""Excel and OpenDocument workbooks: one sheet, its header row, and typed cells as values or texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import ingestion
from ingestion.readers.batch import BATCH_ROWS, BrokenRow, Hints, Layout, RowBatch, UnreadableFileError
from ingestion.readers.cells import tidy_cells
from ingestion.readers.header_row import ROWS_ASKED, distinct, find_header
from ingestion.readers.json_lines import array_of
from ingestion.readers.set_apart import Apart
from ingestion.readers.workbook_process import AS_CSV

_PROCESS = "ingestion.readers.workbook_process"
# Not there yet: the value is absent. Every other error hides a value that should be there.
_ABSENT = ("#N/A", "#GETTING_DATA")
_EXACT = 10**15
_MOST_IN_A_BATCH = 500_000

Row = tuple[int, list[Any]]


class WorkbookReader:
    """One sheet of a workbook. Row numbers count the filled rows below the header, as in a text file.

    A cell's text is kept as it is, a number as its digits (8.0 as 8, a percentage as 85%, zeros in front
    where the format shows them), a date or time as ISO text, a formula as the value that was saved with it.
    A cell that is merged over several rows counts for each of them.
    """

    def __init__(self, path: Path, kind: str, hints: Hints) -> None:
        self._path = path
        self._kind = kind
        self._hints = hints
        self._sheet = _Sheet(path, kind, hints.sheet or "")
        first = self._sheet.first_rows()
        if hints.given_headers is not None:
            self._columns = list(range(len(hints.given_headers)))
            self.headers: tuple[str, ...] = hints.given_headers
            self._header_row = 0
        else:
            self._find_headers(first)
        self.layout = Layout(kind, sheet=self._sheet.name, header_row=self._header_row or None)

    def _find_headers(self, rows: list[Row]) -> None:
        """Headers by the first rows; of columns without a header, those that are filled there."""
        if not rows:
            raise UnreadableFileError("has no header row")
        texts = [[_text(cell) for cell in cells] for _, cells in rows]
        filled = [[text for text in row if text] for row in texts]
        place, _ = find_header(filled[:ROWS_ASKED] + filled[ROWS_ASKED:], self._hints.headers)
        header = texts[place]
        below = texts[place + 1 :]
        self._columns = [
            column for column, text in enumerate(header) if text.strip() or any(row[column] for row in below)
        ]
        self.headers = distinct([header[column] for column in self._columns])
        self._header_row = rows[place][0]

    def batches(self) -> Iterator[RowBatch]:
        """Values by header; what belongs to no column of the header breaks its row."""
        apart = Apart(self.headers, self._hints.headers)
        known = [self._hints.headers.find(header) is not None for header in self.headers]
        sheet, self._sheet = self._sheet, _Sheet(self._path, self._kind, self._sheet.name)
        number = 0
        rows: list[list[Any]] = []
        for position, cells in sheet.rows():
            if position <= self._header_row:
                continue
            rows.append(cells)
            if len(rows) >= min(BATCH_ROWS, 1 + _MOST_IN_A_BATCH // max(1, len(self.headers))):
                yield apart.part(self._batch(rows, number, known))
                number += len(rows)
                rows = []
        if rows:
            yield apart.part(self._batch(rows, number, known))

    def _batch(self, rows: list[list[Any]], before: int, known: list[bool]) -> RowBatch:
        """Column by column where no cell needs a look of its own, else row by row."""
        cells = list(zip(*rows, strict=True))
        kinds = [set(map(type, column)) for column in cells]
        if not self._needs_care(cells, kinds):
            columns = {
                header: array_of(list(cells[column]) if column < len(cells) else [None] * len(rows))
                for header, column in zip(self.headers, self._columns, strict=True)
            }
            numbers = np.arange(before + 1, before + 1 + len(rows), dtype=np.int64)
            return tidy_cells(RowBatch(columns, numbers))
        return self._careful_batch(rows, before, known)

    def _needs_care(self, cells: list[tuple[Any, ...]], kinds: list[set[type]]) -> bool:
        """Whether there is an error, a number of too many digits, or a cell where no header is."""
        ours = set(self._columns)
        for column, (values, kind) in enumerate(zip(cells, kinds, strict=True)):
            if dict in kind or (column not in ours and kind != {type(None)}):
                return True
            if float in kind and any(type(one) is float and abs(one) >= _EXACT for one in values):
                return True
        return False

    def _careful_batch(self, rows: list[list[Any]], before: int, known: list[bool]) -> RowBatch:
        good: list[list[Any]] = []
        numbers: list[int] = []
        broken: list[BrokenRow] = []
        for number, cells in enumerate(rows, before + 1):
            row, problem = self._row(cells, number, known)
            if problem is None:
                good.append(row)
                numbers.append(number)
            else:
                broken.append(problem)
        columns = {
            header: array_of([row[place] for row in good]) for place, header in enumerate(self.headers)
        }
        return tidy_cells(RowBatch(columns, np.array(numbers, dtype=np.int64), tuple(broken)))

    def _row(self, cells: list[Any], number: int, known: list[bool]) -> tuple[list[Any], BrokenRow | None]:
        row = [cells[column] if column < len(cells) else None for column in self._columns]
        if sum(cell is not None for cell in row) < sum(cell is not None for cell in cells):
            reason = "the row has a cell in a column without a header"
            return row, BrokenRow(number, reason, _content(cells), "field_count")
        for place, cell in enumerate(row):
            if isinstance(cell, dict):
                error = cell["error"]
                row[place] = None if error in _ABSENT else error
                if known[place] and error not in _ABSENT:
                    reason = f"the cell shows the error {error}"
                    return row, self._cell_error(number, reason, place, cells)
            elif isinstance(cell, float) and abs(cell) >= _EXACT and cell.is_integer() and known[place]:
                reason = "the number has more than the 15 digits that Excel keeps; store it as text"
                return row, self._cell_error(number, reason, place, cells)
        return row, None

    def _cell_error(self, number: int, reason: str, place: int, cells: list[Any]) -> BrokenRow:
        return BrokenRow(number, reason, _content(cells), "cell_error", column=self.headers[place])


class _Sheet:
    """The rows of one sheet, from a process that ends with this object at the latest."""

    def __init__(self, path: Path, kind: str, wanted: str) -> None:
        self._arguments = [str(path.absolute()), kind, wanted]
        self._process: subprocess.Popen[str] | None = None
        self._read: list[Row] = []
        self.name = wanted

    def first_rows(self) -> list[Row]:
        """The rows that tell the layout; they come again from `rows`."""
        self._start()
        self._read = self._next() or []
        return self._read

    def rows(self) -> Iterator[Row]:
        """All filled rows with their numbers in the sheet; `UnreadableFileError` when that breaks off."""
        if self._process is None:
            self._start()
        rows: list[Row] | None = self._read or self._next()
        self._read = []
        while rows:
            yield from rows
            rows = self._next()

    def _start(self) -> None:
        root = str(Path(ingestion.__path__[0]).parent)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _PROCESS, *self._arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": root, "PATH": os.defpath, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
            encoding="utf-8",
            errors="surrogatepass",
        )
        weakref.finalize(self, _end, self._process)
        head = self._line()
        if head is None:
            raise self._broken_off()
        self.name = head["sheet"]

    def _next(self) -> list[Row] | None:
        """Some rows; None at the end of the sheet."""
        rows = self._line()
        if rows is None:
            process = self._process
            if process is not None and process.wait() != 0:
                raise self._broken_off()
            return None
        return [(position, cells) for position, cells in rows]

    def _line(self) -> Any:
        process = self._process
        line = process.stdout.readline() if process is not None and process.stdout is not None else ""
        if not line.endswith("\n"):
            return None
        said = json.loads(line)
        if isinstance(said, dict) and "error" in said:
            raise UnreadableFileError(said["error"])
        return said

    def _broken_off(self) -> UnreadableFileError:
        return UnreadableFileError(
            f"is an {self._arguments[1]} workbook that is damaged, or too large to be read at once; {AS_CSV}"
        )


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _text(cell: Any) -> str:
    return "" if cell is None or isinstance(cell, dict) else str(cell)


def _content(cells: list[Any]) -> str:
    """The row as a person sees it; errors by their names."""
    shown = ("" if cell is None else cell["error"] if isinstance(cell, dict) else str(cell) for cell in cells)
    return "\t".join(shown)
