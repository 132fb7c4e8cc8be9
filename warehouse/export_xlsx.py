"""XLSX files: typed cells, a frozen header with filters, widths, and a sheet of particulars.

Rows leave memory as they are written, into a folder that goes when the file is whole. Each distinct value of
a column is written out once a batch; Arrow joins cells to rows. Texts are written as texts, never as formulas
or links; one that looks like a formula also bears Excel's own mark for text, so that it stays one when
somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from warehouse import export_scratch
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


def _scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


_STARTS_ROW, _ENDS_START, _ENDS_ROW, _NOTHING = map(_scalar, ('<row r="', '">', "</row>", ""))


class XlsxWriter:
    """One sheet of data, one of particulars."""

    def __init__(
        self, target: BinaryIO, shape: Shape, info: Info, hiding: Hiding, scratch: Path | None = None
    ) -> None:
        self._aside = tempfile.mkdtemp() if scratch is None else export_scratch.made(scratch)
        self._tidy = weakref.finalize(self, shutil.rmtree, self._aside, ignore_errors=True)
        self.rows = self.suppressed = 0
        self._shape = shape
        self._info = info
        self._hiding = hiding
        self._book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True,
                "tmpdir": self._aside,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._formats = {
            kind: self._book.add_format({"num_format": text}) for kind, text in _NUMBER_FORMATS.items()
        }
        self._styles = {kind: style._get_xf_index() for kind, style in self._formats.items()}
        self._mark = self._book.add_format({"italic": True, "font_color": "#6B7C85"})
        self._held = self._book.add_format({"quote_prefix": True})
        self._bold = self._book.add_format({"bold": True, "bg_color": "#E9EEF0", "text_wrap": False})
        self._hidden = _scalar(_text_cell(hidden_mark(info.language), self._mark))
        self._sheet = self._book.add_worksheet(words(info.language)["data"])
        self._begin()

    def _begin(self) -> None:
        """The header; widths must be known before the first row."""
        for place, (header, kind) in enumerate(zip(self._shape.headers, self._shape.kinds, strict=True)):
            width = min(max(_WIDTHS[kind], _width(header) + 4), _WIDEST)
            self._sheet.set_column(place, place, width)
        self._sheet.freeze_panes(1, 0)
        headers = [
            pa.array([_text_cell(header, self._bold)], pa.large_string()) for header in self._shape.headers
        ]
        self._rows(1, headers)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        if self.rows + batch.num_rows > MOST_ROWS:
            raise UsageError(f"A sheet holds {MOST_ROWS:,} rows: filter more, or write .parquet or .csv.")
        masks = self._hiding.masks(batch)
        self.suppressed += sum(sum(mask) for mask in masks.values())
        columns = []
        for place, kind in enumerate(self._shape.kinds):
            cells = self._cells(kind, batch.column(place))
            if place in masks:
                cells = pc.if_else(pa.array(masks[place]), self._hidden, cells)
            columns.append(cells)
        self._rows(self.rows + 2, columns)
        self.rows += batch.num_rows

    def _rows(self, first: int, columns: Sequence[pa.Array]) -> None:
        """Writes rows from number `first` on; of each cell comes what stands behind its place, or nothing."""
        if not columns:
            return
        numbers = pa.array(range(first, first + len(columns[0])), pa.int64()).cast(pa.large_string())
        parts: list[Any] = [_STARTS_ROW, numbers, _ENDS_START]
        for place, cells in enumerate(columns):
            begins = _scalar(f'<c r="{xl_col_to_name(place)}')
            parts.append(pc.coalesce(pc.binary_join_element_wise(begins, numbers, cells, _NOTHING), _NOTHING))
        rows = pc.binary_join_element_wise(*parts, _ENDS_ROW, _NOTHING)
        # Into the file of rows that constant_memory keeps: a call a cell would take several times as long,
        # and the library writes a text that begins with <r> as it is.
        for row in rows.to_pylist():
            self._sheet.fh.write(row)

    def _cells(self, kind: str, column: pa.Array) -> pa.Array:
        """Each cell as XML behind its place; null for an empty one."""
        if not _has_few_forms(column.type):
            found = values(column, kind, self._info.timezone)
            return pa.array([self._cell(kind, value) for value in found], pa.large_string())
        encoded = column.dictionary_encode()
        found = values(encoded.dictionary, kind, self._info.timezone)
        forms = pa.array([self._cell(kind, value) for value in found], pa.large_string())
        return forms.take(encoded.indices)

    def _cell(self, kind: str, value: Any) -> str | None:
        if value is None:
            return None
        if kind == "text":
            text = written(value)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
            return _text_cell(text, self._held if is_formula(text) else None)
        if kind == "flag":
            return f'" t="b"><v>{int(value)}</v></c>'
        style = self._styles[kind]
        if kind in ("date", "moment"):
            is_known = value.year >= _FIRST_YEAR
            return f'" s="{style}"><v>{_serial(value):.16G}</v></c>' if is_known else _text_cell(str(value))
        if abs(value) < LARGEST_EXACT:
            return f'" s="{style}"><v>{float(value):.16G}</v></c>'
        # Excel would round it.
        return _text_cell(str(value))

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
        self._tidy()


def _text_cell(text: str, style: Any = None) -> str:
    """A cell with a text in it, never a formula; control characters as Excel escapes them."""
    escaped = escape(Worksheet._escape_control_characters(text))
    number = f' s="{style._get_xf_index()}"' if style is not None else ""
    return f'"{number} t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


def _has_few_forms(kind: pa.DataType) -> bool:
    """Whether Arrow can find the distinct values of such a column."""
    return bool(pa.types.is_primitive(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _serial(value: dt.date) -> float:
    """Days since the day that Excel counts from; leap days as Excel believes in them."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    days = (moment.replace(tzinfo=None) - _EPOCH) / dt.timedelta(days=1)
    return days if days > _LAST_RIGHT_DAY else days - 1


def _width(text: str) -> int:
    """Columns of a fixed font; Chinese takes two."""
    return sum(2 if letter >= "\u2e80" else 1 for letter in text)
