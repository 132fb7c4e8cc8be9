"""What becomes of planted people: their applications, their employment, and how they are reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from ingestion.demo.cast import OPEN_FROM, Cast, Entry, Person, seconds
from ingestion.demo.clock import DAY, END, day_text, exports_of, seconds_of, time_text
from ingestion.demo.draft import Draft
from ingestion.demo.hiring import APPLICATION_HEADERS, NEVER, Hiring, application_rows
from ingestion.demo.policy import Policy
from ingestion.demo.staff import EMPLOYEE_HEADERS, LEAVING_REASONS, REVIEW_HEADERS, REVIEW_PATH, manager_id
from ingestion.demo.truth import Truth
from ingestion.demo.writers import Exports

Value = TypeVar("Value")
OUTCOMES = ("open", "hired", "rejected", "withdrawn")
CORRECTED_REVIEWS = "performance_reviews/performance_reviews_corrected.csv"
LATE_LISTS = "employees/employees_late_{}.csv"
"""Sorted behind every other list of staff: it arrives last."""
USUAL_SCORE, USUAL_PAY = 80.0, 15_000
PROBATION_DAYS = 90
MORNING = 10 * 3600


def hiring_of(cast: Cast, draft: Draft, policy: Policy) -> tuple[Hiring, list[Entry]]:
    """The applications of the planted people, and beside each what its case says of it."""
    row_of = {number: row for row, number in enumerate(draft.sessions.number.tolist())}
    found = [(person, entry) for person in cast.people if person.interviews for entry in person.applications]
    session = [row_of[person.number + int(entry.get("interview", 1)) - 1] for person, entry in found]
    steps = [_steps(draft, row, person, entry) for row, (person, entry) in zip(session, found, strict=True)]
    salary = np.array([float(step["salary"]) for step in steps])
    offered = np.array([step["offered"] for step in steps])
    days = day_text(np.minimum(offered, END)).tolist()
    bands = [policy.pay_band(draft.grades[row], day) for row, day in zip(session, days, strict=True)]
    outside = [
        band is not None and not band.low <= pay <= band.high
        for band, pay in zip(bands, salary.tolist(), strict=True)
    ]
    hiring = Hiring(
        session=np.array(session),
        person=draft.sessions.person[session],
        applied=np.array([step["applied"] for step in steps]),
        interviewed=draft.sessions.invited[session],
        second_round=np.array([step["second"] for step in steps]),
        second_score=np.array([float(step["score"]) for step in steps]),
        checked=np.array([step["checked"] for step in steps]),
        is_check_failed=np.array([bool(step["is_check_failed"]) for step in steps]),
        offered=offered,
        salary=np.where(offered < NEVER, salary, np.nan),
        ended=np.array([step["ended"] for step in steps]),
        outcome=np.array([step["outcome"] for step in steps]),
        out_of_band=np.array(outside) & (offered < NEVER),
    )
    return hiring, [entry for _, entry in found]


def _steps(draft: Draft, row: int, person: Person, entry: Entry) -> dict[str, int | float]:
    """The times of an application's stages, NEVER those it did not reach; who is hired passed all."""
    over = int(draft.sessions.completed[row]) or int(draft.sessions.invited[row]) + DAY
    second, check, offer = (entry.get(name) or {} for name in ("second", "check", "offer"))
    ended = entry.get("ended") or {}
    outcome = str(ended.get("outcome", "withdrawn" if offer else "open" if over >= OPEN_FROM else "rejected"))
    outcome = "open" if second and not (check or offer or ended) else outcome
    goes_far = bool(offer) or outcome == "hired"

    def moment(step: Entry, days: int, *, happens: bool) -> int:
        usual = over // DAY * DAY + days * DAY + MORNING
        return seconds(step["at"]) if "at" in step else usual if happens else NEVER

    offered = moment(offer, 11, happens=goes_far)
    return {
        "applied": seconds(entry["applied"])
        if "applied" in entry
        else int(draft.sessions.invited[row]) - 2 * DAY,
        "second": moment(second, 4, happens=goes_far or bool(check)),
        "score": float(second.get("score", USUAL_SCORE)),
        "checked": moment(check, 8, happens=goes_far),
        "is_check_failed": check.get("passed") is False,
        "offered": offered,
        "salary": float(offer.get("salary", _first_pay(person, ended))),
        "ended": NEVER if outcome == "open" else moment(ended, 18 if offered == NEVER else 40, happens=True),
        "outcome": OUTCOMES.index(outcome),
    }


def _first_pay(person: Person, ended: Entry) -> float:
    """The pay of the stay that begins when the application ends."""
    pay = {str(stay["hired"]): float(stay["salary"] or USUAL_PAY) for stay in person.all("stays")}
    return pay.get(str(ended.get("at", ""))[:10], USUAL_PAY)


def write_cast_applications(
    exports: Exports,
    cast: Cast,
    draft: Draft,
    hiring: Hiring,
    entries: Sequence[Entry],
    openings: list[str],
) -> None:
    """Appends to each export of applications the state of its time."""
    special: dict[str, dict[str, object]] = {}
    for number, entry in zip(draft.sessions.number[hiring.session].tolist(), entries, strict=True):
        named = {"岗位编号": entry.get("role"), "部门编号": entry.get("department")}
        named["员工编号"] = "" if entry.get("employee") == "none" else None
        special[f"A{number:07d}"] = {name: value for name, value in named.items() if value is not None}
    for path, as_of in exports_of("applications"):
        rows = [
            tuple({**dict(zip(APPLICATION_HEADERS, row, strict=True)), **special[str(row[0])]}.values())
            for row in application_rows(draft, hiring, openings, as_of)
        ]
        rows += [_fresh_row(one, draft, as_of) for one in cast.never_invited if _applied(one) < as_of]
        exports.csv(path, APPLICATION_HEADERS, rows, encoding="utf-8-sig", newline="\r\n")


def _applied(person: Person) -> int:
    return seconds(person.entry["application"]["applied"])


def _fresh_row(person: Person, draft: Draft, as_of: int) -> tuple[object, ...]:
    """A row under APPLICATION_HEADERS of an application that nobody has looked at yet."""
    applied, exported = time_text(np.array([_applied(person), as_of])).tolist()
    role = draft.model.role
    head = (f"A{person.number:07d}", person.candidate_id, role.role_id, role.department_id, "")
    return (*head, applied, "申请", applied, "进行中", "", "", "", "", "", exported)


def write_cast_employees(exports: Exports, cast: Cast, draft: Draft) -> None:
    """Appends to each list of staff the state of its time; some lists come late."""
    lists = list(exports_of("employees"))
    for person in cast.people:
        if "late_list" in person.entry:
            day = str(person.entry["late_list"])
            lists.append((LATE_LISTS.format(day.replace("-", "")), seconds_of(day)))
    names = dict(zip(draft.people.number.tolist(), draft.people.names, strict=True))
    for path, as_of in lists:
        is_late = "late" in path
        people = [person for person in cast.people if not is_late or "late_list" in person.entry]
        rows = [
            _staff_row(person, names.get(person.number, person.employee_id), draft, as_of)
            for person in people
        ]
        exports.csv(path, EMPLOYEE_HEADERS, [row for row in rows if row], encoding="gb18030", newline="\r\n")


def _staff_row(person: Person, name: str, draft: Draft, as_of: int) -> tuple[object, ...] | None:
    """A row under EMPLOYEE_HEADERS of the last stay begun by a local second; None before the first."""
    stays = [stay for stay in person.all("stays") if seconds_of(stay["hired"]) < as_of]
    if not stays:
        return None
    stay = stays[-1]
    has_left = "left" in stay and seconds_of(stay["left"]) < as_of
    is_new = as_of - seconds_of(stay["hired"]) < PROBATION_DAYS * DAY
    role = draft.model.role
    return (
        person.employee_id,
        person.candidate_id if person.interviews else "",
        name,
        "男" if person.entry.get("gender", "male") == "male" else "女",
        _at(stay.get("departments"), as_of, role.department_id),
        _at(stay.get("roles"), as_of, stay.get("role", role.role_id)),
        manager_id(draft.block.role),
        stay["hired"],
        stay["left"] if has_left else "",
        stay.get("reason", LEAVING_REASONS[0]) if has_left else "",
        _at(stay.get("salaries"), as_of, "" if stay["salary"] is None else stay["salary"]),
        "离职" if has_left else "试用期" if is_new else "在职",
        str(time_text(np.array([as_of]))[0]),
    )


def _at(changes: Mapping[str, Value] | None, as_of: int, first: Value) -> Value:
    """What holds at a local second of something that changes from days on."""
    held = [value for day, value in sorted((changes or {}).items()) if seconds_of(day) <= as_of]
    return held[-1] if held else first


def write_cast_reviews(exports: Exports, cast: Cast) -> None:
    """Appends reviews, and the corrected ones to a file that comes later."""
    for path, name in ((REVIEW_PATH, "reviews"), (CORRECTED_REVIEWS, "corrected_reviews")):
        rows = [
            (person.employee_id, day, "", f"{score:.1f}")
            for person in cast.people
            for day, score in person.all(name)
        ]
        exports.csv(path, REVIEW_HEADERS, rows)


def count_hiring(truth: Truth, cast: Cast, hiring: Hiring) -> None:
    """Adds offers, hires and leavers to the truth."""
    has_offer = hiring.offered < END
    truth.counts["applications/offers"] += int(has_offer.sum())
    truth.counts["applications/offers_out_of_band"] += int((has_offer & hiring.out_of_band).sum())
    truth.counts["applications/hired"] += int(hiring.is_hired.sum())
    last = [person.all("stays")[-1] for person in cast.people if person.all("stays")]
    truth.counts["employees/left"] += sum("left" in stay for stay in last)
