from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.errors import UsageError
from warehouse.exports import FORMATS, render, to_csv, to_json, to_parquet, to_text

TABLE = pa.table(
    {
        "候选人": pa.array(["测试甲", 'a "quoted", name', None]),
        "score": pa.array([81.25, None, -3.5]),
        "n": pa.array([1, 2, None], pa.int64()),
        "pay": pa.array([Decimal("12.50"), None, Decimal("0.00")], pa.decimal128(8, 2)),
        "top": pa.array([True, False, None]),
        "at": pa.array([dt.datetime(2026, 1, 5, 8), None, None], pa.timestamp("us")),
        "day": pa.array([dt.date(2026, 1, 5), None, None]),
        "flags": pa.array([["短", "b"], [], None]),
        "evidence": pa.array([{"phrase": "因为", "start": 3}, None, None]),
    }
)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_begins_with_a_byte_order_mark_and_keeps_every_value() -> None:
    content = to_csv(TABLE)
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows_of(content) == [
        ["候选人", "score", "n", "pay", "top", "at", "day", "flags", "evidence"],
        [
            *("测试甲", "81.25", "1", "12.50", "true", "2026-01-05 08:00:00", "2026-01-05"),
            *('["短", "b"]', '{"phrase": "因为", "start": 3}'),
        ],
        ['a "quoted", name', "", "2", "", "false", "", "", "[]", ""],
        ["", "-3.5", "", "0.00", "", "", "", "", ""],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+86 10 1234",
        "-1+2",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\u3000=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "\tx",
    ],
)
def test_a_spreadsheet_never_runs_a_cell_of_a_csv(text: str) -> None:
    table = pa.table({text: [text], "list": [[text]]})
    header, row = rows_of(to_csv(table))
    assert header[0] == f"'{text}"
    assert row[0] == f"'{text}"
    assert row[1].startswith("[")


def test_negative_numbers_stay_numbers_in_csv() -> None:
    assert rows_of(to_csv(pa.table({"x": [-1.5], "n": [-2]})))[1] == ["-1.5", "-2"]


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_texts_survive_csv_but_for_the_apostrophe(texts: list[str]) -> None:
    table = pa.table({"text": pa.array(texts, pa.string()), "n": list(range(len(texts)))})
    read = [row[0] for row in rows_of(to_csv(table))[1:]]
    for text, cell in zip(texts, read, strict=True):
        assert cell in (text, f"'{text}")
        assert not cell.lstrip().startswith(tuple("=+-@"))


def test_json_is_one_object_a_row() -> None:
    rows = json.loads(to_json(TABLE))
    assert rows[0] == {
        "候选人": "测试甲",
        "score": 81.25,
        "n": 1,
        "pay": 12.5,
        "top": True,
        "at": "2026-01-05T08:00:00",
        "day": "2026-01-05",
        "flags": ["短", "b"],
        "evidence": {"phrase": "因为", "start": 3},
    }
    assert rows[2]["候选人"] is None
    assert "测试甲" in to_json(TABLE).decode()


def test_json_has_no_numbers_that_are_none() -> None:
    table = pa.table({"x": [float("nan"), float("inf"), 1.0]})
    assert json.loads(to_json(table)) == [{"x": None}, {"x": None}, {"x": 1.0}]


def test_an_empty_result_is_still_a_file_of_its_format() -> None:
    empty = TABLE.slice(0, 0)
    assert json.loads(to_json(empty)) == []
    assert len(rows_of(to_csv(empty))) == 1
    assert pq.read_table(io.BytesIO(to_parquet(empty))).schema == TABLE.schema
    assert to_text(empty).decode().endswith("(0 rows)\n")


def test_parquet_keeps_the_types() -> None:
    assert pq.read_table(io.BytesIO(to_parquet(TABLE))).equals(TABLE)


def test_a_text_table_lines_up_with_chinese_in_it() -> None:
    table = pa.table({"姓名": ["测试甲", "ab"], "score": [81.25, 7.0]})
    assert to_text(table).decode() == (
        "姓名    score\n"  #
        "──────  ─────\n"
        "测试甲  81.25\n"
        "ab        7.0\n"
        "(2 rows)\n"
    )


def test_no_cell_can_steer_the_terminal() -> None:
    text = to_text(pa.table({"a\x1b": ["\x1b[2J\x07x", "a\u202eb", "one\ntwo"]})).decode()
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "one·two" in text


def test_long_cells_are_cut_at_sixty_columns() -> None:
    text = to_text(pa.table({"x": ["好" * 50, "y" * 60, "z" * 61]})).decode().splitlines()
    assert text[2] == "好" * 29 + "…"
    assert text[3] == "y" * 60
    assert text[4] == "z" * 59 + "…"


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_is_reached_by_its_name(file_format: str) -> None:
    assert render(TABLE, file_format)


def test_an_unknown_format_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="'xls' is not a format: use one of csv, json, parquet, table"):
        render(TABLE, "xls")
