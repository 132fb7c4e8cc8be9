"""Archives: each member is a file of its own, whatever it is called and whoever packed it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from ingestion.rows.sealing import QUARANTINE, unsealed_pieces
from tests.ingestion.house import House, json_lines
from tests.ingestion.packing import (
    encrypted,
    gzipped,
    linked,
    unicode_path,
    zipped,
    zipped_with_names,
)
from warehouse.vault import Vault

SCORES = "interview_id,competency_id,score\n"
EMPLOYEES = "工号,姓名,入职日期\nE1,甲,2020-01-01\nE2,乙,2020-01-02\n"
INTERVIEWS = "interview_id,candidate_id,role_id,status\nI1,C1,sales_rep,invited\n"


def scores(*interviews: str) -> str:
    return SCORES + "".join(f"{interview},logic,80\n" for interview in interviews)


def spilled(house: House) -> list[str]:
    return list(house.files("raw/.spill"))


def test_a_zip_of_several_sources_is_told_apart_by_its_headers(house: House) -> None:
    answers = json_lines({"interview_id": "I1", "question_id": "q1", "text": "因为"})
    files = {
        "b/staff.csv": EMPLOYEES,
        "a/one.jsonl": answers,
        "two.csv": scores("I1"),
        "three.csv": INTERVIEWS,
    }
    house.drop("", "export.zip", zipped(files))
    reports = house.run().files
    assert [(report.file, report.source, report.kept) for report in reports] == [
        ("export.zip › three.csv", "interviews", 1),
        ("export.zip › a/one.jsonl", "answers", 1),
        ("export.zip › two.csv", "vendor_scores", 1),
        ("export.zip › b/staff.csv", "employees", 2),
    ]
    assert [entry["file"] for entry in house.ledger()] == [report.file for report in reports]
    assert len({entry["file_id"] for entry in house.ledger()}) == 4
    (answer,) = house.rows("answers")
    assert house.opened(answer, "answers", "text", "I1|q1|1") == "因为"
    assert spilled(house) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scores.csv.gz", gzipped(scores("I1", "I2"))),
        ("scores.zip", zipped({"scores.csv": scores("I1", "I2")})),
        ("scores.zip", zipped({"scores.csv.gz": gzipped(scores("I1", "I2"))})),
        ("content_decides.csv", gzipped(scores("I1", "I2"))),
        ("content_decides.gz", zipped({"scores.csv": scores("I1", "I2")})),
        ("bzip2.zip", zipped({"scores.csv": scores("I1", "I2")}, zipfile.ZIP_BZIP2)),
        ("lzma.zip", zipped({"scores.csv": scores("I1", "I2")}, zipfile.ZIP_LZMA)),
        ("stored.zip", zipped({"scores.csv": scores("I1", "I2")}, zipfile.ZIP_STORED)),
        ("two_parts.gz", gzipped(scores("I1")) + gzipped("I2,logic,80\n")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_archive_in_the_folder_of_its_source(house: House, name: str, content: bytes) -> None:
    report = house.take("vendor_scores", name, content)
    assert (report.status, report.rows_in, report.kept) == ("ingested", 2, 2)
    assert report.file.startswith(f"vendor_scores/{name} › ")
    assert house.run().unchanged == 1


def test_workbooks_and_parquet_are_files_and_no_archives(house: House) -> None:
    rows = {"interview_id": ["I1"], "competency_id": ["logic"], "score": [80.0]}
    sheet, table = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(sheet, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet("vendor_scores")
        for column, (name, values) in enumerate(rows.items()):
            page.write_column(0, column, [name, *values])
    pq.write_table(pa.table(rows), table)
    packed = {
        "a.xlsx": sheet.getvalue(),
        "b.parquet": table.getvalue(),
        "c.xlsx.gz": gzipped(sheet.getvalue()),
    }
    house.drop("inbox", "kinds.zip", zipped(packed))
    house.drop("inbox", "plain.xlsx", sheet.getvalue())
    report = house.run()
    assert [(file.file, file.rows_in) for file in report.files] == [
        ("inbox/kinds.zip › a.xlsx", 1),
        ("inbox/kinds.zip › b.parquet", 1),
    ]
    assert report.unchanged == 2, "the same workbook packed once more and plain"


def test_a_member_that_is_another_sources_goes_there(house: House) -> None:
    house.drop("vendor_scores", "all.zip", zipped({"scores.csv": scores("I1"), "staff.csv": EMPLOYEES}))
    assert [report.source for report in house.run().files] == ["vendor_scores", "employees"]


def test_the_same_content_packed_and_plain_is_one_file(house: House) -> None:
    house.take("vendor_scores", "scores.csv", scores("I1"))
    house.drop("vendor_scores", "scores.csv.gz", gzipped(scores("I1")))
    house.drop("inbox", "scores.zip", zipped({"another name.csv": scores("I1")}))
    report = house.run()
    assert (report.files, report.unchanged) == ((), 3)


def test_names_in_gbk_and_in_utf_8_are_read_right(house: House) -> None:
    content = scores("I1").encode()
    house.drop("inbox", "gbk.zip", zipped_with_names(["导出/评分表.csv".encode("gb18030")], content))
    house.drop("inbox", "utf8.zip", zipped_with_names(["导出/评分.csv".encode()], scores("I2").encode()))
    extra = unicode_path(b"???.csv", "评分三.csv")
    house.drop("inbox", "extra.zip", zipped_with_names([b"???.csv"], scores("I3").encode(), extra))
    assert [report.file for report in house.run().files] == [
        "inbox/extra.zip › 评分三.csv",
        "inbox/gbk.zip › 导出/评分表.csv",
        "inbox/utf8.zip › 导出/评分.csv",
    ]


def test_names_that_lead_elsewhere_are_only_names(house: House, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    files = [
        ("../../../outside.csv", scores("I1")),
        (str(tmp_path / "absolute.csv"), scores("I2")),
        ("C:\\windows\\evil.csv", scores("I3")),
        ("same.csv", scores("I4")),
        ("same.csv", scores("I5")),
        ("SAME.csv", scores("I6")),
        ("odd\x1b[31m\nname.csv", scores("I7")),
        ("n" * 2000 + ".csv", scores("I8")),
    ]
    house.drop("inbox", "hostile.zip", zipped(files))
    reports = house.run().files
    assert sorted(row["interview_id"] for row in house.rows("vendor_scores")) == [
        f"I{n}" for n in range(1, 9)
    ]
    names = [report.file.removeprefix("inbox/hostile.zip › ") for report in reports]
    assert {"outside.csv", "C:/windows/evil.csv", "same.csv", "same.csv (2)", "SAME.csv"} <= set(names)
    assert "odd\\x1b[31m\\nname.csv" in names
    assert all(len(name) < 400 and name.isprintable() for name in names)
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(path.is_relative_to(house.settings.home) for path in written)
    assert len(house.ledger()) == 8


def test_what_systems_leave_in_an_archive_is_passed_over(house: House) -> None:
    files = {
        "data/": "",
        "data/scores.csv": scores("I1"),
        "__MACOSX/data/._scores.csv": b"\0\5\26\7",
        "data/._scores.csv": b"\0\5\26\7",
        "data/.DS_Store": b"\0\0\0\1Bud1",
        "data/~$scores.xlsx": b"\5Somebody",
        "Thumbs.db": b"\xd0\xcf\x11\xe0",
    }
    house.drop("inbox", "mac.zip", zipped(files))
    (report,) = house.run().files
    assert (report.file, report.kept) == ("inbox/mac.zip › data/scores.csv", 1)


@pytest.mark.parametrize(
    ("name", "member", "sentence"),
    [
        ("inner.zip", zipped({"scores.csv": scores("I1")}), "is an archive inside an archive"),
        ("twice.gz", gzipped(gzipped(scores("I1"))), "is an archive inside an archive"),
        ("empty.csv", b"", "is empty"),
        ("notes.pdf", b"%PDF-1.7", "is a PDF file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_member_that_is_not_read_is_a_sentence_and_the_others_are(
    house: House, name: str, member: bytes, sentence: str
) -> None:
    house.drop("inbox", "some.zip", zipped({name: member, "scores.csv": scores("I1")}))
    bad, good = house.run().files
    assert (bad.status, bad.file, good.kept) == ("rejected", f"inbox/some.zip › {name}", 1)
    assert bad.message is not None
    assert bad.message.startswith(f"The file inbox/some.zip › {name} {sentence}")
    key = Vault.open(house.settings).system_key(QUARANTINE)
    away = house.settings.quarantine / bad.source / f"{bad.file_id}.file"
    assert b"".join(unsealed_pieces(away, key, bad.file_id)) == (
        gzipped(scores("I1")) if name == "twice.gz" else member
    )
    assert house.run().unchanged == 2


def test_a_link_in_an_archive_is_not_followed(house: House, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(scores("I1"))
    house.drop("vendor_scores", "link.zip", linked("scores.csv", str(secret)))
    (report,) = house.run().files
    assert "is a link inside an archive and not a file" in str(report.message)
    assert house.rows("vendor_scores") == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (encrypted(b"I1"), "is an encrypted archive"),
        (zipped({}), "is an archive without a file in it"),
        (zipped({"folder/": ""}), "is an archive without a file in it"),
        (zipped({"scores.csv": scores("I1")})[:-30], "is a damaged ZIP archive"),
        (gzipped(scores("I1"))[:-9], "is a damaged archive"),
        (gzipped(scores("I1")) + b"rubbish", "is a damaged archive"),
        (b"\x1f\x8b" + bytes(range(50)), "is a damaged archive"),
        (gzipped(b"\0" * 257 + b"ustar" + b"\0" * 250), "is a TAR archive inside GZIP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_archive_that_is_not_opened_is_rejected_whole_in_a_sentence(
    house: House, content: bytes, sentence: str
) -> None:
    house.drop("vendor_scores", "good.csv", scores("I9"))
    house.drop("vendor_scores", "export.zip", content)
    report, good = house.run().files
    assert (report.status, report.file, good.kept) == ("rejected", "vendor_scores/export.zip", 1)
    assert report.message is not None
    assert report.message.startswith(f"The file vendor_scores/export.zip {sentence}")
    assert house.run().unchanged == 2
    assert spilled(house) == []


def test_a_damaged_member_rejects_the_archive_before_anything_of_it_is_taken(house: House) -> None:
    packed = bytearray(zipped({"a.csv": scores("I1"), "b.csv": scores("I2")}, zipfile.ZIP_STORED))
    packed[packed.rindex(b"I2,logic")] ^= 1
    report = house.take("vendor_scores", "export.zip", bytes(packed))
    assert "is a damaged archive" in str(report.message)
    assert house.rows("vendor_scores") == []
    assert len(house.ledger()) == 1
