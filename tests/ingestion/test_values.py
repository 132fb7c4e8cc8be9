"""What cells say and what it means."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from ingestion.contract import Column
from ingestion.values.choices import parse_boolean
from ingestion.values.convert import Converter
from ingestion.values.moments import parse_date, parse_moment
from ingestion.values.numbers import parse_number
from ingestion.values.structured import parse_list
from ingestion.values.unreadable import UnreadableError, showable

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("85", "score", 85),
        ("８５．５", "score", 85.5),
        ("85分", "score", 85),
        ("85 分", "score", 85),
        ("15,000元", "money", 15000),
        ("15，000", "money", 15000),
        ("¥15,000.50", "money", 15000.5),
        ("1.5万", "money", 15000),
        ("1.5万元", "money", 15000),
        ("15k", "money", 15000),
        ("1.1万", "money", 11000),
        ("30秒", "seconds", 30),
        ("1分30秒", "seconds", 90),
        ("2分", "seconds", 120),
        ("-3", "number", -3),
        ("1e3", "number", 1000),
        ("3次", "integer", 3),
    ],
)
def test_numbers_as_people_write_them(text: str, kind: str, number: float) -> None:
    assert parse_number(text, kind) == number


@pytest.mark.parametrize(
    "text", ["", "abc", "1.234,56", "1,5", "12,34", "1_000", "0x10", "inf", "八十五", "85%", "万"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(UnreadableError):
        parse_number(text, "money")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-03-01T08:00:00+08:00", "2025-03-01 00:00"),
        ("2025-03-01T00:00:00Z", "2025-03-01 00:00"),
        ("2025-03-01 08:00", "2025-03-01 00:00"),
        ("2025-03-01 8:00", "2025-03-01 00:00"),
        ("2025/3/1 08:00:00", "2025-03-01 00:00"),
        ("2025.3.1", "2025-02-28 16:00"),
        ("2025年3月1日", "2025-02-28 16:00"),
        ("2025年3月1日 下午3点", "2025-03-01 07:00"),
        ("2025年3月1日8时30分", "2025-03-01 00:30"),
        ("２０２５－０３－０１　０８：００", "2025-03-01 00:00"),
        ("20250301", "2025-02-28 16:00"),
        ("20250301080000", "2025-03-01 00:00"),
        ("2025-03-01 12:00 AM", "2025-02-28 16:00"),
        ("2025-03-01 3:00 pm", "2025-03-01 07:00"),
        ("45717.5", "2025-03-01 04:00"),
    ],
)
def test_times_in_the_company_zone_or_with_their_own_offset(text: str, utc: str) -> None:
    assert parse_moment(text, SHANGHAI) == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["1/2/2025", "01-02-2025", "13/1/2025 8:00", "1.2.2025"])
def test_day_or_month_first_is_never_guessed(text: str) -> None:
    with pytest.raises(UnreadableError, match="puts the day or the month first"):
        parse_date(text, SHANGHAI)


def test_day_or_month_first_is_read_in_the_order_of_the_contract() -> None:
    assert parse_date("1/2/2025", SHANGHAI, "dmy") == dt.date(2025, 2, 1)
    assert parse_date("1/2/2025", SHANGHAI, "mdy") == dt.date(2025, 1, 2)


@pytest.mark.parametrize(
    "text", ["2025-02-30", "2025-13-01", "yesterday", "2025", "12345", "2025-03-01 25:00", "8:00"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(UnreadableError):
        parse_moment(text, SHANGHAI)


def test_the_date_that_a_database_writes_for_none_is_none() -> None:
    assert parse_date("0000-00-00", SHANGHAI) is None


def test_the_day_of_an_instant_is_the_companys() -> None:
    assert parse_date("2025-02-28T16:00:00Z", SHANGHAI) == dt.date(2025, 3, 1)


def test_a_local_time_that_comes_twice_is_the_earlier_instant() -> None:
    both = ["2025-10-26 02:30", "2025-10-26 02:30 "]
    column = Column(name="at", type="timestamp")
    quick = Converter(column, BERLIN).convert(pa.array(both)).values.to_pylist()
    assert quick[0] == parse_moment(both[0], BERLIN) == dt.datetime(2025, 10, 26, 0, 30, tzinfo=dt.UTC)


def test_quick_and_careful_ways_agree_on_times() -> None:
    texts = [
        f"2025-0{month}-1{day} 0{hour}:15" for month in range(1, 10) for day in range(9) for hour in range(9)
    ]
    column = Column(name="at", type="timestamp")
    quick = Converter(column, BERLIN).convert(pa.array(texts)).values
    careful = Converter(column, BERLIN).convert(pa.array([*texts, "2025年1月1日"])).values
    assert quick.to_pylist() == careful.to_pylist()[:-1]


@pytest.mark.parametrize(
    ("text", "answer"), [("是", True), ("否", False), ("TRUE", True), ("0", False), ("１", True)]
)
def test_yes_and_no(text: str, answer: bool) -> None:
    assert parse_boolean(text) is answer


@pytest.mark.parametrize("text", ["maybe", "2", "-1", "10"])
def test_neither_yes_nor_no(text: str) -> None:
    with pytest.raises(UnreadableError):
        parse_boolean(text)


@pytest.mark.parametrize("text", ["a,b", "a、b", '["a", "b"]', "a; b"])
def test_lists(text: str) -> None:
    assert parse_list(text) == ["a", "b"]


def convert(column: Column, values: list[object] | pa.Array) -> tuple[list[object], list[str]]:
    """The typed values and the reasons."""
    array = values if isinstance(values, pa.Array) else pa.array(values)
    converted = Converter(column, SHANGHAI).convert(array)
    return converted.values.to_pylist(), [problem.reason for problem in converted.problems]


def test_a_column_of_numbers_with_one_that_is_none() -> None:
    values, reasons = convert(
        Column(name="score", type="score"), ["80", "85分", " ", "N/A", "good", "101", "-0.5"]
    )
    assert values[:5] == [80, 85, None, None, None]
    assert reasons == ["the value is not a number", "'101' is outside 0–100", "'-0.5' is outside 0–100"]


def test_the_ends_of_a_range_belong_to_it() -> None:
    assert convert(Column(name="score", type="score"), ["0", "100"]) == ([0, 100], [])
    assert convert(Column(name="score", type="score", min=1, max=5), ["0.9", "1", "5"])[1] == [
        "'0.9' is outside 1–5"
    ]
    assert convert(Column(name="s", type="seconds", above=0), ["0", "0.1"])[1] == ["'0' is not above 0"]
    assert convert(Column(name="n", type="integer", min=0), ["-1", "0"])[1] == ["'-1' is below 0"]


def test_whole_numbers() -> None:
    values, reasons = convert(Column(name="n", type="integer"), ["3", "3.0", "3.5", "0x1F"])
    assert values == [3, 3, None, None]
    assert reasons == ["'3.5' is not a whole number", "the value is not a number"]
    assert convert(Column(name="n", type="integer"), [3.0, 2.5])[1] == ["'2.5' is not a whole number"]


def test_typed_columns_need_no_text() -> None:
    day = dt.date(2025, 3, 1)
    local = dt.datetime(2025, 3, 1, 8)
    utc = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
    assert convert(Column(name="d", type="date"), [day, None]) == ([day, None], [])
    assert convert(Column(name="d", type="date"), [local])[0] == [day]
    assert convert(Column(name="d", type="date"), pa.array([utc], pa.timestamp("ns", "UTC")))[0] == [day]
    assert convert(Column(name="t", type="timestamp"), [local])[0] == [utc]
    assert convert(Column(name="t", type="timestamp"), pa.array([utc], pa.timestamp("ms", "UTC")))[0] == [utc]
    assert convert(Column(name="s", type="score"), [float("nan"), 1.5])[0] == [None, 1.5]
    assert convert(Column(name="s", type="score"), [float("inf")])[1] == ["the value is not a number"]
    assert convert(Column(name="i", type="string"), [7.0, None])[0] == ["7", None]
    assert convert(Column(name="i", type="string"), pa.array(["a", "a"]).dictionary_encode())[0] == ["a", "a"]
    assert convert(Column(name="l", type="list"), [["a", "b"], None])[0] == [["a", "b"], None]


def test_texts_are_trimmed_and_composed() -> None:
    assert convert(Column(name="t", type="string"), [" e\u0301 ", "\u3000", "NULL"])[0] == ["é", None, None]
    assert convert(Column(name="t", type="string", keep_empty=True, sealed=True), [" ", None])[0] == [
        "",
        None,
    ]


def test_values_from_a_list() -> None:
    column = Column(
        name="status", type="string", closed=True, values={"completed": ("已完成",), "invited": ()}
    )
    values, reasons = convert(column, ["已完成", "COMPLETED", "Invited ", "gone", "—"])
    assert values == ["completed", "completed", "invited", None, None]
    assert reasons == ["'gone' is not one of completed · invited"]
    assert convert(Column(name="g", type="string", values={"male": ("男",)}), ["男", "X"])[0] == ["male", "X"]


def test_private_values_and_sentences_are_not_shown() -> None:
    assert convert(Column(name="y", type="integer", personal=True), ["abc"])[1] == [
        "the value is not a number"
    ]
    assert showable("我们当时先做了需求分析，然后沟通", private=False) is None
    assert showable("2025-03-01T08:00:00+08:00", private=False) == "2025-03-01T08:00:00+08:00"


@pytest.mark.parametrize(
    ("value", "is_choice", "shown"),
    [
        ("13/02/2025 08:30", False, True),
        ("2025-01-01 08:00:00", False, True),
        ("120", False, True),
        # Somebody's telephone or identity number, or name, in the wrong column.
        ("13800000000", False, False),
        ("+86 138-0000-0000", False, False),
        ("110000199001010000", False, False),
        ("测试人", False, False),
        ("Test Person", False, False),
        ("离岗待命", True, True),
        ("一段很长的话不会是一个选项", True, False),
    ],
)
def test_what_a_message_may_quote(value: str, is_choice: bool, shown: bool) -> None:
    assert showable(value, private=False, is_choice=is_choice) == (value if shown else None)
    assert showable(value, private=True, is_choice=is_choice) is None
