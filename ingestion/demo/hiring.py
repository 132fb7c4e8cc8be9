"""Applications: second round, background check, offer, hire; and the openings that people apply to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.clock import (
    DAY,
    END,
    QUARTER_EDGES,
    day_text,
    exports_of,
    office_time,
    seconds_of,
    time_text,
)
from ingestion.demo.draft import Draft
from ingestion.demo.interviews import AGAIN, DECLINED, EXTERNAL, FIRST, SUPPLEMENT
from ingestion.demo.plan import QUARTERS, Bools, Floats, Ints, Planted
from ingestion.demo.policy import Policy, Role
from ingestion.demo.writers import Exports, maybe

NEVER = seconds_of("2100-01-01")
APPLICANTS_AN_OPENING = 60
SECOND_ROUND = {"S": 0.97, "A": 0.93, "B": 0.55, "C": 0.12, "D": 0.01, "": 0.0}
REFUSER_SECOND_ROUND = 0.42
"""Those who refuse the AI interview are seen by people, about as often as the others on average."""
OUT_OF_BAND_RATE = 0.12
PAY_WITHOUT_BAND = 11_000.0
STAGES = ("申请", "AI面试", "复试", "背景调查", "录用", "入职")
APPLICATION_HEADERS = (
    *(
        "申请编号",
        "候选人编号",
        "岗位编号",
        "部门编号",
        "招聘需求编号",
        "申请时间",
        "当前阶段",
        "进入阶段时间",
        "结果",
    ),
    *("复试成绩", "背景调查", "录用时间", "录用月薪", "员工编号", "导出时间"),
)
REQUISITION_HEADERS = (
    "requisition_id",
    "role_id",
    "department_id",
    "headcount",
    "opened_on",
    "closed_on",
    "status",
)


@dataclass(frozen=True)
class Openings:
    """Openings of each role and quarter: as many as the applicants need."""

    allocation: Ints

    def count(self, role: int, quarter: int) -> int:
        """Number of openings of a role (index) in a quarter."""
        return max(1, -(-int(self.allocation[role, quarter]) // APPLICANTS_AN_OPENING))

    def ids(self, draft: Draft) -> list[str]:
        """(N,) the opening that each session belongs to."""
        rng = draft.block.rng(20)
        quarters = draft.sessions.quarter.tolist()
        draws = rng.random(len(quarters)).tolist()
        role = draft.block.role
        return [
            opening_id(q, draft.block.role_id, int(draw * self.count(role, q)))
            for q, draw in zip(quarters, draws, strict=True)
        ]

    def rows(self, roles: tuple[Role, ...], seed: int) -> list[tuple[object, ...]]:
        """Rows under REQUISITION_HEADERS; those of the last quarter are open."""
        rng = np.random.default_rng([seed, 77])
        rows: list[tuple[object, ...]] = []
        for quarter in range(len(QUARTERS)):
            for at, role in enumerate(roles):
                for number in range(self.count(at, quarter)):
                    start, end = QUARTER_EDGES[quarter], QUARTER_EDGES[quarter + 1]
                    opened = start - int(rng.integers(5, 25)) * DAY
                    closed = end + int(rng.integers(1, 40)) * DAY
                    is_open = closed >= END
                    rows.append(
                        (
                            opening_id(quarter, role.role_id, number),
                            role.role_id,
                            role.department_id,
                            int(rng.integers(4, 11)),
                            day_text(np.array([opened]))[0],
                            "" if is_open else day_text(np.array([closed]))[0],
                            "open" if is_open else "closed",
                        )
                    )
        return rows


def opening_id(quarter: int, role_id: str, number: int) -> str:
    """`RQ-2025Q2-sales_rep-01`."""
    year, part = QUARTERS[quarter]
    return f"RQ-{year}Q{part}-{role_id}-{number + 1:02d}"


@dataclass(frozen=True)
class Hiring:
    """What becomes of the A applications of a block; `session` is the row each began with, NEVER a time.

    salary is nan without an offer; ended is when it was closed as `outcome` 1 hired, 2 rejected, 3 withdrawn.
    """

    session: Ints
    person: Ints
    applied: Ints
    interviewed: Ints
    second_round: Ints
    second_score: Floats
    checked: Ints
    is_check_failed: Bools
    offered: Ints
    salary: Floats
    ended: Ints
    outcome: Ints
    out_of_band: Bools

    @property
    def is_hired(self) -> Bools:
        """(A,) hired before the end of the data."""
        return np.asarray((self.outcome == 1) & (self.ended < END))


def decide(draft: Draft, policy: Policy, planted: Planted) -> Hiring:
    """Decides all applications of a block on the last session of each."""
    rng = draft.block.rng(21)
    sessions = draft.sessions
    session = np.flatnonzero((sessions.kind != SUPPLEMENT) & (sessions.scenario == EXTERNAL))
    person = sessions.person[session]
    decided = np.where(sessions.kind[session] == FIRST, draft.last_session()[person], session)
    size = len(session)
    comes_back = np.zeros(len(draft.people), dtype=bool)
    comes_back[sessions.person[sessions.kind == AGAIN]] = True
    stays_out = comes_back[person] & (sessions.kind[session] == FIRST)
    grades = [draft.grades[row] for row in decided.tolist()]
    chance, known = _prospects(draft, decided, grades)
    ability = draft.abilities.standard(draft.model)[person]
    score = np.round(np.clip(76 + 8 * (0.6 * ability + 0.8 * rng.standard_normal(size)), 30, 100), 1)
    has_second = rng.random(size) < chance
    has_check = has_second & (score >= 73) & ~stays_out & (rng.random(size) < 0.85)
    is_check_failed = rng.random(size) < 0.04
    has_offer = has_check & ~is_check_failed & (rng.random(size) < 0.75)
    if draft.block.is_first and size:
        best = int(np.argmax(np.where(np.isnan(draft.composite[decided]), -1.0, draft.composite[decided])))
        has_second[best] = has_check[best] = has_offer[best] = True
        is_check_failed[best] = False
    second = np.where(has_second, office_time(known + rng.integers(2 * DAY, 9 * DAY, size)), NEVER)
    checked = np.where(has_check, office_time(second + rng.integers(2 * DAY, 8 * DAY, size)), NEVER)
    offered = np.where(has_offer, office_time(checked + rng.integers(DAY, 4 * DAY, size)), NEVER)
    says_yes = rng.random(size) < 0.84
    if draft.block.is_first and size:
        says_yes[best] = True
    joined = offered + rng.integers(12, 40, size) * DAY
    last = np.select([has_offer, has_check, has_second], [offered, checked, second], known)
    closed = office_time(last + rng.integers(2 * DAY, 7 * DAY, size))
    ended = np.where(has_offer & says_yes, office_time(joined), closed)
    outcome = np.select(
        [has_offer & says_yes, has_offer, has_second & (rng.random(size) < 0.06)], [1, 3, 3], 2
    )
    salary, out_of_band = _salaries(rng, draft, policy, ability, grades, offered)
    return Hiring(
        session,
        person,
        sessions.invited[session] - rng.integers(3 * 3600, 6 * DAY, size),
        sessions.invited[session],
        second,
        np.asarray(score, dtype=np.float64),
        checked,
        is_check_failed,
        offered,
        np.where(has_offer, salary, np.nan),
        ended,
        outcome,
        out_of_band & has_offer,
    )


def _prospects(draft: Draft, decided: Ints, grades: list[str]) -> tuple[Floats, Ints]:
    """(A,) chance of a second round, and when the interview is over, refused or given up."""
    sessions = draft.sessions
    refused = sessions.status[decided] == DECLINED
    chance = np.array([SECOND_ROUND[grade] for grade in grades])
    known = np.maximum(sessions.completed[decided], np.where(refused, sessions.invited[decided] + DAY, 0))
    known = np.where(known > 0, known, sessions.invited[decided] + 10 * DAY)
    return np.where(refused, REFUSER_SECOND_ROUND, chance), known


def _salaries(
    rng: np.random.Generator, draft: Draft, policy: Policy, ability: Floats, grades: list[str], offered: Ints
) -> tuple[Floats, Bools]:
    """(A,) offers in hundreds of yuan a month, by ability inside the grade's band; some lie outside."""
    size = len(grades)
    days = day_text(np.minimum(offered, END)).tolist()
    bands = [policy.pay_band(grade, day) for grade, day in zip(grades, days, strict=True)]
    low = np.array([band.low if band else PAY_WITHOUT_BAND * 0.9 for band in bands])
    high = np.array([band.high if band else PAY_WITHOUT_BAND * 1.1 for band in bands])
    place = np.clip(0.5 + 0.2 * ability + rng.normal(0, 0.15, size), 0, 1)
    inside = np.clip(np.round((low + place * (high - low)) / 100) * 100, low, high)
    outside = np.where(
        rng.random(size) < 0.5,
        np.floor(low * rng.uniform(0.9, 0.985, size) / 100),
        np.ceil(high * rng.uniform(1.015, 1.1, size) / 100),
    )
    has_band = np.array([band is not None for band in bands], dtype=bool)
    is_outside = has_band & (rng.random(size) < OUT_OF_BAND_RATE)
    return np.where(is_outside, outside * 100, inside), is_outside


def application_rows(
    draft: Draft, hiring: Hiring, openings: list[str], as_of: int
) -> list[tuple[object, ...]]:
    """Rows under APPLICATION_HEADERS as an export at the local second `as_of` shows them."""
    ids = draft.people.candidate_ids()
    size = len(hiring.session)
    has_ended = hiring.ended < as_of
    is_hired = has_ended & (hiring.outcome == 1)
    stages = np.stack(
        [
            hiring.applied,
            hiring.interviewed,
            hiring.second_round,
            hiring.checked,
            hiring.offered,
            np.where(is_hired, hiring.ended, NEVER),
        ],
        axis=1,
    )
    at = (stages < as_of).sum(axis=1) - 1
    rows = np.flatnonzero(at >= 0)
    entered = stages[np.arange(size), np.maximum(at, 0)]
    outcome = np.where(has_ended, hiring.outcome, 0)
    check = np.where(hiring.checked >= as_of, 0, np.where(hiring.is_check_failed, 2, 1))
    has_offer = hiring.offered < as_of
    salary = np.nan_to_num(hiring.salary).astype(np.int64)
    columns = (
        [f"A{number:07d}" for number in draft.sessions.number[hiring.session].tolist()],
        [ids[person] for person in hiring.person.tolist()],
        [draft.block.role_id] * size,
        [draft.model.role.department_id] * size,
        [openings[row] for row in hiring.session.tolist()],
        time_text(hiring.applied).tolist(),
        [STAGES[stage] for stage in at.tolist()],
        time_text(np.minimum(entered, END)).tolist(),
        [("进行中", "已录用", "未通过", "已放弃")[o] for o in outcome.tolist()],
        maybe([f"{score:.1f}" for score in hiring.second_score.tolist()], hiring.second_round < as_of),
        [("", "通过", "不通过")[c] for c in check.tolist()],
        maybe(time_text(hiring.offered).tolist(), has_offer),
        maybe([f"{pay}" for pay in salary.tolist()], has_offer),
        maybe([f"E{number:07d}" for number in draft.people.number[hiring.person].tolist()], is_hired),
        time_text(np.full(size, as_of)).tolist(),
    )
    table = list(zip(*columns, strict=True))
    return [table[row] for row in rows.tolist()]


def write_applications(exports: Exports, draft: Draft, hiring: Hiring, openings: list[str]) -> None:
    """Appends to each export of applications the state of its time."""
    for path, as_of in exports_of("applications"):
        rows = application_rows(draft, hiring, openings, as_of)
        exports.csv(path, APPLICATION_HEADERS, rows, encoding="utf-8-sig", newline="\r\n")
