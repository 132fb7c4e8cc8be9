"""The quarantine says which file, row, column, value, rule and contract, and knows a row by its key."""

from __future__ import annotations

from tests.ingestion.house import House, json_lines
from warehouse.vault import Vault

SCORES = "interview_id,competency_id,score\n"


def test_an_entry_names_place_value_rule_and_contract(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,1\nI2,logic,120\n")
    (entry,) = house.ledger()
    (bad,) = house.quarantined("vendor_scores")
    shown = (
        "source",
        "file",
        "row_number",
        "column",
        "value",
        "code",
        "reason",
        "contract_version",
        "profile",
    )
    assert [bad[name] for name in shown] == [
        *("vendor_scores", "vendor_scores/a.csv", 2, "score", "120", "out_of_range"),
        *("'120' is outside 0–100", entry["contract_version"], None),
    ]
    assert bad["quarantined_at"] == entry["ingested_at"]
    assert bad["file_id"] == entry["file_id"]


def test_a_key_has_the_same_hash_in_every_file_and_format(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,120\nI2,logic,130\n")
    house.take("vendor_scores", "b.jsonl", json_lines({"面试ID": " I1 ", "能力项": "logic", "得分": -1}))
    first, second, again = (row["key_hash"] for row in house.quarantined("vendor_scores"))
    assert first == again
    assert first != second
    assert len(first) == 32


def test_the_hash_of_a_key_needs_the_key_of_the_installation(house: House) -> None:
    house.take("vendor_scores", "a.csv", SCORES + "I1,logic,120\n")
    (bad,) = house.quarantined("vendor_scores")
    before = bad["key_hash"]
    for path in (house.settings.quarantine / "vendor_scores").glob("*.parquet"):
        path.unlink()
    for path in (house.settings.raw / "_ledger").glob("0*.parquet"):
        path.unlink()
    for path in house.settings.vault.iterdir():
        path.unlink()
    Vault.open(house.settings)
    house.run()
    (bad,) = house.quarantined("vendor_scores")
    assert bad["key_hash"] != before


def test_a_row_whose_key_cannot_be_read_has_no_hash(house: House) -> None:
    header = "interview_id,question_id,attempt,text\n"
    house.take("answers", "a.csv", header + "I1,q1,first,x\n,q1,1,x\nI1,q1\nI1,q1,-1,x\n")
    hashes = [row["key_hash"] for row in house.quarantined("answers")]
    assert hashes == [None, None, None, None]
    house.take("answers", "b.csv", header.replace("text", "answer_seconds") + "I1,q1,1,-5\n")
    assert house.quarantined("answers")[-1]["key_hash"] is not None


def test_the_default_of_a_key_column_is_part_of_the_key(house: House) -> None:
    house.take("answers", "a.csv", "interview_id,question_id,attempt,answer_seconds\nI1,q1,1,-5\n")
    house.take("answers", "b.csv", "interview_id,question_id,answer_seconds\nI1,q1,-6\n")
    first, second = (row["key_hash"] for row in house.quarantined("answers"))
    assert first == second


def test_a_row_of_nothing_at_all_is_said_to_have_no_columns(house: House) -> None:
    report = house.take("employees", "a.json", "[{}]")
    assert (report.status, report.rows_in) == ("rejected", 0)
    assert "has none of the required columns" in (report.message or "")


def test_a_header_as_long_as_a_page_leaves_the_message_short(house: House) -> None:
    long = "x\n" * 999
    report = house.take(
        "employees", "a.jsonl", json_lines({"employee_id": "E1", "hired_on": "2020-01-01", long: 1})
    )
    assert report.kept == 1
    assert len(report.message or "") < 200
    assert "\n" not in (report.message or "")
