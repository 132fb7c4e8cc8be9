"""The clocks: with a moved day what is past its last day goes, from every file, and the rest stays."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from ingestion.state.balance import unbalanced_files
from tests.ingestion.house import House
from warehouse import audit, audit_log
from warehouse.purge import Purged, purge
from warehouse.receipts import receipts
from warehouse.settings import REPOSITORY, Settings

OLD_TEXT, NEW_TEXT = "去年我先了解客户的需求", "今年我按计划跟进客户"
CANDIDATES = (
    "candidate_id,name,email,consented_at\n"
    "P1,孙小满,xiaoman@example.com,2025-12-01 09:00:00\n"
    "P2,李静好,jinghao@example.com,2026-05-01 09:00:00\n"
)
INTERVIEWS = (
    "interview_id,candidate_id,role_id,status,completed_at,modality,hr_note\n"
    "I1,P1,sales_rep,completed,2026-01-01 10:00:00,video,旧的备注\n"
    "I2,P2,sales_rep,completed,2026-06-01 10:00:00,text,\n"
)
ANSWERS = [
    {"interview_id": "I1", "question_id": "q1", "text": OLD_TEXT},
    {"interview_id": "I2", "question_id": "q1", "text": NEW_TEXT},
]
# 1 January + 183 days: on that day it is still in time.
LAST_DAY = dt.date(2026, 7, 3)
NEXT_DAY = LAST_DAY + dt.timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two people, the first of whom was interviewed half a year before the other."""
    ignored = shutil.ignore_patterns("target", "logs")
    project = shutil.copytree(REPOSITORY / "dbt_project", tmp_path / "dbt_project", ignore=ignored)
    house = House(Settings(home=tmp_path / "home", dbt_project=project).ensure())
    house.drop("candidates", "people.csv", CANDIDATES)
    house.drop("interviews", "done.csv", INTERVIEWS)
    house.drop("answers", "said.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in ANSWERS))
    house.drop("vendor_scores", "scores.csv", "interview_id,competency_id,score\nI1,sales_skill,many\n")
    house.run()
    return house


def rule(house: House, before: str, after: str) -> None:
    """Changes the policy."""
    seed = house.settings.seeds / "retention_policy.csv"
    text = seed.read_text(encoding="utf-8")
    assert before in text
    seed.write_text(text.replace(before, after), encoding="utf-8")


def purged(house: House, today: dt.date, dry_run: bool = False) -> dict[str, Purged]:
    return {one.field_class: one for one in purge(house.settings, today=today, dry_run=dry_run)}


def texts(house: House) -> dict[str, bytes]:
    return {row["interview_id"]: row["text_sealed"] for row in house.rows("answers")}


def test_a_text_goes_the_day_after_its_last_one_and_its_row_stays(house: House) -> None:
    before = texts(house)
    assert purged(house, LAST_DAY)["texts"].count == 0
    assert texts(house) == before
    done = purged(house, NEXT_DAY)
    assert (done["texts"].count, done["recordings"].count) == (1, 1)
    # An answer was there and has gone: its score stays, a text that opens does not.
    assert texts(house) == {"I1": b"", "I2": before["I2"]}
    assert {row["interview_id"]: row["hr_note_sealed"] for row in house.rows("interviews")} == {
        "I1": None,
        "I2": None,
    }
    assert house.opened(house.rows("answers")[1], "answers", "text", "I2|q1|1") == NEW_TEXT
    held = [path for path in house.settings.home.rglob("*.parquet") if before["I1"] in path.read_bytes()]
    assert held == []
    assert unbalanced_files(house.settings) == []
    assert purged(house, NEXT_DAY)["texts"].count == 0


def test_an_export_that_comes_again_does_not_bring_a_purged_text_back(house: House) -> None:
    purged(house, NEXT_DAY)
    again = house.take("answers", "again.jsonl", "\n\n".join(json.dumps(row) for row in ANSWERS))
    assert (again.kept, again.duplicates) == (0, 2)
    assert texts(house)["I1"] == b""


def test_a_dry_run_counts_and_changes_nothing(house: House) -> None:
    before = house.files("raw", "quarantine", "vault")
    assert purged(house, NEXT_DAY, dry_run=True)["texts"].count == 1
    assert house.files("raw", "quarantine", "vault") == before
    assert receipts(house.settings) == []


def test_a_legal_hold_stops_its_clock_and_no_other(house: House) -> None:
    rule(house, "texts,company,completed_at,,183,false", "texts,company,completed_at,,183,true")
    before = texts(house)
    done = purged(house, NEXT_DAY)
    assert done["texts"].stopped_by == "a legal hold is in force"
    assert done["recordings"].count == 1
    assert texts(house) == before


def test_rules_that_contradict_each_other_purge_nothing_and_say_so(house: House) -> None:
    rule(house, "texts,US,completed_at,365,,false,false", "texts,US,completed_at,365,,false,true")
    done = purged(house, NEXT_DAY)
    assert done["texts"].stopped_by == "the rules contradict each other: keep for 365 days, purge after 183"
    assert receipts(house.settings)[0].field_class == "recordings"


def test_names_go_two_years_after_somebody_was_last_seen(house: House) -> None:
    # P1 was interviewed on 1 January 2026, P2 on 1 June.
    done = purged(house, dt.date(2028, 1, 2))
    assert done["contact"].count == 1
    rows = {row["candidate_id"]: row for row in house.rows("candidates")}
    for name in ("name", "email"):
        column = name if name in rows["P1"] else f"{name}_sealed"
        assert rows["P1"][column] is None
        assert rows["P2"][column] is not None


def test_a_name_of_an_employee_stays(house: House) -> None:
    house.take("employees", "staff.csv", "employee_id,candidate_id,name,hired_on\nE1,P1,孙小满,2026-02-01\n")
    assert purged(house, dt.date(2028, 1, 2))["contact"].count == 0


def test_scores_go_after_three_years_with_all_rows_and_do_not_come_back(house: House) -> None:
    done = purged(house, dt.date(2029, 1, 1))
    assert done["scores"].count == 1
    assert {row["interview_id"] for row in house.rows("interviews")} == {"I2"}
    assert {row["interview_id"] for row in house.rows("answers")} == {"I2"}
    assert unbalanced_files(house.settings) == []
    again = house.take("interviews", "again.csv", INTERVIEWS.replace("video", "audio"))
    assert (again.kept, again.quarantined) == (0, 1)


def test_what_a_quarantined_row_said_goes_and_the_rule_that_it_broke_stays(house: House) -> None:
    (before,) = house.quarantined("vendor_scores")
    assert purged(house, before["quarantined_at"].date() + dt.timedelta(days=62))["quarantine"].count == 1
    (after,) = house.quarantined("vendor_scores")
    assert (after["row_sealed"], after["value"], after["key_hash"]) == (None, None, None)
    assert (after["code"], after["reason"]) == (before["code"], before["reason"])
    assert unbalanced_files(house.settings) == []
    assert house.run(retry=True).retried == ()


def test_old_exports_notices_and_logs_go(house: House) -> None:
    where = house.settings
    for folder in (where.exports, where.outbox, where.logs):
        (folder / "old.log").write_text("x", encoding="utf-8")
    soon = dt.datetime.now(where.timezone).date() + dt.timedelta(days=31)
    done = purged(house, soon)
    assert [done[name].count for name in ("exports", "outbox", "logs")] == [1, 1, 0]
    assert purged(house, soon + dt.timedelta(days=60))["logs"].count >= 1
    assert not list(where.exports.iterdir()) and not list(where.outbox.iterdir())


def test_each_class_that_was_purged_has_a_receipt(house: House) -> None:
    done = purged(house, NEXT_DAY)
    written = {str(one.field_class): one for one in receipts(house.settings)}
    assert set(written) == {name for name, one in done.items() if one.count}
    assert written["texts"].counts == {"texts": 1}
    assert all(one.receipt_hash == done[name].receipt_hash for name, one in written.items())


def test_no_clock_takes_a_line_of_the_audit_log_so_that_its_chain_holds(house: House) -> None:
    audit.record(house.settings, who="hr", role="hr", action="view_person", subject="candidate:P1")
    log = house.settings.home / "audit" / audit.LOG_NAME
    before = log.read_bytes()
    purged(house, dt.date(2040, 1, 1))
    assert log.read_bytes().startswith(before), "lines are added, none goes"
    assert b"P1" not in log.read_bytes()
    assert audit_log.verify(house.settings).holds
