"""Employees and their reviews: hires, people who were there before, and their managers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingestion.demo.clock import DAY, END, QUARTER_EDGES, add_months, day_text, exports_of, time_text
from ingestion.demo.draft import Draft
from ingestion.demo.growth import role_at
from ingestion.demo.hiring import NEVER, Hiring
from ingestion.demo.people import draw_names
from ingestion.demo.plan import Bools, Floats, Ints, Planted
from ingestion.demo.policy import Role
from ingestion.demo.truth import Truth
from ingestion.demo.writers import Exports, maybe

HORIZONS = {"3m": 3, "6m": 6, "12m": 12}
STABLE_SHARE = 0.6
"""Share of the unexplained variance of performance that stays with a person from review to review."""
LEAVING_REASONS = ("个人发展", "薪酬福利", "工作压力", "家庭原因", "试用期未通过")
REVIEWED = ("communication", "problem_solving")
MOVED_RATE = 0.03
"""Share of the employees who change to another department, at any time."""
EMPLOYEE_HEADERS = (
    *(
        "员工编号",
        "候选人编号",
        "姓名",
        "性别",
        "部门编号",
        "岗位编号",
        "直属上级编号",
        "入职日期",
        "离职日期",
    ),
    *("离职原因", "月薪", "员工状态", "导出时间"),
)
REVIEW_PATH = "performance_reviews/performance_reviews.csv"
REVIEW_HEADERS = ("employee_id", "period_end", "competency_id", "score")


@dataclass(frozen=True)
class Staff:
    """The W employees that a block brings, hires and internal people; local seconds, left END if staying."""

    person: Ints
    hired: Ints
    left: Ints
    salary: Floats
    is_internal: Bools


def employ(draft: Draft, hiring: Hiring, planted: Planted) -> Staff:
    """Who of a block works here, and until when: those with a low communication score leave sooner."""
    rng = draft.block.rng(30)
    hired = np.flatnonzero(hiring.is_hired)
    internal = np.flatnonzero(draft.people.is_internal)
    person = np.concatenate((hiring.person[hired], internal))
    before = QUARTER_EDGES[0] - rng.integers(200, 1500, len(internal)) * DAY
    start = np.concatenate((hiring.ended[hired] // DAY * DAY, before))
    is_internal = np.repeat([False, True], [len(hired), len(internal)])
    communication = _communication(draft)[person]
    factor = np.where(communication < planted.exit_cut, planted.exit_factor, 1.0)
    months = rng.exponential(1 / (planted.exit_rate_month * factor))
    left = start + np.floor(months * 30.4).astype(np.int64) * DAY
    left = np.where(is_internal, END, np.maximum(left, start + 7 * DAY))
    pay = np.concatenate(
        (hiring.salary[hired], np.round(rng.normal(15_500, 2_200, len(internal)) / 100) * 100)
    )
    return Staff(person, start, np.minimum(left, END), pay, is_internal)


def hired_at(draft: Draft, staff: Staff) -> Ints:
    """(P,) local second of a hire out of this block, NEVER for the others."""
    times = np.full(len(draft.people), NEVER)
    hires = ~staff.is_internal
    times[staff.person[hires]] = staff.hired[hires]
    return times


def _communication(draft: Draft) -> Floats:
    """(P,) the communication score of the first session, nan where there is none."""
    competencies = draft.model.competencies
    if "communication" not in competencies:
        return np.full(len(draft.people), np.nan)
    return draft.competency[: len(draft.people), competencies.index("communication")]


def departments_at(draft: Draft, staff: Staff, departments: Sequence[str], as_of: int) -> list[str]:
    """(W,) the department that each works in at a local second: the role's own, until they move."""
    rng = draft.block.rng(34)
    size = len(staff.person)
    own = draft.model.role.department_id
    others = [department for department in departments if department != own] or [own]
    moves = rng.random(size) < MOVED_RATE
    when = staff.hired + np.floor(rng.random(size) * (END - staff.hired)).astype(np.int64)
    target = rng.integers(0, len(others), size).tolist()
    has_moved = (moves & (when < as_of) & (when < staff.left)).tolist()
    return [others[to] if moved else own for to, moved in zip(target, has_moved, strict=True)]


def employee_rows(
    draft: Draft, staff: Staff, departments: Sequence[str], as_of: int
) -> list[tuple[object, ...]]:
    """Rows under EMPLOYEE_HEADERS as an export at the local second `as_of` shows them."""
    rng = draft.block.rng(31)
    size = len(staff.person)
    reason = rng.integers(0, len(LEAVING_REASONS), size).tolist()
    has_left = staff.left < as_of
    months = (np.minimum(staff.left, as_of) - staff.hired) / (30.4 * DAY)
    raised = np.where(months > 14, np.round(staff.salary * 1.06 / 100) * 100, staff.salary)
    status = np.where(has_left, 2, np.where(months < 3, 1, 0))
    people = draft.people
    candidates, employees = people.candidate_ids(), draft.employee_ids()
    roles = role_at(draft, as_of)
    columns = (
        [employees[person] for person in staff.person.tolist()],
        [candidates[person] for person in staff.person.tolist()],
        [people.names[person] for person in staff.person.tolist()],
        [("女", "男")[male] for male in people.is_male[staff.person].tolist()],
        departments_at(draft, staff, departments, as_of),
        [roles[person] for person in staff.person.tolist()],
        [manager_id(draft.block.role)] * size,
        day_text(staff.hired).tolist(),
        maybe(day_text(staff.left).tolist(), has_left),
        maybe([LEAVING_REASONS[at] for at in reason], has_left),
        [f"{pay:.0f}" for pay in raised.tolist()],
        [("在职", "试用期", "离职")[s] for s in status.tolist()],
        time_text(np.full(size, as_of)).tolist(),
    )
    here = (staff.hired < as_of).tolist()
    return [row for row, there in zip(zip(*columns, strict=True), here, strict=True) if there]


def manager_id(role: int) -> str:
    """The manager of a role, by its place among the roles."""
    return f"E9{role + 1:06d}"


def manager_rows(roles: tuple[Role, ...], seed: int, as_of: int) -> list[tuple[object, ...]]:
    """One manager a role, in the export at the local second `as_of`; they were never candidates."""
    rng = np.random.default_rng([seed, 88])
    names = draw_names(rng, len(roles))
    hired = day_text(QUARTER_EDGES[0] - rng.integers(900, 2500, len(roles)) * DAY).tolist()
    return [
        (
            manager_id(at),
            "",
            names[at],
            "女" if at % 2 else "男",
            role.department_id,
            role.role_id,
            "",
            hired[at],
            "",
            "",
            f"{26000 + 500 * at}",
            "在职",
            str(time_text(np.array([as_of]))[0]),
        )
        for at, role in enumerate(roles)
    ]


def write_employees(exports: Exports, draft: Draft, staff: Staff, departments: Sequence[str]) -> None:
    """Appends to each export of employees the state of its time."""
    for path, as_of in exports_of("employees"):
        rows = employee_rows(draft, staff, departments, as_of)
        exports.csv(path, EMPLOYEE_HEADERS, rows, encoding="gb18030", newline="\r\n")


def write_managers(exports: Exports, roles: tuple[Role, ...], seed: int) -> None:
    """Begins each export of employees with the managers."""
    for path, as_of in exports_of("employees"):
        rows = manager_rows(roles, seed, as_of)
        exports.csv(path, EMPLOYEE_HEADERS, rows, encoding="gb18030", newline="\r\n")


def performance(draft: Draft, planted: Planted) -> dict[str, Floats]:
    """(P,) performance that each person would show at each horizon, hired or not: the planted validity.

    M + SD·(ρ·z + √(1−ρ²)·e), z the true composite; e is partly a person's own and partly the occasion's.
    """
    rng = draft.block.rng(32)
    size = len(draft.people)
    ability = draft.abilities.standard(draft.model)
    own = rng.standard_normal(size)
    shown: dict[str, Floats] = {}
    for horizon in HORIZONS:
        rho = planted.validity[horizon]
        luck = np.sqrt(STABLE_SHARE) * own + np.sqrt(1 - STABLE_SHARE) * rng.standard_normal(size)
        value = planted.performance_mean + planted.performance_sd * (
            rho * ability + np.sqrt(1 - rho**2) * luck
        )
        shown[horizon] = np.round(np.clip(value, 0, 100), 1)
    return shown


def write_reviews(exports: Exports, draft: Draft, staff: Staff, planted: Planted, truth: Truth) -> None:
    """Appends reviews: hires 3, 6 and 12 months in, internal people at the ends of quarters."""
    shown = performance(draft, planted)
    first = draft.composite[: len(draft.people)]
    employees = draft.employee_ids()
    ids = [employees[person] for person in staff.person.tolist()]
    rng = draft.block.rng(33)
    parts = draft.abilities.standard_competency(draft.model)
    reviewed = [c for c in REVIEWED if c in draft.model.competencies]
    rows: list[tuple[object, ...]] = []
    for horizon, months in HORIZONS.items():
        truth.moments(f"r/composite_performance_{horizon}").add(first, shown[horizon])
        truth.moments(f"r/composite_performance_{horizon}/{draft.block.role_id}").add(first, shown[horizon])
        end = np.where(
            staff.is_internal, QUARTER_EDGES[1 + months // 3] - DAY, add_months(staff.hired, months)
        )
        noise = rng.standard_normal((len(staff.person), len(reviewed)))
        days = day_text(end).tolist()
        for at in np.flatnonzero((end < END) & (end < staff.left)).tolist():
            person = int(staff.person[at])
            rows.append((ids[at], days[at], "", f"{shown[horizon][person]:.1f}"))
            for column, competency in enumerate(reviewed):
                z = parts[person, draft.model.competencies.index(competency)]
                rho = planted.validity[horizon]
                score = planted.performance_mean + planted.performance_sd * (
                    rho * z + np.sqrt(1 - rho**2) * noise[at, column]
                )
                rows.append((ids[at], days[at], competency, f"{min(max(float(score), 0.0), 100.0):.1f}"))
    exports.csv(REVIEW_PATH, REVIEW_HEADERS, rows)
