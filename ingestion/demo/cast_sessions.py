"""Interviews of planted people: answers like everybody's, and vendor scores that bring the composite home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingestion.demo.abilities import HIGHEST, LOWEST, Abilities, RoleModel, competency_scores, composites
from ingestion.demo.answers import MISSING, Answers, draw_answers, spoken_seconds
from ingestion.demo.cast import FIRST_NUMBER, Cast, Interview, Person
from ingestion.demo.clock import day_text, quarter_of
from ingestion.demo.content import Content
from ingestion.demo.draft import Draft
from ingestion.demo.interviews import (
    AGAIN,
    CHANNELS,
    FIRST,
    MODALITIES,
    SCENARIOS,
    STARTED,
    STATUSES,
    SUPPLEMENT,
    Sessions,
)
from ingestion.demo.odd_answers import NORMAL_SPEECH
from ingestion.demo.people import People, draw_people
from ingestion.demo.plan import Block, Bools, Floats, Ints, Planted
from ingestion.demo.policy import Policy

HOUR = 3600
TO_ACCEPT, TO_START = 6 * HOUR, 20 * HOUR
CHUNK = 10_000
"""Of the block of the planted people: no drawn block of a role and quarter reaches so far."""
QUARTER = 3
ODD_RATE = 0.012
HALVINGS = 60
DECIMALS = 4
"""Of the vendor's scores: enough that the composite is what the case asks for when it is rounded."""
TOLERANCE = 0.004


def draw_cast(
    cast: Cast, model: RoleModel, role: int, seed: int, policy: Policy, content: Content, planted: Planted
) -> tuple[Draft, Floats]:
    """The planted people and interviews as one block of the role, and the vendor's corrections (N, C).

    The composites are those that the cases ask for, after the corrections. Nothing is left to chance but the
    words: no group effects, no skipped answers, no failures.
    """
    people_of = [person for person in cast.people if person.interviews]
    interviews = cast.interviews
    block = Block(role, model.role.role_id, QUARTER, CHUNK, len(interviews), FIRST_NUMBER, seed)
    calm = _calm(planted)
    people = _people(block, people_of, calm)
    sessions = _sessions(interviews, people_of, len(model.role.questions))
    target = np.array([one.target for one in interviews])
    correction = np.array([one.corrected for one in interviews])
    middle = np.where(np.isnan(correction), target, (target + correction) / 2)
    aim = np.where(np.isnan(middle), planted.composite_mean, middle)
    expected = np.repeat(aim[:, None], len(model.competencies), axis=1)
    levels = _even_levels(block.rng(11), model, aim)
    answers = draw_answers(block, sessions, model, levels, content, policy, calm)
    count = len(model.role.questions)
    kept = {"all": count, "one": 1, "none": 0}
    _lose_texts(answers, model, np.array([np.arange(count) >= kept[one.texts] for one in interviews]))
    rubric = competency_scores(model, answers.h)
    rubric[~sessions.is_completed] = np.nan
    _place(sessions, interviews, spoken_seconds(answers, sessions))
    vendor = vendor_for(model, rubric, target, sessions)
    unreached = np.isnan(vendor).all(axis=1) & ~np.isnan(target)
    _lose_texts(answers, model, np.repeat(unreached[:, None], count, axis=1))
    rubric[unreached] = np.nan
    vendor[unreached] = vendor_for(model, rubric, target, sessions)[unreached]
    corrected = vendor_for(model, rubric, correction, sessions)
    composite = _composites(model, sessions, rubric, np.where(np.isnan(corrected), vendor, corrected))
    draft = Draft(
        block,
        model,
        people,
        Abilities.draw(block.rng(10), len(people), model),
        sessions,
        answers,
        expected,
        rubric,
        vendor,
        composite,
        policy.grade_of(composite),
        np.full(len(interviews), -1),
    )
    return draft, corrected


def _even_levels(rng: np.random.Generator, model: RoleModel, aim: Floats) -> Ints:
    """(N, K) levels that earn close to the aims (N,): what one is rounded down by, the next gets."""
    wanted = np.clip(aim / 100, LOWEST, HIGHEST)[:, None] * model.trials
    due = np.floor(np.cumsum(wanted, axis=1) + rng.random((len(aim), 1)))
    return np.asarray(np.diff(due, axis=1, prepend=0.0), dtype=np.int64)


def _calm(planted: Planted) -> Planted:
    """Without what would spoil an answer; odd ones are more frequent, so that every demo has some."""
    return replace(
        planted,
        skipped_rate=0.0,
        repeated_rate=0.0,
        missing_rate=0.0,
        second_attempt_rate=0.0,
        stuffed_rate=ODD_RATE,
        copied_rate=ODD_RATE,
        fast_rate=ODD_RATE,
        slow_rate=ODD_RATE,
        halting_rate=ODD_RATE,
    )


def vendor_for(model: RoleModel, rubric: Floats, target: Floats, sessions: Sessions) -> Floats:
    """(N, C) vendor scores that bring the mean of rubric and vendor to the targets (N,); nan where none do.

    The vendor differs from the rubric by as many points in every competency, within 0–100; a competency
    without a rubric score gets the target.
    """
    shares = _shares(model, sessions)
    is_free = np.isnan(rubric)
    base = np.where(is_free, target[:, None], rubric)
    low, high = np.full(len(target), -100.0), np.full(len(target), 100.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        shifted = np.where(is_free, base, np.clip(base + middle[:, None], 0, 100))
        found = np.sum(shares * (base + shifted) / 2, axis=1)
        low, high = np.where(found < target, middle, low), np.where(found < target, high, middle)
    shifted = np.where(is_free, base, np.clip(base + high[:, None], 0, 100))
    vendor = np.asarray(np.round(shifted, DECIMALS), dtype=np.float64)
    vendor[shares == 0] = np.nan
    found = _composites(model, sessions, rubric, vendor)
    vendor[~(np.abs(found - target) < TOLERANCE)] = np.nan
    return np.asarray(vendor, dtype=np.float64)


def _composites(model: RoleModel, sessions: Sessions, rubric: Floats, vendor: Floats) -> Floats:
    """(N,) composites of the mean of rubric and vendor, of either where the other is missing."""
    joined = np.where(np.isnan(vendor), rubric, np.where(np.isnan(rubric), vendor, (rubric + vendor) / 2))
    result = composites(_shares(model, sessions), joined)
    result[~sessions.is_completed] = np.nan
    return np.asarray(result, dtype=np.float64)


def _shares(model: RoleModel, sessions: Sessions) -> Floats:
    """(N, C) the weights in force on the local day of completion, as shares."""
    days = day_text(sessions.completed).tolist()
    shares: Floats = np.stack(
        [model.shares(model.role.weights_on(day) or model.role.weights[0][1]) for day in days]
    )
    return shares


def _lose_texts(answers: Answers, model: RoleModel, lost: Bools) -> None:
    """Leaves no text, time and score of the answers (N, Q)."""
    answers.state[lost] = MISSING
    answers.is_retried[lost] = False
    copied = answers.odd.copied_from
    is_orphan = (copied >= 0) & np.take_along_axis(lost, np.maximum(copied, 0), axis=0)
    answers.odd.kind[lost | is_orphan] = NORMAL_SPEECH
    answers.h[lost[:, model.question]] = np.nan
    for values in (answers.seconds, answers.pause):
        values[lost] = np.nan


def _people(block: Block, cast: Sequence[Person], planted: Planted) -> People:
    """(P,) people as the case wants them: number, name, gender, and whether they are employees already."""
    drawn = draw_people(block, len(cast), planted)
    genders = [person.entry.get("gender") for person in cast]
    return replace(
        drawn,
        number=np.array([person.number for person in cast]),
        is_male=np.array([at % 2 == 1 if g is None else g == "male" for at, g in enumerate(genders)]),
        is_internal=np.array([not person.applications for person in cast]),
        names=[person.entry.get("name", name) for person, name in zip(cast, drawn.names, strict=True)],
    )


def _sessions(interviews: Sequence[Interview], people: Sequence[Person], questions: int) -> Sessions:
    """(N,) sessions without their times."""
    row_of = {one.number: row for row, one in enumerate(interviews)}
    person_of = {person.number: at for at, person in enumerate(people)}
    status = np.array([STATUSES.index(one.status) for one in interviews])
    asked = {"completed": questions, "abandoned": 3, "started": 1}
    size = len(interviews)

    def kind(one: Interview) -> int:
        return SUPPLEMENT if one.supplement_of else FIRST if one.number == one.person else AGAIN

    nothing = np.zeros(size, dtype=np.int64)
    return Sessions(
        number=np.array([one.number for one in interviews]),
        person=np.array([person_of[one.person] for one in interviews]),
        kind=np.array([kind(one) for one in interviews]),
        parent=np.array([row_of[one.supplement_of or one.person] for one in interviews]),
        quarter=quarter_of(np.array([one.at for one in interviews])),
        scenario=np.array([SCENARIOS.index(one.scenario) for one in interviews]),
        status=status,
        channel=np.array([CHANNELS.index(one.channel) for one in interviews]),
        modality=np.array([MODALITIES.index(one.modality) for one in interviews]),
        is_english=np.zeros(size, dtype=bool),
        is_mixed=np.zeros(size, dtype=bool),
        is_technical_failure=np.zeros(size, dtype=bool),
        answered=np.array([min(asked.get(one.status, 0), questions) for one in interviews]),
        invited=nothing,
        accepted=nothing.copy(),
        started=nothing.copy(),
        completed=nothing.copy(),
    )


def _place(sessions: Sessions, interviews: Sequence[Interview], spoken: Ints) -> None:
    """Fills the times in: 6 hours to accept, 20 to start, then as long as the answers took."""
    at = np.array([one.at for one in interviews])
    done = sessions.is_completed
    started = np.where(done, at - spoken - 300, at + TO_ACCEPT + TO_START)
    invited = np.where(done, started - TO_START - TO_ACCEPT, at)
    was_accepted = np.isin(
        sessions.status, [STATUSES.index(s) for s in ("completed", "accepted", "abandoned")]
    )
    was_started = np.isin(sessions.status, [STATUSES.index(s) for s in ("completed", "abandoned")])
    was_started |= sessions.status == STARTED
    sessions.invited = invited
    sessions.accepted = np.where(was_accepted | was_started, invited + TO_ACCEPT, 0)
    sessions.started = np.where(was_started, started, 0)
    sessions.completed = np.where(done, at, 0)
