"""Random tables, written in every way that is named, read back the same: each row, each cell, in order."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingestion.reading import read
from tests.ingestion.workbooks import table, workbook

HEADER = ["员工编号", "姓名", "入职日期", "备注"]
# What people and machines put into a cell; no spaces at its ends, which values trim anyway.
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=10)
AWKWARD = st.text("a1,\"'\n\r;\t|^ 原因😀\\=", max_size=12).map(str.strip)
ZEROS = st.from_regex(r"0[0-9]{0,17}", fullmatch=True)
CELL = st.one_of(
    PLAIN, AWKWARD, ZEROS, st.sampled_from(["NULL", "null", "N/A", "-", "#N/A", "TRUE", "1e5", "007"])
)
ROWS = st.lists(st.tuples(PLAIN, CELL, CELL), min_size=1, max_size=8)

Table = list[list[str]]


def numbered(rows: list[tuple[str, ...]]) -> Table:
    """Rows with a key of their own, so that none is blank."""
    return [[f"E{number}", *row] for number, row in enumerate(rows, 1)]


def delimited(rows: Table, encoding: str, separator: str, line_end: str, quoting: int) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=quoting)
    writer.writerows([HEADER, *rows])
    return text.getvalue().encode(encoding)


def with_backslashes(rows: Table) -> bytes:
    """As MySQL writes it: all quoted, quotes and backslashes behind a backslash."""

    def cell(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return "".join(",".join(map(cell, row)) + "\n" for row in [HEADER, *rows]).encode()


def json_lines(rows: Table, encoding: str = "utf-8") -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in objects(rows)).encode(encoding)


def objects(rows: Table) -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in rows]


def parquet(rows: Table) -> bytes:
    buffer = io.BytesIO()
    columns = zip(*rows, strict=True)
    pq.write_table(pa.table(dict(zip(HEADER, columns, strict=True))), buffer, row_group_size=3)
    return buffer.getvalue()


def expected(rows: Table) -> list[dict[str, Any]]:
    """What is read: an empty cell is absent, whether a format could tell or not."""
    return [{header: cell for header, cell in row.items() if cell} for row in objects(rows)]


def found(content: bytes) -> list[dict[str, Any]]:
    reading = read(content)
    assert reading.broken == ()
    assert list(reading.rows) == list(range(1, len(reading.rows) + 1))
    return [{header: cell for header, cell in row.items() if cell != ""} for row in reading.rows.values()]


QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUIET
@given(
    ROWS,
    st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "gb18030"]
    ),
    st.sampled_from([",", "\t", ";", "|", "^"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_delimited_text(rows: Any, encoding: str, separator: str, line_end: str, quoting: int) -> None:
    rows = [[mend(cell) for cell in row] for row in numbered(rows)]
    if quoting == csv.QUOTE_MINIMAL:
        # The writer leaves the line end that is not its own unquoted, which makes it one.
        other = "\r\n".translate({ord(character): None for character in line_end})
        rows = [["".join(one for one in cell if one not in other) for cell in row] for row in rows]
    assert found(delimited(rows, encoding, separator, line_end, quoting)) == expected(rows)


def mend(text: str) -> str:
    """Without what a text file marks a text with, which is taken off: '0012 is 0012.

    Nor with a line that begins like a row's key: it is set apart for a row that an open quote swallowed.
    """
    return re.sub(r"[\r\n]+(?=\W*[^\W\d_]+[0-9])", " ", text).lstrip("'=‘")


@QUIET
@given(ROWS)
def test_text_quoted_with_backslashes(rows: Any) -> None:
    rows = [[mend(cell) for cell in row] for row in numbered([("a", 'say "hi"', "x"), *rows])]
    assert found(with_backslashes(rows)) == expected(rows)


@QUIET
@pytest.mark.parametrize(
    "write",
    [
        json_lines,
        lambda rows: json_lines(rows, "utf-16"),
        lambda rows: json_lines(rows, "utf-8-sig"),
        lambda rows: json_lines(rows, "gb18030"),
        lambda rows: json.dumps(objects(rows)).encode(),
        lambda rows: json.dumps(objects(rows), ensure_ascii=False, indent=3).encode("utf-16"),
        lambda rows: json.dumps({"total": 1, "data": objects(rows)}, ensure_ascii=False).encode(),
        parquet,
    ],
    ids=[
        "lines",
        "lines utf-16",
        "lines mark",
        "lines gb18030",
        "array",
        "array utf-16",
        "object",
        "parquet",
    ],
)
@given(rows=ROWS)
def test_json_and_parquet(write: Callable[[Table], bytes], rows: Any) -> None:
    assert found(write(numbered(rows))) == expected(numbered(rows))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.integers(0, 3), st.integers(0, 3))
def test_workbooks(rows: Any, down: int, right: int) -> None:
    rows = [[mend(cell).replace("\r", "") for cell in row] for row in numbered(rows)]
    assert found(workbook(("s", table(HEADER, *rows, at=(down, right))))) == expected(rows)
