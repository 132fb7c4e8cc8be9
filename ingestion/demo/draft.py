"""One block before it is written: people, abilities, sessions, answers, and the scores that they will get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.abilities import Abilities, RoleModel, competency_scores, composites, draw_levels
from ingestion.demo.answers import Answers, draw_answers, spoken_seconds
from ingestion.demo.clock import day_text
from ingestion.demo.content import Content
from ingestion.demo.interviews import (
    AGAIN,
    DECLINED,
    SUPPLEMENT,
    Sessions,
    draw_sessions,
    draw_times,
    split_sizes,
)
from ingestion.demo.people import People, draw_people
from ingestion.demo.plan import Block, Bools, Floats, Ints, Planted
from ingestion.demo.policy import Policy

COURSE_RATE = 0.5
"""Share of those who come back that took a course in between."""
VENDOR_NOISE = 5.0
VENDOR_FAILURE_RATE = 0.05


@dataclass(frozen=True)
class Draft:
    """A block with P people and N sessions; scores are those that the rules will give, nan where none.

    expected (N, C): true competencies in points. competency (N, C) and composite (N,): as scored.
    vendor (N, C): the vendor's scores, nan where it sent none. course (N,): taken before a re-interview.
    """

    block: Block
    model: RoleModel
    people: People
    abilities: Abilities
    sessions: Sessions
    answers: Answers
    expected: Floats
    competency: Floats
    vendor: Floats
    composite: Floats
    grades: list[str]
    course: Ints

    def question_points(self) -> Floats:
        """(N, Q) 100·Σ w·h / Σ w over the criteria of each question; nan where none counts."""
        known = ~np.isnan(self.answers.h)
        earned = np.where(known, self.answers.h, 0.0) * self.model.weight
        count = len(self.model.role.questions)
        points = np.full((len(self.sessions), count), np.nan)
        for at in range(count):
            mine = self.model.question == at
            possible = (known * self.model.weight)[:, mine].sum(axis=1)
            np.divide(100 * earned[:, mine].sum(axis=1), possible, out=points[:, at], where=possible > 0)
        return points

    def employee_ids(self) -> list[str]:
        """(P,) `E` and the seven digits of the candidate, whether employed or not."""
        return [f"E{number:07d}" for number in self.people.number.tolist()]

    def refused(self) -> Ints:
        """(P,) local second of refusing to be interviewed by AI, 0 = never: half of those who declined."""
        size = len(self.people)
        declined = self.sessions.status[:size] == DECLINED
        rng = self.block.rng(14)
        refuses = declined & ((rng.random(size) < 0.55) | self.block.is_first)
        return np.where(refuses, self.sessions.invited[:size] + rng.integers(600, 86_400, size), 0)

    def last_session(self) -> Ints:
        """(P,) row of the session that decides a first application: its completed supplement, or itself."""
        last = np.arange(len(self.people))
        is_supplement = (self.sessions.kind == SUPPLEMENT) & self.sessions.is_completed
        last[self.sessions.person[is_supplement]] = np.flatnonzero(is_supplement)
        return last


def draw_block(block: Block, model: RoleModel, policy: Policy, content: Content, planted: Planted) -> Draft:
    """Draws everything of a block that its files are written from."""
    sizes = split_sizes(block, planted)
    people = draw_people(block, sizes[0], planted)
    abilities = Abilities.draw(block.rng(10), len(people), model)
    shares = model.shares(model.role.weights[0][1])
    points = abilities.points(model)
    base = planted.composite_mean + planted.role_effects.get(block.role_id, 0.0) + people.effects(planted)
    sessions = draw_sessions(block, people, base + points @ shares, sizes, len(model.role.questions), planted)
    course = _courses(block, sessions, len(policy.courses))
    expected = (base[:, None] + points)[sessions.person] + _occasion(block, sessions, course, planted)[
        :, None
    ]
    levels = draw_levels(block.rng(11), model, expected, planted)
    answers = draw_answers(block, sessions, model, levels, content, policy, planted)
    draw_times(block, sessions, spoken_seconds(answers, sessions))
    competency = competency_scores(model, answers.h)
    competency[~sessions.is_completed] = np.nan
    vendor = _vendor(block, model, sessions, expected)
    composite = _composites(model, sessions, _joined(model, competency, vendor))
    return Draft(
        block,
        model,
        people,
        abilities,
        sessions,
        answers,
        expected,
        competency,
        vendor,
        composite,
        policy.grade_of(composite),
        course,
    )


def _courses(block: Block, sessions: Sessions, courses: int) -> Ints:
    """(N,) index of the course taken before a re-interview, -1 for none."""
    rng = block.rng(12)
    size = len(sessions)
    took = (sessions.kind == AGAIN) & (rng.random(size) < COURSE_RATE) & (courses > 0)
    return np.where(took, np.minimum(rng.geometric(0.45, size) - 1, max(courses - 1, 0)), -1)


def _occasion(block: Block, sessions: Sessions, course: Ints, planted: Planted) -> Floats:
    """(N,) points that belong to the occasion: quarter, question bank, practice and course."""
    changed = (sessions.quarter >= planted.bank_change_quarter) & (block.role_id == planted.bank_change_role)
    return np.asarray(
        np.array(planted.quarter_effects)[sessions.quarter]
        + np.where(changed, planted.bank_effect, 0.0)
        + np.where(sessions.kind == AGAIN, planted.practice_effect, 0.0)
        + np.where(course == planted.useful_course_rank, planted.useful_course_effect, 0.0)
    )


def _vendor(block: Block, model: RoleModel, sessions: Sessions, expected: Floats) -> Floats:
    """(N, C) the vendor's scores with one decimal, for roles whose score takes them in."""
    rng = block.rng(13)
    shape = expected.shape
    noisy = np.clip(expected + rng.normal(0, VENDOR_NOISE, shape), 0, 100)
    scores = np.asarray(np.round(noisy, 1), dtype=np.float64)
    failed: Bools = rng.random(len(expected)) < VENDOR_FAILURE_RATE
    failed[0] &= not block.is_opening
    scores[~sessions.is_completed | failed] = np.nan
    weighed = model.shares(model.role.weights[0][1]) > 0
    scores[:, ~weighed] = np.nan
    return scores if model.role.score_source in ("vendor", "mean") else np.full(shape, np.nan)


def _joined(model: RoleModel, rubric: Floats, vendor: Floats) -> Floats:
    """(N, C) what counts of rubric and vendor by the role's score_source; where only one exists, that one."""
    if model.role.score_source == "rubric":
        return np.where(np.isnan(rubric), vendor, rubric)
    preferred = vendor if model.role.score_source == "vendor" else (rubric + vendor) / 2
    return np.where(np.isnan(preferred), np.where(np.isnan(rubric), vendor, rubric), preferred)


def _composites(model: RoleModel, sessions: Sessions, scores: Floats) -> Floats:
    """(N,) composites by the weights in force on the local day of completion."""
    days = day_text(sessions.completed)
    result = np.full(len(sessions), np.nan)
    edges = [valid_from for valid_from, _ in model.role.weights]
    which = np.searchsorted(np.array(edges), days, side="right") - 1
    for at, (_, weights) in enumerate(model.role.weights):
        mine = (which == at) & sessions.is_completed
        result[mine] = composites(model.shares(weights), scores[mine])
    return result
