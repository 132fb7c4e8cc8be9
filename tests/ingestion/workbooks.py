"""Workbooks for tests: written by xlsxwriter, and mended by hand where it would not write such a thing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Fill = Callable[[xlsxwriter.Workbook, Worksheet], None]


def workbook(*sheets: tuple[str, Fill], **options: Any) -> bytes:
    """An XLSX file; each sheet is filled by a function of the workbook and the sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        for name, fill in sheets:
            fill(book, book.add_worksheet(name))
    return buffer.getvalue()


def table(*rows: Sequence[Any], at: tuple[int, int] = (0, 0)) -> Fill:
    """Fills a sheet with rows; texts stay texts, None stays empty."""

    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at[0] + number, at[1] + place, cell)
                elif cell is not None:
                    sheet.write(at[0] + number, at[1] + place, cell)

    return fill


def changed(content: bytes, changes: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """The same archive with some members changed, or added when there are none of that name."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changes.pop(name, bytes)(old.read(name)))
        for name, change in changes.items():
            new.writestr(name, change(b""))
    return buffer.getvalue()


def ods(*rows: Sequence[str]) -> bytes:
    """A small OpenDocument sheet; each cell is the XML of a cell."""
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}><office:body>'
        f'<office:spreadsheet><table:table table:name="表">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def text_cell(text: str) -> str:
    """A text in an OpenDocument sheet."""
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def date_cell(day: str) -> str:
    """A date in an OpenDocument sheet."""
    value = f'office:value-type="date" office:date-value="{day}"'
    return f"<table:table-cell {value}><text:p>x</text:p></table:table-cell>"
