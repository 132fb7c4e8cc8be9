"""The order of cursors, what the next pull meets again, and what the state keeps of both."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.pull.cursor import Window, earlier, moment_of, read, write
from ingestion.pull.errors import PullError
from ingestion.pull.state import State, load_state, save_state, split

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = dt.datetime(2025, 3, 1, 8, tzinfo=dt.UTC)


def digest(number: int) -> bytes:
    return number.to_bytes(16, "big")


def remembered(window: Window) -> set[int]:
    return {int.from_bytes(one, "big") for _, joined in window.groups() for one in split(joined)}


@pytest.mark.parametrize(
    "value",
    [
        *(DAY, DAY.replace(tzinfo=None), DAY.astimezone(SHANGHAI), dt.date(2025, 3, 1), Decimal("1.10")),
        *(7, 2**70, 1.5, "2025-03-01T08:00:00Z", "", b"\x00\xff", uuid.UUID(int=5), None),
    ],
)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    again = read(write(value))
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, dt.timedelta(1)])
def test_what_has_no_order_is_no_cursor(value: object) -> None:
    with pytest.raises(PullError, match="times, numbers or texts"):
        Window(SHANGHAI).add(value, digest(1))


@pytest.mark.parametrize(
    ("value", "unit", "moment"),
    [
        ("2025-03-01T16:00:00+08:00", None, DAY),
        ("2025-03-01T08:00:00Z", None, DAY),
        ("2025-03-01 16:00:00", None, DAY),
        (1_740_816_000, "seconds", DAY),
        (Decimal(1_740_816_000_000), "milliseconds", DAY),
        (dt.date(2025, 3, 1), None, DAY - dt.timedelta(hours=16)),
        (1_740_816_000, None, None),
        ("yesterday", None, None),
        (10**30, "seconds", None),
        ("0001-01-01T00:00:00+08:00", None, None),
    ],
)
def test_local_times_are_those_of_the_company(value: object, unit: str | None, moment: object) -> None:
    assert moment_of(value, SHANGHAI, unit) == moment


@pytest.mark.parametrize(
    ("value", "unit", "back"),
    [
        (DAY, None, DAY - dt.timedelta(minutes=5)),
        ("2025-03-01T08:00:00Z", None, "2025-03-01T07:55:00Z"),
        ("2025-03-01T08:00:00+08:00", None, "2025-03-01T07:55:00+08:00"),
        (1_740_816_000, "seconds", 1_740_815_700),
        (1_740_816_000_000, "milliseconds", 1_740_815_700_000),
        (dt.date(2025, 3, 1), None, dt.date(2025, 2, 28)),
    ],
)
def test_an_overlap_keeps_the_form(value: object, unit: str | None, back: object) -> None:
    assert earlier(value, 5, unit) == back
    assert earlier(value, 0, unit) == value


@pytest.mark.parametrize("value", [5, "E17", 1.5])
def test_nothing_can_be_counted_back_from_what_is_no_time(value: object) -> None:
    with pytest.raises(PullError, match="overlap_minutes"):
        earlier(value, 5)


def test_times_with_other_offsets_are_compared_as_instants() -> None:
    window = Window(SHANGHAI)
    window.add("2025-03-01T23:00:00+08:00", digest(1))
    window.add("2025-03-01T16:00:00Z", digest(2))
    window.add("2025-03-01T17:00:00+02:00", digest(3))
    assert window.highest == "2025-03-01T16:00:00Z"
    assert remembered(window) == {2}


def test_ordered_values_keep_the_order_of_the_database() -> None:
    window = Window(SHANGHAI, ordered=True)
    for number, value in enumerate(["ä", "b", "B", "B"]):
        window.add(value, digest(number))
    assert window.highest == "B"
    assert remembered(window) == {2, 3}


@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=60),
    before=st.one_of(st.none(), st.integers(0, 30)),
    ceiling=st.integers(5, 40),
    overlap=st.integers(0, 5),
)
def test_remembered_is_exactly_what_the_next_pull_meets_again(
    values: list[int | None], before: int | None, ceiling: int, overlap: int
) -> None:
    window = Window(SHANGHAI, highest=before, unit="seconds", overlap_minutes=overlap / 60)
    window.ceiling = dt.datetime.fromtimestamp(ceiling, dt.UTC)
    for number, value in enumerate(values):
        window.add(value, digest(number))
    highest = max(
        [value for value in (*values, before) if value is not None and (value <= ceiling or value == before)],
        default=None,
    )
    assert window.highest == highest
    again = {
        number
        for number, value in enumerate(values)
        if value is None or highest is None or value >= highest - overlap or value > ceiling
    }
    assert remembered(window) == again


def test_beyond_its_limit_a_window_forgets_and_says_so() -> None:
    window = Window(SHANGHAI, limit=3)
    for number in range(5):
        window.add(1, digest(number))
    assert window.is_full
    assert window.groups() == []


def test_rows_of_lower_cursors_do_not_fill_a_window() -> None:
    window = Window(SHANGHAI, limit=3)
    for number in range(5000):
        window.add(number, digest(number))
    assert not window.is_full
    assert remembered(window) == {4999}


def test_a_state_is_replaced_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "staff.json"
    save_state(path, State("here"), lambda text: False)
    with path.open() as before:
        save_state(path, State("here", 7), lambda text: False)
        assert '"cursor": null' in before.read()
    assert [one.name for one in tmp_path.iterdir()] == ["staff.json"]


def test_a_state_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "staff.json"
    state = State("here", DAY, ((None, digest(1)), (DAY, digest(2) + digest(3))), ("a", "b"), None, DAY)
    save_state(path, state, lambda text: False)
    assert load_state(path, "here") == (state, False)
    assert load_state(path, "elsewhere") == (State("elsewhere"), True)
    assert state.digests() == {digest(1), digest(2), digest(3)}
