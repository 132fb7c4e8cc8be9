"""Numbers, dates and quarters as people of each language write them; values arrive computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from dashboards.catalogue import Words

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~$:])")


def plain(text: object) -> str:
    """Text of the data for places that read Markdown: every sign stands for itself."""
    return _MARKDOWN.sub(r"\\\1", str(text))


class Counted(str):
    """A written number that knows which of two words follows it."""

    def __format__(self, wanted: str) -> str:
        if "|" not in wanted:
            return super().__format__(wanted)
        one, other = wanted.split("|")
        return one if self == "1" else other


def _true_minus(text: str) -> str:
    return text.replace("-", "−")


@dataclass(frozen=True)
class Formats:
    """Formatting in one language and the company's time zone."""

    words: Words
    timezone: ZoneInfo

    def score(self, value: float | None) -> str:
        """One decimal."""
        return self.words("format.none") if value is None else _true_minus(f"{value:.1f}")

    def signed(self, value: float, decimals: int = 1) -> str:
        """With its sign, a true minus, and no sign at zero."""
        text = _true_minus(f"{value:+,.{decimals}f}")
        return f"{abs(value):.{decimals}f}" if float(f"{value:.{decimals}f}") == 0 else text

    def percent(self, share: float | None) -> str:
        """A share 0–1 in whole per cents."""
        return self.words("format.none") if share is None else _true_minus(f"{share:.0%}")

    def interval(self, low: float | None, high: float | None, show: Callable[[float], str]) -> str:
        """Both ends as `show` writes them, or that there is no interval."""
        if low is None or high is None:
            return self.words("chart.no_interval")
        return self.words("format.interval", low=show(low), high=show(high))

    def count(self, value: int | float) -> Counted:
        """A whole number with thousands separators; words may ask it for a plural: `{n} {n:offer|offers}`."""
        return Counted(f"{value:,.0f}")

    def pay(self, yuan: float | None) -> str:
        """A monthly amount: 1.62万 in Chinese, 16.2k in English."""
        if yuan is None:
            return self.words("format.none")
        return self.words("format.pay", amount=self._thousands(yuan))

    def pay_range(self, low: float, high: float) -> str:
        """A band: 1.8–2.0万 or 18–20k; one decimal less where both ends allow it."""
        ends = [self._thousands(low), self._thousands(high)]
        if all(end.endswith("0") for end in ends):
            ends = [end[:-1].removesuffix(".") for end in ends]
        return self.words("format.pay", amount="–".join(ends))

    def _thousands(self, yuan: float) -> str:
        return f"{yuan / 10_000:.2f}" if self.words.language == "zh" else f"{yuan / 1000:.1f}"

    def day(self, value: date | datetime | None) -> str:
        """A local date: 2025年9月17日 or 17 Sep 2025."""
        if value is None:
            return self.words("format.none")
        month = self.words(f"month.m{value.month}")
        return self.words("format.day", year=value.year, month=month, day=value.day)

    def moment(self, value: datetime | None) -> str:
        """A UTC timestamp in the company's time."""
        if value is None:
            return self.words("format.none")
        local = value.replace(tzinfo=UTC).astimezone(self.timezone)
        return self.words("format.moment", day=self.day(local), time=f"{local:%H:%M}")

    def day_of(self, value: datetime | None) -> str:
        """The company's day of a UTC timestamp."""
        return self.day(None if value is None else value.replace(tzinfo=UTC).astimezone(self.timezone))

    def quarter(self, start: str) -> str:
        """`2025-07-01` → 2025 年第三季度, Q3 2025; `all` → all quarters."""
        return self._quarter("format.quarter", start)

    def quarter_short(self, start: str) -> str:
        """`2025-07-01` → 2025 Q3, as on axes."""
        return self._quarter("format.quarter_short", start)

    def _quarter(self, key: str, start: str) -> str:
        if start == "all":
            return self.words("choice.all_quarters")
        year, month = int(start[:4]), int(start[5:7])
        number = (month + 2) // 3
        return self.words(key, year=year, number=number, name=self.words(f"quarter.q{number}"))

    def period(self, start: str) -> str:
        """First and last day of a quarter: 2025年7月1日–9月30日."""
        if start == "all":
            return self.words("choice.all_quarters")
        first = date.fromisoformat(start)
        last = date(first.year, first.month + 2, 31 if first.month in (1, 10) else 30)
        parts = {"year": first.year, "day": first.day, "last_day": last.day}
        months = {
            "month": self.words(f"month.m{first.month}"),
            "last_month": self.words(f"month.m{last.month}"),
        }
        return self.words("format.period", **parts, **months)
