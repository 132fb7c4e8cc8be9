"""pay_reviews and their budgets worked out a second time."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from datetime import date
from typing import Any

from tests.independent.chain import Chain, Stay
from tests.independent.results import Results
from tests.independent.scoring import Judged
from tests.independent.world import Row, World


def whole_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def pay_reviews(world: World, judged: Results, chain: Chain) -> list[Row]:
    """Everybody in the company, with the rule as written and the fair one."""
    policies = [row for row in world.policy.seed_rows("raise_policy") if row["valid_from"] <= world.today]
    policy = max(policies, key=lambda row: row["valid_from"])
    interviews = interview_of_stay(judged, chain)
    rows = [basics(world, stay, interviews.get(stay), chain, policy) for stay in present(world, chain)]
    judge_fairly(rows, policy)
    return rows


def present(world: World, chain: Chain) -> list[Stay]:
    """The last stay of each employee who has not left by the day of the build."""
    last: dict[str, Stay] = {}
    for stay in sorted(chain.stays, key=lambda one: one.hired_on):
        if stay.hired_on <= world.today:
            last[stay.employee_id] = stay
    return [
        stay
        for stay in last.values()
        if (stay.left_on >= world.today if stay.left_on else stay.row["status"] not in ("left", "retired"))
    ]


def interview_of_stay(judged: Results, chain: Chain) -> dict[Stay, Judged]:
    """The latest scored interview that led to a stay."""
    found: dict[Stay, Judged] = {}
    scored = [one for one in judged.values() if one.composite is not None]
    for one in sorted(scored, key=lambda one: one.row["completed_at"]):
        _, stay = chain.stay(chain.application(one)[1])
        if stay is not None:
            found[stay] = one
    return found


def basics(world: World, stay: Stay, interview: Judged | None, chain: Chain, policy: Row) -> Row:
    """What needs nobody else; the rule as written too."""
    months = whole_months(stay.hired_on, world.today)
    reviews = chain.reviews.get(stay.employee_id, [])
    review = reviews[-1] if reviews else {}
    performance = review.get("score")
    score = interview.composite if interview else None
    state = "reviewed" if months >= policy["months_min"] else "too_early"
    state = "no_performance" if performance is None else state
    state = "no_interview" if score is None else state
    band: Row = {"pay_min": None, "pay_max": None}
    if interview and interview.grade:
        band = world.policy.pay(interview.grade, world.today)
    difference = performance - score if performance is not None and score is not None else None
    return {
        "employee_id": stay.employee_id,
        "candidate_id": stay.candidate_id,
        "role_id": stay.row["role_id"],
        "department_id": stay.row["department_id"],
        "hired_on": stay.hired_on,
        "months_since_hire": months,
        "interview_id": interview.interview_id if interview else None,
        "interview_score": score,
        "grade": interview.grade if interview else None,
        "performance_score": performance,
        "performance_period_end": review.get("period_end"),
        "difference": difference,
        "review_state": state,
        "is_eligible_as_written": None
        if difference is None
        else state == "reviewed" and difference > policy["difference_above"],
        "monthly_salary": stay.row["monthly_salary"],
        "pay_position": place(stay.row["monthly_salary"], interview is not None, band),
        **position(stay.row["monthly_salary"], band["pay_min"], band["pay_max"]),
    }


def place(salary: float | None, has_grade: bool, band: Row) -> str:
    """Below, within or above the band, or why there is no such place."""
    if not has_grade:
        return "no_grade"
    if band["pay_min"] is None:
        return "no_band"
    if salary is None:
        return "no_pay"
    return "below" if salary < band["pay_min"] else "above" if salary > band["pay_max"] else "within"


def position(salary: float | None, low: float | None, high: float | None) -> Row:
    """Where the salary stands in the band."""
    row: Row = {"pay_min": low, "pay_max": high, "compa_ratio": None, "penetration": None}
    if salary is not None and low is not None and high is not None:
        row |= {"compa_ratio": salary / ((low + high) / 2), "penetration": (salary - low) / (high - low)}
    return row


def judge_fairly(rows: list[Row], policy: Row) -> None:
    """e = (Zp - rho Zi) / sqrt(1 - rho squared) over everybody who was reviewed."""
    reviewed = [row for row in rows if row["review_state"] == "reviewed"]
    interviews = [row["interview_score"] for row in reviewed]
    performances = [row["performance_score"] for row in reviewed]
    rho = statistics.correlation(interviews, performances)
    for row in rows:
        beyond: float | None = None
        if row["difference"] is not None:
            z_performance = z(row["performance_score"], performances)
            beyond = (z_performance - rho * z(row["interview_score"], interviews)) / math.sqrt(1 - rho * rho)
        long_enough = row["review_state"] == "reviewed"
        fair = None if beyond is None else long_enough and beyond >= policy["fair_cut"]
        written, salary = row["is_eligible_as_written"], row["monthly_salary"]
        row |= {
            "performance_beyond_expectation": beyond,
            "rho": rho,
            "scale_n": len(reviewed),
            "is_eligible_fair": fair,
            "do_rules_differ": None if fair is None else fair != written,
            "raise_low": salary * policy["raise_low"] if (fair or written) and salary else None,
            "raise_high": salary * policy["raise_high"] if (fair or written) and salary else None,
        }


def z(value: float, values: list[float]) -> float:
    return (value - statistics.fmean(values)) / statistics.stdev(values)


def budgets(rows: list[Row]) -> list[Row]:
    """pay_review_budgets: a department and the company, for each rule."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups["all"].append(row)
        groups[row["department_id"] or "none"].append(row)
    return [budget(department, rule, members) for department, members in groups.items() for rule in RULES]


RULES = {"as_written": "is_eligible_fair", "fair": "is_eligible_as_written"}


def budget(department: str, rule: str, members: list[Row]) -> Row:
    other: Any = RULES[rule]
    raised = [row for row in members if row[f"is_eligible_{rule}"]]
    return {
        "department_id": department,
        "rule_name": rule,
        "reviewed_n": sum(row["review_state"] == "reviewed" for row in members),
        "eligible_n": len(raised),
        "eligible_by_this_only_n": sum(not row[other] for row in raised),
        "monthly_cost_low": math.fsum(row["raise_low"] or 0.0 for row in raised),
        "monthly_cost_high": math.fsum(row["raise_high"] or 0.0 for row in raised),
    }
