"""Numbers and dates as people of each language write them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboards.catalogue import words_in
from dashboards.formats import Counted, Formats, plain

ZH, EN = (Formats(words_in(language), ZoneInfo("Asia/Shanghai")) for language in ("zh", "en"))


def test_scores_have_one_decimal_and_shares_are_whole_per_cents() -> None:
    assert (ZH.score(76.24), ZH.percent(0.376), ZH.count(12345)) == ("76.2", "38%", "12,345")


def test_a_change_has_its_sign_and_zero_has_none() -> None:
    assert [EN.signed(value) for value in (1.84, -1.84, 0.01, -0.01)] == ["+1.8", "−1.8", "0.0", "0.0"]


def test_pay_is_written_by_language() -> None:
    assert (ZH.pay_range(18000, 20000), EN.pay_range(18000, 20000)) == ("1.8–2.0万", "18–20k")
    assert (ZH.pay(16200), EN.pay(16200)) == ("1.62万", "16.2k")


def test_quarters_and_days_are_written_by_language() -> None:
    assert (ZH.quarter("2026-07-01"), EN.quarter("2026-07-01")) == ("2026 年第三季度", "Q3 2026")
    assert (ZH.day(date(2025, 9, 17)), EN.day(date(2025, 9, 17))) == ("2025年9月17日", "17 Sep 2025")


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2026-01-01", "3月31日"),
        ("2026-04-01", "6月30日"),
        ("2026-07-01", "9月30日"),
        ("2026-10-01", "12月31日"),
    ],
)
def test_a_quarter_ends_on_its_last_day(start: str, last: str) -> None:
    assert ZH.period(start).endswith(last)


def test_a_moment_is_told_in_the_company_s_time() -> None:
    assert ZH.moment(datetime(2026, 9, 29, 23, 30)) == "2026年9月30日 07:30"


def test_absence_is_a_dash_and_never_none() -> None:
    assert {ZH.score(None), ZH.percent(None), ZH.pay(None), ZH.day(None), ZH.moment(None)} == {"–"}


def test_english_counts_one_in_the_singular() -> None:
    words = words_in("en")
    assert words("caption.scored", n=EN.count(1)) == "1 scored interview"
    assert words("caption.scored", n=EN.count(1200)) == "1,200 scored interviews"
    assert f"{Counted('7')}" == "7"


def test_signs_of_a_name_stand_for_themselves() -> None:
    assert plain("*Li* [x](y) $1:a") == r"\*Li\* \[x\]\(y\) \$1\:a"
