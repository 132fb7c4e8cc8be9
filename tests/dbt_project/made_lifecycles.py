"""Invented people from the application to the exit, for the marts of whole ways; a vendor scored them all."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.dbt_project import made_voices
from tests.dbt_project.made_home import Row, at
from tests.dbt_project.made_rows import interview

SCORES: dict[str, float] = {}


def scored(name: str, candidate: str, score: float, completed: str, **other: Any) -> Row:
    """A completed interview for the role that a vendor scores."""
    SCORES[name] = score
    return interview(name, candidate, "crowd", f"{completed} 04:00:00", **other)


def applied(name: str, candidate: str, when: str, **other: Any) -> Row:
    """An application for the role that a vendor scores."""
    return {
        "application_id": name,
        "candidate_id": candidate,
        "role_id": "crowd",
        "applied_at": at(f"{when} 04:00:00"),
        "outcome": "rejected",
        **other,
    }


def offered(salary: float) -> Row:
    """What an application says of its offer."""
    return {"offered_at": at("2025-06-08 04:00:00"), "offer_monthly_salary": salary}


def employed(name: str, candidate: str | None, hired: str, seen: str, **other: Any) -> Row:
    """An employee as an export of a day knows them; everybody has the same name."""
    return {
        "employee_id": name,
        "candidate_id": candidate,
        "name": "虚构同名",
        "hired_on": date.fromisoformat(hired),
        "role_id": "crowd",
        "department_id": "sales",
        "monthly_salary": 16000.0,
        "_exported_at": at(f"{seen} 00:00:00"),
        **other,
    }


def reviewed(employee: str, period_end: str, score: float) -> Row:
    """An overall review."""
    return {"employee_id": employee, "period_end": date.fromisoformat(period_end), "score": score}


# 35 invitations of one batch: 20 done, 12 still to do, 1 refused, 1 left midway, 1 expired.
BATCH: list[Row] = [
    *(
        scored(
            f"batch{i:02d}",
            f"b{i:02d}",
            70.0,
            "2025-08-10",
            batch_id="B1",
            channel="app" if i < 5 else "web",
            started_at=at(f"2025-08-10 03:{30 if i < 10 else 40}:00"),
            interruptions=3 if i == 0 else 1,
            device_ok=i != 0,
            mock_done=i < 5,
            **made_voices.task(i),
        )
        for i in range(20)
    ),
    *(
        interview(f"batch{i:02d}", f"b{i:02d}", "crowd", None, batch_id="B1", channel="web")
        for i in range(20, 32)
    ),
    interview("batch32", "b32", "crowd", None, batch_id="B1", channel="web", status="declined"),
    interview(
        *("batch33", "b33", "crowd", None),
        batch_id="B1",
        channel="web",
        status="abandoned",
        started_at=at("2025-08-10 04:00:00"),
    ),
    interview("batch34", "b34", "crowd", None, batch_id="B1", channel="web", status="expired"),
]
# Ten places, fifty interviews, thirty of them at 80 or more.
OPENING: list[Row] = [
    scored(f"open{i:02d}", f"o{i:02d}", 80.0 + i / 10 if i < 30 else 60.0, "2025-09-10", requisition_id="RQ1")
    for i in range(50)
]
PEOPLE: list[Row] = [
    scored("hired", "p1", 75.0, "2025-05-10"),
    scored("namesake", "p2", 95.0, "2025-05-10"),
    scored("came_back_first", "p3", 72.0, "2024-03-10"),
    scored("came_back_second", "p3", 85.0, "2025-05-10"),
    scored("never_applied", "p4", 70.0, "2025-05-10"),
    scored("applied_later", "p5", 70.0, "2025-05-10"),
    scored("other_role", "p6", 70.0, "2025-05-10"),
    scored("lost_employee", "p7", 70.0, "2025-05-10"),
    scored("just_hired", "p8", 70.0, "2025-12-01"),
    scored("not_reviewed", "p9", 85.0, "2025-03-01"),
    scored("supplemented", "p10", 60.0, "2025-06-01"),
    scored(
        *("supplement", "p10", 66.0, "2025-06-20"),
        supplement_of="supplemented",
        invited_at=at("2025-06-10 00:00:00"),
    ),
    scored("strong", "p20", 88.0, "2025-06-05"),
]
# Three who refuse, or said so once, in a batch of their own; nobody of them has to do anything.
REFUSALS: list[Row] = [
    interview("refuses", "r1", "crowd", None, batch_id="B2", channel="web"),
    interview("declined", "r2", "crowd", None, batch_id="B2", channel="web", status="declined"),
    interview("withdrew", "r3", "crowd", None, batch_id="B2", channel="web", status="accepted"),
]
INTERNAL: list[Row] = [
    scored("promoted", "p11", 85.0, "2025-07-10", scenario="promotion", question_bank_id="QB-crowd"),
    scored("not_promoted", "p12", 84.99, "2025-07-10", scenario="promotion"),
    scored("trained", "p11", 60.0, "2025-07-20", scenario="training", question_bank_id="QB-crowd"),
]
APPLICATIONS: list[Row] = [
    applied(
        "a1", "p1", "2025-05-01", outcome="hired", employee_id="e1", round2_score=88.0, **offered(14500.0)
    ),
    applied("a2", "p2", "2025-05-01"),
    applied("a3", "p3", "2024-03-01", outcome="hired"),
    applied("a3again", "p3", "2025-05-01", outcome="hired"),
    applied("a5", "p5", "2025-05-11"),
    applied("a6", "p6", "2025-05-01", role_id="clerk"),
    applied("a7", "p7", "2025-05-01", outcome="hired", employee_id="e404"),
    applied("a8", "p8", "2025-11-20", outcome="hired", employee_id="e8"),
    applied("a9", "p9", "2025-02-20", outcome="hired", employee_id="e9", **offered(15500.0)),
    applied("a10", "p10", "2025-05-20", **offered(12500.0)),
    applied("a20", "p20", "2025-05-20"),
    applied("ar1", "r1", "2025-05-20"),
    applied("ar2", "r3", "2025-05-20", round2_score=70.0),
    # Applied and never had an interview.
    applied("a99", "p99", "2025-05-20", outcome="open"),
]
EMPLOYEES: list[Row] = [
    employed("e1", "p1", "2025-06-01", "2025-07-01"),
    employed("e3", "p3", "2024-04-01", "2024-05-01"),
    employed("e3", "p3", "2024-04-01", "2024-10-01", left_on=date(2024, 9, 1), leaving_reason="personal"),
    employed("e3", "p3", "2025-06-02", "2025-07-01", left_on=None),
    employed("e8", "p8", "2025-12-15", "2026-01-01"),
    employed("e9", "p9", "2025-04-01", "2025-07-01", monthly_salary=15500.0),
    employed("e11", "p11", "2023-01-01", "2025-07-01"),
    employed("e12", "p12", "2023-01-01", "2025-07-01"),
]
REVIEWS: list[Row] = [
    # Three months after 1 June is 1 September: both are 30 days away, the earlier one counts.
    reviewed("e1", "2025-08-02", 90.0),
    reviewed("e1", "2025-10-01", 70.0),
    # Six months after is 1 December: 45 days before it counts, 46 days after does not.
    reviewed("e1", "2025-10-17", 93.0),
    reviewed("e1", "2026-01-16", 60.0),
    {**reviewed("e1", "2025-09-01", 10.0), "competency_id": "logic"},
    reviewed("e3", "2024-07-01", 80.0),
    reviewed("e3", "2025-09-05", 82.0),
    # Three months after 1 April is 1 July, six months is 1 October: 46 days off both.
    reviewed("e9", "2025-08-16", 97.0),
    reviewed("e11", "2025-06-30", 90.0),
    reviewed("e11", "2025-12-31", 50.0),
    reviewed("e12", "2025-06-30", 99.0),
    # Nobody knows this employee.
    reviewed("e500", "2025-06-30", 99.0),
]
PROMOTIONS: list[Row] = [
    {
        "promotion_id": "pm1",
        "employee_id": "e11",
        "from_role_id": "clerk",
        "to_role_id": "crowd",
        "requested_at": at("2025-07-01 00:00:00"),
        "decided_at": at("2025-07-15 00:00:00"),
        "decision": "approved",
    }
]
RAW: dict[str, list[list[Row]]] = {
    "interviews": [[*BATCH, *OPENING, *PEOPLE, *REFUSALS, *INTERNAL]],
    "vendor_scores": [
        [
            {"interview_id": name, "competency_id": "communication", "vendor": "v", "score": score}
            for name, score in SCORES.items()
        ]
    ],
    "candidates": [made_voices.CANDIDATES],
    "comments": [made_voices.COMMENTS],
    "privacy_requests": [made_voices.REQUESTS],
    "applications": [APPLICATIONS],
    "employees": [EMPLOYEES],
    "performance_reviews": [REVIEWS],
    "promotions": [PROMOTIONS],
    "requisitions": [
        [
            {
                "requisition_id": "RQ1",
                "role_id": "crowd",
                "department_id": "sales",
                "headcount": 10,
                "status": "open",
            }
        ]
    ],
    "surveys": [
        [
            {"interview_id": "batch00", "question": "overall", "score": 5.0},
            {"interview_id": "batch00", "question": "ease", "score": 1.0},
            {"interview_id": "batch07", "question": "overall", "score": 2.0},
        ]
    ],
    "training_records": [
        [
            {"person_id": "p10", "course_id": "speaking", "completed_at": at("2025-06-10 00:00:00")},
            {"person_id": "p10", "course_id": "late", "completed_at": at("2025-06-21 00:00:00")},
            {"person_id": "p3", "course_id": "speaking", "completed_at": at("2024-12-10 00:00:00")},
        ]
    ],
}
