"""XLSX files: typed cells, a frozen header with filters, widths, and a sheet of particulars.

Rows leave memory as they are written. Texts are written as texts, never as formulas or links; one that looks
like a formula also bears Excel's own mark for text, so that it stays one when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, BinaryIO

import pyarrow as pa
import xlsxwriter

from warehouse.errors import UsageError
from warehouse.export_cells import LARGEST_EXACT, Hiding, is_formula, values, written
from warehouse.export_files import Shape
from warehouse.export_info import Info, hidden_mark, words

MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767
_FIRST_YEAR = 1900
_NUMBER_FORMATS = {
    "share": "0.0%",
    "money": "#,##0",
    "count": "#,##0",
    "number": "0.0##",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS = {
    "share": 10,
    "money": 12,
    "count": 10,
    "number": 10,
    "date": 12,
    "moment": 20,
    "flag": 8,
    "text": 18,
}
_WIDEST = 40


class XlsxWriter:
    """One sheet of data, one of particulars."""

    def __init__(self, target: BinaryIO, shape: Shape, info: Info, hiding: Hiding) -> None:
        self.rows = self.suppressed = 0
        self._shape = shape
        self._info = info
        self._hiding = hiding
        self._book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._formats = {
            kind: self._book.add_format({"num_format": text}) for kind, text in _NUMBER_FORMATS.items()
        }
        self._mark = self._book.add_format({"italic": True, "font_color": "#6B7C85"})
        self._held = self._book.add_format({"quote_prefix": True})
        self._bold = self._book.add_format({"bold": True, "bg_color": "#E9EEF0", "text_wrap": False})
        self._sheet = self._book.add_worksheet(words(info.language)["data"])
        self._begin()

    def _begin(self) -> None:
        """The header; widths must be known before the first row."""
        for place, (header, kind) in enumerate(zip(self._shape.headers, self._shape.kinds, strict=True)):
            width = min(max(_WIDTHS[kind], _width(header) + 4), _WIDEST)
            self._sheet.set_column(place, place, width)
        self._sheet.freeze_panes(1, 0)
        for place, header in enumerate(self._shape.headers):
            self._sheet.write_string(0, place, header, self._bold)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        if self.rows + batch.num_rows > MOST_ROWS:
            raise UsageError(f"A sheet holds {MOST_ROWS:,} rows: filter more, or write .parquet or .csv.")
        masks = self._hiding.masks(batch)
        self.suppressed += sum(sum(mask) for mask in masks.values())
        columns = [
            values(batch.column(place), kind, self._info.timezone)
            for place, kind in enumerate(self._shape.kinds)
        ]
        mark = hidden_mark(self._info.language)
        kinds = self._shape.kinds
        for number in range(batch.num_rows):
            row = self.rows + number + 1
            for place, column in enumerate(columns):
                value = column[number]
                if value is None:
                    if place in masks and masks[place][number]:
                        self._sheet.write_string(row, place, mark, self._mark)
                else:
                    self._cell(row, place, value, kinds[place])
        self.rows += batch.num_rows

    def _cell(self, row: int, place: int, value: Any, kind: str) -> None:
        sheet = self._sheet
        if kind == "flag":
            sheet.write_boolean(row, place, value)
        elif kind == "text":
            text = written(value)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
            sheet.write_string(row, place, text, self._held if is_formula(text) else None)
        elif kind in ("date", "moment"):
            self._time(row, place, value, kind)
        elif abs(value) < LARGEST_EXACT:
            sheet.write_number(row, place, float(value), self._formats[kind])
        else:
            # Excel would round it.
            sheet.write_string(row, place, str(value))

    def _time(self, row: int, place: int, value: dt.date, kind: str) -> None:
        if value.year < _FIRST_YEAR:
            self._sheet.write_string(row, place, str(value))
        else:
            self._sheet.write_datetime(row, place, value, self._formats[kind])

    def finish(self, info: Info) -> None:
        """Filters over the rows, then the sheet of particulars."""
        if self._shape.headers:
            self._sheet.autofilter(0, 0, self.rows, len(self._shape.headers) - 1)
        about = self._book.add_worksheet(words(info.language)["info"])
        about.set_column(0, 0, 34)
        about.set_column(1, 1, 80)
        for row, (label, value) in enumerate(info.lines()):
            about.write_string(row, 0, label, self._bold)
            if isinstance(value, int):
                about.write_number(row, 1, value, self._formats["count"])
            else:
                about.write_string(row, 1, value[:_LONGEST_TEXT], self._held if is_formula(value) else None)
        self._book.close()


def _width(text: str) -> int:
    """Columns of a fixed font; Chinese takes two."""
    return sum(2 if letter >= "\u2e80" else 1 for letter in text)
