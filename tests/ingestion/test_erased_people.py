"""Who was erased stays out: whatever a later export says of them is counted, and not a word of it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.contract import SOURCES, load_contracts
from ingestion.state.balance import unbalanced_files
from tests.ingestion.house import House
from warehouse import erasure
from warehouse.erasure.columns import CONTACT, KINDS_OF, PERSONAL
from warehouse.erasure.columns import SOURCES as KNOWN_SOURCES
from warehouse.errors import ScorehouseError
from warehouse.receipts import receipts
from warehouse.settings import Settings

CANDIDATES = (
    "candidate_id,name,email,phone\nP1,孙小满,xiaoman@example.com,13900001111\nP2,Li Na,li@example.com,\n"
)
INTERVIEWS = (
    "interview_id,candidate_id,role_id,status,completed_at\n"
    "I1,P1,sales_rep,completed,2026-03-01 10:00:00\n"
    "I2,P2,sales_rep,completed,2026-03-02 10:00:00\n"
)
TEXTS = {"I1": "我先了解客户的需求再报价", "I2": "我会按计划跟进客户"}


def answers(*interviews: str) -> str:
    rows = [
        {"interview_id": name, "question_id": "q1", "text": TEXTS.get(name, "另一次回答")}
        for name in interviews
    ]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two people with an interview each, of whom the first asked twice in one file to be kept."""
    house = House(Settings(home=tmp_path / "home").ensure())
    house.drop("candidates", "people.csv", CANDIDATES)
    house.drop("interviews", "done.csv", INTERVIEWS)
    house.drop("answers", "said.jsonl", answers("I1", "I2"))
    # Of the rating of P1 one row has no score: it waits in the quarantine.
    house.drop(
        "vendor_scores",
        "scores.csv",
        "interview_id,competency_id,score\nI1,sales_skill,many\nI2,sales_skill,70\n",
    )
    house.run()
    return house


def held_by(house: House, *words: str) -> list[str]:
    """The files that hold one of the words, as they are on the disk."""
    return [
        str(path.relative_to(house.settings.home))
        for path in house.settings.home.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


def test_every_column_of_ids_and_of_personal_data_is_known_to_erasure() -> None:
    contracts = load_contracts()
    assert set(KNOWN_SOURCES) == set(SOURCES) == set(contracts)
    for contract in contracts.values():
        for column in contract.columns.values():
            is_cleared = column.sealed or column.name in PERSONAL
            assert not column.personal or is_cleared, f"{contract.source}.{column.name}"
            # Ids of things, not of people or of their records.
            things = {
                "role_id",
                "department_id",
                "batch_id",
                "requisition_id",
                "question_bank_id",
                "question_id",
            }
            things |= {"competency_id", "course_id", "from_role_id", "to_role_id"}
            if column.name.endswith("_id") and column.name not in things:
                assert column.name in KINDS_OF, f"{contract.source}.{column.name}"


def test_an_erased_person_keeps_a_row_under_a_name_that_nobody_can_tell(house: House) -> None:
    receipt = erasure.erase(house.settings, "P1")
    assert receipt.manner == "pseudonymised"
    rows = {row["candidate_id"]: row for row in house.rows("candidates")}
    assert set(rows) == {"P2", receipt.pseudonym}
    mine = rows[receipt.pseudonym]
    assert [mine[name] for name in CONTACT if name in mine] == [None] * sum(name in mine for name in CONTACT)
    (interview,) = [row for row in house.rows("interviews") if row["candidate_id"] == receipt.pseudonym]
    assert interview["role_id"] == "sales_rep"
    assert interview["interview_id"] in {row["interview_id"] for row in house.rows("answers")}
    assert unbalanced_files(house.settings) == []
    assert held_by(house, "孙小满", "xiaoman", "13900001111", TEXTS["I1"]) == []


def test_nothing_of_a_quarantined_row_is_left_but_that_it_was_there(house: House) -> None:
    (before,) = house.quarantined("vendor_scores")
    assert before["row_sealed"]
    erasure.erase(house.settings, "P1")
    (row,) = house.quarantined("vendor_scores")
    assert (row["code"], row["row_number"]) == ("erased", before["row_number"])
    assert [row[name] for name in ("row_sealed", "value", "key_hash", "column")] == [None] * 4
    assert unbalanced_files(house.settings) == []
    assert house.run(retry=True).retried == ()


def test_a_person_known_only_from_the_quarantine_can_be_erased(house: House) -> None:
    (lost,) = [row for row in (house.quarantined("vendor_scores")) if row["row_sealed"]]
    assert lost["code"] != "erased"
    house.drop(
        "interviews", "lost.csv", INTERVIEWS.split("\n")[0] + "\nI77,P7777,sales_rep,completed,never\n"
    )
    house.run()
    assert "P7777" not in {row["candidate_id"] for row in house.rows("interviews")}
    receipt = erasure.erase(house.settings, "P7777")
    assert receipt.counts["quarantined"] == 1
    assert [row["code"] for row in house.quarantined("interviews")] == ["erased"]
    assert [row["code"] for row in house.quarantined("vendor_scores")] == [lost["code"]]
    with pytest.raises(erasure.NobodyThereError):
        erasure.erase(house.settings, "P7778")


def test_a_later_export_does_not_bring_an_erased_person_back(house: House) -> None:
    erasure.erase(house.settings, "P1")
    again = house.take("candidates", "again.csv", CANDIDATES.replace("Li Na", "Li Nan"))
    assert (again.rows_in, again.kept, again.quarantined) == (2, 1, 1)
    changed = house.take("interviews", "again.csv", INTERVIEWS.replace("10:00", "11:00"))
    assert (changed.kept, changed.quarantined) == (1, 1)
    late = house.take("answers", "again.jsonl", answers("I1"))
    assert (late.kept, late.quarantined) == (0, 1)
    assert {row["code"] for row in house.quarantined("answers")} == {"erased"}
    assert unbalanced_files(house.settings) == []
    for path in house.settings.landing.rglob("*.*"):
        path.unlink()
    assert held_by(house, "孙小满", "xiaoman", TEXTS["I1"]) == []


def test_a_new_interview_of_an_erased_person_stays_out_with_all_that_belongs_to_it(house: House) -> None:
    house.take("answers", "early.jsonl", answers("I9"))
    erasure.erase(house.settings, "P1")
    new = house.take(
        "interviews", "new.csv", "interview_id,candidate_id,role_id,status\nI9,P1,sales_rep,started\n"
    )
    assert (new.kept, new.quarantined) == (0, 1)
    # Its answer came before anybody knew whose it is.
    assert "I9" in {row["interview_id"] for row in house.rows("answers")}
    erasure.finish_begun(house.settings)
    assert "I9" not in {row["interview_id"] for row in house.rows("answers")}
    assert house.take("answers", "later.jsonl", answers("I9") + " ").kept == 0
    assert unbalanced_files(house.settings) == []


def test_a_new_consent_lets_a_person_come_back(house: House) -> None:
    erasure.erase(house.settings, "P1")
    erasure.lift(house.settings, "P1", reason="signed on 2026-05-01")
    assert house.take("candidates", "consent.csv", CANDIDATES.replace("Li Na", "Li Nan")).kept == 2
    with pytest.raises(ScorehouseError, match="nothing is held back"):
        erasure.lift(house.settings, "P1", reason="again")


def test_erasing_twice_gives_the_receipt_of_the_first_time(house: House) -> None:
    first = erasure.erase(house.settings, "P1", reason="mail of 孙小满, xiaoman@example.com")
    assert "孙小满" not in first.reason and "xiaoman" not in first.reason
    assert erasure.erase(house.settings, "P1").receipt_hash == first.receipt_hash
    assert [one.receipt_hash for one in receipts(house.settings)] == [first.receipt_hash]
    with pytest.raises(erasure.NobodyThereError):
        erasure.erase(house.settings, "P404")


@pytest.mark.parametrize("step", ["change_layers", "clear_traces", "write_receipt"])
def test_an_erasure_that_was_killed_is_carried_out_by_the_next_command(
    step: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(f"warehouse.erasure.carrying_out.{step}", killed)
        erasure.erase(house.settings, "P1")
    assert receipts(house.settings) == []
    (receipt,) = erasure.finish_begun(house.settings)
    assert receipt.is_done
    assert {row["candidate_id"] for row in house.rows("candidates")} == {"P2", receipt.pseudonym}
    assert held_by(house, "孙小满", "xiaoman", TEXTS["I1"]) == []
    assert unbalanced_files(house.settings) == []
    assert erasure.finish_begun(house.settings) == []
