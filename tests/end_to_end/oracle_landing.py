"""Reads the demo's exports as a stranger would: by their own headers, with the standard library."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from tests.end_to_end.oracle_answers import Answer
from tests.end_to_end.oracle_marts import Interview

SCENARIOS = {"": "external", "外部招聘": "external", "晋升评估": "promotion", "培训考核": "training"}
STATUSES = {"已完成": "completed"}


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Rows of all files of a source, in the order of their names; of one key the last one stands."""
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".csv":
            content = path.read_bytes()
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("gb18030")
            rows += csv.DictReader(text.splitlines())
        elif path.suffix == ".jsonl":
            rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        else:
            rows += pq.read_table(path).to_pylist()
    return rows


def read_interviews(landing: Path, zone: ZoneInfo) -> dict[str, Interview]:
    interviews = {}
    for row in rows_of(landing / "interviews"):
        completed = row["完成时间"]
        interviews[row["面试编号"]] = Interview(
            row["面试编号"],
            row["岗位编号"],
            SCENARIOS[row["面试场景"]],
            STATUSES.get(row["面试状态"], "other"),
            datetime.fromisoformat(completed).replace(tzinfo=zone) if completed else None,
        )
    return interviews


def fraction(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def language(text: str) -> str:
    """An answer without a language is Chinese when it holds any Chinese character."""
    return (
        "zh" if any("\u3400" <= char <= "\u4dbf" or "\u4e00" <= char <= "\u9fff" for char in text) else "en"
    )


def read_answers(landing: Path) -> dict[str, list[Answer]]:
    """The counted answers by interview: of several attempts the highest, of equal ones the later."""
    counted: dict[tuple[str, str], Answer] = {}
    for row in rows_of(landing / "answers"):
        answer = Answer(
            row["interview_id"],
            row["question_id"],
            row.get("attempt") or 1,
            row.get("text"),
            row["lang"] or language(row.get("text") or ""),
            fraction(row.get("answer_seconds")),
            fraction(row.get("pause_seconds")) or Fraction(0),
            bool(row.get("skipped")),
        )
        key = answer.interview_id, answer.question_id
        if key not in counted or answer.attempt >= counted[key].attempt:
            counted[key] = answer
    by_interview = defaultdict(list)
    for answer in counted.values():
        by_interview[answer.interview_id].append(answer)
    return by_interview


def read_vendor(landing: Path) -> dict[str, dict[str, Fraction]]:
    scores: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for row in rows_of(landing / "vendor_scores"):
        scores[row["interview_id"]][row["competency_id"]] = Fraction(str(row["score"]))
    return scores
