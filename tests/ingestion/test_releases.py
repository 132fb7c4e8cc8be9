"""Quarantined rows that a later file brings right: they are open no more, and the counts stay."""

from __future__ import annotations

import pytest

from ingestion.state.balance import unbalanced_files
from tests.ingestion.house import House, json_lines
from tests.ingestion.observed import parquet_rows

SCORES = "interview_id,competency_id,score\n"


def releases(house: House, source: str = "vendor_scores") -> list[tuple[int, str, str]]:
    """(row number, how, by) of every release, in the order of the row numbers."""
    rows = parquet_rows(house.settings.quarantine / "_releases" / source)
    return sorted((row["row_number"], row["how"], row["by"]) for row in rows)


def test_the_fixed_row_of_a_later_file_releases_the_bad_one(house: House) -> None:
    house.take("vendor_scores", "march.csv", SCORES + "I1,logic,120\nI2,logic,50\n")
    house.drop("vendor_scores", "march_fixed.csv", SCORES + "I1,logic,12\nI2,logic,50\n")
    assert house.run().released == 1
    assert releases(house) == [(1, "file", "vendor_scores/march_fixed.csv")]
    first, _ = house.ledger()
    assert (first["kept"], first["quarantined"], first["releases"]) == (1, 1, 1)
    assert len(house.quarantined("vendor_scores")) == 1
    assert unbalanced_files(house.settings) == []


def test_a_row_that_is_still_wrong_is_still_open(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,120\nI2,logic,50\n")
    house.take("vendor_scores", "b.csv", SCORES + "I1,logic,130\nI2,logic,60\n")
    assert releases(house) == []
    house.take("vendor_scores", "c.jsonl", json_lines({"面试ID": "I1", "能力项": "logic", "得分": 13}))
    assert releases(house) == [(1, "file", "vendor_scores/c.jsonl")] * 2


def test_the_first_file_that_brings_a_row_right_is_named(house: House) -> None:
    house.drop("vendor_scores", "a.csv", SCORES + "I1,logic,120\n")
    house.drop("vendor_scores", "b.csv", SCORES + "I1,logic,12\n")
    house.drop("vendor_scores", "c.csv", SCORES + "I1,logic,13\n")
    house.run()
    house.run()
    assert releases(house) == [(1, "file", "vendor_scores/b.csv")]


def test_an_earlier_file_brings_nothing_right(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,12\n")
    house.take("vendor_scores", "b.csv", SCORES + "I1,logic,120\n")
    assert releases(house) == []


def test_a_newer_export_that_came_before_the_bad_row_is_no_fix_of_it(house: House) -> None:
    header = "interview_id,competency_id,score,exported_at\n"
    house.take("vendor_scores", "a.csv", header + "I9,logic,120,2026-05-01\n")
    house.drop("vendor_scores", "b.csv", header + "I1,logic,12,2026-06-01\n")
    house.drop("vendor_scores", "c.csv", header + "I1,logic,120,2026-05-01\n")
    house.run()
    assert releases(house) == []


def test_a_duplicate_brings_right_as_well(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,12\n")
    house.take("vendor_scores", "b.csv", SCORES + "I1,logic,120\n")
    report = house.take("vendor_scores", "c.csv", SCORES + "I1,logic,12.0\n")
    assert report.duplicates == 1
    assert releases(house) == [(1, "file", "vendor_scores/c.csv")]


def test_a_row_without_a_key_is_known_by_its_number_in_a_file_of_the_same_name(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,1\n,logic,2\nI3,logic\n")
    house.take("vendor_scores", "b.csv", SCORES + "I1,logic,1\nI2,logic,2\nI3,logic,3\n")
    assert releases(house) == []
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,1\nI2,logic,2\nI3,logic,33\n")
    assert releases(house) == [(n, "file", "vendor_scores/a.csv") for n in (2, 3)]


def test_an_older_export_that_arrives_late_brings_nothing_right(house: House) -> None:
    header = "interview_id,competency_id,score,exported_at\n"
    house.take("vendor_scores", "june.csv", header + "I1,logic,120,2026-06-01\n")
    house.take("vendor_scores", "may.csv", header + "I1,logic,12,2026-05-01\n")
    assert releases(house) == []
    house.take("vendor_scores", "june_fixed.csv", header + "I1,logic,13,2026-06-01\n")
    assert releases(house) == [(1, "file", "vendor_scores/june_fixed.csv")]


def test_another_key_at_the_same_place_brings_nothing_right(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,120\n")
    house.take("vendor_scores", "a.csv", SCORES + "I9,logic,12\n")
    assert releases(house) == []


def test_a_pass_that_ended_before_the_release_is_made_up_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,120\n")
    house.drop("vendor_scores", "b.csv", SCORES + "I1,logic,12\n")

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingestion.one_pass.release_fixed", end)
    with pytest.raises(KeyboardInterrupt):
        house.run()
    monkeypatch.undo()
    assert releases(house) == []
    assert house.run().files == ()
    assert releases(house) == [(1, "file", "vendor_scores/b.csv")]


def test_passes_that_find_nothing_new_do_not_search(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,120\n")

    def search(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("ingestion.state.fixed_rows._Search.release", search)
    assert house.run().released == 0
