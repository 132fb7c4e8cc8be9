"""From the interview to the offer, the stay in the company and its reviews, worked out a second time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pandas as pd

from tests.independent.results import Results, attempts
from tests.independent.scoring import Judged
from tests.independent.world import Row, World

HORIZONS = (3, 6, 12)
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Stay:
    """One time that somebody was in the company; who comes back has a second one."""

    employee_id: str
    candidate_id: str | None
    hired_on: date
    left_on: date | None
    row: Row = field(compare=False)


def stays(world: World) -> list[Stay]:
    """Every first day that any export gave an employee, with the last that was said of it."""
    latest: dict[tuple[str, date], Row] = {}
    for row in world.landing.versions("employees").to_dict("records"):
        latest[row["employee_id"], row["hired_on"]] = row
    return [
        Stay(row["employee_id"], row["candidate_id"], row["hired_on"], row["left_on"], row)
        for row in latest.values()
    ]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    later: date = (pd.Timestamp(day) + pd.DateOffset(months=months)).date()
    return later


def overall_reviews(world: World) -> dict[str, list[Row]]:
    """Employee → overall reviews, oldest first."""
    reviews: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(world.rows("performance_reviews"), key=lambda row: row["period_end"]):
        if row["competency_id"] is None:
            reviews[row["employee_id"]].append(row)
    return reviews


def moment_of(found: Judged) -> datetime:
    """When an interview was: its end, or as far as it came."""
    names = ("completed_at", "started_at", "accepted_at", "invited_at")
    return next((found.row[name] for name in names if found.row[name]), LAST)


class Chain:
    """Interviews with what followed, joined by ids only."""

    def __init__(self, world: World, judged: Results) -> None:
        self.world, self.judged = world, judged
        self.stays = stays(world)
        self.reviews = overall_reviews(world)
        self.applications: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(world.rows("applications"), key=lambda row: row["applied_at"] or LAST):
            self.applications[row["candidate_id"]].append(row)
        self.candidates = {row["candidate_id"]: row for row in world.rows("candidates")}

    def application(self, found: Judged) -> tuple[str, Row | None]:
        """The latest application of the candidate for the role that was there at the interview."""
        mine = self.applications.get(found.row["candidate_id"], [])
        same_role = [row for row in mine if row["role_id"] == found.row["role_id"]]
        before = [row for row in same_role if row["applied_at"] and row["applied_at"] <= moment_of(found)]
        if before:
            opening = found.row["requisition_id"]
            wanted = [row for row in before if opening and row["requisition_id"] == opening]
            return "applied", (wanted or before)[-1]
        if same_role:
            return "applied_later", None
        return ("applied_for_another_role", None) if mine else ("never_applied", None)

    def stay(self, application: Row | None) -> tuple[str, Stay | None]:
        """The stay that an application led to: the first one that began after it."""
        if application is None:
            return "not_applied", None
        outcome = application["outcome"]
        applied_on = self.world.local_day(application["applied_at"]) or date.min
        mine = [
            stay
            for stay in self.stays
            if (
                stay.employee_id == application["employee_id"]
                if application["employee_id"]
                else stay.candidate_id == application["candidate_id"]
            )
        ]
        later = sorted((stay for stay in mine if stay.hired_on >= applied_on), key=lambda stay: stay.hired_on)
        # An application that is still open may be behind the employees; one that was refused led to no stay.
        if later and outcome in ("hired", "open", None):
            return "hired", later[0]
        return ("hired_but_no_employee" if outcome == "hired" else "not_hired"), None

    def outcomes(self) -> list[Row]:
        """interview_outcomes."""
        numbers = attempts(self.judged)
        return [self._outcome(found, numbers[found.interview_id]) for found in self.judged.values()]

    def _outcome(self, found: Judged, attempt: int) -> Row:
        application_link, application = self.application(found)
        employee_link, stay = self.stay(application)
        given = application or {}
        person = self.candidates.get(found.row["candidate_id"], {})
        local = self.world.local_day
        return {
            **found.dimensions(),
            "completed_local_date": found.completed_on,
            "status": found.status,
            "composite_score": found.composite,
            "grade": found.grade,
            "attempt": attempt,
            **{name: person.get(name) for name in ("resume_source", "education", "years_experience")},
            "application_link": application_link,
            **{name: given.get(name) for name in ("application_id", "stage", "outcome", "round2_score")},
            **{name: given.get(name) for name in ("background_check", "offer_monthly_salary")},
            "applied_local_date": local(given.get("applied_at")),
            "offered_local_date": local(given.get("offered_at")),
            "employee_link": employee_link,
            "employee_id": stay.employee_id if stay else None,
            "hired_on": stay.hired_on if stay else None,
            "left_on": stay.left_on if stay else None,
            "leaving_reason": stay.row["leaving_reason"] if stay else None,
            "tenure_days": self._tenure(stay),
            "left_within_12m": self._left_early(stay),
            **self._performance(stay),
        }

    def _tenure(self, stay: Stay | None) -> int | None:
        if stay is None or stay.hired_on > self.world.today:
            return None
        return (min(stay.left_on or self.world.today, self.world.today) - stay.hired_on).days

    def _left_early(self, stay: Stay | None) -> bool | None:
        if stay is None or (anniversary := months_later(stay.hired_on, 12)) > self.world.today:
            return None
        return stay.left_on is not None and stay.left_on < anniversary

    def _performance(self, stay: Stay | None) -> Row:
        row: Row = {}
        for months in HORIZONS:
            score, state = self._review(stay, months)
            row |= {f"performance_{months}m": score, f"performance_{months}m_state": state}
        return row

    def _is_of(self, stay: Stay, day: date) -> bool:
        """Whether a day belongs to this stay, not to one before or after it."""
        others = [other.hired_on for other in self.stays if other.employee_id == stay.employee_id]
        following = [start for start in others if start > stay.hired_on]
        return stay.hired_on <= day and (not following or day < min(following))

    def _review(self, stay: Stay | None, months: int) -> tuple[float | None, str]:
        """The overall review of this stay nearest to the anniversary, and why there is none."""
        if stay is None:
            return None, "not_hired"
        anniversary = months_later(stay.hired_on, months)
        window = timedelta(days=self.world.policy.variables["review_window_days"])
        near = [
            review
            for review in self.reviews.get(stay.employee_id, [])
            if abs(review["period_end"] - anniversary) <= window and self._is_of(stay, review["period_end"])
        ]
        if near:
            return min(near, key=lambda review: abs(review["period_end"] - anniversary))["score"], "reviewed"
        if stay.left_on is not None and stay.left_on < anniversary:
            return None, "left_before"
        # On the last day of the window a review may still come.
        return None, "too_early" if anniversary + window >= self.world.today else "not_reviewed"


def offers(world: World, judged: Results) -> list[Row]:
    """Applications with an offer after a scored interview for the role; the latest such interview."""
    scored: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for found in judged.values():
        if found.composite is not None:
            scored[found.row["candidate_id"], found.row["role_id"]].append(found)
    rows = []
    for application in world.rows("applications"):
        offered_at = application["offered_at"]
        mine = scored.get((application["candidate_id"], application["role_id"]), [])
        before = [found for found in mine if offered_at and found.row["completed_at"] <= offered_at]
        if not before:
            continue
        found = max(before, key=lambda one: one.row["completed_at"])
        offered_on = world.local_day(offered_at)
        assert found.grade and offered_on
        band, salary = world.policy.pay(found.grade, offered_on), application["offer_monthly_salary"]
        is_judged = salary is not None and band["pay_min"] is not None
        rows.append(
            {
                **found.dimensions(),
                "application_id": application["application_id"],
                "grade": found.grade,
                "composite_score": found.composite,
                "offered_local_date": offered_on,
                "offer_monthly_salary": salary,
                "is_out_of_band": not band["pay_min"] <= salary <= band["pay_max"] if is_judged else None,
            }
        )
    return rows


def reapplications(world: World, judged: Results, chain: Chain) -> list[Row]:
    """Scored interviews that the same person followed by another for the role and scenario."""
    groups: dict[tuple[str, ...], list[Judged]] = defaultdict(list)
    for found in judged.values():
        if found.composite is not None:
            groups[found.row["candidate_id"], found.row["role_id"], found.row["scenario"]].append(found)
    people = {stay.employee_id: stay.candidate_id for stay in chain.stays}
    courses: dict[str, list[Row]] = defaultdict(list)
    for row in world.rows("training_records"):
        courses[people.get(row["person_id"]) or row["person_id"]].append(row)
    rows = []
    for members in groups.values():
        ordered = sorted(members, key=lambda one: (one.row["completed_at"], one.interview_id))
        for first, following in pairwise(ordered):
            assert first.completed_on and following.completed_on
            between = {
                row["course_id"]
                for row in courses[first.row["candidate_id"]]
                if row["completed_at"]
                and first.row["completed_at"] < row["completed_at"] <= following.row["completed_at"]
            }
            _, application = chain.application(following)
            rows.append(
                {
                    **{name: value for name, value in first.dimensions().items() if name != "interview_id"},
                    "first_interview_id": first.interview_id,
                    "next_interview_id": following.interview_id,
                    "first_local_date": first.completed_on,
                    "next_local_date": following.completed_on,
                    "days_between": (following.completed_on - first.completed_on).days,
                    "first_score": first.composite,
                    "next_score": following.composite,
                    "gain": (following.composite or 0.0) - (first.composite or 0.0),
                    "first_grade": first.grade,
                    "next_grade": following.grade,
                    "is_supplement": following.row["supplement_of"] == first.interview_id,
                    "course_ids": sorted(between),
                    "was_hired": chain.stay(application)[0] == "hired",
                }
            )
    return rows
