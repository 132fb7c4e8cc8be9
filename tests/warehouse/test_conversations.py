"""What is said of an interview: who may read and write it, that it is one list, and where it is noticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion import ingest
from warehouse import audit_log, conversations, erasure, grants, hr_notes, inbox, platform_events
from warehouse.answer_texts import TextsRefusedError
from warehouse.conversations import TalkRefusedError
from warehouse.marts import Marts
from warehouse.note_marks import Marked, Quote
from warehouse.settings import Settings
from warehouse.viewer import Viewer

HR, HEAD, OTHER = Viewer("hr", "hr"), Viewer("head", "department_head"), Viewer("other", "department_head")
WITH_CODE = Viewer("hr", "hr", second_factor=True)
ANALYST, PERSON, STRANGER = Viewer("ana", "analyst"), Viewer("person", "candidate"), Viewer("s", "candidate")
PASSWORD = "an-invented-pass-phrase"
SOMEBODY = """
    select interview_id, candidate_id, department_id from marts.interview_results as i
    where i.status = 'scored' and not exists (
        select 1 from marts.interview_comments as c where c.interview_id = i.interview_id
    ) order by interview_id limit 1
"""
NOTED = "select interview_id from marts.interview_comments where kind = 'note' order by 1 limit 1"
WORDS = Marked("第二题的客户案例请核实")


class House:
    """A copy of the demo with accounts around one interview of which nothing was said yet."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.marts = settings, Marts(settings)
        (row,) = self.marts.query(SOMEBODY, viewer=HR).to_pylist()
        self.interview, self.person = row["interview_id"], row["candidate_id"]
        for viewer in (HEAD, OTHER, ANALYST):
            grants.add_user(settings, viewer.name, viewer.role, PASSWORD)
        grants.add_user(settings, PERSON.name, PERSON.role, PASSWORD, candidate_id=self.person)
        grants.add_user(settings, STRANGER.name, STRANGER.role, PASSWORD, candidate_id="C9999999")
        grants.grant(settings, HEAD.name, row["department_id"], author="hr")

    def thread(self, viewer: Viewer, interview: str = "") -> list[conversations.Said]:
        return conversations.thread(self.settings, interview or self.interview, viewer, marts=self.marts)

    def comment(self, viewer: Viewer, *mentions: str, said: Marked = WORDS, interview: str = "") -> str:
        return conversations.comment(
            self.settings,
            interview or self.interview,
            viewer,
            said,
            mentions=mentions,
            marts=self.marts,
        )

    def ask(self, viewer: Viewer = PERSON) -> str:
        return conversations.ask(self.settings, self.interview, viewer, "哪一题扣分最多？", marts=self.marts)

    def reply(self, viewer: Viewer) -> str:
        return conversations.reply(self.settings, self.interview, viewer, "请看第二题。", marts=self.marts)

    def request(self, viewer: Viewer, reason: str | None = "unclear") -> str:
        said = Marked("", reason=reason, competency="logic")
        return conversations.request_supplement(self.settings, self.interview, viewer, said, marts=self.marts)

    def mentions(self, viewer: Viewer) -> list[inbox.Item]:
        return inbox.mentions(self.settings, viewer, self.marts)

    def waiting(self, viewer: Viewer) -> list[inbox.Item]:
        return inbox.waiting(self.settings, viewer, self.marts)


@pytest.fixture(scope="module")
def copied(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> House:
    home = tmp_path_factory.mktemp("talk") / "home"
    shutil.copytree(demo_home.home, home, symlinks=True)
    return House(Settings(home=home))


@pytest.fixture
def house(copied: House) -> Iterator[House]:
    """With nothing said on the pages and nothing read."""
    yield copied
    for folder in ("platform", "inboxes"):
        shutil.rmtree(copied.settings.home / folder, ignore_errors=True)


def refused(why: str, act: Callable[[], object]) -> None:
    with pytest.raises(TalkRefusedError) as caught:
        act()
    assert caught.value.why == why


def test_hr_and_the_head_read_each_other_at_once(house: House) -> None:
    house.comment(HR, "head")
    house.comment(HEAD)
    for viewer in (HR, HEAD):
        assert [(said.author_id, said.waits) for said in house.thread(viewer)] == [
            ("hr", True),
            ("head", True),
        ]
    (first, _) = house.thread(HEAD)
    assert first.marked == WORDS and first.mentions == ("head",)


def test_others_neither_read_nor_write(house: House) -> None:
    house.comment(HR)
    refused("role", lambda: house.thread(ANALYST))
    refused("role", lambda: house.comment(ANALYST))
    refused("role", lambda: house.comment(PERSON))
    for stranger in (OTHER, STRANGER):
        refused("unknown", lambda viewer=stranger: house.thread(viewer))  # type: ignore[misc]
    refused("unknown", lambda: house.comment(OTHER))
    refused("unknown", lambda: house.comment(HR, interview="IV' or true --"))
    refused("unknown", lambda: house.ask(STRANGER))
    refused("role", lambda: house.ask(HR))


def test_a_grant_that_ends_closes_the_thread_and_the_inbox(house: House) -> None:
    house.comment(HR, "head")
    assert len(house.mentions(HEAD)) == 1
    (held,) = grants.revoke(house.settings, "head", author="hr")
    refused("unknown", lambda: house.comment(HEAD))
    assert house.mentions(HEAD) == []
    grants.grant(house.settings, "head", held.department_id, author="hr")


def test_only_who_sees_the_interview_can_be_mentioned(house: House) -> None:
    place = conversations.place_of(house.settings, house.interview, HR, house.marts)
    found = conversations.can_be_mentioned(house.settings, place, HR)
    assert [account.name for account in found] == ["head"]
    refused("mention", lambda: house.comment(HR, "other"))
    refused("mention", lambda: house.comment(HR, "person"))
    refused("length", lambda: house.comment(HR, said=Marked("  ")))
    assert house.thread(HR) == []


def test_a_mention_waits_in_the_inbox_until_it_is_read(house: House) -> None:
    house.comment(HR, "head")
    (item,) = house.mentions(HEAD)
    assert (item.interview_id, item.author_id, item.is_read) == (house.interview, "hr", False)
    assert house.mentions(HR) == [] and house.mentions(ANALYST) == []
    inbox.mark_read(house.settings, HEAD, [item], there=[item])
    assert [one.is_read for one in house.mentions(HEAD)] == [True]
    inbox.mark_unread(house.settings, HEAD, item)
    assert [one.is_read for one in house.mentions(HEAD)] == [False]


def test_the_candidate_sees_questions_and_replies_alone(house: House) -> None:
    house.comment(HR)
    house.ask()
    assert [item.interview_id for item in house.waiting(HEAD)].count(house.interview) == 1
    assert house.interview not in [item.interview_id for item in house.waiting(OTHER)]
    house.reply(HEAD)
    assert [said.kind for said in house.thread(PERSON)] == ["feedback_question", "feedback_reply"]
    assert conversations.unanswered(house.thread(HR)) == []
    assert house.interview not in [item.interview_id for item in house.waiting(HEAD)]


def test_nobody_replies_to_what_was_not_asked(house: House) -> None:
    refused("not_asked", lambda: house.reply(HR))


def test_a_supplement_is_requested_once_with_a_reason_and_can_be_taken_back(house: House) -> None:
    refused("reason", lambda: house.request(HR, None))
    requested = house.request(HR)
    refused("twice", lambda: house.request(HEAD))
    (said,) = house.thread(HEAD)
    assert said.marked == Marked("", (), "unclear", "logic")

    def take_back(viewer: Viewer) -> None:
        conversations.take_back(house.settings, house.interview, viewer, requested, marts=house.marts)

    refused("not_own", lambda: take_back(HEAD))
    take_back(HR)
    assert house.thread(HR) == []
    assert platform_events.deliver(house.settings) == 0


def test_what_other_systems_brought_is_in_the_same_list(house: House) -> None:
    (row,) = house.marts.query(NOTED, viewer=HR).to_pylist()
    brought = house.thread(HR, row["interview_id"])
    assert brought and all(said.marked and not said.waits for said in brought)
    house.comment(HR, interview=row["interview_id"])
    assert len(house.thread(HR, row["interview_id"])) == len(brought) + 1


def test_every_word_is_recorded(house: House) -> None:
    house.comment(HR)
    house.request(HEAD)
    told = {(entry.action, entry.who) for entry in audit_log.entries(house.settings)}
    assert {("comment", "hr"), ("supplement_requested", "head")} <= told


def test_the_note_of_hr_is_for_hr_with_a_second_factor(house: House) -> None:
    def note(interview: str, viewer: Viewer = WITH_CODE) -> str | None:
        return hr_notes.note_of(house.settings, interview, viewer, marts=house.marts)

    raw = str(house.settings.raw / "interviews" / "*.parquet")
    with duckdb.connect() as connection:
        sql = f"select max(interview_id) from '{raw}' where hr_note_sealed is {{}} null"
        found = [connection.execute(sql.format(word)).fetchone() for word in ("not", "")]
    noted, without = (str(row[0]) for row in found if row)
    assert note(noted) and note(without) is None
    for viewer in (HR, HEAD, PERSON, Viewer("person", "candidate", True)):
        with pytest.raises(TextsRefusedError):
            note(noted, viewer)


def test_a_build_takes_it_and_it_is_there_once_and_goes_with_its_person(
    copied: House, tmp_path: Path
) -> None:
    shutil.copytree(copied.settings.home, tmp_path / "home", symlinks=True)
    settings = Settings(home=tmp_path / "home")
    marts = Marts(settings)
    quote = Marked("请看", (Quote("Q1", 2, 9),))
    for said in (WORDS, quote):
        conversations.comment(settings, copied.interview, HR, said, mentions=["head"], marts=marts)
    platform_events.deliver(settings)
    ingest.run(settings)
    talk = conversations.thread(settings, copied.interview, HR, marts=marts)
    assert [(said.marked, said.waits) for said in talk] == [(WORDS, False), (quote, False)]
    refused(
        "late",
        lambda: conversations.take_back(settings, copied.interview, HR, talk[0].comment_id, marts=marts),
    )
    inbox.mark_read(
        settings, HEAD, inbox.mentions(settings, HEAD, marts), there=inbox.mentions(settings, HEAD, marts)
    )
    erasure.erase(settings, copied.person)
    assert platform_events.events_about(settings, inbox.mention_of("head")) == []
    refused("unknown", lambda: conversations.thread(settings, copied.interview, HR, marts=Marts(settings)))
