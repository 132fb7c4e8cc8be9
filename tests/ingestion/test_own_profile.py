"""Adding a profile: one file in the home, no code; what it brings in, what a later table mends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ingestion.foreign.profile import ProfileError
from ingestion.report import FileReport
from tests.ingestion.house import House

HERMES = """
profile: hermes
version: "1"
title: {zh: 赫尔墨斯招聘, en: Hermes Recruiting}

tables:
  talks:
    recognise: [TalkNo, Person, Result]
    deleted_when: {Void: "Y"}
    ignored: [Mood]  # How somebody seemed to feel is nothing that we take.
    outputs:
      - source: interviews
        columns:
          interview_id: TalkNo
          candidate_id: Person
          role_id: {lookup: jobs, on: {Job: Job}, take: Title}
          status: {from: Result, values: {done: completed, off: declined}}
          completed_at: Ended
      - source: human_ratings
        columns:
          interview_id: TalkNo
          rater_id: Judge
          rating: {from: Stars, scale: {from: [1, 5], to: [0, 100]}}
  jobs:
    recognise: [Job, Title]
    reference: true
"""
TALKS = """TalkNo,Person,Job,Result,Ended,Judge,Stars,Void,Extra
T1,P1,J1,done,2024-05-01 10:00:00,R1,4,,kept aside
T2,P2,J2,off,,R1,1,,
T3,P3,J1,done,2024-05-02 10:00:00,R2,5,Y,
"""
JOBS = "Job,Title\nJ1,销售代表\n"


@pytest.fixture
def hermes(house: House) -> House:
    """An installation with one more profile: the file is all that it takes."""
    folder = house.settings.home / "profiles"
    folder.mkdir()
    (folder / "hermes.yml").write_text(HERMES, encoding="utf-8")
    return house


def by_source(files: tuple[FileReport, ...]) -> dict[str, tuple[int, int, int, int]]:
    return {file.source: (file.rows_in, file.kept, file.duplicates, file.quarantined) for file in files}


def clear(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_one_file_in_the_home_brings_another_system_in(hermes: House) -> None:
    hermes.drop("hermes", "talks.csv", TALKS)
    hermes.drop("hermes", "jobs.csv", JOBS)
    report = hermes.run()
    counts = by_source(report.files)
    assert counts["interviews"] == (3, 1, 0, 2)
    assert counts["human_ratings"] == (3, 2, 0, 1)
    assert [file.status for file in report.files if file.file == "hermes/jobs.csv"] == ["reference"]
    (interview,) = hermes.rows("interviews")
    assert (interview["interview_id"], interview["role_id"], interview["status"]) == (
        *("T1", "sales_rep", "completed"),
    )
    assert interview["completed_at"] == dt.datetime(2024, 5, 1, 2, tzinfo=dt.UTC)
    assert clear(hermes.rows("human_ratings"), "interview_id", "rating") == [("T1", 75.0), ("T2", 0.0)]


def test_its_bad_rows_are_in_the_quarantine_with_their_reasons(hermes: House) -> None:
    hermes.drop("hermes", "talks.csv", TALKS)
    hermes.drop("hermes", "jobs.csv", JOBS)
    hermes.run()
    told = clear(hermes.quarantined("interviews"), "row_number", "column", "code")
    assert told == [(2, "role_id", "lookup_missing"), (3, None, "deleted_in_source")]


def test_a_file_in_no_folder_finds_its_way_by_its_headers(hermes: House) -> None:
    hermes.drop("inbox", "export-7.csv", TALKS)
    hermes.drop("inbox", "export-8.csv", JOBS)
    assert by_source(hermes.run().files)["interviews"] == (3, 1, 0, 2)


def test_a_table_that_comes_later_lets_the_missing_rows_in(hermes: House) -> None:
    hermes.drop("hermes", "talks.csv", TALKS)
    hermes.drop("hermes", "jobs.csv", JOBS)
    hermes.run()
    hermes.drop("hermes", "jobs.csv", JOBS + "J2,Sales representative\n")
    counts = by_source(hermes.run().files)
    assert counts["interviews"] == (3, 1, 1, 1)
    assert "human_ratings" not in counts  # It looks nothing up, so nothing has changed for it.
    assert clear(hermes.rows("interviews"), "interview_id") == [("T1",), ("T2",)]


def test_a_changed_profile_reads_its_files_again(hermes: House) -> None:
    hermes.drop("hermes", "talks.csv", TALKS)
    hermes.drop("hermes", "jobs.csv", JOBS)
    hermes.run()
    path = hermes.settings.home / "profiles" / "hermes.yml"
    path.write_text(HERMES.replace("to: [0, 100]", "to: [20, 100]"), encoding="utf-8")
    assert by_source(hermes.run().files)["human_ratings"] == (3, 2, 0, 1)
    assert [row["rating"] for row in hermes.rows("human_ratings")] == [75.0, 0.0, 80.0, 20.0]


def test_what_the_profile_does_not_mention_is_kept_aside_and_reported(hermes: House) -> None:
    hermes.drop("hermes", "talks.csv", TALKS.replace("Extra", "Mood").replace("kept aside", "sad"))
    hermes.drop("hermes", "more.csv", TALKS.replace("T1", "T9"))
    hermes.drop("hermes", "jobs.csv", JOBS)
    files = {file.file: file for file in hermes.run().files if file.source == "interviews"}
    assert files["hermes/talks.csv"].new_columns == ()
    assert files["hermes/more.csv"].new_columns == ("hermes.Extra",)


def test_a_mistake_in_a_profile_is_one_sentence_and_nothing_is_touched(hermes: House) -> None:
    path = hermes.settings.home / "profiles" / "hermes.yml"
    path.write_text(HERMES.replace("candidate_id: Person", "person: Person"), encoding="utf-8")
    hermes.drop("hermes", "talks.csv", TALKS)
    with pytest.raises(ProfileError) as caught:
        hermes.run()
    assert str(caught.value) == (
        "The profile hermes.yml is wrong at tables.talks (interviews): interviews has no column 'person'."
    )
    assert hermes.rows("interviews") == []
