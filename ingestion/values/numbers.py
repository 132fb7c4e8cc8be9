"""Numbers as people write them: 15,000元, 1.5万, ￥15,000.00/月, (1,200), 85分, 85/100, 1分30秒.

A text of two readings is not read: 12,5 and 1.234,56 (comma or point?), 15-20k (a range), 20万/年 (a month?).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from ingestion.values.unreadable import UnreadableError

# What may stand behind a number without changing it, and what may stand before it.
_BEHIND = {
    "score": r"分|points?|pts?",
    "money": r"元整?|人民币|rmb|cny|yuan|块|¥|\$",
    "number": r"年|years?|yrs?",
    "integer": r"次|人|个|名|年|times?",
}
_BEFORE = {"money": r"(?:人民币|rmb|cny|[¥$])\s*"}
_A_MONTH = re.compile(r"\s*(?:/|每|per)\s*(?:月|个月|month|mo)$|^(?:月薪|每月)[::]?\s*")
_FACTORS = {**dict.fromkeys("万萬w", 10_000), **dict.fromkeys("千k", 1_000), **dict.fromkeys("亿億", 10**8)}
_MULTIPLIED = ("money", "number")
_DIGITS = r"(?:\d+(?:\.\d*)?|\.\d+)"
_PLAIN = re.compile(rf"[+-]?{_DIGITS}(?:e[+-]?\d{{1,3}})?")
# Groups of three between commas, blanks or apostrophes, the same mark throughout.
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<mark>[, '’])\d{3}(?:(?P=mark)\d{3})*(?:\.\d+)?")
_IN_BRACKETS = re.compile(r"\(\s*([¥$]?\s*[\d., '’]+)\s*\)")
_TRAILING_MINUS = re.compile(r"([\d., '’]*\d)\s*-")
_OUT_OF = re.compile(rf"({_DIGITS})\s*分?\s*/\s*({_DIGITS})\s*分?")
_DURATION = re.compile(
    r"(?:(?P<hours>\d+)\s*(?:小时|小時|时|hours?|hrs?|h))?\s*"
    r"(?:(?P<minutes>\d+)\s*(?:分钟|分鐘|分|minutes?|mins?|m(?!s)))?\s*"
    rf"(?:(?P<seconds>{_DIGITS})\s*(?:秒钟|秒鐘|秒|seconds?|secs?|s)?)?"
)
_CLOCK = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d(?:\.\d+)?)")
_MILLIS = re.compile(rf"({_DIGITS})\s*(?:毫秒|ms|msec|milliseconds?)")
_RANGE = re.compile(
    r"[¥$]?\s*[\d.,]+\s*\D{0,3}(?:[-~–—至到]|\bto\b)\s*[¥$]?\s*[\d.,]+.*|.*\d.*(?:以上|以下|\+|起)"
)
_COMMA_OR_POINT = re.compile(r"[+-]?[\d.,]*\d,[\d.,]*\d")
_OTHER_PERIOD = re.compile(
    r".*(?:/|每|per)\s*(?:年|year|yr|annum|周|week|天|日|day|小时|时|hour|h)(?![a-z]).*|年薪.*"
)
# 15.000 in a column of money: fifteen, or fifteen thousand as half of Europe groups it.
POINT_OR_GROUP = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_POINT_OR_GROUP = re.compile(POINT_OR_GROUP)
_CODE = "not_a_number"
_LARGEST_EXACT = 2**53
_PERCENT_OF = 100


def parse_number(text: str, kind: str, full: float | None = None) -> float:
    """The number in `text` for a column of type `kind`; `UnreadableError` when it is none.

    `full` is the largest value of the column: 85/100 and 85% are scores only where it is 100.
    """
    said = unicodedata.normalize("NFKC", text).replace("\u2212", "-").lower()
    said = " ".join(said.split())
    if kind == "score":
        share = _share(said, full)
        if share is not None:
            return share
    if kind == "seconds":
        seconds = _seconds(said)
        if seconds is not None:
            return seconds
    digits, factor = _without_unit(said, kind)
    if _GROUPED.fullmatch(digits) and not _is_doubtful(digits, kind):
        digits = re.sub(r"[, '’]", "", digits)
    may_be_grouped = kind == "money" and factor == 1 and _POINT_OR_GROUP.fullmatch(digits)
    if may_be_grouped or not _PLAIN.fullmatch(digits):
        raise _no_number(said, digits)
    number = float(Decimal(digits) * factor)
    if number in (float("inf"), float("-inf")):
        raise UnreadableError("{value} is too large a number", "too_large")
    return number


def whole(number: float) -> int:
    """A count from a float that has no fraction; `UnreadableError` otherwise."""
    if number != int(number) or abs(number) > _LARGEST_EXACT:
        raise UnreadableError("{value} is not a whole number", "not_whole")
    return int(number)


def _no_number(said: str, digits: str) -> UnreadableError:
    if _RANGE.fullmatch(said) and not _PLAIN.fullmatch(digits):
        return UnreadableError("{value} is a range; give one number", _CODE)
    if _OTHER_PERIOD.fullmatch(said):
        return UnreadableError("{value} is for another period than a month; give the amount a month", _CODE)
    if _POINT_OR_GROUP.fullmatch(digits) or _COMMA_OR_POINT.fullmatch(digits):
        return UnreadableError(
            "{value} may mean thousands or a fraction; write it without group marks", _CODE
        )
    return UnreadableError("{value} is not a number", _CODE)


def _is_doubtful(grouped: str, kind: str) -> bool:
    """12,500 where nobody groups thousands is as likely 12.5 with a decimal comma."""
    return kind in ("seconds", "number", "score") and "." not in grouped and grouped.count(",") == 1


def _without_unit(said: str, kind: str) -> tuple[str, int]:
    """The digits and the factor of 万, 千, k: `¥1.5万元/月` → (`1.5`, 10000); `(1,200)` → `-1,200`."""
    if kind == "money":
        said = _A_MONTH.sub("", said)
    sign = ""
    if kind in _MULTIPLIED:
        negative = _IN_BRACKETS.fullmatch(said) or _TRAILING_MINUS.fullmatch(said)
        if negative:
            said, sign = negative[1].strip(), "-"
        elif said.startswith(("-¥", "-$", "- ¥", "- $")):
            said, sign = said[1:].strip(), "-"
    if kind in _BEFORE:
        said = re.sub(rf"^{_BEFORE[kind]}", "", said)
    if kind in _BEHIND:
        said = re.sub(rf"(?<=\S)\s*(?:{_BEHIND[kind]})$", "", said)
    if kind in _MULTIPLIED and said and said[-1] in _FACTORS:
        return sign + said[:-1].rstrip(), _FACTORS[said[-1]]
    return sign + said, 1


def _share(said: str, full: float | None) -> float | None:
    """85/100, 85分/100分 and 85% of a score; None for other texts."""
    out_of = _OUT_OF.fullmatch(said)
    if out_of:
        if full is None or Decimal(out_of[2]) != Decimal(full):
            raise UnreadableError(f"{{value}} is not out of {full or 0:g}, as the column is", _CODE)
        return float(out_of[1])
    if said.endswith("%") and _PLAIN.fullmatch(said[:-1].rstrip()):
        if full != _PERCENT_OF:
            raise UnreadableError("{value} is a percentage, but the column does not go up to 100", _CODE)
        return float(said[:-1])
    return None


def _seconds(said: str) -> float | None:
    """A duration in seconds; None for a bare number and for what is no duration."""
    if millis := _MILLIS.fullmatch(said):
        return float(Decimal(millis[1]) / 1000)
    found = _CLOCK.fullmatch(said) or _DURATION.fullmatch(said)
    if not found or not any(found.groups()):
        return None
    part = {name: Decimal(value or 0) for name, value in found.groupdict().items()}
    return float(part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"])
