"""What is said on the pages comes to the warehouse as rows of its source, and stands nowhere in clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.arrivals.sweeping import sweep
from tests.ingestion.house import House
from warehouse import audit_log, erasure, platform_events
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings

ME = {"who": "xiaoman", "role": "candidate"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(Settings(home=tmp_path / "home").ensure())
    house.take("candidates", "people.csv", "candidate_id,name\nP1,孙小满\nP2,李静好\n")
    return house


def test_a_refusal_is_known_at_once_and_comes_with_the_next_pass(house: House) -> None:
    where = house.settings
    assert platform_events.has_refused(where, "P1") is None
    request = platform_events.refuse_ai(where, "P1", **ME)
    assert platform_events.has_refused(where, "P1") is True
    assert platform_events.has_refused(where, "P2") is None
    assert platform_events.deliver(where) == 1
    house.run()
    (row,) = house.rows("privacy_requests")
    assert (row["request_id"], row["candidate_id"], row["kind"]) == (request, "P1", "refuse_ai")
    platform_events.withdraw_refusal(where, "P1", **ME)
    assert platform_events.has_refused(where, "P1") is False
    assert [entry.action for entry in audit_log.entries(where)].count("refusal") == 2


def test_events_are_delivered_once_and_again_only_after_a_crash(house: House) -> None:
    where = house.settings
    platform_events.request_erasure(where, "P1")
    assert (platform_events.deliver(where), platform_events.deliver(where)) == (1, 0)
    (where.home / "platform" / "delivered").unlink()
    assert platform_events.deliver(where) == 1
    house.run()
    assert len(house.rows("privacy_requests")) == 1


def test_a_note_is_sealed_from_the_first_moment_and_goes_with_its_person(house: House) -> None:
    where, words = house.settings, "请补充第二题的例子"
    platform_events.comment(
        where, candidate_id="P1", interview_id="I1", author_id="HR1", text=words, who="ann", role="hr"
    )

    def held() -> list[Path]:
        return [
            path for path in where.home.rglob("*") if path.is_file() and words.encode() in path.read_bytes()
        ]

    assert held() == []
    platform_events.deliver(where)
    house.run()
    sweep(where)
    assert held() == []
    assert len(platform_events.events_of(where, "P1")) == 1
    erasure.erase(where, "P1")
    assert platform_events.events_of(where, "P1") == []
    with pytest.raises(ScorehouseError, match="was erased"):
        platform_events.request_export(where, "P1")


def test_a_note_says_something(house: House) -> None:
    with pytest.raises(ScorehouseError, match="between one and"):
        platform_events.comment(
            house.settings,
            candidate_id="P1",
            interview_id="I1",
            author_id="HR1",
            text=" ",
            who="ann",
            role="hr",
        )
