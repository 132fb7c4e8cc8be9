"""What is said on the pages comes to the warehouse as rows of its source, and stands nowhere in clear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingestion.arrivals.sweeping import sweep
from tests.ingestion.house import House
from warehouse import erasure, platform_events, privacy_requests
from warehouse.errors import ScorehouseError, UsageError
from warehouse.privacy_requests import REFUSE, WITHDRAW
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import Viewer

ME = Viewer("xiaoman", "candidate")
PEOPLE = "candidate_id,name,email\nP1,孙小满,\nP2,李静好,li@example.com\n"
STAFF = (
    "employee_id,candidate_id,name,department_id,role_id,hired_on,monthly_salary,status\n"
    "E77001,P2,李静好,sales,sales_rep,2024-01-01,12000,active\n"
)
WORDS = "请补充第二题的例子"


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(Settings(home=tmp_path / "home").ensure())
    house.take("candidates", "people.csv", PEOPLE)
    house.take("employees", "staff.csv", STAFF)
    return house


def note(number: int, **more: Any) -> dict[str, Any]:
    row = {"comment_id": f"PF-{number}", "interview_id": "I1", "author_id": "HR1", "mentions": []}
    return {**row, "text": WORDS, "kind": "note", "created_at": "2026-01-05T12:00:00+00:00", **more}


def say(house: House, number: int = 1, topics: tuple[str, ...] = (), **more: Any) -> None:
    platform_events.append(house.settings, "P1", "comments", note(number, **more), topics=topics)


def test_a_refusal_is_known_at_once_and_comes_with_the_next_pass(house: House) -> None:
    where = house.settings
    assert privacy_requests.last_word(where, "P1") is None
    asked = privacy_requests.ask(where, "P1", REFUSE, ME)
    assert privacy_requests.last_word(where, "P1") == asked
    assert privacy_requests.last_word(where, "P2") is None
    assert platform_events.deliver(where) == 1
    house.run()
    (row,) = house.rows("privacy_requests")
    assert (row["request_id"], row["candidate_id"], row["kind"]) == (asked.request_id, "P1", "refuse_ai")
    withdrawn = privacy_requests.ask(where, "P1", WITHDRAW, ME)
    assert privacy_requests.last_word(where, "P1") == withdrawn


def test_events_are_delivered_once_and_again_only_after_a_crash(house: House) -> None:
    where = house.settings
    privacy_requests.ask(where, "P1", REFUSE, ME)
    assert (platform_events.deliver(where), platform_events.deliver(where)) == (1, 0)
    (where.home / "platform" / "delivered").unlink()
    assert platform_events.deliver(where) == 1
    house.run()
    assert len(house.rows("privacy_requests")) == 1


def test_a_note_is_sealed_from_the_first_moment_and_goes_with_its_person(house: House) -> None:
    where = house.settings
    say(house)

    def held() -> list[Path]:
        return [
            path for path in where.home.rglob("*") if path.is_file() and WORDS.encode() in path.read_bytes()
        ]

    assert held() == []
    platform_events.deliver(where)
    house.run()
    sweep(where)
    assert held() == []
    assert len(platform_events.events_of(where, "P1")) == 1
    erasure.erase(where, "P1")
    assert platform_events.events_of(where, "P1") == []
    assert "sealed" not in (where.home / "platform" / "events.jsonl").read_text("ascii")
    with pytest.raises(ScorehouseError, match="was erased"):
        privacy_requests.ask(where, "P1", REFUSE, ME)


def test_what_was_taken_back_in_time_is_delivered_to_nobody(house: House) -> None:
    say(house, 1)
    say(house, 2)
    (first, second) = platform_events.events_of(house.settings, "P1")
    platform_events.take_back(house.settings, first.number)
    assert [event.number for event in platform_events.events_of(house.settings, "P1")] == [second.number]
    assert platform_events.deliver(house.settings) == 1
    house.run()
    assert [row["comment_id"] for row in house.rows("comments")] == ["PF-2"]
    with pytest.raises(UsageError, match="cannot be taken back"):
        platform_events.take_back(house.settings, second.number)


def test_events_are_found_by_a_topic_that_the_log_does_not_tell(house: House) -> None:
    say(house, 1, topics=("mention|ann",))
    say(house, 2, topics=("mention|ben",))
    for _ in range(2):
        (found,) = platform_events.events_about(house.settings, "mention|ann")
        assert found.row["comment_id"] == "PF-1"
        assert "text" not in found.row, "what was opened is remembered, what it says is not"
    assert "ann" not in (house.settings.home / "platform" / "events.jsonl").read_text("ascii")


def test_a_topic_is_opened_once_and_follows_what_happens_to_its_events(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, opened = house.settings, []
    real = platform_events._unseal
    monkeypatch.setattr(
        platform_events, "_unseal", lambda key, line: opened.append(line["number"]) or real(key, line)
    )

    def about() -> list[tuple[str, bool]]:
        found = platform_events.events_about(where, "feedback")
        return [(event.row["comment_id"], event.waits) for event in found]

    say(house, 1, topics=("feedback",))
    say(house, 2)
    say(house, 3, topics=("feedback", "mention|ann"))
    assert about() == about() == [("PF-1", True), ("PF-3", True)]
    assert opened == [1, 3]
    say(house, 4, topics=("feedback",))
    assert about() == [("PF-1", True), ("PF-3", True), ("PF-4", True)]
    assert opened == [1, 3, 4]
    platform_events.take_back(where, 3)
    assert about() == [("PF-1", True), ("PF-4", True)]
    platform_events.deliver(where)
    assert about() == [("PF-1", False), ("PF-4", False)]
    Vault.open(where).erase(["candidate:P1"])
    assert about() == [], "without the key of the person nothing is remembered"


def test_a_line_that_was_cut_off_keeps_its_number(house: House) -> None:
    say(house, 1)
    log = house.settings.home / "platform" / "events.jsonl"
    assert platform_events._count(house.settings) == 1
    log.write_bytes(log.read_bytes() + b'{"number": 2')
    assert platform_events._count(house.settings) == 2


def test_who_wrote_or_was_mentioned_is_a_pseudonym_after_their_own_erasure(house: House) -> None:
    where = house.settings
    about = "问一下 E77001"
    say(house, 1, author_id="E77001", mentions=["li@example.com", "HR2"], text=about)
    platform_events.deliver(where)
    house.run()
    say(house, 2, author_id="li@example.com", topics=("mention|li@example.com",))
    erasure.erase(where, "E77001", kind="employee")
    told = str([event.row for event in platform_events.events_of(where, "P1")] + house.rows("comments"))
    assert "E77001" not in told and "li@" not in told
    assert told.count("HR2") == 2, "others stay"
    assert platform_events.events_about(where, "mention|li@example.com") == []
