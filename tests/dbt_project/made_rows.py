"""The rows of the hand-checkable home; the sums behind them stand in the tests that use them."""

from __future__ import annotations

from typing import Any

from tests.dbt_project.made_home import Row, at

KINDS = {
    "r1.words": "phrases",
    "r1.structure": "structure",
    "r2.data": "phrases",
    "r2.cause": "phrases",
    "r3.share": "phrases",
    "r3.pace": "pace",
}
RUBRIC_OF = {"q1": "r1", "q2": "r2", "q3": "r3"}


def answer(
    interview_id: str, question_id: str, h: dict[str, float | None] | None = None, **other: Any
) -> Row:
    """A scored answer; `h` says how far each criterion (without its rubric's name) was met."""
    rubric = RUBRIC_OF.get(question_id)
    criteria = [
        {
            "criterion_id": f"{rubric}.{name}",
            "kind": KINDS[f"{rubric}.{name}"],
            "hits": int(bool(value)),
            "h": value,
        }
        for name, value in (h or {}).items()
    ]
    evidence = [
        {"criterion_id": item["criterion_id"], "phrase": "要点", "start": 0, "end": 2}
        for item in criteria
        if item["hits"] and item["kind"] == "phrases"
    ]
    return {
        "interview_id": interview_id,
        "question_id": question_id,
        "attempt": 1,
        "answer_seconds": 60.0,
        "lang": "zh",
        "is_known_question": rubric is not None,
        "is_skipped": False,
        "is_missing": False,
        "text_chars": 10,
        "text_fingerprint": f"{interview_id}-{question_id}",
        "criteria": criteria,
        "evidence": evidence,
        "negated": [],
        **other,
    }


def usual(interview_id: str, *but: str) -> list[Row]:
    """The same three answers for everyone: communication 75, logic 66.67, teamwork 50."""
    rows = {
        "q1": answer(interview_id, "q1", {"words": 1.0, "structure": 0.5}),
        "q2": answer(interview_id, "q2", {"data": 0.5, "cause": 1.0}),
        "q3": answer(interview_id, "q3", {"share": 1.0, "pace": 0.0}),
    }
    return [row for question, row in rows.items() if question not in but]


def interview(interview_id: str, candidate_id: str, role_id: str, completed: str | None, **other: Any) -> Row:
    """An interview, completed at a moment in UTC or still only invited."""
    return {
        "interview_id": interview_id,
        "candidate_id": candidate_id,
        "role_id": role_id,
        "scenario": "external",
        "status": "completed" if completed else "invited",
        "invited_at": at("2025-06-01 00:00:00"),
        "completed_at": at(completed) if completed else None,
        "interruptions": 0,
        **other,
    }


BEFORE, AFTER, LATER = "2025-06-30 15:59:59", "2025-06-30 16:00:00", "2025-08-01 00:00:00"
CROWD_SCORES = [90.0, 90.0, 90.0, 85.0, 82.5, 80.0, 75.0, 71.0, 70.0, 65.0, 59.99, 100.0]

INTERVIEWS = [
    interview("usual", "c1", "clerk", BEFORE, department_id="technology"),
    interview("midnight", "c2", "clerk", AFTER, interruptions=3),
    interview("again", "c1", "clerk", LATER),
    interview("repeats", "c3", "clerk", BEFORE),
    interview("skips", "c4", "clerk", BEFORE),
    interview("covered", "c5", "clerk", BEFORE),
    interview("uncovered", "c6", "clerk", AFTER),
    interview("silent", "c7", "clerk", AFTER),
    interview("two_attempts", "c8", "clerk", BEFORE),
    interview("unknown", "c9", "clerk", BEFORE),
    interview("corrected", "c10", "clerk", None),
    interview("mixed", "c11", "chief", BEFORE),
    interview("averaged", "c12", "chief", BEFORE, scenario="promotion"),
    interview("rubric_only", "c13", "chief", AFTER),
    interview("invited", "c14", "clerk", None),
    interview("declined", "c15", "clerk", None, status="declined"),
    interview("expired", "c16", "clerk", None, status="expired"),
    interview("abandoned", "c17", "clerk", None, status="abandoned"),
    *(interview(f"crowd{i:02d}", f"p{i:02d}", "crowd", BEFORE) for i in range(len(CROWD_SCORES))),
]
# A later export says that the interview was completed after all.
CORRECTED = [interview("corrected", "c10", "clerk", LATER)]

ANSWERS = [
    *usual("usual"),
    *usual("midnight"),
    *usual("again"),
    *usual("repeats", "q3"),
    answer("repeats", "q3", {"share": 1.0, "pace": 1.0}, text_fingerprint="repeats-q1"),
    *usual("skips", "q2"),
    answer(
        "skips", "q2", {"data": 0.0, "cause": 0.0}, is_skipped=True, text_fingerprint=None, answer_seconds=3.0
    ),
    *usual("covered", "q1"),
    answer("covered", "q1", {"words": None, "structure": None}, is_missing=True, text_fingerprint=None),
    *usual("uncovered", "q2"),
    *usual("two_attempts", "q1"),
    answer("two_attempts", "q1", {"words": 1.0, "structure": 1.0}, text_fingerprint="first"),
    answer("two_attempts", "q1", {"words": 0.5, "structure": 0.0}, attempt=2, answer_seconds=30.0),
    *usual("unknown"),
    answer("unknown", "q9"),
    *usual("corrected"),
    *usual("mixed", "q2", "q3"),
    *usual("averaged", "q3"),
    *usual("rubric_only", "q3"),
    *usual("declined"),
]
# A second file brings another version of one answer's highest attempt.
LATER_ANSWERS = [
    answer("two_attempts", "q1", {"words": 0.5, "structure": 0.5}, attempt=2, answer_seconds=30.0)
]


def _offer(application_id: str, candidate_id: str, role_id: str, salary: float, offered: str) -> Row:
    return {
        "application_id": application_id,
        "candidate_id": candidate_id,
        "role_id": role_id,
        "offered_at": at(offered),
        "offer_monthly_salary": salary,
    }


RAW: dict[str, list[list[Row]]] = {
    "interviews": [INTERVIEWS, CORRECTED],
    "vendor_scores": [
        [
            *(
                {
                    "interview_id": f"crowd{i:02d}",
                    "competency_id": "communication",
                    "vendor": "v",
                    "score": score,
                }
                for i, score in enumerate(CROWD_SCORES)
            ),
            {"interview_id": "mixed", "competency_id": "communication", "vendor": "v", "score": 85.0},
            {"interview_id": "mixed", "competency_id": "logic", "vendor": "v", "score": 50.0},
            {"interview_id": "averaged", "competency_id": "communication", "vendor": "v", "score": 85.0},
            {"interview_id": "averaged", "competency_id": "logic", "vendor": "v", "score": 80.0},
            {"interview_id": "averaged", "competency_id": "logic", "vendor": "w", "score": 90.0},
        ]
    ],
    "candidates": [[{"candidate_id": "c1", "name": "虚构甲"}, {"candidate_id": "c2", "name": "虚构乙"}]],
    "employees": [
        [{"employee_id": "e1", "candidate_id": "c1", "name": "虚构甲", "hired_on": at(LATER).date()}]
    ],
    "assessments": [
        [
            {"candidate_id": "p05", "assessed_at": at("2025-05-01 00:00:00"), "score": 10.0, "provider": "a"},
            {"candidate_id": "p05", "assessed_at": at("2025-05-02 00:00:00"), "score": 75.0, "provider": "a"},
        ]
    ],
    "applications": [
        [
            _offer("within", "p00", "crowd", 20000.0, "2025-07-05 00:00:00"),
            _offer("outside", "p01", "crowd", 17500.0, "2025-07-05 00:00:00"),
            _offer("no_band", "p09", "crowd", 9000.0, "2025-07-05 00:00:00"),
            _offer("later_band", "p02", "crowd", 18500.0, "2025-09-29 16:00:00"),
            _offer("too_early", "p03", "crowd", 16000.0, "2025-06-01 00:00:00"),
            _offer("second_interview", "c1", "clerk", 10000.0, "2025-08-02 00:00:00"),
            _offer("unscored", "c6", "clerk", 10000.0, "2025-08-02 00:00:00"),
        ]
    ],
}


def header(name: str, column: str | None, kind: str = "text") -> Row:
    """A header of a file, the contract's column that it stands for and what its values look like."""
    return {"header": name, "column": column, "kind": kind}


# Three bad rows: a changed contract took the second in, a later file brought the third right.
QUARANTINE: list[Row] = [
    {
        "source": "interviews",
        "file": "interviews/first.csv",
        "file_id": "0000000000000001",
        "row_number": number,
        "column": "status",
        "value": "未知",
        "reason": "'未知' is none of the known values",
        "code": "not_in_list",
        "contract_version": "1-00000000",
        "quarantined_at": at("2026-01-01 00:00:00"),
    }
    for number in (31, 32, 33)
]


def _release(row_number: int, how: str, by: str) -> Row:
    return {
        "source": "interviews",
        "file_id": "0000000000000001",
        "row_number": row_number,
        "released_at": at("2026-01-02 12:00:00"),
        "how": how,
        "by": by,
    }


RELEASES: dict[str, list[Row]] = {
    "0000000000000001-1.parquet": [_release(32, "contract", "1-11111111")],
    "0000000000000001-2.parquet": [_release(33, "file", "interviews/mended.csv")],
    # A run that was killed wrote this; the ledger knows of two.
    "0000000000000001-3.parquet": [_release(31, "file", "interviews/never.csv")],
}
LEDGER: list[Row] = [
    {
        "source": "interviews",
        "file": "interviews/first.csv",
        "file_id": "0000000000000001",
        "arrival_seq": 1,
        "status": "ingested",
        "rows_in": 51,
        "kept": 30,
        "duplicates": 19,
        "quarantined": 2,
        "releases": 2,
        "format": "CSV, UTF-8, ,",
        "headers": [header("面试编号", "interview_id"), header("状态", "status"), header("mood", None)],
        "new_columns": ["mood"],
        "missing_columns": [],
        "ingested_at": at("2026-01-01 00:00:00"),
    },
    {
        "source": "interviews",
        "file": "interviews/broken.csv",
        "file_id": "0000000000000009",
        "arrival_seq": 2,
        "status": "rejected",
        "rows_in": 0,
        "kept": 0,
        "duplicates": 0,
        "quarantined": 0,
        "releases": 0,
        "new_columns": [],
        "missing_columns": ["interview_id"],
        "message": "interviews/broken.csv lacks the required column interview_id.",
        "ingested_at": at("2026-01-02 00:00:00"),
    },
    {
        "source": "interviews",
        "file": "interviews/second.csv",
        "file_id": "0000000000000002",
        "arrival_seq": 3,
        "status": "ingested",
        "rows_in": 1,
        "kept": 1,
        "duplicates": 0,
        "quarantined": 0,
        "releases": 0,
        "headers": [header("面试ID", "interview_id"), header("状态", "status", "integer")],
        "new_columns": [],
        "missing_columns": [],
        "ingested_at": at("2026-01-02 06:00:00"),
    },
]
RUN: Row = {
    "run_id": "run-1",
    "started_at": at("2026-01-03 00:00:00"),
    "rubric_version": "r-00000001",
    "weights_version": "w-00000001",
}
