"""Reads one sheet of a workbook in a process of its own and writes its rows as JSON, some rows a line.

A process of its own, since the library needs all of a sheet in memory and ends its process when it does not
get it, as it may over a damaged or hostile file. Run with the path, the kind of workbook and the name of the
sheet that is meant; the first line says which sheet it is, or in a sentence why there is none.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ingestion.readers.xlsx_facts import Fact, Facts, sheet_facts

MEMORY_BYTES = 3 * 1024**3
_SECONDS = 900
_UNPACKED_BYTES = 2 * 1024**3
_MOST_MEMBERS = 10_000
_CELLS_A_LINE = 100_000
_CHUNK = 1024 * 1024
# Beyond, a double does not hold each whole number, and Excel keeps 15 digits of any.
_EXACT = 10**15
AS_CSV = "save its sheet as CSV"


class SheetError(Exception):
    """Why there is no sheet to read; the end of a sentence that begins with the file's name."""


def main(path: Path, kind: str, wanted: str) -> None:
    """Writes the rows to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        for line in _lines(path, kind, wanted):
            sys.stdout.write(line + "\n")
    except SheetError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
    except PasswordError:
        _fail("is protected by a password; save it without one")
    except MemoryError:
        _fail(f"has a sheet too large for {MEMORY_BYTES // 1024**3} GB of memory; {AS_CSV}")
    except (CalamineError, zipfile.BadZipFile, ParseError, KeyError, ValueError, StopIteration, EOFError):
        _fail(f"is an {kind} workbook but damaged; open it, repair it and save it again, or {AS_CSV}")


def _fail(message: str) -> None:
    sys.stdout.write(json.dumps({"error": message}) + "\n")


def _lines(path: Path, kind: str, wanted: str) -> Iterator[str]:
    if kind != "XLS":
        _check_members(path)
    with path.open("rb") as file, CalamineWorkbook.from_object(file) as workbook:
        name, sheet = _choose(workbook, wanted)
        yield json.dumps({"sheet": name})
        facts: Facts = {}
        if kind == "XLSX":
            with zipfile.ZipFile(path) as archive:
                facts = sheet_facts(archive, name)
        yield from _rows(sheet, facts)


def _check_members(path: Path) -> None:
    """Unpacks all that is data once, so that a damaged or endless member is met here; `SheetError`."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise SheetError(f"has {len(members):,} parts inside, which no workbook has")
        total = 0
        for member in members:
            if member.flag_bits & 1:
                raise SheetError("is protected by a password; save it without one")
            if not member.filename.lower().endswith((".xml", ".bin", ".rels")):
                continue
            if total + member.file_size > _UNPACKED_BYTES:
                raise SheetError(f"unpacks to more than {_UNPACKED_BYTES // 1024**3} GB; {AS_CSV}")
            with archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    total += len(chunk)


def _choose(workbook: CalamineWorkbook, wanted: str) -> tuple[str, CalamineSheet]:
    """The sheet of that name; else the first that is visible and not empty, else the first not empty.

    Several names are parted by /, which no name of a sheet holds.
    """
    sheets = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    names = {name.strip().casefold() for name in wanted.split("/") if name}
    for one in sheets:
        if one.name.strip().casefold() in names:
            return one.name, workbook.get_sheet_by_name(one.name)
    for one in sorted(sheets, key=lambda one: one.visible != SheetVisibleEnum.Visible):
        sheet = workbook.get_sheet_by_name(one.name)
        if sheet.start is not None:
            return one.name, sheet
    raise SheetError("is a workbook without any filled sheet")


def _rows(sheet: CalamineSheet, facts: Facts) -> Iterator[str]:
    """Lines of rows: [row of the sheet (1-based), cells]; rows of empty cells are passed over."""
    if sheet.start is None:
        return
    first_row, first_column = sheet.start
    merged = _Merged(sheet, first_column)
    some: list[list[Any]] = []
    held = 0
    for row, values in enumerate(sheet.iter_rows(), first_row):
        cells = [_cell(value) for value in values]
        for column, fact in facts.get(row, {}).items():
            if 0 <= column - first_column < len(cells):
                cells[column - first_column] = _amended(cells[column - first_column], fact)
        if all(cell is None for cell in cells):
            continue
        merged.fill(row, cells)
        some.append([row + 1, cells])
        held += len(cells)
        if held >= _CELLS_A_LINE:
            yield json.dumps(some)
            some, held = [], 0
    if some:
        yield json.dumps(some)


class _Merged:
    """Cells merged over several rows: each of these rows shows what the first one holds."""

    def __init__(self, sheet: CalamineSheet, first_column: int) -> None:
        ranges = sheet.merged_cell_ranges or []
        self._first_column = first_column
        self._begun: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in ranges:
            if bottom > top and left >= first_column:
                self._begun.setdefault(top, []).append((left - first_column, bottom))
        self._open: dict[int, tuple[int, Any]] = {}

    def fill(self, row: int, cells: list[Any]) -> None:
        """Puts in what a merged cell above says; rows come in their order."""
        if not self._begun:
            return
        self._open = {column: one for column, one in self._open.items() if one[0] >= row}
        for column, (_, value) in self._open.items():
            if cells[column] is None:
                cells[column] = value
        for column, bottom in self._begun.get(row, ()):
            if column < len(cells):
                self._open[column] = bottom, cells[column]


def _cell(value: object) -> Any:
    """As JSON has it: whole floats as integers, dates as ISO text, an empty text as null."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign = "-" if seconds < 0 else ""
        return f"{sign}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    return value


def _amended(cell: Any, fact: Fact) -> Any:
    """The cell with what its format, its type or its digits say; an error as {"error": name}."""
    if fact.kind == "error":
        return {"error": str(fact.value)}
    if fact.kind == "exact":
        return str(fact.value)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return cell
    if fact.kind == "percent":
        return f"{_decimal(cell * 100)}%"
    # The zeros in front that the format shows: an id like 00123.
    return f"{cell:0{fact.value}d}" if isinstance(cell, int) and cell >= 0 else cell


def _decimal(number: float) -> str:
    """15 digits, as Excel shows them: 0.57 * 100 is 57."""
    return f"{number:.15g}"


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
