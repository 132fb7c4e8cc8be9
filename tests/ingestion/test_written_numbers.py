"""Amounts, scores, durations and answers as people write them, and those that are not guessed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contract import Column, load_contracts
from ingestion.values.convert import Converter
from ingestion.values.numbers import parse_number
from ingestion.values.unreadable import UnreadableError

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "15000",
            "15,000",
            "15，000元",
            "￥15,000.00/月",
            "RMB 15,000",
            "15,000 元/月",
            "月薪15000",
            "每月15000元",
        ),
        *(
            "1.5万",
            "1.5萬",
            "1.5万元",
            "1.5w",
            "15k",
            "15K",
            "15千",
            "1.5e4",
            "１５０００",
            "15 000",
            "15\u2009000",
        ),
        *("15\u00a0000", "15'000", "15’000", "+15000", "15000.0", "15000元整", "0.00015亿"),
    ],
)
def test_ways_to_write_fifteen_thousand(text: str) -> None:
    assert parse_number(text, "money") == 15_000


@pytest.mark.parametrize("text", ["(1,200)", "-1,200", "−1200", "1,200-", "-¥1,200", "¥-1200", "(¥1,200.00)"])
def test_ways_to_write_a_debt(text: str) -> None:
    assert parse_number(text, "money") == -1_200


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        *(
            ("money", text, "may mean thousands or a fraction")
            for text in ("12,5", "1.234,56", "15.000", "1,5000")
        ),
        *(
            ("money", text, "is a range")
            for text in ("15-20k", "8000~10000", "1万以上", "10000+", "15k至20k")
        ),
        *(("money", text, "another period") for text in ("20万/年", "年薪20万", "200元/天", "100/hour")),
        *(
            ("money", text, "not a number")
            for text in ("面议", "1 2", "元", "€100", "85%", "1_000", "0x10", "inf", "")
        ),
        *(("seconds", text, "may mean") for text in ("12,500", "12,5")),
        *(("seconds", text, "not a number") for text in ("1:30", "3 5")),
        *(("number", text, "range") for text in ("3-5年", "10+", "3年以上")),
        *(("score", text, "not") for text in ("八十五", "A", "85/120", "4/5")),
    ],
)
def test_what_could_mean_two_things_is_not_a_number(kind: str, text: str, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence) as error:
        parse_number(text, kind, 100)
    assert error.value.code == "not_a_number"


def test_a_share_is_a_score_where_the_scale_ends_there() -> None:
    assert [parse_number(text, "score", 100) for text in ("85/100", "85分/100分", "85%", "85.5 %")] == [
        *(85, 85, 85),
        85.5,
    ]
    assert parse_number("4/5", "score", 5) == 4
    with pytest.raises(UnreadableError, match="percentage"):
        parse_number("80%", "score", 5)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90秒", 90),
        ("1分30秒", 90),
        ("1m30s", 90),
        ("00:01:30", 90),
        ("1小时", 3600),
        ("1500ms", 1.5),
    ],
)
def test_durations_in_seconds(text: str, seconds: float) -> None:
    assert parse_number(text, "seconds") == seconds


def test_fifteen_with_three_zeros_is_not_taken_for_fifteen_in_the_quick_way_either() -> None:
    column = Column(name="pay", type="money")
    converted = Converter(column, SHANGHAI).convert(pa.array(["8000.50", "15.000", "0.500"]))
    assert converted.values.to_pylist() == [8000.5, None, 0.5]
    assert [problem.code for problem in converted.problems] == ["not_a_number"]


def test_errors_of_a_spreadsheet_are_no_values() -> None:
    for kind in ("string", "score", "date", "boolean", "integer"):
        converted = Converter(Column(name="c", type=kind), SHANGHAI).convert(
            pa.array(["#REF!", "#####", "#N/A", ""])
        )
        assert [problem.code for problem in converted.problems] == ["cell_error", "cell_error"]
        assert converted.values.null_count == 4


def test_every_rule_has_its_code() -> None:
    def code(column: Column, text: str) -> str:
        (problem,) = Converter(column, SHANGHAI).convert(pa.array([text])).problems
        return problem.code

    assert code(Column(name="c", type="score"), "101") == "out_of_range"
    assert code(Column(name="c", type="integer"), "1.5") == "not_whole"
    assert code(Column(name="c", type="number"), "9e999") == "too_large"
    assert code(Column(name="c", type="boolean"), "maybe") == "not_yes_no"
    assert code(Column(name="c", type="string", values={"a": ()}, closed=True), "b") == "not_in_list"
    assert code(Column(name="c", type="date"), "soon") == "not_a_date"
    assert code(Column(name="c", type="date"), "2025-02-30") == "no_such_date"
    assert code(Column(name="c", type="list"), "[1") == "not_a_list"
    assert code(Column(name="c", type="words"), "hello") == "not_json"
    assert code(Column(name="c", type="words"), "[1]") == "not_words"


@pytest.mark.parametrize(
    ("source", "name", "text", "value"),
    [
        ("interviews", "device_ok", "异常", False),
        ("interviews", "mock_done", "已完成", True),
        ("answers", "skipped", "未跳过", False),
        ("training_records", "passed", "不及格", False),
        ("training_records", "passed", "是", True),
        ("training_records", "passed", "未知", None),
        ("employees", "status", "试岗", "trial"),
        ("employees", "status", "退休", "retired"),
        ("employees", "status", "待入职", "pending_start"),
        ("employees", "status", "已離職", "left"),
        ("employees", "status", "外派", "外派"),
        ("applications", "outcome", "Offer Declined", "withdrawn"),
        ("promotions", "decision", "驳回", "rejected"),
    ],
)
def test_words_of_real_exports(source: str, name: str, text: str, value: object) -> None:
    converted = Converter(load_contracts()[source].columns[name], SHANGHAI).convert(pa.array([text]))
    assert converted.values.to_pylist() == [value]
    assert converted.problems == ()


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["{}", "{}元", "¥{}", "{:,}", "¥{:,}/月", "({:,})"]))
def test_amounts_come_back_as_they_were(amount: object, form: str) -> None:
    sign = -1 if form.startswith("(") else 1
    assert parse_number(form.format(amount), "money") == sign * float(str(amount))


@given(st.text(max_size=20), st.sampled_from(["money", "score", "seconds", "number", "integer"]))
def test_any_text_is_a_number_or_refused_in_a_sentence(text: str, kind: str) -> None:
    try:
        parse_number(text, kind, 100)
    except UnreadableError as why:
        assert why.code in {"not_a_number", "too_large"}


@pytest.mark.parametrize("kind", [pa.decimal128(18, 4), pa.decimal256(50, 10), pa.float32(), pa.float64()])
def test_a_number_of_any_type_is_the_number_that_is_written(kind: pa.DataType) -> None:
    column = load_contracts()["vendor_scores"].columns["score"]
    written = pa.array(["30.2", "94.1", "70.1", None, "0"])
    converted = Converter(column, SHANGHAI).convert(written.cast(kind))
    assert converted.values.to_pylist() == [30.2, 94.1, 70.1, None, 0.0], (
        "or it is another version of its row"
    )


@pytest.mark.parametrize("kind", [pa.decimal128(18, 4), pa.decimal128(38, 0), pa.float64(), pa.int64()])
def test_an_id_is_the_same_of_whatever_type_it_was(kind: pa.DataType) -> None:
    column = load_contracts()["vendor_scores"].columns["interview_id"]
    converted = Converter(column, SHANGHAI).convert(pa.array(["1001", "1200", "0", "-7", None]).cast(kind))
    assert converted.values.to_pylist() == ["1001", "1200", "0", "-7", None]
