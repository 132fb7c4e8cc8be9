"""What people say: the experience survey, notes between HR and departments, and privacy requests."""

from __future__ import annotations

import json

import numpy as np

from ingestion.demo.clock import DAY, END, iso_text, time_text
from ingestion.demo.draft import Draft
from ingestion.demo.interviews import SUPPLEMENT, interview_id
from ingestion.demo.people import words
from ingestion.demo.plan import SURVEY_RISE, Ints, pick
from ingestion.demo.staff import manager_id
from ingestion.demo.truth import Truth
from ingestion.demo.writers import Exports

SURVEYED_RATE = 0.42
SURVEY_HEADERS = ("interview_id", "question", "score", "submitted_at")
SURVEY_QUESTIONS = ("findability", "ease", "clarity", "overall")
SURVEY_LEVELS = np.array([3.7, 3.8, 3.6, 3.8])
HR = tuple(f"HR{number:03d}" for number in range(1, 7))
NOTE_RATE, FEEDBACK_RATE = 0.07, 0.02
ERASE_RATE, EXPORT_RATE, WITHDRAW_RATE = 0.006, 0.006, 0.10
PRIVACY_HEADERS = ("request_id", "candidate_id", "kind", "requested_at")


def write_surveys(exports: Exports, draft: Draft) -> None:
    """Appends answers to the experience survey, four questions each."""
    rng = draft.block.rng(60)
    sessions = draft.sessions
    rates = SURVEYED_RATE * sessions.is_completed
    chosen = pick(rng, rates, len(sessions), at_least_one=draft.block.is_first) & sessions.is_completed
    rows_of = np.flatnonzero(chosen)
    mood = rng.normal(0, 0.6, (len(rows_of), 1)) + SURVEY_RISE * sessions.quarter[rows_of][:, None]
    scores = np.clip(np.round(SURVEY_LEVELS + mood + rng.normal(0, 0.5, (len(rows_of), 4))), 1, 5)
    when = np.minimum(sessions.completed[rows_of] + rng.integers(60, 2 * DAY, len(rows_of)), END - 1)
    times = time_text(when).tolist()
    ids = [interview_id(number) for number in sessions.number[rows_of].tolist()]
    rows = [
        (id_, question, int(score), time)
        for id_, time, given in zip(ids, times, scores.tolist(), strict=True)
        for question, score in zip(SURVEY_QUESTIONS, given, strict=True)
    ]
    exports.csv("surveys/surveys.csv", SURVEY_HEADERS, rows)


def write_comments(exports: Exports, draft: Draft) -> None:
    """Appends notes, requests for a supplement (one each) and questions of candidates with their replies."""
    rng = draft.block.rng(61)
    sessions = draft.sessions
    size = len(sessions)
    done = sessions.is_completed
    manager = manager_id(draft.block.role)
    candidates = draft.people.candidate_ids()
    author = [HR[at] for at in rng.integers(0, len(HR), size).tolist()]
    texts = words()["comments"]
    lines: list[str] = []

    def add(row: int, kind: str, by: str, mentions: list[str], when: int) -> None:
        if when >= END:
            return
        said = texts[kind]
        comment = {
            "comment_id": f"CM{sessions.number[row]:07d}-{kind}",
            "interview_id": interview_id(int(sessions.number[row])),
            "author_id": by,
            "mentions": mentions,
            "text": said[int(rng.integers(len(said)))],
            "kind": kind,
            "created_at": str(iso_text(np.array([when]))[0]),
        }
        lines.append(json.dumps(comment, ensure_ascii=False, separators=(",", ":")))

    noted = pick(rng, NOTE_RATE * done, size, at_least_one=draft.block.is_first) & done
    asked = pick(rng, FEEDBACK_RATE * done, size) & done
    wait = rng.integers(1800, 2 * DAY, size).tolist()
    for row in np.flatnonzero(noted | asked | (sessions.kind == SUPPLEMENT)).tolist():
        completed = int(sessions.completed[row])
        if noted[row]:
            add(row, "note", author[row], [manager], completed + wait[row])
        if asked[row]:
            add(
                row,
                "feedback_question",
                candidates[sessions.person[row]],
                [author[row]],
                completed + wait[row],
            )
            add(
                row,
                "feedback_reply",
                author[row],
                [],
                completed + wait[row] + int(rng.integers(3600, 3 * DAY)),
            )
        if sessions.kind[row] == SUPPLEMENT:
            parent = int(sessions.parent[row])
            add(parent, "request_supplement", manager, [author[row]], int(sessions.completed[parent]) + 1800)
    exports.lines("comments/comments.jsonl", lines)


def write_privacy_requests(exports: Exports, draft: Draft, refused: Ints, truth: Truth) -> None:
    """Appends requests: refusals and some withdrawals of them, erasures, exports of the own data."""
    rng = draft.block.rng(62)
    size = len(draft.people)
    done = draft.sessions.is_completed[:size]
    completed = draft.sessions.completed[:size]
    refuses = refused > 0
    asked: tuple[tuple[str, np.ndarray, Ints], ...] = (
        ("refuse_ai", refuses & (rng.random(size) < 0.8), refused),
        ("withdraw_refusal", refuses & (rng.random(size) < WITHDRAW_RATE), refused + 5 * DAY),
        ("erase", done & pick(rng, ERASE_RATE, size), completed + rng.integers(20 * DAY, 90 * DAY, size)),
        (
            "export",
            done & pick(rng, EXPORT_RATE * done, size, at_least_one=draft.block.is_first),
            completed + rng.integers(3600, 5 * DAY, size),
        ),
    )
    candidates = draft.people.candidate_ids()
    rows: list[tuple[object, ...]] = []
    for number, (kind, who, when) in enumerate(asked, start=1):
        times = time_text(when).tolist()
        for at in np.flatnonzero(who & (when < END)).tolist():
            rows.append((f"PR{draft.people.number[at]:07d}-{number}", candidates[at], kind, times[at]))
            truth.counts[f"privacy_requests/{kind}"] += 1
    exports.csv("privacy_requests/privacy_requests.csv", PRIVACY_HEADERS, rows)
