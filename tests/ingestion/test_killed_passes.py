"""A pass that is killed between any two steps: the next one ends where an undisturbed one would have."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion import ingest
from ingestion.state.balance import unbalanced_files
from tests.ingestion.changed_contracts import Contracts
from tests.ingestion.house import House
from tests.ingestion.observed import history, parquet_rows
from warehouse.settings import Settings

HEADER = "employee_id,hired_on,monthly_salary\n"
# The second file brings E1 right; the contract of then accepts E2 and E4; E3 and the last row stay wrong.
FIRST = HEADER + "E0,2020-01-01,1\nE1,never,1\nE2,2020-01-01,-2\nE3,never,3\nE4,2020-01-01,-4\n"
SECOND = HEADER + "E0,01/01/2020,1\nE1,13/01/2020,1\nE5,14/01/2020,5\nE6,never,6\n"


class KilledError(BaseException):
    """The process is no more."""


class Steps:
    """Counts what changes the disk for good, and lets nothing more happen from one step on."""

    def __init__(self, last: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done = 0
        self._last = last
        for name in ("replace", "unlink"):
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, step: Callable[..., None]) -> Callable[..., None]:
        def take(*given: Any, **options: Any) -> None:
            if self.done == self._last:
                raise KilledError
            step(*given, **options)
            self.done += 1

        return take


def state(house: House) -> dict[str, object]:
    """All that a pass leaves, but for times and identities."""
    ledger = (
        "source",
        "file",
        "arrival_seq",
        "status",
        "rows_in",
        "kept",
        "duplicates",
        "quarantined",
        "releases",
    )
    released = parquet_rows(house.settings.quarantine / "_releases" / "employees")
    versions = history(house, "employees", "employee_id", "monthly_salary")
    return {
        "ledger": [[entry[name] for name in ledger] for entry in house.ledger()],
        "raw": [
            (row["employee_id"], row["_arrival_seq"], row["_row_number"]) for row in house.rows("employees")
        ],
        "versions": {key: [value for _, value in of] for key, of in versions.items()},
        "quarantine": [
            (row["file"], row["row_number"], row["code"]) for row in house.quarantined("employees")
        ],
        "released": sorted((row["row_number"], row["how"]) for row in released),
        "unbalanced": unbalanced_files(house.settings),
        "files": sorted(path for path in house.files("raw", "quarantine") if "_seen.json" not in path),
    }


@pytest.fixture
def before(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """One file taken, another one waiting, and a contract that has changed since."""
    rules = Contracts.copy(tmp_path, monkeypatch)
    house.take("employees", "first.csv", FIRST)
    house.drop("employees", "second.csv", SECOND)
    rules.allow_debts()
    contracts, profiles = rules.load(), ingest.load_profiles()
    monkeypatch.setattr(ingest, "load_contracts", lambda **_: contracts)
    monkeypatch.setattr(ingest, "load_profiles", lambda *_: profiles)
    return house


def test_what_a_pass_left_of_files_that_are_gone_since_is_removed(house: House) -> None:
    house.take("employees", "first.csv", FIRST)
    file_id = house.ledger()[0]["file_id"]
    expected = state(house)
    raw, quarantine = house.settings.raw, house.settings.quarantine
    for path in (
        raw / "employees" / f"{file_id}-r1.parquet",
        raw / "employees" / "0123456789abcdef-r1.parquet",
        raw / "_sightings" / "employees" / f"{file_id}-r1.parquet",
        raw / "_sightings" / "employees" / "0123456789abcdef.parquet",
        raw / "_sightings" / "employees" / f"{file_id}.parquet.tmp",
        quarantine / "_releases" / "employees" / f"{file_id}-1.parquet",
        quarantine / "_releases" / "employees" / "0123456789abcdef-1.parquet",
        quarantine / "employees" / "0123456789abcdef.parquet",
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half a file")
    house.run()
    assert state(house) == expected


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_in_raw(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pass goes on, and what is built from raw right after it must not see half a file."""
    house.drop("employees", "first.csv", FIRST)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("ingestion.state.ledger.write_parquet", full)
        (report,) = house.run().files
    assert report.status == "rejected"
    assert house.rows("employees") == house.quarantined("employees") == []
    assert house.run().files[0].kept == 1
    assert unbalanced_files(house.settings) == []


def copy(house: House, folder: Path) -> House:
    shutil.copytree(house.settings.home, folder)
    return House(Settings(folder, house.settings.dbt_project))


def test_the_next_pass_ends_where_an_undisturbed_one_would_have(before: House, tmp_path: Path) -> None:
    undisturbed = copy(before, tmp_path / "undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        steps = Steps(None, patch)
        undisturbed.run(retry=True)
    expected = state(undisturbed)
    assert expected["released"] == [(2, "file"), (3, "contract"), (5, "contract")]
    assert expected["unbalanced"] == []
    assert steps.done > 10
    for last in range(steps.done):
        killed = copy(before, tmp_path / f"killed_{last}")
        with pytest.MonkeyPatch.context() as patch:
            Steps(last, patch)
            with pytest.raises(KilledError):
                killed.run(retry=True)
        killed.run(retry=True)
        assert state(killed) == expected, f"killed after step {last}"
