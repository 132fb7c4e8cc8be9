"""Interview sessions: who sat when, why, by which channel, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingestion.demo.clock import DAY, END, QUARTER_EDGES, quarter_of, time_text, working_time
from ingestion.demo.people import People, words
from ingestion.demo.plan import QUARTERS, Block, Bools, Floats, Ints, Planted, pick
from ingestion.demo.writers import maybe

FIRST, AGAIN, SUPPLEMENT = 0, 1, 2
STATUSES = ("completed", "declined", "abandoned", "expired", "invited", "accepted", "started")
COMPLETED, DECLINED, ABANDONED, EXPIRED, INVITED, ACCEPTED, STARTED = range(7)
STATUS_WORDS = ("已完成", "已拒绝", "已放弃", "已过期", "已邀请", "已接受", "进行中")
SCENARIOS = ("external", "promotion", "training")
EXTERNAL, PROMOTION, TRAINING = range(3)
SCENARIO_WORDS = ("外部招聘", "晋升评估", "培训考核")
CHANNELS = ("email", "sms", "wechat", "app", "kiosk", "web", "job_board")
CHANNEL_WORDS = ("邮件", "短信", "微信", "APP", "自助机", "网页", "招聘网站")
CHANNEL_SHARES = (0.20, 0.14, 0.28, 0.14, 0.03, 0.13, 0.08)
CHANNEL_LOSS = (1.2, 1.1, 0.6, 0.6, 0.5, 1.1, 2.2)
"""How much likelier than usual a session of the channel is lost on the way."""
WAIT_DAYS = 30
"""Days that lie between two attempts at least: time for a course."""
MODALITIES = ("video", "audio", "text")
VIDEO, AUDIO, TEXT = range(3)
MODALITY_WORDS = ("视频", "音频", "文本")
INTERVIEW_HEADERS = (
    *(
        "面试编号",
        "候选人编号",
        "岗位编号",
        "部门编号",
        "面试场景",
        "批次编号",
        "需求编号",
        "题库编号",
        "面试状态",
    ),
    *(
        "邀请时间",
        "接受时间",
        "开始时间",
        "完成时间",
        "邀请渠道",
        "面试形式",
        "中断次数",
        "设备检测",
        "模拟面试",
    ),
    *("原面试编号", "HR备注"),
)


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


def bank_ids(block: Block, sessions: Sessions, planted: Planted) -> list[str]:
    """Question bank of each session; one role's bank is replaced in the planted quarter."""
    changed = (block.role_id == planted.bank_change_role) & (sessions.quarter >= planted.bank_change_quarter)
    return [f"QB-{block.role_id}-{'2026' if new else '2025'}" for new in changed.tolist()]


def interview_rows(
    block: Block,
    sessions: Sessions,
    people: People,
    department_id: str,
    requisitions: Sequence[str],
    planted: Planted,
) -> list[tuple[object, ...]]:
    """Rows under INTERVIEW_HEADERS."""
    rng = block.rng(5)
    size = len(sessions)
    candidates = people.candidate_ids()
    interruptions = rng.poisson(np.where(rng.random(size) < 0.05, 2.6, 0.18))
    interruptions[sessions.started == 0] = 0
    batch = np.char.replace(time_text(sessions.invited).astype("U7"), "-", "").tolist()
    notes = words()["hr_notes"]
    note = rng.integers(0, len(notes), size).tolist()
    ids = sessions.interview_ids()
    was_started = sessions.started > 0
    supplements = [
        ids[p] if k == SUPPLEMENT else "" for p, k in zip(sessions.parent, sessions.kind, strict=True)
    ]
    is_external = sessions.scenario == EXTERNAL
    columns = (
        ids,
        [candidates[person] for person in sessions.person.tolist()],
        [block.role_id] * size,
        maybe([department_id] * size, rng.random(size) > 0.03),
        maybe(
            [SCENARIO_WORDS[s] for s in sessions.scenario.tolist()], (rng.random(size) > 0.1) | ~is_external
        ),
        [f"B{month}-{block.role_id}" for month in batch],
        maybe(requisitions, is_external),
        bank_ids(block, sessions, planted),
        [STATUS_WORDS[s] for s in sessions.status.tolist()],
        time_text(sessions.invited).tolist(),
        maybe(time_text(sessions.accepted).tolist(), sessions.accepted > 0),
        maybe(time_text(sessions.started).tolist(), was_started),
        maybe(time_text(sessions.completed).tolist(), sessions.completed > 0),
        [CHANNEL_WORDS[c] for c in sessions.channel.tolist()],
        [MODALITY_WORDS[m] for m in sessions.modality.tolist()],
        interruptions.tolist(),
        maybe([("否", "是")[ok] for ok in (rng.random(size) < 0.97).tolist()], was_started),
        maybe([("否", "是")[did] for did in (rng.random(size) < 0.6).tolist()], was_started),
        supplements,
        maybe([notes[at] for at in note], pick(rng, 0.08, size) & was_started),
    )
    return list(zip(*columns, strict=True))
