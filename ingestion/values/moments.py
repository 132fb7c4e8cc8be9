"""Dates and times: ISO with and without offset, 2025/3/1 8:00, 2025年3月1日 下午3点, Excel serials.

Year-first forms say what they mean. A form with day or month first is read only in the order that the
contract names; it is never guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo

from ingestion.values.unreadable import UnreadableError

_CLOCK = (
    r"(?:(?:T|\s|(?<=日))\s*(?P<half>上午|下午|凌晨|中午|晚上)?\s*(?P<hour>\d{1,2})"
    r"(?:\s*[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?(?:\s*:?\s*(?P<second>\d{1,2})(?:[.,](?P<fraction>\d+))?\s*秒?)?)?)?"
    r"\s*(?P<meridiem>[ap]\.?m\.?)?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?" + _CLOCK,
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<zone>Z|[+-]\d{4})?)?"
)
_YEAR_LAST = re.compile(
    r"(?P<first>\d{1,2})\s*[-/.]\s*(?P<second_part>\d{1,2})\s*[-/.]\s*(?P<year>\d{4})" + _CLOCK, re.I
)
_SERIAL = re.compile(r"(?P<days>\d{5})(?:\.(?P<part>\d+))?")
# Excel's day 0; the serials of 1941–2099, so that a year or a short id is never taken for one.
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)
_EXCEL_DAYS = (15_000, 73_050)
_NO_DATE = re.compile(r"0000-00-00(?:[T\s]00:00:00)?")


def parse_moment(text: str, zone: ZoneInfo, order: str | None = None) -> dt.datetime | None:
    """The instant (UTC) that `text` names; without an offset it is read in `zone`.

    A local time that a clock change makes ambiguous means the earlier instant. `None` for 0000-00-00, the
    way some databases write an absent date. Raises `UnreadableError`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _NO_DATE.fullmatch(plain):
        return None
    try:
        moment = _read(plain, order)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(dt.UTC)
    except UnreadableError:
        raise
    except (ValueError, OverflowError):
        raise UnreadableError("{value} is not a date that exists") from None


def parse_date(text: str, zone: ZoneInfo, order: str | None = None) -> dt.date | None:
    """The calendar day that `text` names; of an instant with an offset, the day in `zone`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _NO_DATE.fullmatch(plain):
        return None
    try:
        moment = _read(plain, order)
        return (moment if moment.tzinfo is None else moment.astimezone(zone)).date()
    except UnreadableError:
        raise
    except (ValueError, OverflowError):
        raise UnreadableError("{value} is not a date that exists") from None


def _read(plain: str, order: str | None) -> dt.datetime:
    """Naive when the text has no offset; ValueError for the 30th of February."""
    year_first = _YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if year_first:
        part = year_first.groupdict()
        return _assemble(part, int(part["month"]), int(part["day"]))
    year_last = _YEAR_LAST.fullmatch(plain)
    if year_last:
        if order is None:
            raise UnreadableError(
                "{value} puts the day or the month first; name the order in the contract (date_order)"
            )
        first, second = int(year_last["first"]), int(year_last["second_part"])
        month, day = (second, first) if order == "dmy" else (first, second)
        return _assemble(year_last.groupdict(), month, day)
    serial = _SERIAL.fullmatch(plain)
    if serial and _EXCEL_DAYS[0] <= int(serial["days"]) <= _EXCEL_DAYS[1]:
        seconds = round(float(f"0.{serial['part'] or 0}") * 86_400)
        return _EXCEL_EPOCH + dt.timedelta(days=int(serial["days"]), seconds=seconds)
    raise UnreadableError("{value} is not a date")


def _assemble(part: dict[str, str | None], month: int, day: int) -> dt.datetime:
    fraction = (part.get("fraction") or "").ljust(6, "0")[:6]
    moment = dt.datetime(
        int(part["year"] or 0),
        month,
        day,
        _hour(part),
        int(part.get("minute") or 0),
        int(part.get("second") or 0),
        int(fraction),
    )
    return moment.replace(tzinfo=_offset(part.get("zone")))


def _hour(part: dict[str, str | None]) -> int:
    hour = int(part.get("hour") or 0)
    half = part.get("half")
    meridiem = (part.get("meridiem") or "").lower().replace(".", "")
    afternoon = half in ("下午", "晚上") or meridiem == "pm" or (half == "中午" and hour < 11)
    if afternoon and hour < 12:
        return hour + 12
    return 0 if hour == 12 and (meridiem == "am" or half in ("上午", "凌晨")) else hour


def _offset(zone: str | None) -> dt.tzinfo | None:
    if not zone:
        return None
    if zone.upper() in ("Z", "UTC", "GMT"):
        return dt.UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(size if zone[0] == "+" else -size)
