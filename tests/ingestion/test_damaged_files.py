"""Whatever becomes of a file's bytes: it is read, or rejected in one sentence; no row goes missing unsaid."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.readers.batch import UnreadableFileError
from tests.ingestion.reading import Reading, read
from tests.ingestion.workbooks import ods, table, text_cell, workbook

HEADER = ["员工编号", "姓名", "入职日期", "离职原因"]
ROWS = [
    [f"E{n:03}", name, f"2020-01-{n:02}", reason]
    for n, (name, reason) in enumerate(
        [
            ("张伟", "家庭原因"),
            ("李娜", '说 "不"'),
            ("王芳", "一行\n两行"),
            ("O'Neil", "a,b;c|d"),
            ("赵六", ""),
        ]
        * 5,
        1,
    )
]
# A row that any damage left alone says what it said; this many may be hit by one piece of damage.
HIT_AT_MOST = 4


def delimited(encoding: str, **dialect: Any) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerows([HEADER, *ROWS])
    return text.getvalue().encode(encoding)


def parquet() -> bytes:
    buffer = io.BytesIO()
    columns = zip(*ROWS, strict=True)
    pq.write_table(pa.table(dict(zip(HEADER, columns, strict=True))), buffer)
    return buffer.getvalue()


OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
TEXTS = {
    "utf-8": delimited("utf-8"),
    "utf-8-sig tab crlf": delimited("utf-8-sig", delimiter="\t", quoting=csv.QUOTE_ALL),
    "gb18030": delimited("gb18030", delimiter=";", lineterminator="\n"),
    "utf-16": delimited("utf-16", delimiter="|"),
    "utf-16-be": delimited("utf-16-be"),
    "utf-32": delimited("utf-32"),
    "json lines": "\n".join(json.dumps(row, ensure_ascii=False) for row in OBJECTS).encode(),
    "json lines utf-16": "\n".join(json.dumps(row, ensure_ascii=False) for row in OBJECTS).encode("utf-16"),
    "json array": json.dumps(OBJECTS, ensure_ascii=False).encode(),
    "json indented": json.dumps({"data": OBJECTS}, ensure_ascii=False, indent=2).encode("utf-8-sig"),
}
BINARIES = {
    "xlsx": workbook(("s", table(HEADER, *ROWS))),
    "ods": ods(*([text_cell(cell.replace("&", "")) for cell in row] for row in [HEADER, *ROWS])),
    "parquet": parquet(),
}
KINDS = TEXTS | BINARIES


@st.composite
def damage(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes with some of them changed, lost, doubled, put in, or all from a place on cut off."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.sampled_from(["flip", "delete", "insert", "cut", "zero", "double"]))
        length = draw(st.integers(1, 30))
        if kind == "flip":
            data[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif kind == "delete":
            del data[at : at + length]
        elif kind == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=6))
        elif kind == "zero":
            data[at : at + length] = bytes(length)
        elif kind == "double":
            data[at:at] = data[at : at + length * 10]
        elif draw(st.booleans()):
            del data[at:]
    return bytes(data)


def reading_of(content: bytes) -> Reading | None:
    """What is read; None when the file is rejected, in one sentence that shows nothing of what is in it."""
    try:
        return read(content)
    except UnreadableFileError as error:
        sentence = str(error)
        assert sentence[0].islower() and "\n" not in sentence and len(sentence) < 250
        assert "Traceback" not in sentence and "张伟" not in sentence
        return None


@pytest.mark.parametrize("kind", TEXTS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_text_is_read_or_rejected(kind: str, data: st.DataObject) -> None:
    reading_of(data.draw(damage(TEXTS[kind])))


@pytest.mark.parametrize("kind", BINARIES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_binary_file_is_read_or_rejected(kind: str, data: st.DataObject) -> None:
    reading = reading_of(data.draw(damage(BINARIES[kind])))
    if reading is not None and reading.layout.format == "XLSX":
        assert [row["员工编号"] for row in reading.rows.values()] == [row[0] for row in ROWS]


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig tab crlf", "gb18030", "utf-16", "utf-16-be"])
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_one_damaged_byte_costs_few_rows_and_changes_no_other(kind: str, data: st.DataObject) -> None:
    content = bytearray(TEXTS[kind])
    at = data.draw(st.integers(len(content) // 4, len(content) - 1))
    how = data.draw(st.sampled_from(["flip", "delete", "insert"]))
    byte = data.draw(st.integers(0, 255))
    content[at : at + (how != "insert")] = b"" if how == "delete" else bytes([byte])
    reading = read(bytes(content))
    kept = [[row.get(header, "") for header in HEADER] for row in reading.rows.values()]
    expected = [[cell.replace("\r\n", "\n") for cell in row] for row in ROWS]
    assert sum(row not in kept for row in expected) <= HIT_AT_MOST
    assert len(reading.rows) + len(reading.broken) >= len(ROWS) - HIT_AT_MOST


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_bytes_without_any_sense_end_nothing(content: bytes) -> None:
    reading_of(content)


@given(
    st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"[{", b"\xff\xfe"]),
    st.binary(),
)
@settings(max_examples=200, deadline=None)
def test_a_beginning_that_promises_more_ends_nothing(beginning: bytes, content: bytes) -> None:
    reading_of(beginning + content)
