"""What the functions of the catalogue do: columns in, one array out, by the kernels that score everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from scoring_udfs import columns
from scoring_udfs.answer_points import Weights, answer_points, compile_weights
from scoring_udfs.casting import Column
from scoring_udfs.code_points import decode
from scoring_udfs.normalise import normalise_text as normalised
from scoring_udfs.normalised_texts import normalise_column
from scoring_udfs.pace import pace_scores
from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.score import INPUT_COLUMNS, score_answers
from scoring_udfs.signals import SIGNAL_SCHEMA, FunctionWords, compile_function_words, signal_features

# SQL gets no fingerprints, so that their key stays in the vault.
_NO_KEY = b""
# What is kept to find near-duplicates by tells a person nothing.
SIGNALS_TYPE = pa.struct([field for field in SIGNAL_SCHEMA if not field.name.startswith(("sketch", "band"))])
_TYPES = {"answer_seconds": pa.float64(), "pause_seconds": pa.float64(), "skipped": pa.bool_()}


@dataclass(frozen=True)
class Policy:
    """What the seeds say, compiled; pickles."""

    rubrics: RubricSet
    weights: Weights
    words: FunctionWords


def compile_policy(seeds: Mapping[str, pa.Table]) -> Policy:
    """The policy of the seeds. Raises `RubricError`, one sentence."""
    return Policy(compile_rubrics(seeds), compile_weights(seeds), compile_function_words(seeds))


def score_answer(policy: Policy, question_id: Column, text: Column) -> pa.Array:
    """The points of each answer by itself, as `ANSWER_TYPE`."""
    return answer_points(_scores(policy, question_id=question_id, text=text), policy.weights)


def score_criteria(policy: Policy, *answers: Column) -> pa.Array:
    """Every criterion of the question's rubric with its hits and h; `answers` are `INPUT_COLUMNS`."""
    scores = _scores(policy, **dict(zip(INPUT_COLUMNS, answers, strict=True)))
    return _array(scores.column("criteria"))


def score_evidence(policy: Policy, question_id: Column, text: Column) -> pa.Array:
    """What counted in a text, with its place in the original."""
    return _array(_scores(policy, question_id=question_id, text=text).column("evidence"))


def answer_signals(policy: Policy, question_id: Column, text: Column) -> pa.Array:
    """What an answer looks like beside its score, as `SIGNALS_TYPE`; never part of a score."""
    scores = _scores(policy, question_id=question_id, text=text)
    signals = signal_features(normalise_column(decode(text)), scores, _NO_KEY, policy.words)
    columns = [_array(signals.column(field.name)) for field in SIGNALS_TYPE]
    is_missing = _array(scores.column("is_missing"))
    return pa.StructArray.from_arrays(columns, fields=list(SIGNALS_TYPE), mask=is_missing)


def normalise_text(_: Policy, text: Column) -> pa.Array:
    """Section 1 of scoring.md."""
    texts = columns.texts(text, "text")
    return pa.array([None if value is None else normalised(value) for value in texts], pa.string())


def detect_language(policy: Policy, text: Column) -> pa.Array:
    """zh when any CJK code point is in the normalised text, else en."""
    return _array(_scores(policy, text=text).column("lang"))


def count_units(policy: Policy, text: Column, lang: Column) -> pa.Array:
    """CJK code points (zh) or words (any other language) of the normalised text."""
    return _array(_scores(policy, text=text, lang=lang).column("units"))


def pace_score(policy: Policy, lang: Column, units_per_minute: Column) -> pa.Array:
    """h of pace by the band of the language."""
    per_minute = columns.numbers(units_per_minute, "units_per_minute")
    h = pace_scores(per_minute, columns.texts(lang, "lang"), policy.rubrics.pace_bands)
    return pa.array(h, mask=np.isnan(h))


def _scores(policy: Policy, **given: Column) -> pa.Table:
    """The scores of a batch in which every column that is not given is null."""
    rows = len(given["text"])
    batch = {
        name: given[name] if name in given else pa.nulls(rows, _TYPES.get(name, pa.string()))
        for name in INPUT_COLUMNS
    }
    return score_answers(pa.table(batch), policy.rubrics, _NO_KEY)


def _array(column: pa.ChunkedArray) -> pa.Array:
    """One array, also of no rows."""
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined
