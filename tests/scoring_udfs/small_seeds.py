"""Seeds that a person can check by hand, and the few lines that score a text with them."""

from __future__ import annotations

import pyarrow as pa

from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.score import score_answers

KEY = b"a key for tests only"

SEEDS = {
    "questions": [
        {"question_id": "q1", "rubric_id": "r1"},
        {"question_id": "q2", "rubric_id": "r2"},
        {"question_id": "q1_again", "rubric_id": "r1"},
    ],
    "criteria": [
        {"rubric_id": "r1", "criterion_id": "need", "kind": "phrases", "min_phrases": 2},
        {"rubric_id": "r1", "criterion_id": "data", "kind": "phrases", "min_phrases": 1},
        {"rubric_id": "r1", "criterion_id": "order", "kind": "structure", "min_phrases": None},
        {"rubric_id": "r1", "criterion_id": "speed", "kind": "pace", "min_phrases": None},
        {"rubric_id": "r2", "criterion_id": "team", "kind": "phrases", "min_phrases": 3},
    ],
    "phrases": [
        {"criterion_id": "need", "lang": "zh", "phrase": "需求"},
        {"criterion_id": "need", "lang": "zh", "phrase": "需求分析"},
        {"criterion_id": "need", "lang": "zh", "phrase": "客户访谈"},
        {"criterion_id": "need", "lang": "en", "phrase": "customer need"},
        {"criterion_id": "need", "lang": "en", "phrase": "CRM"},
        {"criterion_id": "data", "lang": "zh", "phrase": "数据"},
        {"criterion_id": "data", "lang": "en", "phrase": "ＤＡＴＡ"},
        {"criterion_id": "data", "lang": "zh", "phrase": "a/b"},
        {"criterion_id": "data", "lang": "en", "phrase": "A/B"},
        {"criterion_id": "team", "lang": "zh", "phrase": "团队"},
        {"criterion_id": "team", "lang": "zh", "phrase": "分工"},
        {"criterion_id": "team", "lang": "en", "phrase": "we"},
        {"criterion_id": "team", "lang": "zh", "phrase": "论证"},
    ],
    "stage_cues": [
        {"stage": "definition", "lang": "zh", "phrase": "首先"},
        {"stage": "definition", "lang": "en", "phrase": "the problem"},
        {"stage": "solution", "lang": "zh", "phrase": "于是"},
        {"stage": "solution", "lang": "en", "phrase": "so"},
        {"stage": "verification", "lang": "zh", "phrase": "最后"},
        {"stage": "verification", "lang": "zh", "phrase": "最后结果"},
    ],
    "negation_cues": [
        {"lang": "zh", "cue": "没有", "kind": "cue"},
        {"lang": "zh", "cue": "没", "kind": "cue"},
        {"lang": "zh", "cue": "不", "kind": "cue"},
        {"lang": "zh", "cue": "无", "kind": "cue"},
        {"lang": "en", "cue": "not", "kind": "cue"},
        {"lang": "en", "cue": "no", "kind": "cue"},
        {"lang": "en", "cue": "n't", "kind": "cue"},
        {"lang": "zh", "cue": "不仅", "kind": "exception"},
        {"lang": "zh", "cue": "不断", "kind": "exception"},
        {"lang": "zh", "cue": "是不是", "kind": "exception"},
        {"lang": "zh", "cue": "无论", "kind": "exception"},
        {"lang": "en", "cue": "not only", "kind": "exception"},
    ],
    "pace_bands": [
        {"lang": "zh", "outer_low": 100.0, "low": 200.0, "high": 300.0, "outer_high": 400.0},
        {"lang": "en", "outer_low": 50.0, "low": 100.0, "high": 150.0, "outer_high": 250.0},
    ],
}

# What random texts are made of: everything the seeds know, and what is near it.
PIECES = [
    *(row["phrase"] for row in SEEDS["phrases"]),
    *(row["phrase"] for row in SEEDS["stage_cues"]),
    *(row["cue"] for row in SEEDS["negation_cues"]),
    *"。！？；，,.!?;、：…",
    *("don't", "don’t", "know", "cannot", "notes", "Data", "data1", "CRM2", "we", "WE", "only"),
    *("我", "做", "了", "断", "是", "分", "求", "客户", "需", "团", "论"),
    *(" ", "  ", "\u3000", "\t\n", "a", "Z", "9", "Ａ", "ﬁ", "①", "e\u0301", "İ", "Σ", "😀", "が", "㈱"),
]


def tables(seeds=SEEDS) -> dict[str, pa.Table]:
    """The seeds as they arrive: every column a string, empty as null."""
    return {
        name: pa.table(
            {
                column: pa.array(
                    [None if row[column] is None else str(row[column]) for row in rows], pa.string()
                )
                for column in rows[0]
            }
        )
        for name, rows in seeds.items()
    }


def rubrics(seeds=SEEDS) -> RubricSet:
    return compile_rubrics(tables(seeds))


def batch(texts, question_id="q1", **columns) -> pa.Table:
    """A batch of answers; a column is a list, or one value for all rows."""
    defaults = {
        "question_id": (pa.string(), question_id),
        "text": (pa.string(), texts),
        "lang": (pa.string(), None),
        "answer_seconds": (pa.float64(), None),
        "pause_seconds": (pa.float64(), None),
        "skipped": (pa.bool_(), None),
    }
    made = {}
    for name, (kind, value) in defaults.items():
        value = columns.get(name, value)
        made[name] = pa.array(value if isinstance(value, list) else [value] * len(texts), kind)
    return pa.table(made)


def scored(texts, compiled: RubricSet | None = None, **columns) -> list[dict]:
    """One row a text, as Python values."""
    return score_answers(batch(texts, **columns), compiled or rubrics(), KEY).to_pylist()


def h_of(row) -> dict[str, float | None]:
    """criterion_id → h."""
    return {criterion["criterion_id"]: criterion["h"] for criterion in row["criteria"]}


def phrases_of(spans) -> list[tuple[str, str]]:
    """(criterion_id, phrase) of evidence or negated."""
    return [(span["criterion_id"], span["phrase"]) for span in spans]
