"""The ways in which dates and times are written, as patterns; what they mean is in `moments`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|\d{1,2}月)"
)
_OFFSET = r"(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}(?::?\d{2})?|Z|UTC|GMT"
_HALF = r"(?P<half>上午|下午|凌晨|早上|清晨|中午|傍晚|晚上|[ap]\.?m\.?)?"
# Behind a day: `T08:00:00.5Z`, ` 8:00 PM`, `下午3点`, ` 20时15分`; or only an offset, as XML dates have it.
CLOCK = (
    rf"(?:(?:T|,?\s|(?<=[日号號]))\s*{_HALF}\s*(?P<hour>\d{{1,2}})"
    r"(?:\s*[:时時点點]\s*(?:(?P<minute>\d{1,2})\s*分?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9})|:(?P<millis>\d{3}))?\s*秒?)?)?)?"
    rf"\s*(?P<meridiem>[ap]\.?m\.?)?\s*(?P<zone>{_OFFSET})?|(?P<day_zone>Z|[+-]\d{{2}}:\d{{2}}))?"
)
YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号號]?" + CLOCK, re.I
)
COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T ]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z|[+-]\d{2}:?\d{2})?|(?:\.0+)?)"
)
COMPACT_WITH_CLOCK = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?=[T ])" + CLOCK, re.I
)
YEAR_LAST = re.compile(
    r"(?P<first>\d{1,2})\s*(?P<mark>[-/.])\s*(?P<other>\d{1,2})\s*(?P=mark)\s*(?P<year>\d{4})" + CLOCK, re.I
)
_NTH = r"(?:st|nd|rd|th)?"
NAMED_MONTH = (
    re.compile(
        rf"(?P<day>\d{{1,2}}){_NTH}[\s\-/.]*(?:of\s+)?{_MONTH_NAME}[\s\-/.,]*(?P<year>\d{{4}})" + CLOCK, re.I
    ),
    re.compile(
        rf"{_MONTH_NAME}[\s\-/.]*(?P<day>\d{{1,2}}){_NTH}(?:,\s*|\s+|[-/.])(?P<year>\d{{4}})" + CLOCK, re.I
    ),
    re.compile(rf"(?P<year>\d{{4}})[\s\-/.,]*{_MONTH_NAME}[\s\-/.]*(?P<day>\d{{1,2}})" + CLOCK, re.I),
)
# What is a date to a person but not to be read: the sentence says why.
TWO_DIGIT_YEAR = re.compile(
    rf"\d{{1,2}}\s*(?:[-/.年]\s*\d{{1,2}}\s*[-/.月]|[\s\-/.]*{_MONTH_NAME}[\s\-/.,]*)\s*\d{{2}}\s*日?"
    + CLOCK,
    re.I,
)
NAMED_ZONE = re.compile(r"(?P<rest>.*\d:\d\d.*?)\s*(?P<name>(?![ap]m\b)[a-z]{2,5}|[a-z]+/[a-z_/]+)", re.I)
EXCEL_SERIAL = re.compile(r"(?P<days>\d{5})(?:\.(?P<part>\d+))?")
# As OData and .NET write an instant: milliseconds since 1970, with an offset where it is a true instant.
DOT_NET = re.compile(r"/?\\?/?Date\((?P<millis>-?\d{1,15})(?P<zone>[+-]\d{4})?\)\\?/?")
EPOCH_MILLIS = re.compile(r"(?P<millis>\d{13})(?:\.0+)?")
# 2001–2030: from 1,900,000,000 on the same digits may be a year, month, day and hour.
EPOCH_SECONDS = re.compile(r"(?P<seconds>1[0-8]\d{8})(?:\.0+)?")
# How databases write that there is no date; and Excel's number of the last day, which stands for "no end".
NO_DATE = re.compile(r"0000[-/.]00[-/.]00(?:[T\s]00:00(?::00(?:\.0+)?)?)?|00000000|2958465(?:\.0+)?", re.I)
_WEEKDAYS_ZH = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_WEEKDAYS_EN = {day: at for at, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_WEEKDAY = re.compile(
    r"[(\[]?(?:星期|周|週|礼拜|禮拜)(?P<zh>[一二三四五六日天])[)\]]?"
    r"|\b(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:s?day|nesday|rsday|urday|s|rs|r)?\b\.?,?",
    re.I,
)
_AREA = re.compile(r"(?<=[\dZ])\s*(?:\[[a-z_/]+\]|\([a-z .\w]+\))$", re.I)
_DIGITS_ZH = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
_DATE_ZH = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月"
    r"([一二三四五六七八九十]{1,3})(?=[日号號])"
)
_REPUBLIC = re.compile(r"(?:中华|中華)?民[国國]\s*(\d{1,3}|元)\s*年")


@dataclass(frozen=True)
class Said:
    """A text without what only accompanies its date, and the day of the week (Monday is 0) that it names."""

    text: str
    weekday: int | None


def plain_text(text: str) -> str:
    """Half-width and trimmed."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def said(plain: str) -> Said:
    """Chinese numerals and years of the Republic as figures; without weekday and names behind an offset."""
    weekday = None
    found = _WEEKDAY.search(plain)
    if found:
        weekday = _WEEKDAYS_ZH[found["zh"]] if found["zh"] else _WEEKDAYS_EN[found["en"].lower()]
        plain = f"{plain[: found.start()]} {plain[found.end() :]}".strip()
    plain = _DATE_ZH.sub(_figures, plain)
    plain = _REPUBLIC.sub(lambda year: f"{1911 + (1 if year[1] == '元' else int(year[1]))}年", plain)
    return Said(" ".join(_AREA.sub("", plain).split()), weekday)


def month_number(written: str) -> int:
    """February, feb, Feb, 02 and 2月 are 2."""
    digits = written.rstrip("月")
    return int(digits) if digits.isdecimal() else _MONTHS.index(written[:3].lower()) + 1


def _figures(date: re.Match[str]) -> str:
    year = "".join(_DIGITS_ZH[digit] for digit in date[1])
    return f"{year}年{_below_hundred(date[2])}月{_below_hundred(date[3])}"


def _below_hundred(numeral: str) -> str:
    """十 is 10, 二十 20, 三十一 31; something that is no month and no day for 二一."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return "".join(_DIGITS_ZH[digit] for digit in numeral)
    if len(tens) > 1 or len(ones) > 1:
        return "99"
    return str(10 * int(_DIGITS_ZH.get(tens, "1")) + int(_DIGITS_ZH.get(ones, "0")))
