"""Legal exports of the nasty kind: four deliveries, three formats, every rule's edge; all invented."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from tests.end_to_end.oracle_answers import Rules

Row = dict[str, Any]
ZONE = ZoneInfo("Asia/Shanghai")
ROLES = ("sales_rep", "customer_service_lead", "rd_manager")
INTERVIEWS = 240
CHINESE = {
    "interview_id": "面试编号",
    "candidate_id": "候选人编号",
    "role_id": "岗位编号",
    "status": "面试状态",
    "scenario": "面试场景",
    "completed_at": "完成时间",
    "question_id": "题目编号",
    "attempt": "作答次数",
    "text": "回答文本",
    "lang": "语言",
    "skipped": "是否跳过",
    "answer_seconds": "作答时长",
    "pause_seconds": "停顿时长",
    "competency_id": "能力维度",
    "score": "得分",
    "exported_at": "导出时间",
}
# The last instant of a local quarter, the first of the next one, and the last of a UTC quarter.
EDGES = (
    datetime(2025, 9, 30, 15, 59, 59, 999999, UTC),
    datetime(2025, 9, 30, 16, 0, 0, 0, UTC),
    datetime(2025, 12, 31, 15, 59, 59, 0, UTC),
    datetime(2025, 12, 31, 16, 0, 0, 0, UTC),
    datetime(2025, 12, 31, 23, 59, 59, 0, UTC),
)
# Composites on a band's edge, and a half hundredth below one.
SCORES = (60.0, 59.995, 59.994, 69.995, 79.995, 80.0, 89.995, 89.99, 90.0, 100.0, 0.0, 71.25)
NEGATIONS = (
    *("没有", "没", "不", "不仅", "不断", "无论", "没有没有", "未来", "并非", "缺乏"),
    *("not ", "NOT ", "ｎｏｔ ", "didn't ", "couldn’t ", "not only ", "knot ", "no doubt ", "never "),
)
FILLERS = (
    *(
        "我们团队",
        "The team met",
        "😀👍🏽",
        "e\u0301",
        "ﬁle",
        "2023年",
        "in 2024",
        "㈱",
        "…",
        "\u3000",
        "\t\n",
        "İ",
    ),
    *("豈", "𠀀", "a b c d ", "x" * 14, "的" * 4),
)
STOPS = ("。", "！", "，", "；", ",", ".", "?", "、", " ", "", "")


def wide(text: str) -> str:
    """Full-width forms of the ASCII characters."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def answer_text(rng: random.Random, phrases: Sequence[str], cues: Sequence[str]) -> str:
    """Phrases and cues in every disguise, negated and not, at every distance from a cue."""
    pieces: list[str] = []
    for _ in range(rng.randrange(2, 16)):
        said = rng.choice([rng.choice(phrases), rng.choice(phrases), rng.choice(cues), rng.choice(FILLERS)])
        disguise = rng.choice([str, str, str.upper, wide, lambda text: text.replace("fi", "ﬁ")])
        denied = rng.choice(NEGATIONS) + rng.choice(("", "", *FILLERS)) if rng.random() < 0.35 else ""
        glued = rng.choice(("", "", "", "x", "9"))
        pieces += [denied, glued, disguise(said), rng.choice(STOPS)]
    return "".join(pieces).strip() or "好"


def answers_of(rng: random.Random, interview_id: str, role: str, rules: Rules) -> list[Row]:
    """Answers to some questions of a role: skipped, missing, blank, repeated, at the edges of pace."""
    questions = [q for q in rules.questions if q.startswith(("q_general", f"q_{role}_"))]
    cues = [cue for stage in rules.stages.values() for _, cue in stage]
    chosen = rng.sample(questions, rng.choice((2, 4, len(questions), len(questions))))
    rows: list[Row] = []
    for question in [*chosen, *(["q_of_another_house"] if rng.random() < 0.1 else [])]:
        phrases = [p for c in rules.questions.get(question, []) for _, p in c.phrases] or ["跨部门"]
        text: str | None = answer_text(rng, phrases, cues)
        said = [row["text"] for row in rows if (row["text"] or "").strip()]
        if said and rng.random() < 0.15:
            text = rng.choice([str, str.upper, wide, lambda text: f"\u3000{text} "])(rng.choice(said))
        row: Row = {
            "interview_id": interview_id,
            "question_id": question,
            "attempt": rng.choice((1, 1, 2, 3)),
        }
        row |= rng.choice([{"text": text}] * 8 + [{"text": " \u3000\t"}, {"text": None}])
        row["skipped"] = rng.random() < 0.08
        row["lang"] = rng.choice(("zh", "en", None))
        row["answer_seconds"] = rng.choice((None, 10.0, 33.3, 60.5, 7.5, 120.0))
        row["pause_seconds"] = rng.choice((None, 0.0, 3.3, 10.0, 60.5))
        rows.append(row)
    return rows


def deliveries(rules: Rules, competencies: dict[str, list[str]], seed: int) -> list[dict[str, list[Row]]]:
    """Four deliveries by source: answers before their interviews, the rest, and corrections."""
    rng = random.Random(seed)
    interviews, answers, scores = [], [], []
    for number in range(INTERVIEWS):
        name, role = f"I{number:03d}", rng.choice((*ROLES, *ROLES, "role_of_nobody"))
        done = rng.choice((*EDGES, datetime(2025, 5, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(9000))))
        row = {"interview_id": name, "candidate_id": f"C{number % 90}", "role_id": role}
        row["scenario"] = rng.choice(("external", "external", "promotion", None))
        row["completed_at"] = done
        row["status"] = rng.choice(("completed",) * 8 + ("declined", "expired", "started"))
        interviews.append(row)
        if rng.random() < 0.8:
            answers += answers_of(rng, name, role, rules)
        if rng.random() < 0.4:
            known = competencies.get(role, ["logic"])
            score = rng.choice(SCORES)
            part = rng.sample(known, rng.choice((1, len(known) - 1 or 1, len(known), len(known))))
            part += [rng.choice(("competency_of_nobody", "composite"))] if rng.random() < 0.2 else []
            scores += [{"interview_id": name, "competency_id": c, "score": score} for c in part]
    cues = [cue for stage in rules.stages.values() for _, cue in stage]
    corrected = []
    for row in rng.sample(answers, len(answers) // 6):
        attempt = max(1, row["attempt"] + rng.choice((-1, 0, 1)))
        corrected.append({**row, "attempt": attempt, "text": answer_text(rng, cues, cues)})
    moved = [{**row, "completed_at": rng.choice(EDGES)} for row in rng.sample(interviews, 20)]
    # Exported before what is known already: history, and no change.
    late = [{**row, "status": "declined"} for row in rng.sample(interviews, 20)]
    half = len(answers) // 2
    return [
        {"answers": answers[:half]},
        {"interviews": exported(interviews, 2), "answers": answers[half:], "vendor_scores": scores},
        {"interviews": exported(moved, 3), "answers": corrected},
        {"interviews": exported(late, 1), "answers": answers[:40]},
    ]


def exported(rows: list[Row], day: int) -> list[Row]:
    """The rows as of a day."""
    return [{**row, "exported_at": datetime(2026, 9, day, tzinfo=UTC)} for row in rows]


def moment(rng: random.Random, instant: datetime) -> str:
    """One of the ways to write an instant."""
    local = instant.astimezone(ZONE)
    return rng.choice(
        [
            local.isoformat(),
            instant.isoformat(),
            instant.replace(tzinfo=None).isoformat() + "Z",
            local.replace(tzinfo=None).isoformat(" "),
            local.replace(tzinfo=None).isoformat(" ").replace("-", "/"),
        ]
    )


def write(rng: random.Random, path: Path, rows: list[Row]) -> None:
    """One export in the format that its name ends with: zh.csv (GB18030), en.csv, jsonl or parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(rows[0])
    if path.suffix == ".parquet":
        columns = {name: pa.array([row[name] for row in rows]) for name in names}
        pq.write_table(pa.table(columns), path)
        return
    cells = [
        [moment(rng, value) if isinstance(value, datetime) else value for value in row.values()]
        for row in rows
    ]
    if path.suffix == ".jsonl":
        lines = [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in cells]
        path.write_text("\n".join(lines), encoding="utf-8-sig")
        return
    in_chinese = path.name.endswith(".zh.csv")
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=rng.choice(",;\t"))
    writer.writerow([CHINESE[name] if in_chinese else name.upper() for name in names])
    writer.writerows(cells)
    path.write_bytes(buffer.getvalue().encode("gb18030" if in_chinese else "utf-8-sig"))
