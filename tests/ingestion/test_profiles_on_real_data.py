"""Profiles on files that other systems really wrote: nothing lost, values as a person reads them there."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

from ingestion.contract import Contract
from ingestion.foreign.profile import load_profiles
from tests.ingestion.house import House
from tests.ingestion.through import SHARED, Export, Taken

FOLDERS = {
    "greenhouse": "greenhouse",
    "lever": "lever",
    "workday": "workday",
    "zh_hr": "zh_hr",
    "adventureworks": "adventureworks_hr",
    "asr_sherpa": "asr_tokens_zh",
}
FILES = ("*.csv", "*.jsonl")


def real(profile: str) -> list[Path]:
    folder = SHARED / FOLDERS[profile]
    if not folder.is_dir():
        pytest.skip(f"the real files of {profile} are not here: {FOLDERS[profile]} beside the repository")
    return sorted(path for pattern in FILES for path in folder.glob(pattern))


def export(profile: str, contracts: dict[str, Contract]) -> Export:
    return Export(load_profiles(None, contracts)[profile], contracts)


def rows_of(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for record in csv.reader(file) if record) - 1


def by(results: list[Taken], table: str, source: str) -> Taken:
    (taken,) = [taken for taken in results if (taken.table, taken.source) == (table, source)]
    return taken


@pytest.mark.parametrize("profile", sorted(FOLDERS))
def test_every_file_is_recognised_and_every_row_is_accounted_for(
    profile: str, contracts: dict[str, Contract]
) -> None:
    known, paths = export(profile, contracts), real(profile)
    assert [path.name for path in paths if known.recognised(path) is None] == []
    for taken in known.take(*paths):
        assert taken.rows_in == len(taken.rows) + len(taken.bad)


def test_tables_are_told_by_what_they_hold_not_by_their_names(contracts: dict[str, Contract]) -> None:
    lever = export("lever", contracts)
    for path in real("lever"):
        table = lever.recognised(path)
        assert table is not None and table.name == path.stem.removesuffix("s").replace(
            "interviewer_", "interview_"
        )


# Greenhouse


def test_greenhouse_scorecards_are_ratings_of_the_whole_interview(contracts: dict[str, Contract]) -> None:
    taken = by(export("greenhouse", contracts).take(*real("greenhouse")), "scorecard", "human_ratings")
    assert taken.rows[0] == {
        "interview_id": "24089877003/Application Review",
        "rater_id": "4177997003",
        "rating": 75.0,  # yes, the second best of five words
        "rated_at": dt.datetime(2021, 1, 26, 21, 27, 9, 242_000, tzinfo=dt.UTC),
        "exported_at": dt.datetime(2021, 1, 26, 21, 27, 9, 242_000, tzinfo=dt.UTC),
    }
    assert taken.bad == [] and taken.aside == ()


def test_greenhouse_rows_of_other_people_than_those_exported_are_missing_look_ups(
    contracts: dict[str, Contract],
) -> None:
    # The sample holds two rows a table that do not belong together.
    results = export("greenhouse", contracts).take(*real("greenhouse"))
    assert by(results, "application", "applications").codes == ["lookup_missing"] * 2
    assert by(results, "scorecard_attribute", "human_ratings").codes == ["lookup_missing"] * 2


# Lever


def test_lever_feedback_is_a_rating_in_four_steps(contracts: dict[str, Contract]) -> None:
    taken = by(export("lever", contracts).take(*real("lever")), "feedback_form", "human_ratings")
    assert [(row["interview_id"], row["rating"]) for row in taken.rows] == [
        ("475a0827-a9a6-45bc-8fc9-f428dfeaea06", 66.67),
        ("38471740-3148-4586-b19c-aaa22816399e/Debrief", 66.67),
    ]
    assert [(row.number, row.column) for row in taken.bad] == [(1, "rating")]


def test_lever_contacts_are_candidates_and_requisitions_openings(contracts: dict[str, Contract]) -> None:
    results = export("lever", contracts).take(*real("lever"))
    names = [row["name"] for row in by(results, "opportunity", "candidates").rows]
    assert names == ["somebody", "abby the beagle", "tiki the chihuaha"]
    openings = by(results, "requisition", "requisitions").rows
    assert [(row["role_id"], row["headcount"], row["status"]) for row in openings] == [
        ("Director of Legal", 1, "on_hold"),
        ("Senior Sales Engineer (Denver)", 1, "closed"),
        ("Engineering Manager", 1, "open"),
    ]


# Workday


def test_workday_worker_history_gives_a_version_a_change(contracts: dict[str, Contract]) -> None:
    taken = by(export("workday", contracts).take(*real("workday")), "worker_history", "employees")
    assert len(taken.rows) == 7 and taken.bad == []
    versions = [row for row in taken.rows if row["employee_id"] == "10030"]
    assert [(row["exported_at"].date(), row["role_id"], row["monthly_salary"]) for row in versions] == [
        (dt.date(2024, 1, 1), "Software Engineer", 5833.33),
        (dt.date(2025, 4, 1), "Senior Software Engineer", 6666.67),
    ]
    homer = next(row for row in taken.rows if row.get("name") == "Homer Simpson")
    assert (homer["status"], homer["left_on"], homer["gender"]) == ("left", dt.date(2020, 11, 13), "male")


def test_workday_says_the_same_from_the_position_as_from_the_worker(contracts: dict[str, Contract]) -> None:
    results = export("workday", contracts).take(*real("workday"))
    workers = by(results, "worker_history", "employees").rows
    positions = by(results, "worker_position_history", "employees")
    assert [row for row in workers if row["employee_id"] == "10030"] == positions.rows
    assert positions.codes == ["lookup_missing"] * 5  # People whose worker record is not in the sample.


# AdventureWorks


def test_adventureworks_department_history_makes_the_versions(contracts: dict[str, Contract]) -> None:
    taken = by(
        export("adventureworks", contracts).take(*real("adventureworks")),
        "EmployeeDepartmentHistory",
        "employees",
    )
    assert (len(taken.rows), taken.bad) == (296, [])
    assert len({row["employee_id"] for row in taken.rows}) == 290
    assert all(
        row.keys() >= {"hired_on", "gender", "department_id", "role_id", "status"} for row in taken.rows
    )
    moves = [(row["exported_at"], row["department_id"]) for row in taken.rows if row["employee_id"] == "4"]
    # Midnight of 5 December 2007 and of 31 May 2010 in Shanghai.
    assert moves == [
        (dt.datetime(2007, 12, 4, 16, tzinfo=dt.UTC), "Engineering"),
        (dt.datetime(2010, 5, 30, 16, tzinfo=dt.UTC), "Tool Design"),
    ]


def test_adventureworks_pay_is_a_month_of_an_hourly_rate(contracts: dict[str, Contract]) -> None:
    taken = by(
        export("adventureworks", contracts).take(*real("adventureworks")), "EmployeePayHistory", "employees"
    )
    assert (len(taken.rows), taken.bad) == (316, [])
    assert set(taken.rows[0]) == {"employee_id", "monthly_salary", "exported_at"}
    assert taken.rows[0]["monthly_salary"] == round(125.5 * 40 * 52 / 12, 2)


# The Chinese HR export


@pytest.mark.parametrize("folder", ["zh_hr", "zh_hr/derived_gbk"])
def test_the_chinese_export_keeps_every_row(folder: str, contracts: dict[str, Contract]) -> None:
    real("zh_hr")
    for path in sorted((SHARED / folder).glob("*.csv")):
        encoding = "gb18030" if "gbk" in path.name else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            written = list(csv.DictReader(file))
        taken = export("zh_hr", contracts).only("employees", path)
        assert taken.bad == []
        assert [row["employee_id"] for row in taken.rows] == [row["员工ID"] for row in written]
        if "工资" in path.name:
            told = [row["monthly_salary"] for row in taken.rows]
            assert told == [float(row["本月工资金额"]) for row in written]
        else:
            told = [(row["name"], row["hired_on"].isoformat()) for row in taken.rows]
            assert told == [(row["员工姓名"], row["员工入职时间"]) for row in written]


# sherpa's speech recognition


def test_sherpa_records_that_are_malformed_are_refused_with_the_reason(
    tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    """The recordings renamed as an interview system would, so that nothing but the records counts."""
    (path,) = real("asr_sherpa")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    renamed = [{**record, "wav": f"audio/iv-{at:03}__q1__2.wav"} for at, record in enumerate(records)]
    (tmp_path / "asr.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in renamed))
    taken = export("asr_sherpa", contracts).only("answers", tmp_path / "asr.jsonl")
    assert Counter(taken.codes) == {"not_usable_speech": 38}
    assert len(taken.rows) == 142
    malformed = {
        at + 1 for at, record in enumerate(records) if isinstance(record["result"]["timestamps"], str)
    }
    assert {row.number for row in taken.bad} == malformed
    for row in taken.rows:
        at = int(row["interview_id"].removeprefix("iv-"))
        result = records[at]["result"]
        assert (row["question_id"], row["attempt"]) == ("q1", 2)
        assert row["text"] == " ".join(result["text"].split())
        assert row["answer_seconds"] - row["pause_seconds"] > 0
        assert row["answer_seconds"] >= max(result["timestamps"][:-1], default=0)
        said = "".join(word["w"] for word in json.loads(row["words"]))
        assert said.replace(" ", "") == "".join(filter(str.isalnum, said))
        assert said.casefold() == "".join(filter(str.isalnum, result["text"])).casefold()


def test_sherpa_recordings_are_named_by_folder_and_file_where_no_name_says_it(
    contracts: dict[str, Contract],
) -> None:
    (path,) = real("asr_sherpa")
    taken = export("asr_sherpa", contracts).only("answers", path)
    first = taken.rows[0]
    assert first["interview_id"] == "sherpa-ncnn-sense-voice-zh-en-ja-ko-yue-2024-07-17"
    assert first["question_id"] == "zh"
    nameless = [row for row in taken.bad if row.code == "broken"]
    assert {row.column for row in nameless} == {"interview_id"}
    assert taken.rows_in == 180 == len(taken.rows) + 38 + len(nameless)


def test_emotion_is_nowhere_not_even_in_the_quarantine(contracts: dict[str, Contract]) -> None:
    (path,) = real("asr_sherpa")
    assert "emotion" in path.read_text(encoding="utf-8")
    taken = export("asr_sherpa", contracts).only("answers", path)
    assert not any("emotion" in row.content for row in taken.bad)
    assert not any("emotion" in json.dumps(row, default=str) for row in taken.rows)
    assert taken.aside == ()


# All of them in one pass


def test_one_pass_takes_all_of_them_and_a_second_one_nothing(house: House) -> None:
    for profile in FOLDERS:
        for path in real(profile):
            house.drop(profile, path.name, path.read_bytes())
    report = house.run()
    assert not [file.message for file in report.files if file.status == "rejected"]
    for file in report.files:
        assert file.rows_in == file.kept + file.duplicates + file.quarantined
    kept = Counter({file.file: file.kept for file in report.files if file.kept})
    assert kept["adventureworks/EmployeeDepartmentHistory.csv"] == 296
    assert kept["zh_hr/员工信息表.csv"] == 10_000
    assert house.run().files == ()
