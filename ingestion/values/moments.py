"""Dates and times: ISO, 2025/3/1 8:00, 2025年3月1日 下午3点, 1-Feb-2025, Excel serials, epochs, /Date(…)/.

A form says what it means, or it is not read: a two-digit year, a week, a time zone by its letters are not.
Day or month first (1/2/2025) is read only in an order that was decided for the whole column (`date_order`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingestion.values import date_forms as forms
from ingestion.values.unreadable import SwappedDateError, UnreadableError

# Excel's day 0; the serials of 1941–2099, so that a year or a short id is never taken for one. (Below day 60
# Excel counts a 29th of February 1900 that was none; those are far out of reach.)
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)
_EXCEL_DAYS = (15_000, 73_050)
_UNIX_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# What systems fill in for "none" and "no end".
_NO_DAYS = (dt.date.min, dt.date.max)
_NOT_A_DATE = "not_a_date"
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "pm"})
_MORNING = frozenset({"上午", "凌晨", "早上", "清晨", "am"})


@dataclass(frozen=True)
class _Written:
    """What a text says: a moment (naive without an offset), or only a day; `epoch` counts from 1970."""

    moment: dt.datetime
    is_day: bool = False
    is_epoch: bool = False


def parse_moment(text: str, zone: ZoneInfo, order: str | None = None) -> dt.datetime | None:
    """The instant (UTC) that `text` names; without an offset it is read in `zone`.

    A local time that a clock change makes ambiguous means the earlier instant. `None` for 0000-00-00 and its
    like, the way some systems write an absent date. Raises `UnreadableError`.
    """
    try:
        written = _read(text, order)
        if written is None:
            return None
        moment = written.moment
        return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(dt.UTC)
    except UnreadableError:
        raise
    except (ValueError, OverflowError):
        raise _no_such_date() from None


def parse_date(text: str, zone: ZoneInfo, order: str | None = None) -> dt.date | None:
    """The calendar day that `text` names; of an instant with an offset, the day in `zone`."""
    try:
        written = _read(text, order)
        if written is None:
            return None
        if written.is_day or written.moment.tzinfo is None:
            return written.moment.date()
        local = written.moment.astimezone(zone)
        if written.is_epoch and local.date() != written.moment.date() and local.time() != dt.time():
            raise UnreadableError(
                "{value} is one day in the company's time zone and another in UTC", _NOT_A_DATE
            )
        return local.date()
    except UnreadableError:
        raise
    except (ValueError, OverflowError):
        raise _no_such_date() from None


def year_last(text: str) -> tuple[int, int, int] | None:
    """The two first numbers and the year of `1/2/2025`, however its time goes on; None for other forms."""
    plain = forms.plain_text(text)
    found = forms.YEAR_LAST.fullmatch(plain) or forms.YEAR_LAST.fullmatch(forms.said(plain).text)
    return (int(found["first"]), int(found["other"]), int(found["year"])) if found else None


def day_written(text: str) -> dt.date | None:
    """The day of a text that names it in a form of its own; None for 1/2/2025 and for what is no date."""
    try:
        return parse_date(text, ZoneInfo("UTC"))
    except UnreadableError:
        return None


def _read(text: str, order: str | None) -> _Written | None:
    """None where the text says that there is no date; ValueError for the 30th of February."""
    written = _understood(text, order)
    if written is None or (written.moment.date() in _NO_DAYS and not written.moment.utcoffset()):
        return None
    return written


def _understood(text: str, order: str | None) -> _Written | None:
    plain = forms.plain_text(text)
    year_first = forms.YEAR_FIRST.fullmatch(plain)
    if forms.NO_DATE.fullmatch(plain):
        return None
    if year_first:
        return _year_first(year_first.groupdict())
    bare = forms.said(plain)
    written = _from_digits(bare.text) or _from_words(bare.text, order)
    if written is None:
        raise UnreadableError(_why_not(bare.text), _NOT_A_DATE)
    if bare.weekday is not None and bare.weekday != written.moment.weekday():
        raise UnreadableError("{value} names another day of the week than its date has", "no_such_date")
    return written


def _year_first(part: dict[str, str | None]) -> _Written:
    try:
        return _assemble(part)
    except ValueError:
        try:
            _assemble({**part, "day": part["month"], "month": part["day"]})
        except ValueError:
            raise _no_such_date() from None
        raise SwappedDateError(str(_no_such_date()), "no_such_date") from None


def _from_words(text: str, order: str | None) -> _Written | None:
    """Day, month and year apart from each other, in any of the orders."""
    for form in (forms.YEAR_FIRST, *forms.NAMED_MONTH, forms.COMPACT_WITH_CLOCK):
        found = form.fullmatch(text)
        if found:
            return _assemble(found.groupdict())
    found = forms.YEAR_LAST.fullmatch(text)
    if not found:
        return None
    if order is None:
        raise UnreadableError(
            "{value} puts the day or the month first; name the order in the contract (date_order)",
            "date_order_unknown",
        )
    day, month = ("first", "other") if order == "dmy" else ("other", "first")
    return _assemble({**found.groupdict(), "day": found[day], "month": found[month]})


def _from_digits(text: str) -> _Written | None:
    """Compact dates, serials and epochs."""
    if dot_net := forms.DOT_NET.fullmatch(text):
        moment = _UNIX_EPOCH + dt.timedelta(milliseconds=int(dot_net["millis"]))
        # Without an offset it is a local time that only travels as if it were UTC: its day is the day meant.
        return _Written(moment, is_day=dot_net["zone"] is None)
    if compact := forms.COMPACT.fullmatch(text):
        return _assemble(compact.groupdict())
    if epoch := forms.EPOCH_MILLIS.fullmatch(text):
        return _Written(_UNIX_EPOCH + dt.timedelta(milliseconds=int(epoch["millis"])), is_epoch=True)
    if epoch := forms.EPOCH_SECONDS.fullmatch(text):
        return _Written(_UNIX_EPOCH + dt.timedelta(seconds=int(epoch["seconds"])), is_epoch=True)
    serial = forms.EXCEL_SERIAL.fullmatch(text)
    if serial and _EXCEL_DAYS[0] <= int(serial["days"]) <= _EXCEL_DAYS[1]:
        seconds = round(float(f"0.{serial['part'] or 0}") * 86_400)
        return _Written(_EXCEL_EPOCH + dt.timedelta(days=int(serial["days"]), seconds=seconds))
    return None


def _why_not(text: str) -> str:
    if forms.TWO_DIGIT_YEAR.fullmatch(text):
        return "{value} writes the year with two digits; write it with four"
    if forms.NAMED_ZONE.fullmatch(text):
        return "{value} names a time zone by its letters; write its offset, such as +08:00"
    return "{value} is not a date"


def _no_such_date() -> UnreadableError:
    return UnreadableError("{value} is not a date that exists", "no_such_date")


def _assemble(part: dict[str, str | None]) -> _Written:
    digits = (part.get("fraction") or part.get("millis") or "").ljust(6, "0")[:6]
    moment = dt.datetime(
        int(part["year"] or 0),
        forms.month_number(part["month"] or ""),
        int(part["day"] or 0),
        _hour(part),
        int(part.get("minute") or 0),
        int(part.get("second") or 0),
        int(digits),
    )
    offset = _offset(part.get("zone") or part.get("day_zone"))
    return _Written(moment.replace(tzinfo=offset), is_day=part.get("hour") is None)


def _hour(part: dict[str, str | None]) -> int:
    """On the clock of 24 hours; ValueError for 15:00 AM and for 晚上12点, which belongs to the next day."""
    hour = int(part.get("hour") or 0)
    said = (part.get("half"), part.get("meridiem"))
    halves = {half.lower().replace(".", "") for half in said if half}
    if halves & _MORNING:
        if hour > 12 or halves & _AFTERNOON:
            raise ValueError
        return hour % 12
    if "晚上" in halves and (hour == 12 or hour < 5):
        raise ValueError
    if halves & _AFTERNOON or ("中午" in halves and hour < 11):
        return hour + 12 if hour < 12 else hour
    return hour


def _offset(zone: str | None) -> dt.tzinfo | None:
    if not zone:
        return None
    digits = zone.upper().removeprefix("UTC").removeprefix("GMT")
    if digits in ("", "Z"):
        return dt.UTC
    hours, _, minutes = digits[1:].partition(":")
    if not minutes and len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    size = dt.timedelta(hours=int(hours), minutes=int(minutes or 0))
    return dt.timezone(size if digits[0] == "+" else -size)
