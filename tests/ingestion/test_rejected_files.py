"""A file that cannot be read is rejected whole, in one sentence, and put away sealed."""

from __future__ import annotations

import gzip
import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.rows.sealing import QUARANTINE, unsealed_pieces
from tests.ingestion.house import House
from warehouse.vault import Vault

CSV = b"interview_id,competency_id,score\nI1,logic,80\n"


def zipped() -> bytes:
    """What an XLSX looks like from outside."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def parquet() -> bytes:
    """A whole Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(pa.table({"interview_id": ["I1"], "competency_id": ["logic"], "score": [80.0]}), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "nothing but white space"),
        (zipped(), "is an XLSX workbook but damaged"),
        (gzip.compress(CSV, mtime=0)[:-6], "is a damaged archive"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "is an old Word, PowerPoint or Outlook file"),
        (b'[{"interview_id": "I1"}]', "lacks the required columns competency_id, score"),
        (b'{\n  "interview_id": "I1"\n}\n', "lacks the required columns competency_id, score"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "is an HTML or XML file"),
        (b"\x00\x01\x02\x03" * 10, "is a binary file of an unknown kind"),
        (parquet()[:-20], "begins like Parquet but is damaged or encrypted"),
        (b"PAR1PAR1", "begins like Parquet but is damaged or encrypted"),
        (b"interview_id,competency_id\nI1,logic\n", "lacks the required column score"),
        (b'{"interview_id": "I1", "competency_id": "logic"}\n', "lacks the required column score"),
        (b"I1,logic,80\nI2,logic,81\n", "has none of the required columns of vendor_scores"),
        (b"interview_id,competency_id,score,score\nI1,logic,80,81\n", "the same header over columns 3 and 4"),
    ],
)
def test_it_says_what_the_file_is(house: House, content: bytes, sentence: str) -> None:
    report = house.take("vendor_scores", "export.csv", content)
    assert report.status == "rejected"
    assert report.message is not None
    assert sentence in report.message
    assert report.message.startswith("The file vendor_scores/export.csv ")
    assert report.message.endswith(".")
    assert house.rows("vendor_scores") == []
    (entry,) = house.ledger()
    assert (entry["status"], entry["rows_in"]) == ("rejected", 0)
    key = Vault.open(house.settings).system_key(QUARANTINE)
    away = house.settings.quarantine / "vendor_scores" / f"{report.file_id}.file"
    assert b"".join(unsealed_pieces(away, key, report.file_id)) == content


def test_a_rejected_file_is_not_tried_again_under_the_same_contract(house: House) -> None:
    house.take("vendor_scores", "export.csv", zipped())
    report = house.run()
    assert (report.files, report.unchanged) == ((), 1)


def test_a_rejected_file_is_tried_again_when_more_can_be_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take("vendor_scores", "export.csv", zipped())
    monkeypatch.setattr("ingestion.ingest.FORMAT_NAMES", "Parquet, JSON Lines, CSV, XLSX")
    assert len(house.run().files) == 1
    assert [entry["arrival_seq"] for entry in house.ledger()] == [2]


def test_the_missing_columns_are_in_the_ledger(house: House) -> None:
    house.take("vendor_scores", "export.csv", "interview_id,vendor\nI1,v\n")
    (entry,) = house.ledger()
    assert entry["missing_columns"] == ["competency_id", "score"]


def test_a_file_without_headers_does_not_put_its_first_row_into_the_message(house: House) -> None:
    report = house.take("candidates", "export.csv", "C1,赵六六,13900000000\n")
    assert report.message is not None
    assert "赵六六" not in report.message
    assert report.new_columns == ()


def test_a_header_without_rows_is_taken_and_said(house: House) -> None:
    report = house.take("vendor_scores", "export.csv", "interview_id,competency_id,score\n")
    assert (report.status, report.rows_in, report.message) == ("ingested", 0, "It has a header and no rows.")


def test_a_name_says_nothing_about_the_content(house: House) -> None:
    assert house.take("vendor_scores", "export.csv", parquet()).kept == 1
    assert house.take("vendor_scores", "export.parquet", CSV).duplicates == 1
