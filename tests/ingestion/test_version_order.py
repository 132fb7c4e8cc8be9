"""Late files, early files, the same rows again: versions never depend on the order of arrival."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion import ingest
from ingestion.readers.registry import FORMAT_NAMES
from ingestion.state.balance import unbalanced_files
from tests.ingestion.changed_contracts import Contracts
from tests.ingestion.house import House
from tests.ingestion.observed import collapsed, history, sightings
from warehouse.settings import Settings

JANUARY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# (employee, salary, month of the export or None) a row
Row = tuple[str, int, int | None]
Export = list[Row]

NewHouse = Callable[[], AbstractContextManager[House]]

few_people, few_salaries = st.sampled_from(["E1", "E2", "E3"]), st.sampled_from([10, 20, 30])
rows_of_a_file = st.lists(st.tuples(few_people, few_salaries), min_size=1, max_size=6)


def month(number: int) -> dt.datetime:
    return JANUARY + dt.timedelta(days=31 * number)


def csv(export: Export) -> str:
    lines = [
        f"{person},2020-01-01,{salary},{'' if number is None else month(number).isoformat()}"
        for person, salary, number in export
    ]
    return "employee_id,hired_on,monthly_salary,exported_at\n" + "\n".join(lines) + "\n"


@pytest.fixture
def new_house(house: House, monkeypatch: pytest.MonkeyPatch) -> NewHouse:
    """Makes houses like the fixture's, one for each example, without reading every contract anew."""
    house.run()
    contracts, profiles = ingest.load_contracts(formats=FORMAT_NAMES), ingest.load_profiles()
    monkeypatch.setattr(ingest, "load_contracts", lambda **_: contracts)
    monkeypatch.setattr(ingest, "load_profiles", lambda *_: profiles)

    @contextmanager
    def make() -> Iterator[House]:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            shutil.copytree(house.settings.home, home)
            yield House(Settings(home, house.settings.dbt_project))

    return make


@pytest.fixture
def debts_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contracts:
    """Contracts under which a salary may be below zero; not in force."""
    contracts = Contracts.copy(tmp_path / "changed", monkeypatch)
    contracts.allow_debts()
    monkeypatch.undo()
    return contracts


def take(house: House, exports: list[Export], at_once: bool = True) -> None:
    """Brings the exports in this order, in one pass or in one pass each."""
    for number, export in enumerate(exports):
        # A blank line a file: the same rows in another file are no known file.
        house.drop("employees", f"{number}.csv", csv(export) + "\n" * number)
        if not at_once:
            house.run()
    house.run()


def salaries(house: House) -> dict[str, list[tuple[dt.datetime, float]]]:
    return history(house, "employees", "employee_id", "monthly_salary")


def by_hand(house: House, exports: list[Export]) -> dict[str, list[tuple[dt.datetime, float]]]:
    """The versions as they follow from every row of every file, whether raw has it or not."""
    arrived = {entry["arrival_seq"]: entry["ingested_at"] for entry in house.ledger()}
    found: dict[str, list[tuple[dt.datetime, int, int, float]]] = {}
    for seq, export in enumerate(exports, 1):
        for row, (person, salary, number) in enumerate(export, 1):
            at = arrived[seq] if number is None else month(number)
            found.setdefault(person, []).append((at, seq, row, float(salary)))
    return collapsed(found)


def test_a_late_file_between_two_equal_ones_does_not_win(house: House) -> None:
    take(house, [[("E1", 10, 1)], [("E1", 10, 3)], [("E1", 20, 2)]])
    assert [entry["duplicates"] for entry in house.ledger()] == [0, 1, 0]
    assert salaries(house) == {"E1": [(month(1), 10.0), (month(2), 20.0), (month(3), 10.0)]}


def test_a_row_that_came_again_leaves_a_sighting_and_no_second_row(house: House) -> None:
    take(house, [[("E1", 10, 1)], [("E1", 10, 2)]])
    assert len(house.rows("employees")) == 1
    (seen,) = sightings(house, "employees")
    assert (seen["_exported_at"], seen["_arrival_seq"], seen["_row_number"]) == (month(2), 2, 1)


def test_a_sighting_of_an_earlier_pass_counts_in_the_next(house: House) -> None:
    take(house, [[("E1", 10, 1)], [("E1", 10, 3)], [("E1", 20, 2)], [("E1", 10, 4)]], at_once=False)
    assert [entry["kept"] for entry in house.ledger()] == [1, 0, 1, 0]
    assert salaries(house)["E1"][-1] == (month(3), 10.0)


def test_without_export_times_the_later_file_wins(house: House) -> None:
    take(house, [[("E1", 10, None)], [("E1", 20, None)], [("E1", 10, None)]])
    assert [value for _, value in salaries(house)["E1"]] == [10.0, 20.0, 10.0]


def test_of_two_exports_of_the_same_moment_the_later_file_wins(house: House) -> None:
    take(house, [[("E1", 10, 1)], [("E1", 20, 1)]])
    assert salaries(house)["E1"][-1] == (month(1), 20.0)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=st.lists(rows_of_a_file, min_size=2, max_size=5), data=st.data())
def test_any_order_of_arrival_gives_the_same_history(
    new_house: NewHouse, tables: list[list[tuple[str, int]]], data: st.DataObject
) -> None:
    exports = [[(*row, number) for row in rows] for number, rows in enumerate(tables)]
    shuffled = data.draw(st.permutations(exports))
    with new_house() as ordered, new_house() as unordered:
        take(ordered, exports)
        take(unordered, shuffled, at_once=data.draw(st.booleans()))
        assert salaries(unordered) == salaries(ordered) == by_hand(ordered, exports)
        assert unbalanced_files(ordered.settings) == unbalanced_files(unordered.settings) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tables=st.lists(
        st.lists(st.tuples(few_people, st.sampled_from([10, 20, -30])), min_size=1, max_size=4),
        min_size=2,
        max_size=4,
    ),
    data=st.data(),
)
def test_rows_that_are_released_late_end_at_the_same_last_version(
    new_house: NewHouse, debts_allowed: Contracts, tables: list[list[tuple[str, int]]], data: st.DataObject
) -> None:
    exports = [[(*row, number) for row in rows] for number, rows in enumerate(tables)]
    arriving = data.draw(st.permutations(exports))
    with new_house() as house:
        take(house, arriving, at_once=data.draw(st.booleans()))
        before = ingest.load_contracts
        ingest.load_contracts = debts_allowed.load
        try:
            house.run(retry=True)
        finally:
            ingest.load_contracts = before
        # Since when may differ: a row that a later file brought right never was a version.
        last = {person: versions[-1][1] for person, versions in salaries(house).items()}
        assert last == {person: versions[-1][1] for person, versions in by_hand(house, arriving).items()}
        assert unbalanced_files(house.settings) == []


times = st.one_of(st.none(), st.integers(0, 3))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    exports=st.lists(
        st.lists(st.tuples(few_people, few_salaries, times), min_size=1, max_size=6), min_size=1, max_size=5
    ),
    at_once=st.booleans(),
)
def test_ties_and_absent_times_follow_the_order_of_arrival_and_no_row_is_lost(
    new_house: NewHouse, exports: list[Export], at_once: bool
) -> None:
    with new_house() as house:
        take(house, exports, at_once)
        assert salaries(house) == by_hand(house, exports)
        entries = house.ledger()
        assert sum(entry["kept"] for entry in entries) == len(house.rows("employees"))
        assert sum(entry["duplicates"] for entry in entries) == len(sightings(house, "employees"))
        assert unbalanced_files(house.settings) == []
