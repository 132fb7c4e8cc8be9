"""No text and no bad row stands in clear on disk; what is sealed opens with the person's key only."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.rows.sealing import QUARANTINE, UNKNOWN_COLUMNS
from tests.ingestion.house import House, json_lines
from warehouse.cipher import unseal
from warehouse.vault import Vault

PLANTED = "planted-secret-种下的秘密"
INTERVIEWS = "interview_id,candidate_id,role_id,status,hr_note\n"


def answer(**given: Any) -> dict[str, Any]:
    """One answer."""
    return {"interview_id": "I1", "question_id": "q1", "text": "好", **given}


def test_nothing_planted_is_found_in_raw_or_quarantine(house: House) -> None:
    house.drop(
        "interviews",
        "i.csv",
        INTERVIEWS + f"I1,C1,sales_rep,invited,{PLANTED}\nI2,C2,sales_rep,gone,{PLANTED}\n",
    )
    house.drop(
        "answers",
        "a.jsonl",
        json_lines(
            answer(text=PLANTED, words=[{"w": PLANTED, "start_ms": 0, "end_ms": 1}]),
            answer(question_id="q2", text=PLANTED, answer_seconds=-1),
            answer(question_id="q3", unknown=PLANTED),
            answer(question_id="q4", lang=PLANTED),
            answer(question_id="q5", words=PLANTED),
        )
        + f'{{"text": "{PLANTED}"\n',
    )
    house.drop(
        "comments", "c.csv", f"comment_id,interview_id,author_id,text,created_at\nM1,I1,A1,{PLANTED},2025\n"
    )
    house.drop("comments", "d.csv", f"comment_id,text\nM1,{PLANTED}\n")
    house.drop("candidates", "c.csv", f"candidate_id,name,birth_year\nC1,{PLANTED},{PLANTED}\n")
    report = house.run()
    assert sum(file.quarantined for file in report.files) == 7
    assert sum(file.status == "rejected" for file in report.files) == 1
    for encoding in ("utf-8", "utf-16-le", "gb18030"):
        for name, content in house.files("raw", "quarantine", "logs").items():
            assert PLANTED[:14].encode(encoding) not in content, name
            assert PLANTED[15:].encode(encoding) not in content, name
    assert json.dumps(PLANTED)[16:-1] not in repr(report)
    assert PLANTED not in repr(report)


def test_an_answer_is_sealed_under_the_key_of_its_candidate(house: House) -> None:
    house.drop("interviews", "i.csv", INTERVIEWS + "I1,C1,sales_rep,invited,note\nI2,C1,sales_rep,invited,\n")
    rows = [
        answer(),
        answer(interview_id="I2", text=""),
        answer(interview_id="I9"),
        answer(question_id="q2", text=None),
    ]
    house.drop("answers", "a.jsonl", json_lines(*rows))
    house.run()
    vault = Vault.open(house.settings)
    keys = {subject: key.key_id for subject, key in vault.keys_for(["candidate:C1", "interview:I9"]).items()}
    first, empty, unknown, skipped = house.rows("answers")
    assert [row["_seal_key_id"] for row in (first, empty)] == [keys["candidate:C1"]] * 2
    assert unknown["_seal_key_id"] == keys["interview:I9"]
    assert house.opened(first, "answers", "text", "I1|q1|1") == "好"
    assert house.opened(empty, "answers", "text", "I2|q1|1") == ""
    assert (skipped["text_sealed"], skipped["_seal_key_id"]) == (None, None)
    note, without = house.rows("interviews")
    assert house.opened(note, "interviews", "hr_note", "I1") == "note"
    assert without["hr_note_sealed"] is None


def test_the_row_behind_a_quarantine_entry_opens_with_the_system_key(house: House) -> None:
    report = house.take("answers", "a.jsonl", json_lines(answer(answer_seconds=0)))
    (bad,) = house.quarantined("answers")
    key = Vault.open(house.settings).system_key(QUARANTINE)
    row = unseal(key, bad["row_sealed"], f"answers|_row|{report.file_id}|1")
    assert json.loads(row)["text"] == "好"
    assert (bad["column"], bad["value"], bad["reason"]) == ("answer_seconds", "0", "'0' is not above 0")


def test_columns_nobody_knows_open_with_the_system_key(house: House) -> None:
    house.take("answers", "a.jsonl", json_lines(answer(mood_of_day="x", 备注="y")))
    (row,) = house.rows("answers")
    key = Vault.open(house.settings).system_key(UNKNOWN_COLUMNS)
    assert json.loads(unseal(key, row["_extra_sealed"], "answers|_extra|I1|q1|1")) == {"备注": "y"}


@pytest.mark.parametrize("header", ["emotion_score", "表情得分", "facialExpression", "语调", "Sentiment"])
def test_inferred_emotion_is_dropped_and_said(house: House, header: str) -> None:
    report = house.take("answers", "a.jsonl", json_lines(answer(**{header: 0.9}), answer(question_id="")))
    assert report.message == f"Dropped because emotion is never scored: {header}."
    assert house.rows("answers")[0]["_extra_sealed"] is None
    key = Vault.open(house.settings).system_key(QUARANTINE)
    (bad,) = house.quarantined("answers")
    assert header not in unseal(key, bad["row_sealed"], f"answers|_row|{report.file_id}|2")


def test_no_digest_can_be_made_without_the_key(house: House) -> None:
    house.take("vendor_scores", "a.csv", "interview_id,competency_id,score\nI1,logic,80\n")
    (first,) = house.rows("vendor_scores")
    assert len(first["_content_hash"]) == 32
    other = House(
        type(house.settings)(house.settings.home.with_name("other"), house.settings.dbt_project).ensure()
    )
    other.take("vendor_scores", "a.csv", "interview_id,competency_id,score\nI1,logic,80\n")
    assert other.rows("vendor_scores")[0]["_content_hash"] != first["_content_hash"]


def test_raw_files_have_the_types_of_the_contract(house: House) -> None:
    house.take("answers", "a.jsonl", json_lines(answer(answer_seconds=30, skipped=False)))
    path = next(path for path in (house.settings.raw / "answers").glob("*.parquet") if path.name[0] != "_")
    schema = pq.read_schema(path)
    assert schema.remove_metadata().equals(
        pq.read_schema(path.with_name("_schema.parquet")).remove_metadata()
    )
    assert schema.field("answer_seconds").type == pa.float64()
    assert schema.field("text_sealed").type == pa.binary()
    assert schema.field("_arrived_at").type == pa.timestamp("us", tz="UTC")
    assert "text" not in schema.names
