"""A query's result as a file or on a terminal: CSV, JSON, Parquet, or a text table."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import UsageError
from warehouse.export_cells import csv_cell, harmless, is_number, kind_of, plain, values

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
    writer.writerow([harmless(name) for name in table.column_names])
    kinds = [kind_of(field.name, field.type) for field in table.schema]
    columns = [
        [csv_cell(value, kind) for chunk in column.chunks for value in values(chunk, kind, None)]
        for column, kind in zip(table.columns, kinds, strict=True)
    ]
    if columns:
        writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode("utf-8-sig", "replace")


def to_json(table: pa.Table) -> bytes:
    """An array of objects, one a line, UTF-8; dates and times as ISO 8601, what is not a number as null."""
    lines = (
        json.dumps(plain(row), ensure_ascii=False, allow_nan=False)
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


def to_text(table: pa.Table, width: int | None = None) -> bytes:
    """A table for a terminal: Chinese counts two columns, long cells are cut, control characters become ·.

    A table wider than `width` is written a row a block, a column a line.
    """
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    names = [_visible(name) for name in table.column_names]
    widths = [
        max([_width(name), *(_width(cell) for cell in cells)])
        for name, cells in zip(names, columns, strict=True)
    ]
    if width is not None and sum(widths) + 2 * (len(widths) - 1) > width:
        lines = _blocks(names, columns, table.num_rows)
    else:
        lines = _grid(table.schema, names, columns, widths)
    count = f"({table.num_rows:,} {'row' if table.num_rows == 1 else 'rows'})"
    return ("\n".join([*lines, count]) + "\n").encode("utf-8", "replace")


def _grid(
    schema: pa.Schema, names: Sequence[str], columns: Sequence[Sequence[str]], widths: Sequence[int]
) -> list[str]:
    right = [is_number(field.type) for field in schema]

    def line(cells: Sequence[str]) -> str:
        padded = [
            " " * (width - _width(cell)) + cell if at_right else cell + " " * (width - _width(cell))
            for cell, width, at_right in zip(cells, widths, right, strict=True)
        ]
        return "  ".join(padded).rstrip()

    rule = "  ".join("─" * width for width in widths)
    body = [line(cells) for cells in zip(*columns, strict=True)] if columns else []
    return [line(names), rule, *body]


def _blocks(names: Sequence[str], columns: Sequence[Sequence[str]], rows: int) -> list[str]:
    widest = max(_width(name) for name in names)
    lines: list[str] = []
    for row in range(rows):
        lines.append(f"── {row + 1:,} " + "─" * widest)
        lines += [
            f"{name}{' ' * (widest - _width(name))}  {cells[row]}".rstrip()
            for name, cells in zip(names, columns, strict=True)
        ]
    return lines


_RENDERERS: dict[str, Callable[[pa.Table], bytes]] = {
    "table": to_text,
    "csv": to_csv,
    "json": to_json,
    "parquet": to_parquet,
}
FORMATS = tuple(_RENDERERS)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        value = json.dumps(plain(value), ensure_ascii=False)
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
