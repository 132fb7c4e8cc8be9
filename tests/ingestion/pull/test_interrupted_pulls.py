"""Killed anywhere, as often as you like: in the end the same rows are in the warehouse as without."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.pull import database, files, one_pull, rest, state
from ingestion.pull.one_pull import Limits
from tests.ingestion.house import House
from tests.ingestion.pull.endpoints import PAGINGS, People, configuration, person
from tests.ingestion.pull.pulling import Pulling, rows_of
from tests.ingestion.pull.server import Server
from warehouse.settings import Settings

SEVERAL = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
STAFF = "kind: database\nsource: employees\nurl: sqlite:///{path}\ntable: staff\ncursor: updated_at\n"
KILLS = st.lists(st.integers(1, 30), max_size=4)


class Killed(BaseException):
    """The process ends here, without a chance to tidy up."""


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """Every write to disk and every page is a step; at `step`, before or after its work, all ends."""
    left = [step]

    def deadly(work: Callable[..., Any]) -> Callable[..., Any]:
        def doomed(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            done = work(*given, **named)
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return done

        return doomed

    with (
        mock.patch.object(one_pull, "save_state", deadly(state.save_state)),
        mock.patch.object(files.Landing, "land", deadly(files.Landing.land)),
        mock.patch.object(files, "_sync", deadly(files._sync)),
        mock.patch.object(rest.Rest, "_records", deadly(rest.Rest._records)),
        mock.patch.object(database, "_ROWS_A_FETCH", 2),
    ):
        yield


def pulling_in(folder: Path, example: House) -> Pulling:
    house = House(Settings(home=folder / "home", dbt_project=example.settings.dbt_project).ensure())
    return Pulling(house, limits=Limits(file_rows=3))


def pull_with_deaths(pulling: Pulling, kills: list[int]) -> None:
    for step in kills:
        try:
            with killed_at(step):
                pulling.one()
        except Killed:
            continue
    with mock.patch.object(database, "_ROWS_A_FETCH", 2):
        pulling.one()


def landed_rows(pulling: Pulling) -> list[tuple[str, ...]]:
    """What landed, by content: ingestion takes a row in once, however often it comes."""
    return sorted({tuple(row.values()) for path in pulling.landed() for row in rows_of(path)})


def raw_rows(pulling: Pulling) -> list[tuple[str, str]]:
    """What the warehouse holds."""
    pulling.house.run()
    return sorted((row["employee_id"], str(row["_exported_at"])) for row in pulling.house.rows("employees"))


Change = tuple[int, int]
CHANGES = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 28)), min_size=1, max_size=12)


def write(path: Path, changes: list[Change]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table if not exists staff (employee_id primary key, hired_on, updated_at)")
        for number, day in changes:
            row = person(number, day)
            connection.execute("insert or replace into staff values (?, ?, ?)", tuple(row.values()))
    connection.close()


def change_people(people: People, changes: list[Change]) -> None:
    rows = {row["employee_id"]: row for row in people.rows}
    rows |= {f"E{number}": person(number, day) for number, day in changes}
    people.rows = list(rows.values())


def later(first: list[Change], second: list[Change]) -> list[Change]:
    """Changes get cursors after those of before, as real ones do."""
    highest = max(day for _, day in first)
    return [(number, min(28, highest + day % 3)) for number, day in second]


@SEVERAL
@given(first=CHANGES, second=CHANGES, kills=KILLS, more_kills=KILLS)
def test_a_killed_database_pull_loses_nothing(
    house: House, first: list[Change], second: list[Change], kills: list[int], more_kills: list[int]
) -> None:
    ends = []
    for deaths in (([], []), (kills, more_kills)):
        with tempfile.TemporaryDirectory() as folder:
            pulling = pulling_in(Path(folder), house)
            path = Path(folder) / "hr.sqlite"
            pulling.configure(
                "staff",
                STAFF.format(path=path),
            )
            for changes, when in ((first, deaths[0]), (later(first, second), deaths[1])):
                write(path, changes)
                pull_with_deaths(pulling, when)
            ends.append(landed_rows(pulling))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("style", PAGINGS)
@SEVERAL
@given(first=CHANGES, second=CHANGES, kills=KILLS, more_kills=KILLS)
def test_a_killed_rest_pull_loses_nothing(
    house: House,
    style: str,
    first: list[Change],
    second: list[Change],
    kills: list[int],
    more_kills: list[int],
) -> None:
    ends = []
    for deaths in (([], []), (kills, more_kills)):
        with tempfile.TemporaryDirectory() as folder, Server() as server:
            pulling = pulling_in(Path(folder), house)
            people = People(server, rows=[], size=2)
            server.answer = getattr(people, f"by_{style}")
            pulling.configure("people", configuration(server, PAGINGS[style]))
            for changes, when in ((first, deaths[0]), (later(first, second), deaths[1])):
                change_people(people, changes)
                pull_with_deaths(pulling, when)
            ends.append(landed_rows(pulling))
    assert ends[0] == ends[1]


def test_the_state_never_runs_ahead_of_what_landed(pulling: Pulling, database: Path) -> None:
    write(database, [(number, number) for number in range(1, 13)])
    pulling.configure(
        "staff",
        STAFF.format(path=database),
    )
    pulling.limits = Limits(file_rows=3)
    state_path = pulling.house.settings.home / "pull" / ".state" / "staff.json"
    died = 0
    for step in range(1, 40):
        try:
            with killed_at(step):
                pulling.one()
        except Killed:
            died += 1
            landed = {row["employee_id"] for path in pulling.landed() for row in rows_of(path)}
            if state_path.exists():
                day = int(pulling.state("staff")["cursor"][1][8:10])
                assert {f"E{number}" for number in range(1, day + 1)} <= landed
    assert died > 5
    assert all(path.suffix == ".parquet" for path in pulling.landed()), "half a file lies in landing"


def test_after_several_deaths_the_warehouse_is_that_of_an_undisturbed_pull(
    house: House, pulling: Pulling, server: Server, tmp_path: Path
) -> None:
    undisturbed = pulling_in(tmp_path / "undisturbed", house)
    people = People(server, size=2)
    server.answer = people.by_cursor
    for one in (pulling, undisturbed):
        one.configure("people", configuration(server, PAGINGS["cursor"]))
    pulling.limits = undisturbed.limits
    for changes in ([(number, number) for number in range(1, 12)], [(3, 20), (12, 21), (1, 20)]):
        change_people(people, changes)
        pull_with_deaths(pulling, [3, 9, 14, 6])
        pull_with_deaths(undisturbed, [])
    assert raw_rows(pulling) == raw_rows(undisturbed)
    assert len(raw_rows(undisturbed)) == 14
