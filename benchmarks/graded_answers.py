"""Public answers that teachers graded (SOURCES.md beside them says where they are from), as Arrow tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa


def course(folder: Path) -> pa.Table:
    """ADS: 1,107 answers to 15 questions of a course on data structures, rated 0 to 10.

    `asked` holds the words of the question, which no model is given.
    """
    lines = (folder / "ADS" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return pa.table(
        {
            "question_id": [row["q_id"] for row in rows],
            "answer_id": [str(number) for number in range(len(rows))],
            "text": [row["answer"] for row in rows],
            "rating": [float(row["score"]) for row in rows],
            "reference": [
                [row[name] for name in ("reference1", "reference2", "reference3") if row[name].strip()]
                for row in rows
            ],
            "asked": [row["question"] for row in rows],
        }
    )


def logistics(folder: Path) -> pa.Table:
    """LE: 585 answers to 100 questions on logistics, about six each, rated 0 to 1: here 0 to 10.

    `asked` holds the words of the question, which no model is given.
    """
    with (folder / "LE" / "qa.csv").open(encoding="utf-8", newline="") as file:
        asked = {row[0]: row[1] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    with (folder / "LE" / "train.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return pa.table(
        {
            "question_id": [row[0] for row in rows],
            "answer_id": [str(number) for number in range(len(rows))],
            "text": [row[2] for row in rows],
            "rating": [float(round(10 * float(row[3]))) for row in rows],
            "reference": [row[1] for row in rows],
            "asked": [asked[row[0]] for row in rows],
        }
    )


def held_out(table: pa.Table, by_question: bool) -> tuple[pa.Table, pa.Table]:
    """What is learnt from, and every fifth answer (or every fifth question) that is not."""
    names = table["question_id"].to_pylist()
    new = set(sorted(set(names))[::5])
    is_new = np.array([name in new for name in names]) if by_question else np.arange(table.num_rows) % 5 == 0
    return table.filter(pa.array(~is_new)), table.filter(pa.array(is_new))
