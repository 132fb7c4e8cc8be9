"""A request for a copy is answered once, by somebody, in a way that is said; no other is answered so."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import audit_log, privacy_answers
from warehouse.erasure.change import Change
from warehouse.erasure.layers import change_layers
from warehouse.erasure.person import find_person
from warehouse.errors import UsageError
from warehouse.privacy_requests import taken_in
from warehouse.receipts import ANSWER, answered, receipts, subject_hash
from warehouse.settings import Settings

MONDAY = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Two requests for a copy, the younger one delivered twice, and one to erase."""
    folder = settings.raw / "privacy_requests"
    folder.mkdir(parents=True)
    asked = [("R2", "person-2", "export", 1), ("R1", "person-1", "export", 0), ("R3", "c3", "erase", 0)]
    for name, rows in (("a", asked), ("b", asked[:1])):
        table = pa.Table.from_pylist(
            [
                {
                    "request_id": id_,
                    "candidate_id": whose,
                    "kind": kind,
                    "requested_at": MONDAY + dt.timedelta(days=day),
                    "_content_hash": f"hash of {id_}",
                    "_row_number": 1,
                }
                for id_, whose, kind, day in rows
            ]
        )
        pq.write_table(table, folder / f"{name}.parquet")
    return settings


def test_copies_wait_oldest_first(home: Settings) -> None:
    assert [(whose, one.request_id) for whose, one in privacy_answers.waiting(home)] == [
        ("person-1", "R1"),
        ("person-2", "R2"),
    ]


def test_an_answer_leaves_a_receipt_without_the_person_and_a_line_of_audit(home: Settings) -> None:
    given = privacy_answers.answer(home, "R1", " by post ", who="hr", role="hr")
    assert [one.request_id for _, one in privacy_answers.waiting(home)] == ["R2"]
    assert answered(home) == {"R1"}
    (kept,) = receipts(home)
    assert (kept.kind, kept.reason, kept.manner, kept.requested_at) == (
        ANSWER,
        "by post",
        "handed_over",
        MONDAY,
    )
    assert (
        kept.subject_hash == subject_hash(home, "request", "R1") and kept.receipt_hash == given.receipt_hash
    )
    (entry,) = audit_log.entries(home)
    assert (entry.action, entry.who) == ("answer_request", "hr")
    files = [path.read_bytes() for path in home.privacy.rglob("*.parquet")]
    assert not any(b"person-1" in content for content in files)


@pytest.mark.parametrize(
    ("request_id", "how", "said"),
    [
        ("R1", "  ", "Say how"),
        ("R9", "by post", "no request 'R9'"),
        ("R3", "by post", "not for a copy"),
    ],
)
def test_what_cannot_be_answered_so_is_refused(home: Settings, request_id: str, how: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        privacy_answers.answer(home, request_id, how, who="hr", role="hr")
    assert answered(home) == set() and receipts(home) == []


def test_nothing_is_answered_twice(home: Settings) -> None:
    privacy_answers.answer(home, "R1", "by post", who="hr", role="hr")
    with pytest.raises(UsageError, match="already"):
        privacy_answers.answer(home, "R1", "by mail", who="hr", role="hr")
    assert len(receipts(home)) == 1


def test_an_erasure_leaves_the_proof_of_an_answer_and_nothing_of_whose_it_was(home: Settings) -> None:
    privacy_answers.answer(home, "R1", "by post", who="hr", role="hr")
    privacy_answers.answer(home, "R2", "by mail", who="hr", role="hr")
    before = receipts(home)
    person = find_person(home, "candidate", "person-1")
    assert person.ids["request"] == ("R1",)
    change_layers(home, Change(person, salt=b"of this erasure"))
    pseudonym, other = sorted(answered(home), key=lambda id_: id_ == "R2")
    assert (pseudonym.startswith("erased-"), other) == (True, "R2")
    assert receipts(home) == before, "the receipts still prove that two requests were answered"
    assert not any(b"person-1" in path.read_bytes() for path in home.home.rglob("*.parquet"))
    assert {one.request_id for _, one in taken_in(home)} == {pseudonym, "R2", "R3"}
