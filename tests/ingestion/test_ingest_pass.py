"""A pass over landing: what is new is taken once, what is wrong is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import SOURCES
from ingestion.ingest import AlreadyRunningError, run
from tests.ingestion.house import House, json_lines
from warehouse.errors import UsageError

SCORES = "interview_id,competency_id,score\n"
EMPLOYEES = "employee_id,name,hired_on\n"


def scores(count: int, bad: int | None = None) -> str:
    """`count` rows of vendor scores; in row `bad` the score is out of range."""
    return SCORES + "".join(f"I{row},logic,{120 if row == bad else row}\n" for row in range(1, count + 1))


def test_one_bad_row_in_fifty_one_leaves_fifty(house: House) -> None:
    report = house.take("vendor_scores", "scores.csv", scores(51, bad=17))
    assert (report.rows_in, report.kept, report.duplicates, report.quarantined) == (51, 50, 0, 1)
    assert report.reasons == ("row 17, column score: '120' is outside 0–100",)
    assert [row["_row_number"] for row in house.rows("vendor_scores")] == [n for n in range(1, 52) if n != 17]
    (bad,) = house.quarantined("vendor_scores")
    assert (bad["row_number"], bad["column"], bad["value"]) == (17, "score", "120")


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    house.take("vendor_scores", "scores.csv", scores(3))
    before = house.files("raw", "quarantine")
    report = house.run()
    assert report.files == ()
    assert report.unchanged == 1
    after = house.files("raw", "quarantine")
    assert {name: after[name] for name in before if "_seen" not in name} == {
        name: content for name, content in before.items() if "_seen" not in name
    }


def test_the_same_file_under_another_name_changes_nothing(house: House) -> None:
    house.take("vendor_scores", "scores.csv", scores(3))
    house.drop("vendor_scores", "copy.csv", scores(3))
    report = house.run()
    assert (report.files, report.unchanged) == ((), 2)
    assert len(house.ledger()) == 1


def test_the_same_rows_in_another_file_are_duplicates(house: House) -> None:
    house.take("vendor_scores", "scores.csv", scores(3))
    report = house.take(
        "vendor_scores",
        "scores.jsonl",
        json_lines(*({"面试ID": f"I{n}", "能力项": "logic", "得分": f"{n}分"} for n in (1, 2, 3))),
    )
    assert (report.kept, report.duplicates) == (0, 3)
    assert len(house.rows("vendor_scores")) == 3


def test_a_corrected_row_is_kept_beside_its_first_version(house: House) -> None:
    house.take("employees", "may.csv", EMPLOYEES + "E1,甲,2020-01-01\nE2,乙,2020-01-02\n")
    report = house.take("employees", "june.csv", EMPLOYEES + "E1,甲,2020-01-01\nE2,乙,2021-01-02\n")
    assert (report.kept, report.duplicates) == (1, 1)
    versions = [row for row in house.rows("employees") if row["employee_id"] == "E2"]
    assert [str(row["hired_on"]) for row in versions] == ["2020-01-02", "2021-01-02"]
    assert [row["_arrival_seq"] for row in versions] == [1, 2]


def test_a_row_that_goes_back_to_an_earlier_content_is_a_new_version(house: House) -> None:
    for name, day in (("a", "2020-01-01"), ("b", "2021-01-01"), ("c", "2020-01-01 ")):
        report = house.take("employees", f"{name}.csv", EMPLOYEES + f"E1,甲,{day}\n")
        assert (report.kept, report.duplicates) == (1, 0)
    assert len(house.rows("employees")) == 3


def test_versions_of_one_key_within_a_file_are_taken_in_order(house: House) -> None:
    rows = "E1,甲,2020-01-01\nE1,甲,2020-01-01\nE1,甲,2021-01-01\nE1,甲,2021-01-01\nE1,甲,2020-01-01\n"
    report = house.take("employees", "all.csv", EMPLOYEES + rows)
    assert (report.kept, report.duplicates) == (3, 2)
    assert [row["_row_number"] for row in house.rows("employees")] == [1, 3, 5]


def test_the_latest_version_is_that_of_the_latest_export(house: House) -> None:
    header = "employee_id,hired_on,导出时间\n"
    house.take("employees", "new.csv", header + "E1,2021-01-01,2026-02-01 00:00\n")
    old = house.take("employees", "old.csv", header + "E1,2020-01-01,2026-01-01 00:00\n")
    again = house.take("employees", "again.csv", header + "E1,2021-01-01,2026-03-01 00:00\n")
    assert (old.kept, old.duplicates) == (1, 0)
    assert (again.kept, again.duplicates) == (0, 1), "an old export does not make the newer content old"


def test_what_a_killed_run_left_is_removed(house: House) -> None:
    house.take("vendor_scores", "scores.csv", scores(3))
    kept = {name for name in house.files("raw", "quarantine") if "_seen" not in name}
    for folder in (house.settings.raw, house.settings.quarantine):
        (folder / "vendor_scores").mkdir(exist_ok=True)
        (folder / "vendor_scores" / "0123456789abcdef.parquet").write_bytes(b"half")
        (folder / "vendor_scores" / "0123456789abcdef.parquet.tmp").write_bytes(b"half")
    (house.settings.quarantine / "vendor_scores" / "0123456789abcdef.file").write_bytes(b"half")
    (house.settings.raw / "_ledger" / "00000002_0123456789abcdef.parquet.tmp").write_bytes(b"half")
    house.run()
    assert {name for name in house.files("raw", "quarantine") if "_seen" not in name} == kept


def test_a_file_whose_ledger_entry_was_not_written_is_taken_again(house: House) -> None:
    house.take("vendor_scores", "scores.csv", scores(3))
    next((house.settings.raw / "_ledger").glob("0*.parquet")).unlink()
    (report,) = house.run().files
    assert report.kept == 3
    assert len(house.rows("vendor_scores")) == 3


def test_an_error_in_the_middle_leaves_nothing_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.drop("vendor_scores", "scores.csv", scores(3))

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingestion.one_file.ParquetFile.publish", fail)
    with pytest.raises(KeyboardInterrupt):
        house.run()
    monkeypatch.undo()
    assert house.rows("vendor_scores") == house.ledger() == []
    assert house.run().files[0].kept == 3


def test_every_source_has_a_schema_file_from_the_first_pass_on(house: House) -> None:
    house.run()
    for source in SOURCES:
        assert (house.settings.raw / source / "_schema.parquet").is_file()
    assert (house.settings.quarantine / "_schema" / "_schema.parquet").is_file()


def test_files_are_taken_by_source_and_then_by_path(house: House) -> None:
    house.drop("vendor_scores", "a.csv", scores(1))
    house.drop("interviews", "b.csv", "interview_id,candidate_id,role_id,status\nI2,C,r,invited\n")
    house.drop("interviews", "a/z.csv", "interview_id,candidate_id,role_id,status\nI1,C,r,invited\n")
    assert [report.file for report in house.run().files] == [
        "interviews/a/z.csv",
        "interviews/b.csv",
        "vendor_scores/a.csv",
    ]
    assert [entry["arrival_seq"] for entry in house.ledger()] == [1, 2, 3]


def test_the_ledger_balances(house: House) -> None:
    house.drop("vendor_scores", "a.csv", scores(9, bad=3))
    house.drop("vendor_scores", "b.csv", scores(12, bad=3))
    house.run()
    for entry in house.ledger():
        assert entry["rows_in"] == entry["kept"] + entry["duplicates"] + entry["quarantined"]
    assert [entry["duplicates"] for entry in house.ledger()] == [0, 8]


def test_unfinished_and_hidden_files_are_left_alone(house: House) -> None:
    for name in (".hidden.csv", "scores.csv.tmp", "scores.csv.part", ".folder/scores.csv"):
        house.drop("vendor_scores", name, scores(1))
    assert house.run().files == ()


def test_a_folder_of_no_source_is_reported_with_the_place_where_its_files_belong(house: House) -> None:
    house.drop("payroll", "a.csv", scores(1))
    house.drop("employes", "notes.txt", "nothing that anybody knows\n")
    alike, unknown = house.run().files
    assert (alike.file, alike.status) == ("employes", "rejected")
    assert "No source has this name, so its file was not read; if it is meant for employees" in str(
        alike.message
    )
    assert (unknown.file, unknown.status) == ("payroll", "rejected")
    assert "a.csv looks like vendor_scores: its place is landing/vendor_scores" in str(unknown.message)
    assert house.ledger() == []
    assert [report.file for report in house.run().files] == ["employes", "payroll"], "said until it is mended"


def test_a_file_that_vanished_is_reported_and_tried_again(house: House, tmp_path: Path) -> None:
    gone = house.settings.landing / "vendor_scores" / "gone.csv"
    (report,) = house.run(paths=[gone]).files
    assert report.status == "rejected"
    assert report.message is not None
    assert "no such file" in report.message
    assert house.ledger() == []


def test_named_paths_are_told_by_their_headers_unless_their_source_is_named(
    house: House, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "export.csv"
    elsewhere.write_text(scores(2))
    (report,) = house.run(paths=[elsewhere]).files
    assert (report.source, report.file, report.kept) == ("vendor_scores", "export.csv", 2)
    other = tmp_path / "other.csv"
    other.write_text("rubbish,from,nowhere\n1,2,3\n")
    (report,) = house.run(paths=[other]).files
    assert (report.source, report.status) == ("inbox", "rejected")
    (report,) = house.run(paths=[other], source="vendor_scores").files
    assert (report.source, report.status) == ("vendor_scores", "rejected")
    inside = house.drop("vendor_scores", "inside.csv", scores(3))
    (report,) = house.run(paths=[inside]).files
    assert (report.kept, report.duplicates) == (1, 2)


def test_an_unknown_source_is_wrong_usage(house: House) -> None:
    with pytest.raises(UsageError, match="There is no source 'payroll'"):
        house.run(source="payroll")


def test_only_one_pass_runs_at_a_time(house: House) -> None:
    house.drop("vendor_scores", "scores.csv", scores(1))
    with pytest.raises(AlreadyRunningError):
        run(house.settings, on_file=lambda _: house.run())
