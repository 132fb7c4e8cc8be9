"""Figures on real graded answers (../shared/data/SOURCES.md); bounds a little below what was measured."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from scoring_udfs.rating import fit
from tests.scoring_udfs.rating.attacks import attacked, key_phrases

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(shared_data: Path) -> pa.Table:
    """ADS: 1,107 answers to 15 questions of a course on data structures, rated 0 to 10."""
    path = shared_data / "graded_answers_zh" / "ADS" / "train.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
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
        }
    )


@pytest.fixture(scope="module")
def logistics(shared_data: Path) -> pa.Table:
    """LE: 585 answers to 100 questions on logistics, about six each, rated 0 to 1: here 0 to 10."""
    path = shared_data / "graded_answers_zh" / "LE" / "train.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return pa.table(
        {
            "question_id": [row[0] for row in rows],
            "answer_id": [str(number) for number in range(len(rows))],
            "text": [row[2] for row in rows],
            "rating": [float(round(10 * float(row[3]))) for row in rows],
            "reference": [row[1] for row in rows],
        }
    )


def test_rated_question_by_question(course: pa.Table) -> None:
    evidence = fit(course).report.overall
    assert evidence is not None
    assert evidence.model.qwk >= 0.77
    assert evidence.tfidf.qwk + 0.05 < evidence.model.qwk
    assert evidence.length.qwk + 0.25 < evidence.model.qwk
    assert 0.88 <= evidence.coverage <= 0.95


def test_questions_never_seen_are_rated_by_their_reference(logistics: pa.Table) -> None:
    names = sorted(set(logistics["question_id"].to_pylist()))
    new = set(names[::5])
    is_new = np.array([name in new for name in logistics["question_id"].to_pylist()])
    model = fit(logistics.filter(pa.array(~is_new)))
    pooled = model.report.pooled
    assert pooled.installed and pooled.evidence is not None
    assert pooled.evidence.model.qwk >= 0.8
    asked = logistics.filter(pa.array(is_new))
    found = model.predict(asked).to_pydict()
    ratings, truth = np.array(found["rating"]), np.array(asked["rating"].to_pylist())
    assert np.corrcoef(ratings, truth)[0, 1] >= 0.8
    assert np.mean((np.array(found["low"]) <= truth) & (truth <= np.array(found["high"]))) >= 0.8


def test_attacks_on_held_out_answers_do_not_pay(course: pa.Table) -> None:
    held_out = np.arange(course.num_rows) % 5 == 0
    learnt, asked = course.filter(pa.array(~held_out)), course.filter(pa.array(held_out))
    model = fit(learnt)
    phrases = {}
    for question in set(learnt["question_id"].to_pylist()):
        rows = learnt.filter(pa.array([name == question for name in learnt["question_id"].to_pylist()]))
        phrases[question] = key_phrases(rows["text"].to_pylist(), rows["rating"].to_pylist(), "zh")
    dice = random.Random(0)
    plain = np.array(model.predict(asked)["rating"].to_pylist(), dtype=float)
    pairs = zip(asked["text"].to_pylist(), asked["question_id"].to_pylist(), strict=True)
    after = [attacked(text, phrases[question], "zh", dice) for text, question in pairs]
    for name in after[0]:
        rows = asked.set_column(2, "text", pa.array([one[name] for one in after]))
        change = np.array(model.predict(rows)["rating"].to_pylist(), dtype=float) - plain
        change = change[np.isfinite(change)]
        assert np.median(change) <= 0, name
        assert change.mean() <= 0.05, name
        # One point of ten is the tolerance; of key words each in a fluent sentence of its own, two.
        assert np.quantile(change, 0.95) <= (2 if name == "key words in a frame" else 1), name
