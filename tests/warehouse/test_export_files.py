"""Exported files: typed, told about, and harmless to whoever opens them in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import json
import re
import tempfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from warehouse.errors import UsageError
from warehouse.export_cells import Hiding, harmless, kind_of
from warehouse.export_files import FORMATS, Shape, writer
from warehouse.export_info import Info
from warehouse.viewer import Viewer

SHANGHAI = ZoneInfo("Asia/Shanghai")
INFO = Info(
    title="marts.interview_results",
    viewer=Viewer("lin", "department_head"),
    at=dt.datetime(2026, 10, 1, 1, 30, tzinfo=dt.UTC),
    timezone=SHANGHAI,
    language="zh",
    filters={"grade": "A", "quarter_start": "2026-07-01"},
    run={
        "run_id": "run1",
        "rubric_version": "r-1",
        "weights_version": "w-1",
        "data_as_of": dt.datetime(2026, 9, 30, 16, 0),
    },
)
TABLE = pa.table(
    {
        "name": ["测试甲", "=1+1"],
        "mean_score": pa.array([81.25, None], pa.float64()),
        "pass_share": pa.array([0.5, None], pa.float64()),
        "people_n": pa.array([7, 3], pa.int64()),
        "offered_at": pa.array([dt.datetime(2026, 1, 5, 8), None], pa.timestamp("us")),
        "completed_on": pa.array([dt.date(2026, 1, 5), None]),
        "is_top10": [True, False],
        "large": pa.array([2**60, 1], pa.int64()),
        "suppressed": [False, True],
    }
)
HIDING = Hiding(frozenset({"mean_score", "pass_share"}))
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def written(kind: str, table: pa.Table = TABLE, hiding: Hiding = HIDING) -> tuple[bytes, Info]:
    buffer = io.BytesIO()
    made = writer(kind, buffer, Shape.of(table.schema), INFO, hiding)
    for batch in table.to_batches():
        made.write(batch)
    info = INFO.ended(made.rows, made.suppressed, is_truncated=False)
    made.finish(info)
    return buffer.getvalue(), info


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_sheet_has_typed_cells_local_times_and_marks_for_what_is_hidden() -> None:
    data = sheets(written("xlsx")[0])["数据"]
    assert data[0] == TABLE.schema.names
    assert data[1] == [
        *("测试甲", 81.25, 0.5, 7.0, dt.datetime(2026, 1, 5, 16, 0), dt.date(2026, 1, 5)),
        *(True, str(2**60), False),
    ]
    assert data[2] == ["=1+1", "少于 5 人", "少于 5 人", 3.0, "", "", False, 1.0, True]


def test_a_sheet_of_particulars_says_where_the_rows_come_from() -> None:
    about = {row[0]: row[1] for row in sheets(written("xlsx")[0])["说明"]}
    assert about == {
        "内容": "marts.interview_results",
        "筛选": "grade = A; quarter_start = 2026-07-01",
        "数据截至": "2026-10-01 00:00:00",
        "发布批次": "run1",
        "评分规则版本": "r-1",
        "权重版本": "w-1",
        "行数": 2.0,
        "行数达到上限，后面的行未包含": "否",
        "因人数过少而隐去的单元格": 2.0,
        "导出人": "lin",
        "角色": "department_head",
        "导出时间": "2026-10-01 09:30:00",
        "时间所用时区": "Asia/Shanghai",
    }


def test_a_sheet_has_a_frozen_header_filters_and_no_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(written("xlsx")[0])) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert '<pane ySplit="1"' in sheet
    assert '<autoFilter ref="A1:I3"/>' in sheet
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles
    assert 'formatCode="0.0%"' in styles


def test_a_csv_has_a_header_and_rows_and_nothing_else() -> None:
    content, info = written("csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert content.startswith(b"\xef\xbb\xbf")
    assert [row["mean_score"] for row in rows] == ["81.25", "少于 5 人"]
    assert [row["name"] for row in rows] == ["测试甲", "'=1+1"]
    assert rows[0]["offered_at"] == "2026-01-05 16:00:00"
    assert info.suppressed == 2


def test_parquet_keeps_types_and_has_its_particulars_inside() -> None:
    content = io.BytesIO(written("parquet")[0])
    told = json.loads(pq.read_metadata(content).metadata[b"scorehouse"])
    assert pq.read_table(content).equals(TABLE)
    assert {name: told[name] for name in ("rows", "suppressed_cells", "exported_by", "rubric_version")} == {
        "rows": 2,
        "suppressed_cells": 2,
        "exported_by": "lin",
        "rubric_version": "r-1",
    }
    assert told["data_as_of"] == "2026-09-30T16:00:00+00:00"
    assert told["filters"] == {"grade": "A", "quarter_start": "2026-07-01"}


DANGER = st.sampled_from(
    [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "＝",
        "＋",
        "－",
        "＠",
        '"=',
        "'=",
        " \u3000=",
        "\ufeff=",
        "“=",
        "\u200b=",
    ]
)


@given(
    st.lists(st.builds(str.__add__, DANGER, st.text(st.characters(codec="utf-8"))), min_size=1, max_size=4)
)
@examples(max_examples=60)
def test_no_text_becomes_a_formula_in_any_spreadsheet(texts: list[str]) -> None:
    table = pa.table({"=t": pa.array(texts, pa.string()), "n": pa.array([-1] * len(texts), pa.int64())})
    header, *rows = csv.reader(io.StringIO(written("csv", table)[0].decode("utf-8-sig"), newline=""))
    assert header == ["'=t", "n"]
    assert rows == [[f"'{text}", "-1"] for text in texts]
    with zipfile.ZipFile(io.BytesIO(written("xlsx", table)[0])) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >]", sheet)
    assert re.findall(r'<c r="A\d+"[^>]* t="(\w+)"', sheet) == ["inlineStr"] * (1 + len(texts))


@given(st.text(st.characters(codec="utf-8")))
def test_a_harmless_text_is_left_alone_and_any_other_begins_with_an_apostrophe(text: str) -> None:
    found = harmless(text)
    assert found in (text, f"'{text}")
    looked_through = re.sub("^[\\s\u200b-\u200f\u2060\ufeff\"'“”‘’]*", "", text)
    if text.startswith(("\t", "\r", "\n")) or looked_through.startswith(FORMULA_STARTS):
        assert found == f"'{text}"


@pytest.mark.parametrize("value", [-1.5, 0.0, 1e-9, -3])
def test_numbers_stay_numbers(value: float) -> None:
    table = pa.table({"x": [value]})
    assert sheets(written("xlsx", table)[0])["数据"][1] == [value]
    assert written("csv", table)[0].decode("utf-8-sig").splitlines()[1] == str(value)


@pytest.mark.parametrize(
    "text", ["<r><t>x</t></r>", "</t></is></c><c><f>1+1</f></c>", "a & b < c", " x ", "a\x07b", ""]
)
def test_a_text_is_no_xml(text: str) -> None:
    content = written("xlsx", pa.table({"t": [text, "last"]}))[0]
    assert sheets(content)["数据"][1:] == [[text], ["last"]]


def test_days_are_excel_s_days() -> None:
    days = [dt.date(1900, 1, 1), dt.date(1900, 3, 1), dt.date(2026, 2, 28)]
    data = sheets(written("xlsx", pa.table({"on": days}))[0])["数据"]
    assert [row[0] for row in data[2:]] == days[1:]
    with zipfile.ZipFile(io.BytesIO(written("xlsx", pa.table({"on": days}))[0])) as archive:
        assert "<v>1</v>" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_a_number_that_excel_would_round_is_written_out() -> None:
    table = pa.table({"id": pa.array([12345678901234567890], pa.uint64())})
    assert sheets(written("xlsx", table)[0])["数据"][1] == ["12345678901234567890"]


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_result_is_still_a_file(kind: str) -> None:
    content, info = written(kind, TABLE.slice(0, 0))
    assert content
    assert info.rows == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_do_not_pile_up_in_memory(kind: str, tmp_path: Any) -> None:
    batch = TABLE.slice(0, 1).combine_chunks().to_batches()[0]
    block = pa.Table.from_batches([batch] * 500).combine_chunks().to_batches()[0]
    with (tmp_path / "file").open("w+b") as file:
        made = writer(kind, file, Shape.of(TABLE.schema), INFO, HIDING)
        made.write(block)
        tracemalloc.start()
        for _ in range(20):
            made.write(block)
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        made.finish(INFO)
    assert kept < 1_000_000


def test_rows_of_a_sheet_lie_nowhere_but_in_the_given_folder_and_not_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, scratch = tmp_path / "elsewhere", tmp_path / "exports"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    made = writer("xlsx", io.BytesIO(), Shape.of(TABLE.schema), INFO, HIDING, scratch)
    for batch in TABLE.to_batches():
        made.write(batch)
    (aside,) = scratch.iterdir()
    assert list(aside.iterdir()) and aside.stat().st_mode & 0o077 == 0
    made.finish(INFO)
    assert list(scratch.iterdir()) == []
    begun = writer("xlsx", io.BytesIO(), Shape.of(TABLE.schema), INFO, HIDING, scratch)
    assert len(list(scratch.iterdir())) == 1
    del begun
    gc.collect()
    assert list(scratch.iterdir()) == [] == list(elsewhere.iterdir())


def test_hidden_cells_are_told_from_empty_ones() -> None:
    assert Hiding(frozenset({"mean_score"})).masks(TABLE.to_batches()[0]) == {1: [False, True]}
    without = TABLE.drop_columns(["suppressed"]).to_batches()[0]
    assert Hiding(frozenset({"mean_score"})).masks(without) == {}


@pytest.mark.parametrize(
    ("name", "type_", "kind"),
    [
        ("pass_share", pa.float64(), "share"),
        ("abandon_rate", pa.float64(), "share"),
        ("coverage", pa.float64(), "share"),
        ("mean_offer", pa.float64(), "money"),
        ("pay_min", pa.float64(), "money"),
        ("composite_score", pa.float64(), "number"),
        ("people_n", pa.int64(), "count"),
        ("grade", pa.string(), "text"),
    ],
)
def test_a_column_s_name_and_type_say_how_it_is_shown(name: str, type_: pa.DataType, kind: str) -> None:
    assert kind_of(name, type_) == kind


def test_an_unknown_format_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="'xls' is not a format of files"):
        writer("xls", io.BytesIO(), Shape.of(TABLE.schema), INFO, HIDING)
