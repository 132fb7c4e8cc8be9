"""XLSX files: typed cells, a frozen header with filters, widths, and a sheet of particulars.

Rows leave memory as they are written. Texts are written as texts, never as formulas or links; one that looks
like a formula also bears Excel's own mark for text, so that it stays one when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import pyarrow as pa
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from warehouse.errors import UsageError
from warehouse.export_cells import LARGEST_EXACT, Hiding, is_formula, values, written
from warehouse.export_files import Shape
from warehouse.export_info import Info, hidden_mark, words

MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767
_FIRST_YEAR = 1900
_EPOCH = dt.datetime(1899, 12, 30)
# Excel has a 29 February 1900, which never was.
_LAST_RIGHT_DAY = 60
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
        headers = [
            [_text(f"{xl_col_to_name(place)}1", header, self._bold)]
            for place, header in enumerate(self._shape.headers)
        ]
        self._rows([1], headers)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        if self.rows + batch.num_rows > MOST_ROWS:
            raise UsageError(f"A sheet holds {MOST_ROWS:,} rows: filter more, or write .parquet or .csv.")
        masks = self._hiding.masks(batch)
        self.suppressed += sum(sum(mask) for mask in masks.values())
        numbers = range(self.rows + 2, self.rows + 2 + batch.num_rows)
        columns = []
        for place, kind in enumerate(self._shape.kinds):
            found = values(batch.column(place), kind, self._info.timezone)
            cells = list(self._cells(xl_col_to_name(place), kind, found, numbers))
            for row, is_hidden in enumerate(masks.get(place, ())):
                if is_hidden:
                    reference = f"{xl_col_to_name(place)}{numbers[row]}"
                    cells[row] = _text(reference, hidden_mark(self._info.language), self._mark)
            columns.append(cells)
        self._rows(numbers, columns)
        self.rows += batch.num_rows

    def _rows(self, numbers: Iterable[int], columns: Sequence[Sequence[str]]) -> None:
        # Into the file of rows that constant_memory keeps: a call a cell would take several times as long,
        # and the library writes a text that begins with <r> as it is.
        self._sheet.fh.write(
            "".join(
                f'<row r="{number}">{"".join(cells)}</row>'
                for number, cells in zip(numbers, zip(*columns, strict=True), strict=False)
            )
        )

    def _cells(self, letters: str, kind: str, found: Sequence[Any], numbers: Iterable[int]) -> Iterator[str]:
        """XML of each cell; of an empty one nothing."""
        style = self._formats[kind]._get_xf_index() if kind in self._formats else 0
        for value, number in zip(found, numbers, strict=True):
            if value is None:
                yield ""
            elif kind == "text":
                text = written(value)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
                yield _text(f"{letters}{number}", text, self._held if is_formula(text) else None)
            elif kind == "flag":
                yield f'<c r="{letters}{number}" t="b"><v>{int(value)}</v></c>'
            elif kind in ("date", "moment"):
                if value.year < _FIRST_YEAR:
                    yield _text(f"{letters}{number}", str(value), None)
                else:
                    yield f'<c r="{letters}{number}" s="{style}"><v>{_serial(value):.16G}</v></c>'
            elif abs(value) < LARGEST_EXACT:
                yield f'<c r="{letters}{number}" s="{style}"><v>{float(value):.16G}</v></c>'
            else:
                # Excel would round it.
                yield _text(f"{letters}{number}", str(value), None)

    def finish(self, info: Info) -> None:
        """Filters over the rows, then the sheet of particulars."""
        if self._shape.headers:
            sheet = self._sheet
            sheet.dim_rowmin = sheet.dim_colmin = 0
            sheet.dim_rowmax, sheet.dim_colmax = self.rows, len(self._shape.headers) - 1
            self._sheet.autofilter(0, 0, self.rows, len(self._shape.headers) - 1)
        about = self._book.add_worksheet(words(info.language)["info"])
        about.set_column(0, 0, 34)
        about.set_column(1, 1, 80)
        for row, (label, value) in enumerate(info.lines()):
            about.write_string(row, 0, label, self._bold)
            if isinstance(value, int):
                about.write_number(row, 1, value, self._formats["count"])
            else:
                # The library takes a text between these for XML.
                plain = value[:_LONGEST_TEXT].replace("<r>", "< r>")
                about.write_string(row, 1, plain, self._held if is_formula(value) else None)
        self._book.close()


def _text(reference: str, text: str, style: Any) -> str:
    """A cell with a text in it, never a formula; control characters as Excel escapes them."""
    escaped = escape(Worksheet._escape_control_characters(text))
    number = f' s="{style._get_xf_index()}"' if style is not None else ""
    return f'<c r="{reference}"{number} t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


def _serial(value: dt.date) -> float:
    """Days since the day that Excel counts from; leap days as Excel believes in them."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    days = (moment.replace(tzinfo=None) - _EPOCH) / dt.timedelta(days=1)
    return days if days > _LAST_RIGHT_DAY else days - 1


def _width(text: str) -> int:
    """Columns of a fixed font; Chinese takes two."""
    return sum(2 if letter >= "\u2e80" else 1 for letter in text)
