"""What the invented people said and asked for, and when their interviews were arranged."""

from __future__ import annotations

from tests.dbt_project.made_home import Row, at


def task(number: int) -> Row:
    """The times around an interview of the batch, which lasted from 03:30 to 04:00 UTC.

    Five booked a time and heard of their result: three began 60 seconds after it and two 61, the fifth was
    told a second after the hour.
    """
    times: Row = {"created_at": at("2025-08-08 16:00:00")}
    if number < 10:
        times["archived_at"] = at("2025-09-01 16:00:00")
    if number < 5:
        times["slot_start"] = at("2025-08-10 03:29:00" if number < 3 else "2025-08-10 03:28:59")
        times["notified_at"] = at("2025-08-10 05:00:00" if number < 4 else "2025-08-10 05:00:01")
    return times


def comment(name: str, interview_id: str, author: str, kind: str, when: str, *mentions: str) -> Row:
    """A comment; its text is nobody's business."""
    return {
        "comment_id": name,
        "interview_id": interview_id,
        "author_id": author,
        "kind": kind,
        "mentions": list(mentions),
        "created_at": at(when),
    }


COMMENTS: list[Row] = [
    comment("ask", "supplemented", "head", "request_supplement", "2025-06-02 00:00:00", "hr1"),
    comment("remind", "supplemented", "head", "request_supplement", "2025-06-05 00:00:00", "hr1"),
    comment("nobody_arranged", "other_role", "head", "request_supplement", "2025-06-02 00:00:00"),
    comment("why", "hired", "p1", "feedback_question", "2025-05-12 00:00:00", "hr1"),
    comment("because", "hired", "hr1", "feedback_reply", "2025-05-12 06:00:00"),
    comment("still_waits", "namesake", "p2", "feedback_question", "2026-01-02 00:00:00"),
    comment("note", "hired", "hr1", "note", "2025-05-12 00:00:00", "head", "hr2"),
]
CANDIDATES: list[Row] = [
    {
        "candidate_id": "p1",
        "name": "虚构同名",
        "consented_at": at("2025-05-01 00:00:00"),
        "consent_version": "v1",
        "consent_purpose": "招聘评估",
    },
    {
        "candidate_id": "p2",
        "name": "虚构同名",
        "consented_at": at("2025-05-01 00:00:00"),
        "consent_version": "v1",
    },
    {"candidate_id": "r1", "name": "虚构拒绝", "refused_ai_at": at("2025-06-02 00:00:00")},
]
REQUESTS: list[Row] = [
    {"request_id": "q1", "candidate_id": "p2", "kind": "erase", "requested_at": at("2025-12-01 00:00:00")},
    {"request_id": "q2", "candidate_id": "p3", "kind": "export", "requested_at": at("2025-12-10 00:00:00")},
    {
        "request_id": "q3",
        "candidate_id": "r3",
        "kind": "refuse_ai",
        "requested_at": at("2025-06-02 00:00:00"),
    },
    {
        "request_id": "q4",
        "candidate_id": "r3",
        "kind": "withdraw_refusal",
        "requested_at": at("2025-06-03 00:00:00"),
    },
]
