"""Interview sessions: who sat when, why, by which channel, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.clock import DAY, END, QUARTER_EDGES, quarter_of, working_time
from ingestion.demo.people import People
from ingestion.demo.plan import QUARTERS, Block, Bools, Floats, Ints, Planted

FIRST, AGAIN, SUPPLEMENT = 0, 1, 2
STATUSES = ("completed", "declined", "abandoned", "expired", "invited", "accepted", "started")
COMPLETED, DECLINED, ABANDONED, EXPIRED, INVITED, ACCEPTED, STARTED = range(7)
SCENARIOS = ("external", "promotion", "training")
EXTERNAL, PROMOTION, TRAINING = range(3)
CHANNELS = ("email", "sms", "wechat", "app", "kiosk", "web", "job_board")
CHANNEL_SHARES = (0.20, 0.14, 0.28, 0.14, 0.03, 0.13, 0.08)
CHANNEL_LOSS = (1.2, 1.1, 0.6, 0.6, 0.5, 1.1, 2.2)
"""How much likelier than usual a session of the channel is lost on the way."""
WAIT_DAYS = 30
"""Days that lie between two attempts at least: time for a course."""
MODALITIES = ("video", "audio", "text")
VIDEO, AUDIO, TEXT = range(3)


@dataclass
class Sessions:
    """The N interviews of a block; times are local seconds, 0 where they did not happen."""

    number: Ints
    person: Ints
    kind: Ints
    parent: Ints
    quarter: Ints
    scenario: Ints
    status: Ints
    channel: Ints
    modality: Ints
    is_english: Bools
    is_mixed: Bools
    is_technical_failure: Bools
    answered: Ints
    invited: Ints
    accepted: Ints
    started: Ints
    completed: Ints

    def __len__(self) -> int:
        """Number of interviews."""
        return len(self.number)

    def interview_ids(self) -> list[str]:
        """`IV` and seven digits."""
        return [interview_id(number) for number in self.number.tolist()]

    @property
    def is_completed(self) -> Bools:
        """(N,) completed ones: only they are scored."""
        return np.asarray(self.status == COMPLETED)


def interview_id(number: int) -> str:
    """`IV` and seven digits."""
    return f"IV{number:07d}"


def split_sizes(block: Block, planted: Planted) -> tuple[int, int, int]:
    """First, repeated and supplementary interviews of a block; they add up to its size."""
    rng = block.rng(0)
    again = (
        0 if block.quarter == len(QUARTERS) - 1 else int(rng.binomial(block.size, planted.reinterview_rate))
    )
    supplement = int(rng.binomial(block.size, planted.supplement_rate))
    again = min(again, block.size // 4)
    supplement = min(supplement, block.size // 4)
    return block.size - again - supplement, again, supplement


def draw_sessions(
    block: Block,
    people: People,
    expected: Floats,
    sizes: tuple[int, int, int],
    questions: int,
    planted: Planted,
) -> Sessions:
    """Draws the sessions of a block: first ones, then re-interviews and supplements of the less able.

    `expected` (P,) is each person's true composite in points; `questions` the length of the interview.
    """
    rng = block.rng(3)
    first, again, supplement = sizes
    external = np.flatnonzero(~people.is_internal)
    order = external[np.argsort(expected[external] + rng.normal(0, 6, len(external)), kind="stable")]
    middle = order[len(order) // 8 :]
    supplemented, back = middle[:supplement], middle[supplement : supplement + again]
    person = np.concatenate((np.arange(first), back, supplemented))
    kind = np.repeat([FIRST, AGAIN, SUPPLEMENT], [first, len(back), len(supplemented)])
    size = len(person)
    quarter = np.full(size, block.quarter)
    is_again = kind == AGAIN
    quarter[is_again] = rng.integers(block.quarter + 1, np.full(int(is_again.sum()), len(QUARTERS)))
    scenario = np.where(people.is_internal[person], PROMOTION, EXTERNAL)
    scenario[(scenario == PROMOTION) & (rng.random(size) < 0.4)] = TRAINING
    channel = rng.choice(len(CHANNELS), size, p=CHANNEL_SHARES)
    followed = np.zeros(first, dtype=bool)
    followed[person[first:]] = True
    status = _statuses(rng, channel, quarter, kind)
    status[:first][followed] = COMPLETED
    if block.is_opening:
        status[0] = COMPLETED
    if block.starts_internally:
        scenario[0] = PROMOTION
    answered = np.where(status == COMPLETED, questions, 0)
    answered = np.where(status == ABANDONED, rng.integers(1, max(questions - 1, 2), size), answered)
    answered = np.where(status == STARTED, rng.integers(0, 4, size), answered)
    return Sessions(
        number=block.first_interview + np.arange(size),
        person=person,
        kind=kind,
        parent=np.where(kind == FIRST, -1, person),
        quarter=quarter,
        scenario=scenario,
        status=status,
        channel=channel,
        modality=rng.choice(3, size, p=(0.70, 0.21, 0.09)),
        is_english=rng.random(size) < planted.english_rate,
        is_mixed=rng.random(size) < planted.mixed_rate,
        is_technical_failure=(status == COMPLETED) & (rng.random(size) < planted.technical_failure_rate),
        answered=np.minimum(answered, questions),
        invited=np.zeros(size, dtype=np.int64),
        accepted=np.zeros(size, dtype=np.int64),
        started=np.zeros(size, dtype=np.int64),
        completed=np.zeros(size, dtype=np.int64),
    )


def _statuses(rng: np.random.Generator, channel: Ints, quarter: Ints, kind: Ints) -> Ints:
    """Most sessions are completed; some channels lose more of them, and in the last quarter some are open."""
    size = len(channel)
    loss = np.array(CHANNEL_LOSS)[channel] * np.where(kind == FIRST, 1.0, 0.7)
    is_last = quarter == len(QUARTERS) - 1
    rates = np.stack(
        [
            np.full(size, 0.026),
            0.036 * loss,
            0.026 * loss,
            np.where(is_last, 0.022, 0.002),
            np.where(is_last, 0.016, 0.002),
            np.where(is_last, 0.008, 0.001),
        ],
        axis=1,
    )
    at = (rng.random(size)[:, None] > np.cumsum(rates, axis=1)).sum(axis=1)
    statuses: Ints = np.array([DECLINED, ABANDONED, EXPIRED, INVITED, ACCEPTED, STARTED, COMPLETED])[at]
    return statuses


def draw_times(block: Block, sessions: Sessions, seconds: Ints) -> None:
    """Fills the times in; `seconds` (N,) is how long the answers took.

    A completed session ends inside its quarter, the others were invited inside it; a supplement follows its
    parent within two weeks, and nothing lies after the end of the data.
    """
    rng = block.rng(4)
    size = len(sessions)
    low, high = QUARTER_EDGES[sessions.quarter], QUARTER_EDGES[sessions.quarter + 1]
    is_parent = np.zeros(size, dtype=bool)
    is_parent[sessions.parent[sessions.kind == SUPPLEMENT]] = True
    moment = working_time(rng, low, np.where(is_parent, high - 16 * DAY, high))
    if block.role == 0 and block.chunk == 0:
        # One interview ends in the first minutes of the local quarter, while UTC is still in the old one.
        moment[0] = low[0] + 15 * 60
    is_again = sessions.kind == AGAIN
    before = moment[sessions.parent[is_again]] // DAY * DAY + WAIT_DAYS * DAY
    moment[is_again] = working_time(rng, np.maximum(low[is_again], before), high[is_again])
    is_supplement = sessions.kind == SUPPLEMENT
    parent = sessions.parent[is_supplement]
    moment[is_supplement] = moment[parent] + rng.integers(3 * DAY, 14 * DAY, int(is_supplement.sum()))
    took = seconds + rng.integers(180, 600, size)
    to_accept = np.floor(rng.exponential(9 * 3600, size)).astype(np.int64) + 120
    to_start = np.floor(rng.exponential(20 * 3600, size)).astype(np.int64) + 60
    is_done = sessions.is_completed
    started = np.where(is_done, moment - took, moment + to_accept + to_start)
    accepted = np.where(is_done, started - to_start, moment + to_accept)
    invited = np.where(is_done, accepted - to_accept, moment)
    earliest = np.full(size, 0)
    earliest[is_supplement] = moment[parent] + 3600
    shift = np.maximum(earliest - invited, 0)
    invited += shift
    accepted = np.maximum(accepted, invited + 60)
    started = np.maximum(started, accepted + 30)
    status = sessions.status
    sessions.invited = np.minimum(invited, END - 3 * 3600)
    was_accepted = np.isin(status, (COMPLETED, ABANDONED, ACCEPTED, STARTED))
    was_started = np.isin(status, (COMPLETED, ABANDONED, STARTED))
    sessions.accepted = np.where(was_accepted, np.minimum(accepted, END - 2 * 3600), 0)
    sessions.started = np.where(was_started, np.minimum(started, END - 3600), 0)
    sessions.completed = np.where(is_done, np.maximum(moment, started + 60), 0)


def file_quarter(sessions: Sessions) -> Ints:
    """(N,) the quarter in whose export a session stands: of its completion, else of its invitation."""
    return quarter_of(np.where(sessions.completed > 0, sessions.completed, sessions.invited))
