"""Files of which no folder says whose they are, and files that break everything, through whole passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.one_file import FileIngestion
from ingestion.report import line
from ingestion.state import ledger
from ingestion.state.balance import unbalanced_files
from ingestion.state.ledger import Entry, Ledger
from tests.ingestion.house import House, json_lines
from tests.ingestion.packing import zipped
from tests.ingestion.workbooks import table, workbook

INTERVIEWS = "interview_id,candidate_id,role_id,status\nI1,C1,sales_rep,invited\n"


@pytest.mark.parametrize("folder", ["inbox", "inbox/may/hr", ""])
def test_files_are_told_by_their_headers(house: House, folder: str) -> None:
    house.drop(folder, "a.jsonl", json_lines({"interview_id": "I1", "question_id": "q1", "text": "因为"}))
    house.drop(folder, "b.csv", INTERVIEWS)
    reports = house.run().files
    assert [report.source for report in reports] == ["interviews", "answers"], "an answer needs its interview"
    assert line(reports[0]).endswith("b.csv → interviews: 1 rows: 1 kept.")
    (answer,) = house.rows("answers")
    assert house.opened(answer, "answers", "text", "I1|q1|1") == "因为"
    assert house.run().unchanged == 2


def test_a_sheet_named_as_its_source_is_found_behind_another_one(house: House) -> None:
    header, row = INTERVIEWS.splitlines()
    notes, sheet = table(("请填写",)), table(tuple(header.split(",")), tuple(row.split(",")))
    house.drop("inbox", "may.xlsx", workbook(("说明", notes), ("Interviews", sheet)))
    (report,) = house.run().files
    assert (report.source, report.kept) == ("interviews", 1)


def test_what_nobody_knows_is_put_away_and_said_once(house: House) -> None:
    house.drop("inbox", "cv.txt", "dear sir or madam\n")
    (report,) = house.run().files
    assert report.message == (
        "The file inbox/cv.txt has headers that no source and no profile knows; "
        "put it into the folder of its source."
    )
    (entry,) = house.ledger()
    assert (entry["source"], entry["status"], entry["rows_in"]) == ("inbox", "rejected", 0)
    assert (house.settings.quarantine / "inbox" / f"{report.file_id}.file").is_file()
    assert (house.run().files, house.run().unchanged) == ((), 1)


def test_a_file_in_the_wrong_folder_is_told_where_it_belongs(house: House) -> None:
    report = house.take("vendor_scores", "i.csv", INTERVIEWS)
    assert report.message == (
        "The file vendor_scores/i.csv lacks the required columns competency_id, score; "
        "it looks like interviews: move it to landing/interviews."
    )


def test_one_file_that_breaks_everything_ends_no_pass(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.drop("interviews", "a.csv", INTERVIEWS)
    house.drop("interviews", "b.csv", INTERVIEWS.replace("I1", "I2"))
    real = FileIngestion.run

    def fail(self: FileIngestion) -> None:
        if self._found.file == "interviews/a.csv":
            raise KeyError("a value that is nobody's business")
        real(self)

    monkeypatch.setattr(FileIngestion, "run", fail)
    bad, good = house.run().files
    assert (bad.status, good.kept) == ("rejected", 1)
    assert bad.message is not None
    assert bad.message.startswith("The file interviews/a.csv cannot be read: something unexpected happened: ")
    assert "nobody's business" not in bad.message
    monkeypatch.undo()
    assert house.run().unchanged == 2
    assert [report.kept for report in house.run(retry=True).files] == [1]
    assert [entry["status"] for entry in house.ledger()] == ["ingested", "ingested"]


def test_a_file_that_breaks_the_look_at_its_headers_ends_no_pass(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("inbox", "a.csv", INTERVIEWS)
    house.drop("interviews", "b.csv", INTERVIEWS.replace("I1", "I2"))
    house.drop("interviews", "c.zip", zipped({"d.csv": INTERVIEWS.replace("I1", "I3")}))

    def fail(*_: object) -> None:
        raise RecursionError("a value that is nobody's business")

    monkeypatch.setattr("ingestion.arrivals.routing.open_reader", fail)
    unknown, plain, packed = house.run().files
    assert (unknown.status, plain.kept, packed.kept) == ("rejected", 1, 1)
    assert str(unknown.message).startswith(
        "The file inbox/a.csv cannot be read: something unexpected happened"
    )


def test_what_cannot_be_published_leaves_nothing_behind_and_stops_no_other_file(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("interviews", "a.csv", INTERVIEWS)
    house.drop("interviews", "b.csv", INTERVIEWS.replace("I1", "I2"))
    real = FileIngestion.publish

    def fail(self: FileIngestion) -> None:
        real(self)
        if self._found.file == "interviews/a.csv":
            raise ValueError("a value that is nobody's business")

    monkeypatch.setattr(FileIngestion, "publish", fail)
    bad, good = house.run().files
    assert (bad.status, bad.file_id, good.kept) == ("rejected", "", 1)
    assert "nobody's business" not in str(bad.message)
    assert [row["interview_id"] for row in house.rows("interviews")] == ["I2"]
    monkeypatch.undo()
    assert [report.kept for report in house.run().files] == [1]


def test_a_file_that_the_ledger_cannot_take_leaves_no_rows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("interviews", "a.csv", INTERVIEWS)
    house.drop("interviews", "b.csv", INTERVIEWS.replace("I1", "I2"))
    real = Ledger.record

    def fail(self: Ledger, entry: Entry) -> None:
        if entry.file == "interviews/a.csv":
            raise OSError(28, "No space left on device")
        real(self, entry)

    monkeypatch.setattr(Ledger, "record", fail)
    bad, good = house.run().files
    assert str(bad.message) == (
        "The file interviews/a.csv could not be read (no space left on device); it is tried again next time."
    )
    assert good.kept == 1
    assert [row["interview_id"] for row in house.rows("interviews")] == ["I2"]
    monkeypatch.undo()
    assert [report.kept for report in house.run().files] == [1]


def test_a_pass_stopped_right_after_the_ledger_was_written_keeps_the_rows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("interviews", "a.csv", INTERVIEWS)
    real = ledger.write_entry

    def stop(raw: Path, entry: Entry) -> None:
        real(raw, entry)
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger, "write_entry", stop)
    with pytest.raises(KeyboardInterrupt):
        house.run()
    monkeypatch.undo()
    assert [row["interview_id"] for row in house.rows("interviews")] == ["I1"]
    assert house.run().unchanged == 1
    assert len(house.rows("interviews")) == 1


def test_a_rejected_file_that_is_gone_is_tried_again_from_its_sealed_copy(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.one_file.LONGEST_LINE", -1)
    files = {"a.csv": INTERVIEWS, "b.csv": INTERVIEWS.replace("I1", "I2")}
    paths = [house.drop("interviews", "two.zip", zipped(files)), house.drop("inbox", "c.csv", "rubbish\n1\n")]
    assert {report.status for report in house.run().files} == {"rejected"}
    for path in paths:
        path.unlink()
    monkeypatch.undo()
    assert house.run().files == ()
    reports = house.run(retry=True).files
    assert [(report.file, report.status, report.kept) for report in reports] == [
        ("inbox/c.csv", "rejected", 0),
        ("interviews/two.zip › a.csv", "ingested", 1),
        ("interviews/two.zip › b.csv", "ingested", 1),
    ]
    assert sorted(row["interview_id"] for row in house.rows("interviews")) == ["I1", "I2"]
    assert house.files("raw/.spill", "quarantine/interviews") == {}
    assert len(house.ledger()) == 3
    assert [report.file for report in house.run(retry=True).files] == ["inbox/c.csv"]


def test_a_real_folder_of_exports_in_one_archive(house: House, shared_data: Path) -> None:
    """`zh_hr`: staff list and pay file, each also in GBK, among a licence and a remark."""
    folder = shared_data / "zh_hr"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    house.drop("", "人事.zip", zipped(files))
    reports = {report.file.removeprefix("人事.zip › "): report for report in house.run().files}
    assert reports["员工信息表.csv"].rows_in == 10_000
    assert reports["derived_gbk/员工信息表_500_gbk_crlf.csv"].kept == 500
    assert reports["员工信息表.csv"].duplicates == 500
    assert reports["员工工资明细.csv"].rows_in == 7_998
    assert reports["员工工资明细.csv"].profile == "zh_hr/员工工资明细"
    assert {name for name, report in reports.items() if report.status == "rejected"} == {
        "LICENSE",
        "README.md",
    }
    assert sum(report.quarantined for report in reports.values()) == 0
    assert unbalanced_files(house.settings) == []
    assert house.run().unchanged == len(files)
