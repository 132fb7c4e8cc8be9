"""The answers of a block: which are skipped, repeated or missing, how long each took, and what it earns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.abilities import RoleModel
from ingestion.demo.content import Content
from ingestion.demo.interviews import TEXT, Sessions
from ingestion.demo.odd_answers import (
    BRIEF,
    FAST,
    HALTING,
    NORMAL_SPEECH,
    SLOW,
    OddAnswers,
    copy_answers,
    draw_odd,
)
from ingestion.demo.plan import Block, Bools, Floats, Ints, Planted
from ingestion.demo.policy import PACE, Policy
from ingestion.demo.speech import say

NORMAL, SKIPPED, REPEATED, MISSING = range(4)


@dataclass
class Answers:
    """The answers of N interviews to Q questions.

    texts: [Q][N] JSON-escaped; weak: the same for the first of two attempts; state, is_retried, is_english
    (N, Q); seconds, pause (N, Q), nan without a clock; h (N, K) as written, nan where the rules say null;
    odd: those that are planted for the signals.
    """

    texts: list[list[str]]
    weak: list[list[str]]
    state: Ints
    copied_from: Ints
    is_retried: Bools
    is_english: Bools
    seconds: Floats
    pause: Floats
    h: Floats
    odd: OddAnswers


def draw_answers(
    block: Block,
    sessions: Sessions,
    model: RoleModel,
    levels: Ints,
    content: Content,
    policy: Policy,
    planted: Planted,
) -> Answers:
    """Writes all answers of a block; `levels` (N, K) are those of `draw_levels`."""
    rng = block.rng(6)
    size, count = len(sessions), len(model.role.questions)
    state, copied_from = _states(rng, sessions, count, planted)
    is_english = sessions.is_english[:, None] | (rng.random((size, count)) < 0.006)
    answers = Answers(
        texts=[],
        weak=[],
        state=state,
        copied_from=copied_from,
        is_retried=(rng.random((size, count)) < planted.second_attempt_rate) & (state == NORMAL),
        is_english=is_english,
        seconds=np.full((size, count), np.nan),
        pause=np.full((size, count), np.nan),
        h=np.full(levels.shape, np.nan),
        odd=draw_odd(block, sessions, state == NORMAL, model, levels, planted),
    )
    talkative = rng.random(size)
    fluency = rng.random(size)
    for at, question in enumerate(model.role.questions):
        languages = content.spoken[question.question_id]
        if "en" not in languages:
            is_english[:, at] = False
        mine = np.flatnonzero(model.question == at)
        texts = np.full(size, "", dtype=object)
        weak = np.full(size, "", dtype=object)
        units = np.zeros(size, dtype=np.int64)
        for lang, spoken in languages.items():
            rows = np.flatnonzero(is_english[:, at] == (lang == "en"))
            if not len(rows):
                continue
            wanted = levels[np.ix_(rows, mine)]
            is_foreign = sessions.is_mixed[rows] & (lang == "zh")
            odd = answers.odd.kind[rows, at]
            said = say(
                rng, model, mine, spoken, wanted, is_foreign, talkative[rows], planted.negated_rate, odd
            )
            texts[rows], weak[rows], units[rows], answers.h[np.ix_(rows, mine)] = said
            copy_answers(answers.odd, at, rows, texts, units, answers.h[np.ix_(rows, mine)], spoken, lang)
        _clock(rng, answers, at, sessions, units, fluency, levels, model, policy)
        answers.texts.append(texts.tolist())
        answers.weak.append(weak.tolist())
    _unearn(answers, model, sessions)
    return answers


def _states(rng: np.random.Generator, sessions: Sessions, count: int, planted: Planted) -> tuple[Ints, Ints]:
    """(N, Q) state of each answer, and the earlier question whose text a repeated one copies."""
    size = len(sessions)
    draw = rng.random((size, count))
    edges = np.cumsum([planted.skipped_rate, planted.repeated_rate, planted.missing_rate])
    state = np.select([draw < edge for edge in edges], [SKIPPED, REPEATED, MISSING], NORMAL)
    failed = rng.random((size, count)).argsort(axis=1) < count - 1
    state[sessions.is_technical_failure[:, None] & failed] = MISSING
    asked = np.arange(count)[None, :] < sessions.answered[:, None]
    state[~asked] = NORMAL
    copied_from = np.full((size, count), -1)
    for row, at in np.argwhere(state == REPEATED).tolist():
        earlier = np.flatnonzero(state[row, :at] == NORMAL)
        if len(earlier):
            copied_from[row, at] = earlier[int(draw[row, at] * 1e6) % len(earlier)]
        else:
            state[row, at] = NORMAL
    return state, copied_from


def _clock(
    rng: np.random.Generator,
    answers: Answers,
    at: int,
    sessions: Sessions,
    units: Ints,
    fluency: Floats,
    levels: Ints,
    model: RoleModel,
    policy: Policy,
) -> None:
    """Times of the answers to question `at`, from the units spoken and a pace; typed answers have none.

    Where the question has a criterion for pace, its level says whether the pace lies inside the band.
    """
    size = len(units)
    bands = np.array([policy.pace_bands["zh"], policy.pace_bands["en"]])
    outer_low, low, high, outer_high = bands[answers.is_english[:, at].astype(np.int64)].T
    scored = [k for k in np.flatnonzero(model.question == at).tolist() if model.kind[k] == PACE]
    is_inside = levels[:, scored[0]] > 0 if scored else np.ones(size, dtype=bool)
    place = np.clip(fluency + rng.normal(0, 0.08, size), 0.02, 0.98)
    off = rng.random(size)
    slow = outer_low + (0.1 + 0.85 * off) * (low - outer_low)
    fast = high + (0.05 + 0.85 * off) * (outer_high - high)
    pace = np.where(is_inside, low + place * (high - low), np.where(fluency < 0.6, slow, fast))
    pause = np.round(rng.gamma(2.0, 1.6, size) + 0.3, 1)
    pace = np.where(is_inside & (answers.odd.kind[:, at] == BRIEF), low + 0.97 * (high - low), pace)
    pace, pause = _oddly(answers.odd, at, pace, pause, np.maximum(units, 4), outer_low, outer_high)
    seconds = np.round(np.maximum(units, 4) / pace * 60 + pause, 1)
    has_clock = (sessions.modality != TEXT) & (answers.state[:, at] != MISSING)
    answers.seconds[:, at] = np.where(has_clock, seconds, np.nan)
    has_pause = (rng.random(size) < 0.95) | (answers.odd.kind[:, at] != NORMAL_SPEECH)
    answers.pause[:, at] = np.where(has_clock & has_pause, pause, np.nan)
    spoken = 60 * units / (answers.seconds[:, at] - np.nan_to_num(answers.pause[:, at]))
    h = np.clip(
        np.minimum((spoken - outer_low) / (low - outer_low), (outer_high - spoken) / (outer_high - high)),
        0,
        1,
    )
    for k in scored:
        answers.h[:, k] = h


def _oddly(
    odd: OddAnswers, at: int, pace: Floats, pause: Floats, units: Ints, outer_low: Floats, outer_high: Floats
) -> tuple[Floats, Floats]:
    """Paces beyond the outer limits, and pauses longer than the speech, where they are planted."""
    kind, strength = odd.kind[:, at], odd.strength[:, at]
    pace = np.where(kind == FAST, outer_high * (1.06 + 0.5 * strength), pace)
    pace = np.where(kind == SLOW, outer_low * (0.5 + 0.42 * strength), pace)
    halting = np.round(units / pace * 60 * (1.1 + strength), 1)
    pause = np.where(kind == BRIEF, 0.5, pause)
    return pace, np.where(kind == HALTING, halting, pause)


def _unearn(answers: Answers, model: RoleModel, sessions: Sessions) -> None:
    """What skipping, repeating and technical failures leave of h (scoring.md, section 2)."""
    state = answers.state[:, model.question]
    is_pace = np.array([kind == PACE for kind in model.kind])
    nothing = (state == SKIPPED) | (state == REPEATED)
    answers.h[nothing & ~is_pace] = 0.0
    answers.h[nothing & is_pace] = np.nan
    answers.h[state == MISSING] = np.nan
    answers.h[model.question[None, :] >= sessions.answered[:, None]] = np.nan


def spoken_seconds(answers: Answers, sessions: Sessions) -> Ints:
    """(N,) whole seconds that the answers of each session took; a typed answer is taken as two minutes."""
    asked = np.arange(answers.seconds.shape[1])[None, :] < sessions.answered[:, None]
    each = np.where(np.isnan(answers.seconds), 120.0, answers.seconds)
    return np.asarray(np.ceil(np.sum(each * asked, axis=1)), dtype=np.int64)
