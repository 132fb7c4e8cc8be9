"""The text of an answer: exactly the version that was scored, for HR with a second factor or the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import archive, audit_log, grants
from warehouse.answer_texts import TextsRefusedError, TextState, texts_of
from warehouse.archive import ArchivedRun
from warehouse.cipher import seal
from warehouse.publish import publish
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import OPERATOR, Viewer

HR = Viewer("hr", "hr", second_factor=True)
ME = Viewer("me", "candidate")
SAID = "我查看了历史数据，没有做风险评估"
UTC = dt.UTC
MARTS = f"""
create schema marts; create schema people;
create table people.candidates as select 'c1' as candidate_id, '测试甲' as name;
create table marts.interview_results as
    select * from (values ('i1', 'c1', 'run1'), ('i2', 'c2', 'run1'))
    as rows(interview_id, candidate_id, run_id);
create table marts.answer_scores as
    select interview_id, 'q1' as question_id, attempt, candidate_id, {len(SAID)}::integer as text_chars,
        false as is_skipped, false as is_missing,
        [{{'criterion_id': 'k1', 'phrase': '历史数据', 'start': 4, 'end': 8}}] as evidence,
        [{{'criterion_id': 'k2', 'phrase': '风险评估', 'start': 12, 'end': 16}}] as negated
    from (values ('i1', 2, 'c1'), ('i2', 1, 'c2')) as rows(interview_id, attempt, candidate_id);
"""
PUBLISHED_BEFORE = 5

Raw = Callable[..., Path]


@pytest.fixture
def home(settings: Settings, build: Callable[[str], Path]) -> Settings:
    """Two interviews with an answer each, published by run1 after five files had arrived; `me` is c1."""
    build(MARTS)
    publish(settings, "run1")
    run = ArchivedRun(
        1, "run1", "2026-01-10T00:00:00+00:00", "r", "w", "k", "e", {}, "m", PUBLISHED_BEFORE, {}, {}
    )
    archive.keep_run(settings, run)
    grants.add_user(settings, "me", "candidate", "Str0ng!pass-word", candidate_id="c1")
    return settings


@pytest.fixture
def raw(home: Settings) -> Raw:
    """`raw(text, attempt=…, seq=…, day=…)`: a raw file with one sealed answer of c1 to q1."""

    def write(
        text: str | None,
        *,
        attempt: int = 2,
        seq: int = 1,
        day: int = 1,
        sealed_for: str = "i1",
        name: str = "",
    ) -> Path:
        key = Vault.open(home).keys_for(["candidate:c1"])["candidate:c1"]
        place = f"answers|text|{sealed_for}|q1|{attempt}"
        row = {
            "interview_id": "i1",
            "question_id": "q1",
            "attempt": attempt,
            "text_sealed": None if text is None else seal(key.key, text, place),
            "_seal_key_id": key.key_id,
            **seen(f"{text}|{attempt}", seq, day),
            "_file_id": f"f{seq}",
        }
        path = home.raw / "answers" / f"{name or f'f{seq}'}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist([row]), path)
        return path

    return write


def seen(content: str, seq: int, day: int) -> dict[str, object]:
    moment = dt.datetime(2026, 1, day, tzinfo=UTC)
    return {
        "_content_hash": content,
        "_exported_at": moment,
        "_arrived_at": moment,
        "_arrival_seq": seq,
        "_row_number": 1,
    }


def read(home: Settings, viewer: Viewer = HR) -> str | None:
    return texts_of(home, "i1", viewer)["q1"].text


def state(home: Settings) -> TextState:
    return texts_of(home, "i1", HR)["q1"].state


def test_hr_with_a_second_factor_reads_the_text_and_its_evidence_fits(home: Settings, raw: Raw) -> None:
    raw(SAID)
    answer = texts_of(home, "i1", HR)["q1"]
    assert answer.text == SAID
    assert [SAID[span["start"] : span["end"]] for span in answer.evidence] == ["历史数据"]
    assert [SAID[span["start"] : span["end"]] for span in answer.negated] == ["风险评估"]


def test_the_person_reads_the_own_text_without_a_second_factor(home: Settings, raw: Raw) -> None:
    raw(SAID)
    assert read(home, ME) == SAID


@pytest.mark.parametrize(
    ("viewer", "why"),
    [
        (Viewer("hr", "hr"), "second_factor"),
        (Viewer("head", "department_head", second_factor=True), "role"),
        (Viewer("ana", "analyst", second_factor=True), "role"),
        (OPERATOR, "role"),
    ],
)
def test_nobody_else_reads_a_text_and_is_told_so_in_one_sentence(
    home: Settings, raw: Raw, viewer: Viewer, why: str
) -> None:
    raw(SAID)
    with pytest.raises(TextsRefusedError) as refused:
        texts_of(home, "i1", viewer)
    assert refused.value.why == why
    assert str(refused.value).count(".") == 1
    assert audit_log.entries(home) == [] or all(e.action != "view_text" for e in audit_log.entries(home))


def test_another_persons_interview_is_to_a_candidate_what_one_that_does_not_exist_is(
    home: Settings, raw: Raw
) -> None:
    raw(SAID)
    sentences = []
    for interview in ("i2", "i9"):
        with pytest.raises(TextsRefusedError) as refused:
            texts_of(home, interview, ME)
        assert refused.value.why == "unknown"
        sentences.append(str(refused.value).replace(interview, "…"))
    assert sentences[0] == sentences[1]


def test_every_reading_is_recorded_without_the_text_or_the_id(home: Settings, raw: Raw) -> None:
    raw(SAID)
    read(home)
    read(home, ME)
    written = (home.home / "audit" / "audit.jsonl").read_text(encoding="utf-8")
    assert written.count('"view_text"') == 2
    assert "历史数据" not in written
    assert "c1" not in {entry.subject for entry in audit_log.entries(home) if isinstance(entry.subject, str)}


def test_what_cannot_be_recorded_is_not_opened(
    home: Settings, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw(SAID)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("warehouse.answer_texts.audit.record", full)
    monkeypatch.setattr("warehouse.answer_texts._sealers", lambda *_: pytest.fail("opened all the same"))
    with pytest.raises(OSError, match="no space"):
        read(home)


def test_the_attempt_that_was_scored_counts(home: Settings, raw: Raw) -> None:
    raw("第一次说的话", attempt=1, seq=1)
    raw(SAID, attempt=2, seq=2)
    assert read(home) == SAID


def test_of_two_versions_the_later_export_counts_whichever_arrived_first(home: Settings, raw: Raw) -> None:
    raw(SAID, seq=1, day=3)
    raw(SAID[::-1], seq=2, day=2)
    assert read(home) == SAID


def test_an_older_version_that_was_seen_again_later_counts(home: Settings, raw: Raw) -> None:
    raw(SAID, seq=1, day=1)
    raw(SAID[::-1], seq=2, day=2)
    assert read(home) == SAID[::-1]
    sightings = home.raw / "_sightings" / "answers"
    sightings.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([seen(f"{SAID}|2", 3, 4)]), sightings / "f3.parquet")
    assert read(home) == SAID


def test_what_arrived_after_the_published_run_does_not_count_yet(home: Settings, raw: Raw) -> None:
    raw(SAID, seq=PUBLISHED_BEFORE)
    raw(SAID[::-1], seq=PUBLISHED_BEFORE + 1, day=9)
    assert read(home) == SAID


def test_rows_released_after_the_published_run_do_not_count_yet(home: Settings, raw: Raw) -> None:
    raw(SAID, seq=1)
    raw(SAID[::-1], seq=2, day=9, name="f2-r1")
    assert read(home) == SAID


def test_an_erased_text_says_that_it_is_gone(home: Settings, raw: Raw) -> None:
    raw(SAID)
    Vault.open(home).erase(["candidate:c1"])
    assert state(home) is TextState.GONE


def test_a_text_whose_row_or_content_was_purged_says_that_it_is_gone(home: Settings, raw: Raw) -> None:
    assert state(home) is TextState.GONE
    raw(None)
    assert state(home) is TextState.GONE


def test_a_sealed_text_that_was_moved_from_another_interview_does_not_open(home: Settings, raw: Raw) -> None:
    raw(SAID, sealed_for="i2")
    assert state(home) is TextState.DAMAGED


def test_a_text_that_is_not_the_scored_one_is_not_shown_with_foreign_evidence(
    home: Settings, raw: Raw
) -> None:
    raw(f"{SAID}。")
    assert state(home) is TextState.DIFFERS


def test_a_text_with_signs_beyond_the_basic_plane_is_counted_in_code_points(home: Settings, raw: Raw) -> None:
    odd = "𠮷😀" + SAID[2:]
    raw(odd)
    answer = texts_of(home, "i1", HR)["q1"]
    assert answer.text == odd
    assert [odd[span["start"] : span["end"]] for span in answer.evidence] == ["历史数据"]
