"""The one list of functions that analysts get, and how DuckDB comes to know them.

For questions in SQL, not for the bulk path: DuckDB calls Python under one lock. Every function maps N rows to
N rows, each by itself, and says in `null_rule` what it makes of nulls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from scoring_udfs import columns
from scoring_udfs.normalise import normalise_text
from scoring_udfs.pace import count_cjk, count_words, pace_scores
from scoring_udfs.rubric import RubricSet
from scoring_udfs.score import INPUT_COLUMNS, language_of, score_answers

# pa.Array or pa.ChunkedArray: DuckDB hands over either.
Column = Any
Kernel = Callable[..., pa.Array]

# SQL gets no fingerprints, so that their key stays in the vault.
_NO_KEY = b""


@dataclass(frozen=True)
class Function:
    """A kernel as SQL sees it: types are DuckDB's names, `kernel` takes the rubrics, then the columns."""

    name: str
    kernel: Callable[..., pa.Array]
    argument_types: tuple[str, ...]
    return_type: str
    null_rule: str


def register(connection: Any, rubrics: RubricSet) -> None:
    """Makes every function of `CATALOGUE` known to a DuckDB connection."""
    for function in CATALOGUE:
        connection.create_function(
            function.name,
            partial(function.kernel, rubrics),
            list(function.argument_types),
            function.return_type,
            type="arrow",
            null_handling="special",
        )


def normalised(_: RubricSet, text: Column) -> pa.Array:
    """Section 1 of scoring.md."""
    return pa.array([_each(normalise_text, value) for value in columns.texts(text, "text")], pa.string())


def detected_language(_: RubricSet, text: Column) -> pa.Array:
    """zh when any CJK code point is in the normalised text, else en."""
    texts = [_each(normalise_text, value) for value in columns.texts(text, "text")]
    cjk = count_cjk([value or "" for value in texts])
    pairs = zip(texts, cjk.tolist(), strict=True)
    return pa.array([language_of(None, value, count) for value, count in pairs], pa.string())


def units(_: RubricSet, text: Column, lang: Column) -> pa.Array:
    """CJK code points (zh) or words (any other language) of the normalised text."""
    texts = [_each(normalise_text, value) for value in columns.texts(text, "text")]
    cjk = count_cjk([value or "" for value in texts]).tolist()
    counts = [
        None if value is None else (count if language_of(given, value, count) == "zh" else count_words(value))
        for value, given, count in zip(texts, columns.texts(lang, "lang"), cjk, strict=True)
    ]
    return pa.array(counts, pa.int32())


def pace(rubrics: RubricSet, lang: Column, units_per_minute: Column) -> pa.Array:
    """h of pace by the band of the language."""
    per_minute = columns.numbers(units_per_minute, "units_per_minute")
    h = pace_scores(per_minute, columns.texts(lang, "lang"), rubrics.pace_bands)
    return pa.array(h, mask=np.isnan(h))


def criteria(
    rubrics: RubricSet,
    question_id: Column,
    text: Column,
    lang: Column,
    answer_seconds: Column,
    pause_seconds: Column,
    skipped: Column,
) -> pa.Array:
    """Every criterion of the question's rubric with its hits and h."""
    answers = (question_id, text, lang, answer_seconds, pause_seconds, skipped)
    batch = pa.table(dict(zip(INPUT_COLUMNS, answers, strict=True)))
    return score_answers(batch, rubrics, _NO_KEY).column("criteria").combine_chunks()


def evidence(rubrics: RubricSet, question_id: Column, text: Column) -> pa.Array:
    """What counted in a text, with its place in the original."""
    rows = len(text)
    nothing = {"lang": pa.string(), "answer_seconds": pa.float64(), "pause_seconds": pa.float64()}
    columns_ = {name: pa.nulls(rows, kind) for name, kind in nothing.items()}
    batch = pa.table(
        {"question_id": question_id, "text": text, "skipped": pa.nulls(rows, pa.bool_()), **columns_}
    )
    return score_answers(batch, rubrics, _NO_KEY).column("evidence").combine_chunks()


def _each(function: Callable[[str], str], value: str | None) -> str | None:
    return None if value is None else function(value)


CATALOGUE: tuple[Function, ...] = (
    Function("normalise_text", normalised, ("VARCHAR",), "VARCHAR", "null of null"),
    Function("detect_language", detected_language, ("VARCHAR",), "VARCHAR", "null of null"),
    Function(
        *("count_units", units, ("VARCHAR", "VARCHAR"), "INTEGER"),
        "null without a text; without a language the detected one",
    ),
    Function(
        *("pace_score", pace, ("VARCHAR", "DOUBLE"), "DOUBLE"),
        "null without a language that has a band, or without units a minute",
    ),
    Function(
        *("score_criteria", criteria, ("VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "DOUBLE", "BOOLEAN")),
        "STRUCT(criterion_id VARCHAR, kind VARCHAR, hits INTEGER, h DOUBLE)[]",
        "empty without a known question; h null without a text that was not skipped; pace as for pace_score",
    ),
    Function(
        *("score_evidence", evidence, ("VARCHAR", "VARCHAR")),
        'STRUCT(criterion_id VARCHAR, phrase VARCHAR, "start" INTEGER, "end" INTEGER)[]',
        "empty without a known question or a text",
    ),
)
