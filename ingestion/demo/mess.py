"""The faults of real exports, added to a clean demo: each is counted, so that ingestion can be held to it."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path

from ingestion.demo.people import CANDIDATE_HEADERS
from ingestion.demo.ratings import RATING_HEADERS

TAKEN = 100
"""Rows that are taken from a clean file, at most."""
UNKNOWN_COLUMN = "期望城市"
CITIES = ("杭州", "成都", "苏州", "西安", "长沙")


def add_mess(folder: Path, rows: dict[str, int]) -> dict[str, object]:
    """Adds three files to the demo in `folder` and their rows to `rows`.

    Returns, for each by path, what ingestion must report: rows_in, kept, duplicates, quarantined with the
    column of each bad row (1-based data row), new_columns, or that the file is unchanged.
    """
    expected: dict[str, object] = {}
    for path, found, count in (_resent(folder, rows), _ratings(folder, rows), _candidates(folder)):
        expected[path] = found
        rows[path] = count
    return {"files": dict(sorted(expected.items()))}


def _resent(folder: Path, rows: dict[str, int]) -> tuple[str, dict[str, object], int]:
    """The first file of interviews once more, byte for byte, under another name."""
    source = min(path for path in rows if path.startswith("interviews/"))
    path = source.replace(".csv", "_resent.csv")
    shutil.copyfile(folder / source, folder / path)
    return path, {"is_unchanged": True, "same_as": source}, rows[source]


def _ratings(folder: Path, rows: dict[str, int]) -> tuple[str, dict[str, object], int]:
    """Good ratings of a new rater, then three bad ones, one that is there already and one known already."""
    source = min(path for path in rows if path.startswith("human_ratings/"))
    with (folder / source).open(encoding="utf-8", newline="") as file:
        known = list(itertools.islice(csv.reader(file), 1, TAKEN + 1))
    ratings: list[list[str]] = []
    seen: set[tuple[str, str, str]] = set()
    for interview, _, competency, question, rating, when in known:
        if (interview, competency, question) not in seen:
            seen.add((interview, competency, question))
            ratings.append([interview, "R-91", competency, question, rating, when])
    good = len(ratings)
    first = ratings[0]
    bad = {
        "rating": [first[0], "R-92", *first[2:4], "120", first[5]],
        "interview_id": ["", "R-92", *first[2:]],
        "rated_at": [first[0], "R-93", *first[2:5], "2025-13-45 09:00:00"],
    }
    ratings += [list(row) for row in bad.values()]
    ratings += [first, known[0]]
    path = "human_ratings/human_ratings_9_faulty.csv"
    _write(folder / path, RATING_HEADERS, ratings)
    found: dict[str, object] = {
        "rows_in": len(ratings),
        "kept": good,
        "duplicates": 2,
        "quarantined": len(bad),
        "quarantined_rows": {str(good + at): column for at, column in enumerate(bad, start=1)},
        "new_columns": [],
    }
    return path, found, len(ratings)


def _candidates(folder: Path) -> tuple[str, dict[str, object], int]:
    """People of a job fair, in an export with a column that no contract knows."""
    people = [
        (
            f"C99{at:05d}",
            f"示例{'甲乙丙丁戊'[at % 5]}",
            f"fair{at:02d}@example.com",
            f"10099{at:06d}",
            "本科",
            at % 9,
            "校园招聘",
            "女" if at % 2 else "男",
            2003 - at % 4,
            "汉族",
            "2026-01",
            "招聘评估",
            "2026-09-20 10:00:00",
            "",
            CITIES[at % len(CITIES)],
        )
        for at in range(20)
    ]
    path = "candidates/candidates_fair.csv"
    _write(folder / path, (*CANDIDATE_HEADERS, UNKNOWN_COLUMN), people)
    found: dict[str, object] = {
        "rows_in": len(people),
        "kept": len(people),
        "duplicates": 0,
        "quarantined": 0,
        "quarantined_rows": {},
        "new_columns": [UNKNOWN_COLUMN],
    }
    return path, found, len(people)


def _write(path: Path, headers: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)
