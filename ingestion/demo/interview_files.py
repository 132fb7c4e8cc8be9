"""Interviews as the vendor exports them: one row a session, with the times that its task went through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingestion.demo.clock import DAY, END, time_text
from ingestion.demo.interviews import (
    ABANDONED,
    ACCEPTED,
    CHANNELS,
    COMPLETED,
    DECLINED,
    EXPIRED,
    EXTERNAL,
    MODALITIES,
    SCENARIOS,
    SUPPLEMENT,
    Sessions,
)
from ingestion.demo.people import People, words
from ingestion.demo.plan import Block, Ints, Planted, pick
from ingestion.demo.writers import maybe

STATUS_WORDS = ("已完成", "已拒绝", "已放弃", "已过期", "已邀请", "已接受", "进行中")
SCENARIO_WORDS = ("外部招聘", "晋升评估", "培训考核")
CHANNEL_WORDS = ("邮件", "短信", "微信", "APP", "自助机", "网页", "招聘网站")
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
    *("创建时间", "邀请时间", "接受时间", "预约时间", "开始时间", "完成时间", "通知时间", "归档时间"),
    *("邀请渠道", "面试形式", "中断次数", "设备检测", "模拟面试", "原面试编号", "HR备注"),
)
SLOT = 900
"""Seconds between two times that can be booked."""
BOOKED_RATE = 0.8
NOTIFIED_RATE, LATE_RATE, ARCHIVED_RATE = 0.96, 0.08, 0.97
HOUR = 3600
NOTICE_LIMIT = np.timedelta64(60, "m")
"""A result that is told later than this after the interview is late."""
ANOMALY = 3
"""So many interruptions of an interview are an anomaly."""


@dataclass(frozen=True)
class TaskTimes:
    """Local seconds (N,) of what HR and the system did around each session, 0 where it did not happen.

    A booked slot may lie behind the end of the data; nothing else does.
    """

    created: Ints
    slot: Ints
    notified: Ints
    archived: Ints


def draw_task_times(block: Block, sessions: Sessions) -> TaskTimes:
    """Creation before the invitation, most starts at a booked slot, most results told within the hour."""
    rng = block.rng(8)
    size = len(sessions)
    created = sessions.invited - rng.integers(60, 2 * DAY, size)
    waits = sessions.status == ACCEPTED
    ahead = sessions.accepted + rng.integers(2 * HOUR, 4 * DAY, size)
    slot = np.where(waits, ahead, sessions.started) // SLOT * SLOT
    has_slot = (rng.random(size) < BOOKED_RATE) & (sessions.accepted > 0) & (slot >= sessions.accepted)
    is_late = pick(rng, LATE_RATE, size, at_least_one=block.is_first)
    lag = np.where(is_late, rng.integers(HOUR + 300, 3 * DAY, size), rng.integers(120, 50 * 60, size))
    notified = sessions.completed + lag
    is_told = sessions.is_completed & (rng.random(size) < NOTIFIED_RATE) & (notified < END)
    over = np.isin(sessions.status, (COMPLETED, DECLINED, ABANDONED, EXPIRED))
    last = np.maximum.reduce([sessions.invited + 10 * DAY, sessions.started, sessions.completed])
    archived = (last // DAY + rng.integers(30, 46, size)) * DAY + 2 * HOUR
    is_archived = over & (rng.random(size) < ARCHIVED_RATE) & (archived < END)
    return TaskTimes(
        created,
        np.where(has_slot, slot, 0),
        np.where(is_told, notified, 0),
        np.where(is_archived, archived, 0),
    )


def moments(seconds: Ints) -> list[str]:
    """The local times as text, an empty cell where 0."""
    return maybe(time_text(seconds).tolist(), seconds > 0)


def bank_ids(block: Block, sessions: Sessions, planted: Planted) -> list[str]:
    """Question bank of each session; one role's bank is replaced in the planted quarter."""
    changed = (block.role_id == planted.bank_change_role) & (sessions.quarter >= planted.bank_change_quarter)
    return [f"QB-{block.role_id}-{'2026' if new else '2025'}" for new in changed.tolist()]


def tally(rows: Sequence[tuple[object, ...]]) -> Counter[str]:
    """What rows under INTERVIEW_HEADERS hold: interviews by channel, modality, scenario and what was done."""
    columns = dict(zip(INTERVIEW_HEADERS, zip(*rows, strict=True), strict=True))
    counts: Counter[str] = Counter()
    for kind, header, written, names in (
        ("channel", "邀请渠道", CHANNEL_WORDS, CHANNELS),
        ("modality", "面试形式", MODALITY_WORDS, MODALITIES),
        ("scenario", "面试场景", SCENARIO_WORDS, SCENARIOS),
    ):
        found = Counter(columns[header])
        for word, name in zip(written, names, strict=True):
            counts[f"interviews/{kind}/{name}"] = found[word]
    counts["interviews/scenario/external"] += columns["面试场景"].count("")
    dated = {"booked": "预约时间", "notified": "通知时间", "archived": "归档时间"}
    for name, header in dated.items():
        counts[f"interviews/{name}"] = sum(cell != "" for cell in columns[header])
    told = [(str(end), str(told)) for end, told in zip(columns["完成时间"], columns["通知时间"], strict=True)]
    ended, notified = (np.array(times, "datetime64[s]") for times in zip(*told, strict=True))
    counts["interviews/notified_late"] = int(np.count_nonzero(notified - ended > NOTICE_LIMIT))
    interrupted = [int(str(times)) >= ANOMALY for times in columns["中断次数"]]
    counts["interviews/interrupted"] = sum(interrupted)
    return counts


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
    tasks = draw_task_times(block, sessions)
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
        moments(tasks.created),
        moments(sessions.invited),
        moments(sessions.accepted),
        moments(tasks.slot),
        moments(sessions.started),
        moments(sessions.completed),
        moments(tasks.notified),
        moments(tasks.archived),
        [CHANNEL_WORDS[c] for c in sessions.channel.tolist()],
        [MODALITY_WORDS[m] for m in sessions.modality.tolist()],
        interruptions.tolist(),
        maybe([("否", "是")[ok] for ok in (rng.random(size) < 0.97).tolist()], was_started),
        maybe([("否", "是")[did] for did in (rng.random(size) < 0.6).tolist()], was_started),
        supplements,
        maybe([notes[at] for at in note], pick(rng, 0.08, size) & was_started),
    )
    return list(zip(*columns, strict=True))
