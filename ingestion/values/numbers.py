"""Numbers as people write them: full-width digits, 15,000元, 1.5万, 85分."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from ingestion.values.unreadable import UnreadableError

# What may stand before or behind a number without changing it; and what multiplies it.
_UNITS = {
    "score": ("分", "points", "point"),
    "money": ("元", "人民币", "rmb", "cny", "yuan", "¥", "$", "元/月", "/月"),
    "seconds": ("秒钟", "秒", "seconds", "secs", "sec", "s"),
    "number": ("年",),
    "integer": ("次", "人", "个", "年"),
}
_FACTORS = {"万": 10_000, "千": 1_000, "k": 1_000, "亿": 100_000_000}
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MINUTES = re.compile(r"(\d+)(?:分钟|分|min|m)(?:(\d+(?:\.\d+)?)(?:秒|s|sec)?)?")
_LARGEST_EXACT = 2**53


def parse_number(text: str, kind: str) -> float:
    """The number in `text` for a column of type `kind`; `UnreadableError` when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "")
    if kind == "seconds":
        minutes = _MINUTES.fullmatch(plain)
        if minutes:
            return float(Decimal(minutes[1]) * 60 + Decimal(minutes[2] or 0))
    plain, factor = _without_unit(plain, kind)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise UnreadableError("{value} is not a number")
    number = float(Decimal(plain) * factor)
    if number in (float("inf"), float("-inf")):
        raise UnreadableError("{value} is too large a number")
    return number


def whole(number: float) -> int:
    """A count from a float that has no fraction; `UnreadableError` otherwise."""
    if number != int(number) or abs(number) > _LARGEST_EXACT:
        raise UnreadableError("{value} is not a whole number")
    return int(number)


def _without_unit(plain: str, kind: str) -> tuple[str, int]:
    """The digits and the factor of 万, 千, k: `¥1.5万元` → (`1.5`, 10000)."""
    for unit in _UNITS.get(kind, ()):
        unit = unicodedata.normalize("NFKC", unit)
        if plain.endswith(unit) and plain != unit:
            plain = plain.removesuffix(unit)
            break
    for unit in ("¥", "$", "rmb", "cny") if kind == "money" else ():
        plain = plain.removeprefix(unit)
    if kind in ("money", "number") and plain and plain[-1] in _FACTORS:
        return plain[:-1], _FACTORS[plain[-1]]
    return plain, 1
