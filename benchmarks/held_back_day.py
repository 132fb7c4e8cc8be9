"""One day of demo exports kept back, to be landed after a full build: what a day brings.

Interviews that were completed on the day, with their answers, vendor scores, ratings and survey answers.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

COMPLETED, INTERVIEW = "完成时间", "面试编号"
BY_INTERVIEW = ("human_ratings", "surveys")


def hold_back_last_day(landing: Path, kept: Path) -> tuple[str, int]:
    """Moves the rows of the last day to `kept/<source>/`; the day and its number of interviews."""
    days: dict[str, set[str]] = {}
    for path in sorted((landing / "interviews").glob("*.csv")):
        for row in _rows(path):
            if row[COMPLETED]:
                days.setdefault(row[COMPLETED][:10], set()).add(row[INTERVIEW])
    day = max(days)
    interviews = days[day]
    for path in sorted((landing / "interviews").glob("*.csv")):
        _part_csv(path, kept / "interviews" / f"day_{path.name}", INTERVIEW, interviews)
    for path in sorted((landing / "answers").glob("*.jsonl")):
        _part_lines(path, kept / "answers" / f"day_{path.name}", interviews)
    for path in sorted((landing / "vendor_scores").glob("*.parquet")):
        _part_parquet(path, kept / "vendor_scores" / f"day_{path.name}", interviews)
    for source in BY_INTERVIEW:
        for path in sorted((landing / source).glob("*.csv")):
            _part_csv(path, kept / source / f"day_{path.name}", "interview_id", interviews)
    return day, len(interviews)


def land(kept: Path, landing: Path) -> None:
    """The day's files arrive."""
    for path in sorted(kept.rglob("*")):
        if path.is_file():
            shutil.move(path, landing / path.parent.name / path.name)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _part_csv(path: Path, target: Path, column: str, interviews: set[str]) -> None:
    rows = _rows(path)
    _write(path, [row for row in rows if row[column] not in interviews], list(rows[0]))
    _write(target, [row for row in rows if row[column] in interviews], list(rows[0]))


def _write(path: Path, rows: Iterable[dict[str, str]], headers: list[str]) -> None:
    if listed := list(rows):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headers, lineterminator="\n")
            writer.writeheader()
            writer.writerows(listed)


def _part_lines(path: Path, target: Path, interviews: set[str]) -> None:
    stay: list[str] = []
    go: list[str] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            (go if json.loads(line)["interview_id"] in interviews else stay).append(line)
    path.write_text("".join(stay), encoding="utf-8")
    if go:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(go), encoding="utf-8")


def _part_parquet(path: Path, target: Path, interviews: set[str]) -> None:
    table = pq.read_table(path)
    goes = pc.is_in(table.column("interview_id"), value_set=pc.cast(sorted(interviews), "string"))
    if not any(goes.to_pylist()):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.filter(goes), target)
    pq.write_table(table.filter(pc.invert(goes)), path)
