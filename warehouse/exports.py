"""A query's result as a file or on a terminal: CSV, JSON, Parquet, or a text table."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import json
import math
import unicodedata
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import UsageError

# A spreadsheet takes a cell that begins so for a formula; the full-width twins too, in Chinese and Japanese.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_WIDEST_CELL = 60


def render(table: pa.Table, file_format: str) -> bytes:
    """`table` as `table`, `csv`, `json` or `parquet`; `UsageError` for another format."""
    try:
        renderer = _RENDERERS[file_format]
    except KeyError:
        raise UsageError(
            f"{file_format!r} is not a format: use one of {', '.join(sorted(_RENDERERS))}."
        ) from None
    return renderer(table)


def to_csv(table: pa.Table) -> bytes:
    """UTF-8 with a byte-order mark (Excel then shows Chinese), CRLF, null and NaN as empty
    cells.

    Texts that a spreadsheet would run as a formula get an apostrophe in front; numbers stay numbers.
    Lists and structs are JSON in a cell.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([_harmless(name) for name in table.column_names])
    columns = [_csv_column(column) for column in table.columns]
    if columns:
        writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode("utf-8-sig", "replace")


def to_json(table: pa.Table) -> bytes:
    """An array of objects, one a line, UTF-8; dates and times as ISO 8601, what is not a number as null."""
    lines = (
        json.dumps(_plain(row), ensure_ascii=False, allow_nan=False)
        for batch in table.to_batches(max_chunksize=10_000)
        for row in batch.to_pylist()
    )
    body = ",\n".join(lines)
    return (f"[\n{body}\n]\n" if body else "[]\n").encode("utf-8", "replace")


def to_parquet(table: pa.Table) -> bytes:
    """Zstandard-compressed Parquet with the result's types."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def to_text(table: pa.Table) -> bytes:
    """A table for a terminal: Chinese counts two columns, long cells are cut, control characters become ·."""
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    names = [_visible(name) for name in table.column_names]
    widths = [
        max([_width(name), *(_width(cell) for cell in cells)])
        for name, cells in zip(names, columns, strict=True)
    ]
    right = [_is_number(field.type) for field in table.schema]

    def line(cells: Sequence[str]) -> str:
        padded = [
            " " * (width - _width(cell)) + cell if at_right else cell + " " * (width - _width(cell))
            for cell, width, at_right in zip(cells, widths, right, strict=True)
        ]
        return "  ".join(padded).rstrip()

    rule = "  ".join("─" * width for width in widths)
    body = [line(cells) for cells in zip(*columns, strict=True)] if columns else []
    count = f"({table.num_rows:,} {'row' if table.num_rows == 1 else 'rows'})"
    return ("\n".join([line(names), rule, *body, count]) + "\n").encode("utf-8", "replace")


_RENDERERS: dict[str, Callable[[pa.Table], bytes]] = {
    "table": to_text,
    "csv": to_csv,
    "json": to_json,
    "parquet": to_parquet,
}
FORMATS = tuple(_RENDERERS)


def _csv_column(column: pa.ChunkedArray) -> list[object]:
    values = column.to_pylist()
    if _is_number(column.type):
        return ["" if value is None or value != value else value for value in values]
    return ["" if value is None else _csv_cell(value) for value in values]


def _csv_cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, list | tuple | dict):
        value = json.dumps(_plain(value), ensure_ascii=False)
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would see a formula.

    Leading blanks are looked through, since some programs drop them on import.
    """
    return f"'{text}" if text.startswith("\t") or text.lstrip().startswith(_FORMULA_STARTS) else text


def _plain(value: object) -> object:
    """What JSON can hold."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        return _plain(float(value))
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        value = json.dumps(_plain(value), ensure_ascii=False)
    text = _visible(str(value))
    return text if _width(text) <= _WIDEST_CELL else f"{_cut(text, _WIDEST_CELL - 1)}…"


def _cut(text: str, width: int) -> str:
    """The longest beginning that is at most `width` columns wide."""
    used = 0
    for index, mark in enumerate(text):
        used += _width(mark)
        if used > width:
            return text[:index]
    return text


def _visible(text: str) -> str:
    """No cell may move the cursor, colour the terminal or reverse the line."""
    return "".join("·" if unicodedata.category(mark) in ("Cc", "Cf", "Zl", "Zp") else mark for mark in text)


def _width(text: str) -> int:
    """Columns on a terminal."""
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1
        for mark in text
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
