"""What should not lie in landing, and values that no export should hold: one sentence each, no row lost."""

from __future__ import annotations

import datetime as dt
import io
import os
import socket
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.readers.delimited import DelimitedReader
from ingestion.report import line
from ingestion.state.ledger import Entry, read_entry, write_entry
from tests.ingestion.house import House, json_lines

CSV = "interview_id,competency_id,score\nI1,logic,80\n"
INTERVIEW = {"interview_id": "I1", "candidate_id": "C1", "role_id": "sales_rep", "status": "completed"}


def parquet(columns: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_socket(path: Path) -> None:
    # By a relative name: the path of a socket may have 107 bytes only.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(here)


def make_loop(path: Path) -> None:
    path.symlink_to(path)


def make_dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nobody"))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_pipe, "is a pipe, socket or device"),
        (make_device, "is a pipe, socket or device"),
        (make_socket, "is a pipe, socket or device"),
        (make_loop, "could not be read (too many levels of symbolic links)"),
        (make_dangling, "could not be read (no such file or directory)"),
    ],
)
def test_what_is_no_file_is_named_and_the_others_are_read(house: House, make: Any, sentence: str) -> None:
    good = house.drop("vendor_scores", "good.csv", CSV)
    make(good.with_name("bad.csv"))
    bad, read = sorted(house.run().files, key=lambda report: report.file)
    assert bad.status == "rejected"
    assert bad.message is not None and bad.message.startswith(f"The file vendor_scores/bad.csv {sentence}")
    assert (read.status, read.kept) == ("ingested", 1)


def test_a_name_that_is_no_text_is_shown_escaped(house: House) -> None:
    folder = house.drop("vendor_scores", "good.csv", "").parent
    (folder / "good.csv").unlink()
    try:
        (folder / os.fsdecode(b"\xff\n.csv")).write_text(CSV)
    except OSError:
        pytest.skip("this file system takes names of text only")
    (report,) = house.run().files
    assert (report.file, report.kept) == ("vendor_scores/\\udcff\n.csv", 1)
    assert line(report) == "vendor_scores/\\udcff\\n.csv: 1 rows: 1 kept."
    assert house.rows("vendor_scores")[0]["_file_name"] == "\\udcff\n.csv"
    assert house.run().files == ()


@pytest.mark.parametrize("odd", [b"score\xff", b"score\\ud83d"])
def test_a_key_that_is_no_text_breaks_its_row_and_not_the_file(house: House, odd: bytes) -> None:
    good = '{"interview_id": "I1", "competency_id": "逻辑思维", "score": 1}\n'.encode()
    report = house.take(
        "vendor_scores", "a.jsonl", good * 9 + good.replace(b"I1", b"I2").replace(b"score", odd)
    )
    assert (report.kept, report.duplicates, report.quarantined) == (1, 8, 1), report.message
    assert [row["code"] for row in house.quarantined("vendor_scores")] == ["undecodable"]


def test_the_ledger_takes_a_header_that_is_no_text(tmp_path: Path) -> None:
    now = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    entry = Entry("vendor_scores", "a", "f", 1, "ingested", 0, 0, 0, 0, ("a\ud83d",), (), None, now, "1", 0.0)
    write_entry(tmp_path, entry)
    assert read_entry(tmp_path, entry).new_columns == ("a\\ud83d",)


@pytest.mark.parametrize("first", ["hello, world", "[1, 2]", "null", '{"interview_id": "I'])
def test_a_broken_first_line_costs_itself_only(house: House, first: str) -> None:
    rows = [{"interview_id": f"I{n}", "competency_id": "logic", "score": n} for n in range(50)]
    report = house.take("vendor_scores", "export.jsonl", first + "\n" + json_lines(*rows))
    assert (report.rows_in, report.kept, report.quarantined) == (51, 50, 1)


@pytest.mark.parametrize(
    "moments",
    [
        pa.array([2**31 - 1, 20_000], pa.date32()),
        pa.array([-(2**31), 20_000], pa.date32()),
        pa.array([2**62, 10**12], pa.timestamp("ms", tz="UTC")),
        pa.array([2**62, 10**12], pa.timestamp("ms")),
        pa.array([2**63 - 1, 10**15], pa.timestamp("us")),
        pa.array(["9999-12-31T23:59:59-12:00", "2025-05-01T10:00:00Z"]),
        pa.array(["0001-01-01T00:00:00+08:00", "2025-05-01T10:00:00Z"]),
    ],
    ids=lambda value: str(getattr(value, "type", value)),
)
def test_a_time_outside_every_calendar_is_set_apart(house: House, moments: pa.Array) -> None:
    rows = {name: [value, f"{value}2"] for name, value in INTERVIEW.items()} | {"status": ["completed"] * 2}
    report = house.take("interviews", "export.parquet", parquet({**rows, "completed_at": moments}))
    assert (report.rows_in, report.kept, report.quarantined) == (2, 1, 1)
    assert "column completed_at" in report.reasons[0]
    assert "is not a date that exists" in report.reasons[0]
    (row,) = house.rows("interviews")
    assert isinstance(row["completed_at"], dt.datetime)


def test_integers_that_no_double_holds_are_taken_or_set_apart(house: House) -> None:
    columns = {"interview_id": ["I1", "I2"], "question_id": ["q1", "q1"], "text": ["a", "b"]}
    large = pa.array([2**62 + 1, 5])
    report = house.take("answers", "seconds.parquet", parquet({**columns, "answer_seconds": large}))
    assert report.kept == 2
    attempts = pa.array([2**64 - 1, 5], pa.uint64())
    report = house.take("answers", "attempts.parquet", parquet({**columns, "attempt": attempts}))
    assert (report.kept, report.quarantined) == (1, 1)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("text", pa.array([b"ab", b"\xff\x00"], pa.binary(2))),
        ("text", pa.array([{"a": 1}, None])),
        ("answer_seconds", pa.array([Decimal("5.5"), Decimal("1e30")], pa.decimal256(60, 5))),
        ("skipped", pa.array([1.0, 0.0])),
    ],
    ids=lambda value: str(getattr(value, "type", value)),
)
def test_types_that_nobody_expects_lose_no_row(house: House, column: str, values: pa.Array) -> None:
    columns = {"interview_id": ["I1", "I2"], "question_id": ["q1", "q1"], column: values}
    report = house.take("answers", "export.parquet", parquet(columns))
    assert report.status == "ingested"
    assert report.rows_in == report.kept + report.duplicates + report.quarantined == 2


def test_a_list_of_objects_is_taken_as_text(house: House) -> None:
    columns = {
        "comment_id": ["N1"],
        "interview_id": ["I1"],
        "author_id": ["U1"],
        "created_at": ["2025-05-01T10:00:00Z"],
        "mentions": pa.array([[{"id": 1}]]),
    }
    assert house.take("comments", "export.parquet", parquet(columns)).kept == 1


def test_a_value_that_arrow_cannot_convert_rejects_its_file_and_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(reader: DelimitedReader) -> None:
        raise pa.ArrowInvalid("a value that is nobody's business")

    monkeypatch.setattr(DelimitedReader, "batches", fail)
    house.drop("vendor_scores", "bad.csv", CSV)
    house.drop(
        "vendor_scores",
        "good.jsonl",
        json_lines({"interview_id": "I2", "competency_id": "logic", "score": 7}),
    )
    bad, good = house.run().files
    assert bad.message == (
        "The file vendor_scores/bad.csv holds something that cannot be converted (ArrowInvalid); "
        "export it as plain CSV."
    )
    assert good.kept == 1


@pytest.mark.parametrize("header", ["候选人编号,性别", "candidate_id,gender"])
def test_a_gb18030_file_is_known_although_most_of_its_lines_are_utf_8_too(house: House, header: str) -> None:
    # 女 is C5 AE: as UTF-8, Ů. 男 is no UTF-8.
    people = [f"C{number},{'男' if number % 3 == 0 else '女'}" for number in range(30)]
    report = house.take("candidates", "export.csv", "\n".join([header, *people]).encode("gb18030"))
    assert (report.kept, report.quarantined) == (30, 0)
    assert {row["gender"] for row in house.rows("candidates")} == {"male", "female"}


@pytest.mark.parametrize("name", ["José", "张伟"])
def test_a_utf_8_file_with_one_damaged_row_stays_utf_8(house: House, name: str) -> None:
    rows = [f"C{number},{name}".encode() for number in range(50)]
    content = b"\n".join([b"candidate_id,name", *rows[:7], b"C99,\xff\xfe", *rows[7:]])
    report = house.take("candidates", "export.csv", content)
    assert (report.kept, report.quarantined) == (50, 1)
    assert {row["name"] for row in house.rows("candidates")} == {name}
