"""Another system's tables through whole passes: they find each other, and change with each other."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.report import IngestReport, line
from ingestion.state.balance import unbalanced_files
from tests.ingestion.house import House
from tests.ingestion.packing import zipped

PROFILE = """
profile: small_ats
version: "1"
title: {zh: 小系统, en: Small ATS}
tables:
  card:
    recognise: [card_ref, session_ref, judge, points]
    ignored: [card_ref]
    outputs:
      - source: human_ratings
        columns:
          interview_id: session_ref
          rater_id: {lookup: judge, on: {ref: judge}, take: code}
          rating: points
  judge:
    recognise: [ref, code, desk]
    reference: true
  desk:
    recognise: [desk_ref, floor]
"""
# The same with nothing to look up.
ALONE = re.sub("{lookup.*}", "judge", PROFILE).replace("    reference: true\n", "")
CARDS = "card_ref,session_ref,judge,points\n1,I1,j1,80\n2,I2,j2,90\n"
JUDGES = "ref,code,desk\nj1,R1,d1\nj2,R2,d1\n"


@pytest.fixture
def systems(house: House) -> House:
    """An installation with a profile of its own."""
    folder = house.settings.home / "profiles"
    folder.mkdir()
    (folder / "small_ats.yml").write_text(PROFILE, encoding="utf-8")
    return house


@pytest.fixture(params=["just landed", "landed long ago"])
def run(systems: House, request: pytest.FixtureRequest) -> Callable[[], IngestReport]:
    """A pass; what landed long ago is remembered and not hashed anew, which must make no difference."""

    def one_pass() -> IngestReport:
        for path in systems.settings.landing.rglob("*.*"):
            if request.param == "landed long ago" and path.stat().st_mtime > 1_700_000_000:
                os.utime(path, (1_600_000_000, 1_600_000_000))
        return systems.run()

    return one_pass


def raters(house: House) -> dict[str, str]:
    return {row["interview_id"]: row["rater_id"] for row in house.rows("human_ratings")}


def test_another_systems_tables_come_through_its_profile(
    systems: House, run: Callable[[], IngestReport]
) -> None:
    systems.drop("small_ats", "cards.csv", CARDS)
    systems.drop("small_ats", "judges.csv", JUDGES)
    systems.drop("small_ats", "desks.csv", "desk_ref,floor\nd1,3\n")
    desks, judges, cards = run().files
    assert (desks.status, desks.rows_in, judges.status, judges.rows_in) == ("ignored", 0, "reference", 0)
    assert line(desks) == (
        "small_ats/desks.csv: ignored. The profile small_ats knows this table and needs nothing of it."
    )
    assert line(judges) == "small_ats/judges.csv: reference. Other tables of small_ats look things up in it."
    assert line(cards) == "small_ats/cards.csv → human_ratings (small_ats/card): 2 rows: 2 kept."
    assert raters(systems) == {"I1": "R1", "I2": "R2"}
    assert [(entry["source"], entry["profile"]) for entry in systems.ledger()] == [
        ("small_ats", "small_ats/desk"),
        ("small_ats", "small_ats/judge"),
        ("human_ratings", "small_ats/card"),
    ]
    assert (run().files, run().unchanged) == ((), 3)


@pytest.mark.parametrize("folder", ["inbox", "small_ats"])
def test_tables_of_one_system_find_each_other_wherever_they_lie(
    systems: House, run: Callable[[], IngestReport], folder: str
) -> None:
    systems.drop("inbox", "export.zip", zipped({"x/judges.csv": JUDGES}))
    run()
    systems.drop(folder, "cards.csv", CARDS)
    run()
    assert raters(systems) == {"I1": "R1", "I2": "R2"}


def test_a_file_named_by_itself_looks_things_up_in_the_folder_of_its_profile(
    systems: House, tmp_path: Path
) -> None:
    systems.drop("small_ats", "judges.csv", JUDGES)
    cards = tmp_path / "cards.csv"
    cards.write_text(CARDS)
    (report,) = systems.run(paths=[cards]).files
    assert (report.source, report.kept) == ("human_ratings", 2)
    assert [entry["file"] for entry in systems.ledger()] == ["cards.csv"], (
        "the folder itself was not asked for"
    )


def test_a_changed_table_is_looked_up_again(systems: House, run: Callable[[], IngestReport]) -> None:
    systems.drop("small_ats", "cards.csv", CARDS)
    systems.drop("small_ats", "judges.csv", JUDGES.replace("j2,R2,d1\n", ""))
    cards = run().files[-1]
    assert (cards.kept, cards.quarantined) == (1, 1)
    systems.drop("small_ats", "judges.csv", JUDGES)
    report = run()
    judges, cards = report.files
    assert (judges.status, cards.kept, cards.duplicates, cards.quarantined) == ("reference", 1, 1, 0)
    assert report.released == 1, "the row that waited for its rater"
    assert raters(systems) == {"I1": "R1", "I2": "R2"}
    assert unbalanced_files(systems.settings) == []
    assert run().files == ()


@pytest.mark.parametrize("profile", [PROFILE, ALONE], ids=["with tables", "without"])
def test_a_changed_profile_reads_its_files_again(
    systems: House, run: Callable[[], IngestReport], profile: str
) -> None:
    path = systems.settings.home / "profiles" / "small_ats.yml"
    path.write_text(profile)
    systems.drop("small_ats", "cards.csv", CARDS)
    systems.drop("small_ats", "judges.csv", JUDGES)
    run()
    assert run().files == ()
    path.write_text(profile.replace("rating: points", "rating: {from: points, multiply: 0.5}"))
    cards = run().files[-1]
    assert (cards.source, cards.kept) == ("human_ratings", 2)
    assert sorted(row["rating"] for row in systems.rows("human_ratings")) == [40, 45, 80, 90]


def test_a_new_profile_takes_what_nobody_knew(house: House) -> None:
    house.drop("inbox", "cards.csv", CARDS)
    (unknown,) = house.run().files
    assert unknown.status == "rejected"
    (house.settings.home / "profiles").mkdir()
    (house.settings.home / "profiles" / "a.yml").write_text(ALONE)
    (report,) = house.run().files
    assert (report.source, report.kept) == ("human_ratings", 2)
    (entry,) = house.ledger()
    assert entry["source"] == "human_ratings", "the rejection has been taken back"
    assert not (house.settings.quarantine / "inbox" / f"{unknown.file_id}.file").exists()


def test_a_look_up_table_that_cannot_be_read_is_said(systems: House) -> None:
    table = io.BytesIO()
    pq.write_table(pa.table({"ref": ["j1", "j2"], "code": ["R1", "R2"], "desk": ["d1", "d1"]}), table)
    content = table.getvalue()
    systems.drop("small_ats", "judges.parquet", content[:4] + bytes(60) + content[64:])
    systems.drop("small_ats", "cards.csv", CARDS)
    judges, cards = systems.run().files
    assert (judges.file, judges.status) == ("small_ats/judges.parquet", "rejected")
    assert str(judges.message).startswith("The file small_ats/judges.parquet ")
    assert (cards.kept, cards.quarantined) == (0, 2)
    systems.drop("small_ats", "judges.parquet", content)
    assert [report.status for report in systems.run().files] == ["reference", "ingested"]
    assert raters(systems) == {"I1": "R1", "I2": "R2"}


def test_a_row_that_stays_wrong_waits_once_however_often_its_file_is_read_again(systems: House) -> None:
    systems.drop("small_ats", "cards.csv", CARDS.replace("80", "880"))
    for judge in ("R1", "R8", "R9"):
        systems.drop("small_ats", "judges.csv", JUDGES.replace("R1", judge))
        systems.run()
    assert [row["reason"] for row in systems.quarantined("human_ratings")] == ["'880' is outside 0–100"] * 3
    closed = {row["file_id"] for path in releases(systems) for row in pq.read_table(path).to_pylist()}
    readings = [entry["file_id"] for entry in systems.ledger() if entry["source"] == "human_ratings"]
    assert (closed, len(readings)) == (set(readings[:2]), 3)
    assert unbalanced_files(systems.settings) == []


def releases(house: House) -> list[Path]:
    folder = house.settings.quarantine / "_releases" / "human_ratings"
    return sorted(folder.glob("*.parquet"))
