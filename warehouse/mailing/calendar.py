"""When a subscription is due, on the company's clock.

A due date is a local day, so that a change of clocks neither doubles nor loses one. Where the hour does not
exist on a day, the mail goes an hour later; where it comes twice, at the first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from warehouse.mailing.subscriptions import Subscription

# Between two due dates of any rhythm there are fewer days.
_FARTHEST = 63


def last_due(one: Subscription, now: dt.datetime, timezone: ZoneInfo) -> dt.date | None:
    """The newest due date that has come, after it was made; earlier ones that were missed are not made up."""
    today = now.astimezone(timezone).date()
    made = dt.datetime.fromisoformat(one.made_at)
    for day in _days(today, -1):
        at = moment(one, day, timezone)
        if falls_on(one, day) and at <= now:
            return day if at > made else None
    return None


def next_due(one: Subscription, now: dt.datetime, timezone: ZoneInfo) -> dt.datetime | None:
    """When the next one is due, in the company's time; None for a rhythm that has no dates."""
    today = now.astimezone(timezone).date()
    for day in _days(today, 1):
        if falls_on(one, day) and moment(one, day, timezone) > now:
            return moment(one, day, timezone).astimezone(timezone)
    return None


def moment(one: Subscription, day: dt.date, timezone: ZoneInfo) -> dt.datetime:
    """The instant of a local day at the hour of the subscription, in UTC."""
    return dt.datetime.combine(day, dt.time(one.hour), timezone).astimezone(dt.UTC)


def falls_on(one: Subscription, day: dt.date) -> bool:
    """Whether a day is one of the rhythm's."""
    if one.rhythm == "daily":
        return True
    if one.rhythm == "weekly":
        return day.weekday() == one.weekday
    return one.rhythm == "monthly" and day.day == one.day


def _days(start: dt.date, step: int) -> Iterator[dt.date]:
    for number in range(_FARTHEST):
        yield start + dt.timedelta(days=step * number)
