"""Due dates stand on the company's clock: none is doubled, none lost, none made up."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from warehouse.errors import UsageError
from warehouse.mailing.calendar import last_due, moment, next_due
from warehouse.mailing.subscriptions import Subscription, new_subscription

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MADE = "2026-01-01T00:00:00+00:00"


def made(**values: Any) -> Subscription:
    return new_subscription("hr", "box", "view", "results", values.pop("made_at", MADE), **values)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_weekly_mail_is_due_on_its_weekday_at_its_hour() -> None:
    one = made(weekday=0, hour=8)
    assert last_due(one, at("2026-11-23 07:59"), SHANGHAI) == dt.date(2026, 11, 16)
    assert last_due(one, at("2026-11-23 08:00"), SHANGHAI) == dt.date(2026, 11, 23)
    assert next_due(one, at("2026-11-23 08:00"), SHANGHAI) == at("2026-11-30 08:00")


def test_the_hour_is_the_company_s_and_not_the_machine_s() -> None:
    one = made(weekday=0, hour=8)
    assert moment(one, dt.date(2026, 11, 23), SHANGHAI) == dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def test_a_machine_that_was_off_sends_the_newest_one_and_not_all_that_it_missed() -> None:
    assert last_due(made(rhythm="daily"), at("2026-11-23 12:00"), SHANGHAI) == dt.date(2026, 11, 23)


def test_nothing_is_due_of_the_time_before_it_was_made() -> None:
    one = made(weekday=0, hour=8, made_at="2026-11-23T00:30:00+00:00")
    assert last_due(one, at("2026-11-29 12:00"), SHANGHAI) is None
    assert last_due(one, at("2026-11-30 08:00"), SHANGHAI) == dt.date(2026, 11, 30)


def test_a_monthly_mail_is_due_on_its_day() -> None:
    one = made(rhythm="monthly", day=28, hour=9)
    assert last_due(one, at("2026-11-23 12:00"), SHANGHAI) == dt.date(2026, 10, 28)
    assert next_due(one, at("2026-02-01 00:00"), SHANGHAI) == at("2026-02-28 09:00")


def test_an_hour_that_a_change_of_clocks_leaves_out_comes_an_hour_later() -> None:
    one = made(rhythm="daily", hour=2)
    day = dt.date(2026, 3, 29)
    assert moment(one, day, BERLIN) == dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)
    assert moment(one, day, BERLIN).astimezone(BERLIN).hour == 3


def test_an_hour_that_comes_twice_is_one_due_date() -> None:
    one = made(rhythm="daily", hour=2)
    first, second = dt.datetime(2026, 10, 25, 0, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)
    assert first.astimezone(BERLIN).hour == second.astimezone(BERLIN).hour == 2
    assert {last_due(one, moment, BERLIN) for moment in (first, second)} == {dt.date(2026, 10, 25)}


@pytest.mark.parametrize("wrong", [{"hour": 24}, {"weekday": 7}, {"day": 29}, {"rhythm": "hourly"}])
def test_a_moment_that_no_calendar_has_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        made(**wrong)


def test_a_search_for_somebody_is_not_kept() -> None:
    assert made(choices={"search": "李娜", "grade": "S"}).choices == {"grade": "S"}
