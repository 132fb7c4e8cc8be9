"""Writes the planted people into the exports, each row where everybody else's stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ingestion.demo.cast import Cast, Entry, Person, seconds
from ingestion.demo.cast_hiring import (
    count_hiring,
    hiring_of,
    write_cast_applications,
    write_cast_employees,
    write_cast_reviews,
)
from ingestion.demo.clock import iso_text, time_text
from ingestion.demo.draft import Draft
from ingestion.demo.growth import ASSESSMENT_HEADERS, PROMOTION_HEADERS, PROVIDERS, TRAINING_HEADERS
from ingestion.demo.hiring import REQUISITION_HEADERS, opening_id
from ingestion.demo.interview_files import INTERVIEW_HEADERS, SCENARIO_WORDS, SLOT, interview_rows, tally
from ingestion.demo.interviews import file_quarter, interview_id
from ingestion.demo.people import CANDIDATE_HEADERS, candidate_rows, words
from ingestion.demo.plan import Floats, Planted
from ingestion.demo.policy import Policy
from ingestion.demo.ratings import quarter_name, write_human_ratings, write_vendor_scores
from ingestion.demo.staff import manager_id
from ingestion.demo.transcripts import answer_lines
from ingestion.demo.truth import Truth
from ingestion.demo.voices import PRIVACY_HEADERS, SURVEY_HEADERS, SURVEY_QUESTIONS
from ingestion.demo.writers import Exports

CORRECTED_SCORES = "vendor_scores/vendor_scores_corrected.parquet"
"""Sorted behind the files of the quarters: it arrives last."""
PASSED = 60
UNKNOWN: Mapping[str, Mapping[str, object]] = {
    "": {},
    "missing": dict.fromkeys(("同意书版本", "同意用途", "同意时间"), ""),
    "without_purpose": {"同意用途": ""},
}
"""Cells of a candidate's row that are empty, by what is not known of the consent."""


def write_cast(
    exports: Exports,
    cast: Cast,
    draft: Draft,
    corrected: Floats,
    policy: Policy,
    planted: Planted,
    truth: Truth,
) -> None:
    """Appends everything about the planted people to the exports, and counts it in the truth.

    `draft` and `corrected` are what `draw_cast` returns.
    """
    openings = _openings(cast, draft)
    exports.csv("requisitions/requisitions.csv", REQUISITION_HEADERS, _requisitions(cast, draft))
    _write_interviews(exports, cast, draft, openings, planted, truth)
    _write_candidates(exports, cast, draft, truth)
    hiring, entries = hiring_of(cast, draft, policy)
    write_cast_applications(exports, cast, draft, hiring, entries, openings)
    write_cast_employees(exports, cast, draft)
    write_cast_reviews(exports, cast)
    write_vendor_scores(exports, draft)
    write_vendor_scores(exports, replace(draft, vendor=corrected), CORRECTED_SCORES)
    write_human_ratings(exports, draft, planted, truth)
    _write_growth(exports, cast, draft, truth)
    _write_voices(exports, cast, draft, truth)
    count_hiring(truth, cast, hiring)
    truth.sessions(draft)
    truth.cases = cast.cases


def _openings(cast: Cast, draft: Draft) -> list[str]:
    """(N,) the opening of each session: the case's, else the role's first of the quarter."""
    quarters = draft.sessions.quarter.tolist()
    return [
        one.requisition or opening_id(quarter, draft.block.role_id, 0)
        for one, quarter in zip(cast.interviews, quarters, strict=True)
    ]


def _requisitions(cast: Cast, draft: Draft) -> list[tuple[object, ...]]:
    role = draft.model.role
    return [
        (
            entry["requisition"],
            role.role_id,
            role.department_id,
            entry["headcount"],
            entry["opened"],
            entry.get("closed", ""),
            entry["status"],
        )
        for entry in cast.requisitions
    ]


def _write_interviews(
    exports: Exports, cast: Cast, draft: Draft, openings: list[str], planted: Planted, truth: Truth
) -> None:
    """Interviews and answers, each in the file of its quarter."""
    block, sessions = draft.block, draft.sessions
    department = draft.model.role.department_id
    rows = interview_rows(block, sessions, draft.people, department, openings, planted)
    rows = [
        tuple({**dict(zip(INTERVIEW_HEADERS, row, strict=True)), **special}.values())
        for row, special in zip(rows, _special_cells(cast, draft), strict=True)
    ]
    truth.counts.update(tally(rows))
    questions = [question.question_id for question in draft.model.role.questions]
    lines, counts = answer_lines(block, sessions, draft.answers, questions, words()["trial_answers"])
    truth.counts.update({f"answers/{kind}": count for kind, count in counts.items()})
    for kind, found in draft.answers.odd.named(sessions.interview_ids(), questions).items():
        truth.odd.setdefault(kind, []).extend(found)
    for row, quarter in enumerate(file_quarter(sessions).tolist()):
        name = quarter_name(quarter)
        exports.csv(f"interviews/interviews_{name}.csv", INTERVIEW_HEADERS, [rows[row]])
        exports.lines(f"answers/answers_{name}.jsonl", lines[row])


def _special_cells(cast: Cast, draft: Draft) -> list[dict[str, object]]:
    """(N,) the cells of an interview's row that a case decides, and what chance may not blur."""
    sessions = draft.sessions
    slots = time_text(sessions.started // SLOT * SLOT).tolist()
    told = [0 if one.notified is None else one.notified * 60 for one in cast.interviews]
    notified = time_text(sessions.completed + np.array(told)).tolist()
    cells: list[dict[str, object]] = []
    for row, one in enumerate(cast.interviews):
        is_told = one.status == "completed" and one.notified is not None
        cell: dict[str, object] = {
            "部门编号": draft.model.role.department_id,
            "面试场景": SCENARIO_WORDS[sessions.scenario[row]],
            "中断次数": one.interruptions,
            "预约时间": slots[row] if one.has_slot and sessions.started[row] else "",
            "通知时间": notified[row] if is_told else "",
        }
        named = {"批次编号": one.batch, "题库编号": one.bank}
        cells.append({**cell, **{header: value for header, value in named.items() if value}})
    return cells


def _write_candidates(exports: Exports, cast: Cast, draft: Draft, truth: Truth) -> None:
    """Candidates, some of whom refused or never consented; one applied and was not invited."""
    people = [person for person in cast.people if person.interviews]
    first = np.searchsorted(draft.sessions.person, np.arange(len(people)))
    refused = np.array([seconds(p.entry["refused"]) if "refused" in p.entry else 0 for p in people])
    rows = candidate_rows(draft.block, draft.people, draft.sessions.invited[first], refused)
    rows = [
        tuple(
            {
                **dict(zip(CANDIDATE_HEADERS, row, strict=True)),
                **UNKNOWN[one.entry.get("consent", "")],
            }.values()
        )
        for one, row in zip(people, rows, strict=True)
    ]
    rows += [_never_invited(person) for person in cast.never_invited]
    exports.csv("candidates/candidates.csv", CANDIDATE_HEADERS, rows, encoding="gb18030", newline="\r\n")
    truth.counts["candidates/refused_ai"] += int((refused > 0).sum())


def _never_invited(person: Person) -> tuple[object, ...]:
    """A row under CANDIDATE_HEADERS of somebody who only applied; the phone number is nobody's."""
    applied = person.entry["application"]["applied"]
    contact = (f"c{person.number:07d}@example.com", f"100{person.number:08d}")
    return (
        *(person.candidate_id, person.entry["name"], *contact, "本科", 3, "官网", "女", 1998, "汉族"),
        *("2026-01", "招聘评估", applied, ""),
    )


def _write_growth(exports: Exports, cast: Cast, draft: Draft, truth: Truth) -> None:
    """Assessments, courses and promotions."""
    role = draft.block.role_id
    assessments, courses, promotions = [], [], []
    for person in cast.people:
        for entry in person.all("assessments"):
            assessments.append((person.candidate_id, entry["at"], f"{entry['score']:.1f}", PROVIDERS[0]))
        for entry in person.all("training"):
            is_employee = entry.get("as") == "employee"
            who = person.employee_id if is_employee else person.candidate_id
            passed = "true" if entry["score"] >= PASSED else "false"
            courses.append((who, entry["course"], entry["at"], f"{entry['score']:.1f}", passed))
            truth.counts["training/between_attempts"] += int(not is_employee)
        for entry in person.all("promotions"):
            promotions.append(
                (
                    f"PM{person.number:07d}",
                    person.employee_id,
                    entry.get("from", role),
                    role,
                    entry["requested"],
                    entry.get("decided", ""),
                    entry["decision"],
                )
            )
    exports.csv("assessments/assessments.csv", ASSESSMENT_HEADERS, assessments)
    exports.csv("training_records/training_records.csv", TRAINING_HEADERS, courses)
    exports.csv("promotions/promotions.csv", PROMOTION_HEADERS, promotions)


def _write_voices(exports: Exports, cast: Cast, draft: Draft, truth: Truth) -> None:
    """Surveys, comments and privacy requests."""
    surveys: list[tuple[object, ...]] = []
    requests: list[tuple[object, ...]] = []
    comments: list[str] = []
    for one in cast.interviews:
        when = str(time_text(np.array([one.at + 7200]))[0])
        surveys += [
            (interview_id(one.number), question, score, when)
            for question, score in zip(SURVEY_QUESTIONS, one.survey, strict=False)
        ]
    for person in cast.people:
        for number, entry in enumerate(person.all("privacy"), start=1):
            requests.append(
                (f"PR{person.number:07d}-{number}", person.candidate_id, entry["kind"], entry["at"])
            )
            truth.counts[f"privacy_requests/{entry['kind']}"] += 1
        comments += [_comment(person, entry, draft) for entry in person.all("comments")]
    exports.csv("surveys/surveys.csv", SURVEY_HEADERS, surveys)
    exports.csv("privacy_requests/privacy_requests.csv", PRIVACY_HEADERS, requests)
    exports.lines("comments/comments.jsonl", comments)


def _comment(person: Person, entry: Entry, draft: Draft) -> str:
    """A line of the export of comments."""
    ids = {"candidate": person.candidate_id, "manager": manager_id(draft.block.role)}
    number = person.number + int(entry.get("interview", 1)) - 1
    comment = {
        "comment_id": f"CM{number:07d}-{entry['kind']}",
        "interview_id": interview_id(number),
        "author_id": ids.get(entry["by"], entry["by"]),
        "mentions": [ids.get(who, who) for who in entry.get("mentions", ())],
        "text": words()["comments"][entry["kind"]][0],
        "kind": entry["kind"],
        "created_at": str(iso_text(np.array([seconds(entry["at"])]))[0]),
    }
    return json.dumps(comment, ensure_ascii=False, separators=(",", ":"))
