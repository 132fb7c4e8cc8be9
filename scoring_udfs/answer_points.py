"""The points of single answers: what each would say about its competencies were it all that was answered.

Sections 3 and 4 of scoring.md for one answer alone, without calibration and roles: a competency's score is
100 · Σ w·h / Σ w over its criteria with h not null; the overall points are the same sum over all criteria; a
criterion with h < 1 loses 100 · w(1−h) / Σ w of them, so that the losses add up to 100 − points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring_udfs.errors import RubricError
from scoring_udfs.score import EVIDENCE_TYPE
from scoring_udfs.seeds import rows_of

_WORDS = ("loss_zh", "loss_en", "advice_zh", "advice_en", "course_id")
_COLUMNS = ("criterion_id", "competency_id", "weight", *_WORDS)
COMPETENCIES_TYPE = pa.list_(pa.struct([("competency_id", pa.string()), ("score", pa.float64())]))
CRITERIA_TYPE = pa.list_(
    pa.struct(
        [
            ("criterion_id", pa.string()),
            ("competency_id", pa.string()),
            ("kind", pa.string()),
            ("weight", pa.float64()),
            ("hits", pa.int32()),
            ("h", pa.float64()),
        ]
    )
)
LOSSES_TYPE = pa.list_(
    pa.struct(
        [
            ("criterion_id", pa.string()),
            ("points", pa.float64()),
            *((name, pa.string()) for name in _WORDS),
        ]
    )
)
ANSWER_TYPE = pa.struct(
    [
        ("points", pa.float64()),
        ("lang", pa.string()),
        ("competencies", COMPETENCIES_TYPE),
        ("criteria", CRITERIA_TYPE),
        ("losses", LOSSES_TYPE),
        ("evidence", EVIDENCE_TYPE),
        ("negated", EVIDENCE_TYPE),
    ]
)
_DECIMALS = 9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """What the seed `criteria` says of each criterion beside how it is found; columns of equal length."""

    criteria: pa.Table
    weights: Floats


def compile_weights(seeds: Mapping[str, pa.Table]) -> Weights:
    """The weights and words of every criterion. Raises `RubricError`, one sentence."""
    rows = list(rows_of(seeds, "criteria", _COLUMNS))
    columns = {name: pa.array([row.optional(name) for row in rows], pa.string()) for name in _COLUMNS}
    weights = np.array([row.number_at_least("weight", 0) for row in rows], dtype=np.float64)
    if any(row.optional("competency_id") is None for row in rows):
        raise RubricError("criteria.csv has a criterion without a competency_id; fill it in.")
    return Weights(pa.table(columns), weights)


def answer_points(scores: pa.Table, weights: Weights) -> pa.Array:
    """N answers as `SCORE_SCHEMA` → N times `ANSWER_TYPE`; null for an unknown question or a missing text."""
    rows = scores.num_rows
    lists = scores.column("criteria").combine_chunks()
    found, lengths = lists.flatten(), pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    row = np.repeat(np.arange(rows), lengths)
    place = pc.index_in(found.field("criterion_id"), weights.criteria["criterion_id"].combine_chunks())
    h = np.asarray(found.field("h").to_numpy(zero_copy_only=False), dtype=np.float64)
    is_judged = ~np.isnan(h)
    # A criterion that was not judged counts neither for nor against.
    weight = weights.weights[place.to_numpy()]
    live = np.where(is_judged, weight, 0.0)
    sums = _sums(row, live, rows)
    lost = 100 * _shares(live, sums[row]) * (1 - np.where(is_judged, h, 1.0))
    points = 100 * _shares(_sums(row, live * np.where(is_judged, h, 0.0), rows), sums)
    is_unknown = ~np.asarray(scores.column("is_known_question").to_numpy(), dtype=np.bool_)
    is_missing = np.asarray(scores.column("is_missing").to_numpy(), dtype=np.bool_)
    described = weights.criteria.take(place)
    losing = np.flatnonzero(is_judged & (h < 1))
    columns = [
        _numbers(points, sums == 0),
        scores.column("lang").combine_chunks(),
        _competencies(row, rows, described["competency_id"].combine_chunks(), live, h),
        _lists(
            np.bincount(row, minlength=rows),
            [
                found.field("criterion_id"),
                described["competency_id"].combine_chunks(),
                found.field("kind"),
                pa.array(weight),
                found.field("hits"),
                found.field("h"),
            ],
            CRITERIA_TYPE,
        ),
        _lists(
            np.bincount(row[losing], minlength=rows),
            [
                found.field("criterion_id").take(pa.array(losing)),
                _numbers(lost[losing]),
                *(described[name].combine_chunks().take(pa.array(losing)) for name in _WORDS),
            ],
            LOSSES_TYPE,
        ),
        scores.column("evidence").combine_chunks(),
        scores.column("negated").combine_chunks(),
    ]
    return pa.StructArray.from_arrays(
        columns, fields=list(ANSWER_TYPE), mask=pa.array(is_unknown | is_missing)
    )


def _competencies(
    row: npt.NDArray[np.int64], rows: int, competency: pa.Array, live: Floats, h: Floats
) -> pa.Array:
    """The competencies of each row, in the order in which its criteria name them first."""
    names = competency.dictionary_encode()
    group = row * max(len(names.dictionary), 1) + names.indices.to_numpy()
    _, first, member = np.unique(group, return_index=True, return_inverse=True)
    sums = _sums(member, live, len(first))
    hits = _sums(member, live * np.nan_to_num(h), len(first))
    order = np.argsort(first)
    score = _numbers(100 * _shares(hits, sums)[order], sums[order] == 0)
    counts = np.bincount(row[first], minlength=rows)
    return _lists(counts, [competency.take(pa.array(first[order])), score], COMPETENCIES_TYPE)


def _sums(group: npt.NDArray[np.int64], values: Floats, groups: int) -> Floats:
    """The sum of the values of each group."""
    return np.bincount(group, values, groups).astype(np.float64)


def _shares(part: Floats, whole: Floats) -> Floats:
    """part / whole, 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _numbers(values: Floats, is_null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Rounded so that the order of a sum does not show."""
    return pa.array(np.round(values, _DECIMALS), mask=is_null)


def _lists(counts: npt.NDArray[np.int64], fields: Sequence[pa.Array], kind: pa.ListType) -> pa.Array:
    values = pa.StructArray.from_arrays(fields, fields=list(kind.value_type))
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=kind)
