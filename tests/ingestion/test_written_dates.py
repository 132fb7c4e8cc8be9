"""The forms in which exports write dates and times, and those that mean two things."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contract import Column
from ingestion.values.convert import Converter
from ingestion.values.moments import day_written, parse_date, parse_moment, year_last
from ingestion.values.unreadable import UnreadableError

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
FIRST_OF_MARCH = dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2025-03-01",
            "2025/3/1",
            "2025.03.01",
            "2025 - 3 - 1",
            "2025年3月1日",
            "2025年3月1号",
            "２０２５/３/１",
        ),
        *(
            "二〇二五年三月一日",
            "民国114年3月1日",
            "民國114年3月1日",
            "2025年3月1日 星期六",
            "2025-03-01(周六)",
        ),
        *("1-Mar-2025", "01 March 2025", "March 1, 2025", "Mar 1 2025", "1st of March 2025", "01MAR2025"),
        *("2025-Mar-01", "Saturday, March 1, 2025", "Sat, 01 Mar 2025", "01-3月 -2025"),
        *("20250301", "20250301.0", "45717", "45717.0", "45717.25"),
        *(
            "2025-03-01 08:00",
            "2025-03-01T08:00:00.123",
            "2025/3/1 8:00:00",
            "20250301080000",
            "202503010800",
        ),
        *("2025-03-01+09:00", "2025-03-01Z", "/Date(1740787200000)/", "1740787200000", "1740787200"),
        *("Mar  1 2025  8:00AM", "Sat Mar 01 2025 08:00:00 GMT+0800 (China Standard Time)"),
    ],
)
def test_ways_to_write_the_first_of_march(text: str) -> None:
    assert parse_date(text, SHANGHAI) == FIRST_OF_MARCH


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-03-01 下午 3:00", "07:00"),
        ("2025-03-01 PM 3:00", "07:00"),
        ("2025年3月1日下午3时20分", "07:20"),
        ("2025年3月1日 15時20分10秒", "07:20:10"),
        ("2025-03-01 中午12点", "04:00"),
        ("2025-03-01 中午1点", "05:00"),
        ("2025-03-01 晚上9点", "13:00"),
        ("2025-03-01 08:00 GMT+8", "00:00"),
        ("2025-03-01T08:00+08:00[Asia/Shanghai]", "00:00"),
        ("20250301T083000Z", "08:30"),
        ("Mar 1, 2025, 8:00:00 AM", "00:00"),
        ("45717.333333333", "00:00"),
        ("1740787200000", "00:00"),
        ("/Date(1740787200000+0800)/", "00:00"),
    ],
)
def test_times_of_the_first_of_march(text: str, utc: str) -> None:
    assert parse_moment(text, SHANGHAI) == dt.datetime.fromisoformat(f"2025-03-01T{utc}+00:00")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1/2/25", "two digits"),
        ("25-03-01 08:00", "two digits"),
        ("25/3/1", "is not a date"),
        ("1-Feb-25", "two digits"),
        ("2025-03-01 08:00 CST", "time zone by its letters"),
        ("2025-03-01 08:00 Asia/Shanghai", "time zone by its letters"),
        ("2025-03-01 15:00 AM", "not a date that exists"),
        ("2025-03-01 晚上12点", "not a date that exists"),
        ("2025-03-01 24:00", "not a date that exists"),
        ("2025年3月1日 星期五", "another day of the week"),
        ("2025-02-29", "not a date that exists"),
        ("二〇二五年十三月一日", "not a date that exists"),
        *(
            (text, "is not a date")
            for text in ("2025-W09-6", "2025-060", "2025-03", "Mar 2025", "2025", "8:00")
        ),
        *(
            (text, "is not a date")
            for text in ("60", "10001", "99999", "13912345678", "2025030108", "1/2-2025")
        ),
        *((text, "is not a date") for text in ("2025-03-01-05", "2025-03-01 ~ 2025-04-01", "待定")),
    ],
)
def test_what_could_mean_two_things_or_nothing_is_not_read(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        parse_moment(text, SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01",
        "9999-12-31",
        "9999/12/31 00:00",
        "2958465",
        "00000000",
    ],
)
def test_dates_that_stand_for_none_are_none(text: str) -> None:
    for kind in ("date", "timestamp"):
        converted = Converter(Column(name="t", type=kind), SHANGHAI).convert(pa.array([text, "2025-03-01"]))
        assert converted.values.null_count == 1
        assert not converted.problems


def test_a_day_of_an_hr_system_in_milliseconds_is_the_day_that_was_meant() -> None:
    assert parse_date("/Date(1740787200000)/", NEW_YORK) == FIRST_OF_MARCH
    with pytest.raises(UnreadableError, match="another in UTC"):
        parse_date("1740787200000", NEW_YORK)
    # Midnight in New York.
    assert parse_date("1740805200000", NEW_YORK) == FIRST_OF_MARCH


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("13/2/2025", (13, 2, 2025)),
        ("２.１３.２０２５ 8:00 PM", (2, 13, 2025)),
        ("Sat 01-03-2025", (1, 3, 2025)),
        ("2025/1/2", None),
        ("1/2/25", None),
    ],
)
def test_year_last_forms_are_told_from_others(text: str, parts: tuple[int, int, int] | None) -> None:
    assert year_last(text) == parts
    assert parts is None or day_written(text) is None


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}[ T]?[0-9:]{0,8}"))
def test_any_text_is_a_date_or_refused_in_a_sentence(text: str) -> None:
    try:
        parse_moment(text, SHANGHAI)
        parse_date(text, SHANGHAI, "dmy")
    except UnreadableError as why:
        assert why.code in {"not_a_date", "no_such_date", "date_order_unknown"}
