"""Names and contact data of people stand in raw sealed under the key of their person, also in older homes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import load_contracts
from ingestion.report import sealed_line
from tests.ingestion.house import PEOPLE, House
from warehouse.vault import Vault

CANDIDATES = "candidate_id,name,email,phone,gender\nC1,张三丰,z@example.com,10012345678,男\nC2,,,,\n"
EMPLOYEES = "employee_id,candidate_id,name,hired_on\nE1,C1,张三丰,2024-01-01\n"
TOLD = ("张三丰", "z@example.com", "10012345678")


def told_in_raw(house: House) -> list[str]:
    """What of the people is found in the raw files, as bytes and as values."""
    paths = sorted(house.settings.raw.rglob("*.parquet"))
    said = [str(pq.read_table(path, partitioning=None).to_pylist()) for path in paths]
    return [word for word in TOLD for text in said if word in text]


def test_only_the_keys_open_who_somebody_is(house: House) -> None:
    house.take("candidates", "c.csv", CANDIDATES)
    house.take("employees", "e.csv", EMPLOYEES)
    assert told_in_raw(house) == []
    first, second = house.rows("candidates")
    assert [first[name] for name in ("name", "email", "phone", "gender")] == [*TOLD, "male"]
    assert (second["name"], second["_seal_key_id"]) == (None, None)
    keys = Vault.open(house.settings).known_keys(["candidate:C1", "employee:E1", "candidate:C2"])
    assert {subject: key.key_id for subject, key in keys.items()} == {
        "candidate:C1": first["_seal_key_id"],
        "employee:E1": house.rows("employees")[0]["_seal_key_id"],
    }


def test_who_comes_again_unchanged_is_a_duplicate(house: House) -> None:
    house.take("candidates", "c.csv", CANDIDATES)
    assert house.take("candidates", "again.csv", CANDIDATES + "\n").duplicates == 2
    changed = house.take("candidates", "changed.csv", CANDIDATES.replace("三丰", "无忌"))
    assert (changed.kept, changed.duplicates) == (1, 1)


def in_clear(house: House, source: str) -> None:
    """Makes the raw files of a source what they were before names were sealed."""
    contract = load_contracts()[source]
    rows = house.rows(source)
    for path in (house.settings.raw / source).glob("[!_]*.parquet"):
        table = pq.read_table(path, partitioning=None).drop_columns(["_seal_key_id"])
        own = [row for row in rows if row["_file_id"] == path.stem]
        for name in contract.sealed_columns:
            place = table.schema.get_field_index(f"{name}_sealed")
            table = table.set_column(place, name, pa.array([row[name] for row in own], pa.string()))
        pq.write_table(table, path)


def test_a_home_from_before_is_sealed_by_its_next_pass_and_says_so(house: House) -> None:
    house.take("candidates", "c.csv", CANDIDATES)
    house.take("employees", "e.csv", EMPLOYEES)
    before = {source: house.rows(source) for source in PEOPLE}
    for source in PEOPLE:
        in_clear(house, source)
    assert set(told_in_raw(house)) == set(TOLD)
    report = house.run()
    assert (report.sealed, report.files, told_in_raw(house)) == (3, (), [])
    assert sealed_line(3).startswith("3 rows of people that stood in raw in clear have been sealed")
    for source in PEOPLE:
        after = house.rows(source)
        assert [_plain(row) for row in after] == [_plain(row) for row in before[source]]
    assert house.run().sealed == 0
    assert house.take("candidates", "again.csv", CANDIDATES + "\n").duplicates == 2


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if not name.endswith("_sealed")}


def test_a_file_that_is_sealed_is_not_written_again(house: House, tmp_path: Path) -> None:
    house.take("candidates", "c.csv", CANDIDATES)
    before = house.files("raw/candidates")
    house.run()
    assert house.files("raw/candidates") == before
