"""Rows in = kept + duplicates + quarantined, in the ledger and in the files that it speaks of."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.state.balance import unbalanced_files
from ingestion.state.ledger import Ledger
from tests.ingestion.house import House

SCORES = "interview_id,competency_id,score\n"
FILE = ("vendor_scores", "vendor_scores/b.csv")


@pytest.fixture
def taken(house: House) -> House:
    """Of the second file one row is kept, one a duplicate and one in the quarantine."""
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,1\n")
    house.take("vendor_scores", "b.csv", SCORES + "I1,logic,1\nI2,logic,2\nI3,logic,300\n")
    return house


def files(house: House) -> dict[str, Path]:
    """The files that hold the rows of the second one."""
    file_id, settings = house.ledger()[-1]["file_id"], house.settings
    return {
        "raw": settings.raw / "vendor_scores" / f"{file_id}.parquet",
        "sightings": settings.raw / "_sightings" / "vendor_scores" / f"{file_id}.parquet",
        "quarantine": settings.quarantine / "vendor_scores" / f"{file_id}.parquet",
    }


def change_entry(house: House, **changed: object) -> None:
    path = max((house.settings.raw / "_ledger").glob("0*.parquet"))
    (entry,) = pq.ParquetFile(path).read().to_pylist()
    pq.write_table(pa.Table.from_pylist([{**entry, **changed}], pq.read_schema(path)), path)


def test_what_was_taken_in_balances(taken: House) -> None:
    assert unbalanced_files(taken.settings) == []


@pytest.mark.parametrize("layer", ["raw", "sightings", "quarantine"])
def test_a_file_that_is_gone_is_missed(taken: House, layer: str) -> None:
    files(taken)[layer].unlink()
    assert unbalanced_files(taken.settings) == [FILE]


@pytest.mark.parametrize("layer", ["raw", "sightings", "quarantine"])
def test_a_row_too_many_is_noticed(taken: House, layer: str) -> None:
    path = files(taken)[layer]
    table = pq.ParquetFile(path).read()
    pq.write_table(pa.concat_tables([table, table]), path)
    assert unbalanced_files(taken.settings) == [FILE]


def test_a_ledger_that_does_not_add_up_is_noticed(taken: House) -> None:
    change_entry(taken, rows_in=4)
    assert unbalanced_files(taken.settings) == [FILE]


def test_a_ledger_that_adds_up_to_other_rows_is_noticed(taken: House) -> None:
    change_entry(taken, kept=2, quarantined=0)
    assert unbalanced_files(taken.settings) == [FILE]


def test_rejected_files_have_no_rows_anywhere(house: House) -> None:
    house.take("vendor_scores", "a.csv", "colour\nred\n")
    assert unbalanced_files(house.settings) == []


def test_an_entry_of_an_earlier_version_is_read_and_balances_without_sightings(taken: House) -> None:
    path = max((taken.settings.raw / "_ledger").glob("0*.parquet"))
    later = ["profile", "format", "headers", "date_orders", "releases"]
    pq.write_table(pq.ParquetFile(path).read().drop_columns(later), path)
    files(taken)["sightings"].unlink()
    assert unbalanced_files(taken.settings) == []
    entry = Ledger(taken.settings.raw).entries[-1]
    assert (entry.kept, entry.profile, entry.headers, entry.releases) == (1, None, (), 0)
