"""Local times as whole seconds since 1970-01-01 00:00 local, vectorised: Shanghai has no summer time now."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ingestion.demo.plan import END_OF_DATA, EXPORT_DAYS, QUARTER_STARTS, Ints

DAY = 86_400
OFFSET = "+08:00"
Texts = npt.NDArray[np.str_]


def seconds_of(day: str) -> int:
    """Local midnight of an ISO day."""
    return int(np.datetime64(day, "s").astype(np.int64))


QUARTER_EDGES = np.array([seconds_of(day) for day in (*QUARTER_STARTS, END_OF_DATA)], dtype=np.int64)
END = seconds_of(END_OF_DATA)


def _iso(seconds: Ints) -> Texts:
    return np.asarray(np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s")).astype("U19")


def time_text(seconds: Ints) -> Texts:
    """'2025-04-01 09:00:00' of each."""
    texts = np.ascontiguousarray(_iso(seconds))
    if len(texts):
        texts.view("U1").reshape(len(texts), 19)[:, 10] = " "
    return texts


def iso_text(seconds: Ints) -> Texts:
    """'2025-04-01T09:00:00+08:00' of each."""
    return np.char.add(_iso(seconds), OFFSET)


def day_text(seconds: Ints) -> Texts:
    """'2025-04-01' of each."""
    return np.asarray(np.datetime_as_string(seconds.astype("datetime64[s]"), unit="D"))


def exports_of(source: str) -> tuple[tuple[str, int], ...]:
    """Path of each export of employees or applications, named by its last day, and its local second."""
    times = [seconds_of(day) for day in EXPORT_DAYS]
    days = day_text(np.array(times) - DAY).tolist()
    return tuple(
        (f"{source}/{source}_{day.replace('-', '')}.csv", at) for day, at in zip(days, times, strict=True)
    )


def quarter_of(seconds: Ints) -> Ints:
    """Index of the demo's quarter in which each time falls; before the first 0, after the last the last."""
    at: Any = np.searchsorted(QUARTER_EDGES, seconds, side="right") - 1
    return np.asarray(np.clip(at, 0, len(QUARTER_EDGES) - 2), dtype=np.int64)


def add_months(seconds: Ints, months: int) -> Ints:
    """The last midnight of the month that lies `months` after each time's month: a review period's end."""
    month = seconds.astype("datetime64[s]").astype("datetime64[M]") + np.timedelta64(months + 1, "M")
    return (month.astype("datetime64[D]") - np.timedelta64(1, "D")).astype("datetime64[s]").astype(np.int64)


def office_time(seconds: Ints) -> Ints:
    """The same days between 9 and 18 o'clock, in the same order: when people at work do things."""
    return np.asarray(seconds // DAY * DAY + 9 * 3600 + seconds % DAY * 9 // 24, dtype=np.int64)


def working_time(rng: np.random.Generator, low: Ints, high: Ints) -> Ints:
    """A time from `low` to before `high` (local midnights): mostly 8 to 22 o'clock, sometimes at night."""
    size = len(low)
    days = np.maximum((high - low) // DAY, 1)
    day = low + np.floor(rng.random(size) * days).astype(np.int64) * DAY
    hour = np.clip(rng.normal(14.5, 3.2, size), 8.0, 21.9)
    night = rng.random(size) < 0.02
    hour = np.where(night, rng.random(size) * 8, hour)
    return np.asarray(day + np.floor(hour * 3600).astype(np.int64))
