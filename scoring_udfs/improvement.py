"""The cheapest set of missed criteria that would lift a composite into the next grade band.

A missed criterion, once met, raises the raw score of its competency by a known gain. The competency's score
is a non-decreasing line of its raw score (calibration), the composite a weighted sum of the scores. So, for
every effort e, the greatest raw gain of a competency within e is a 0/1 knapsack, and the greatest composite
within e is the max-plus convolution of the competencies: exact, since a greater raw gain never lowers a score
(Kellerer, Pferschy and Pisinger, Knapsack Problems, 2004, chapters 2 and 11).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring_udfs.casting import Column, cast
from scoring_udfs.compiled import compiled
from scoring_udfs.errors import ColumnError

# The competencies that a composite rests on: the raw score, how much of the composite one point of its score
# is, and the knots of its calibration by rising raw score (none: the score is the raw score itself).
COMPETENCIES = pa.list_(
    pa.struct(
        [
            ("competency_id", pa.string()),
            ("raw_score", pa.float64()),
            ("share", pa.float64()),
            ("knots", pa.list_(pa.struct([("raw", pa.float64()), ("calibrated", pa.float64())]))),
        ]
    )
)
# The criteria that were missed: what each adds to the raw score of its competency, and what it takes to meet.
MISSED = pa.list_(
    pa.struct(
        [
            ("question_id", pa.string()),
            ("criterion_id", pa.string()),
            ("competency_id", pa.string()),
            ("gain", pa.float64()),
            ("effort", pa.int32()),
        ]
    )
)
# Null: no set reaches the target. Empty: it is reached already.
STEPS = pa.list_(pa.struct([("question_id", pa.string()), ("criterion_id", pa.string())]))
# What `cheapest_steps` takes, for engines that want to be told.
ARGUMENTS: Mapping[str, pa.DataType] = MappingProxyType(
    {"composite": pa.float64(), "target": pa.float64(), "competencies": COMPETENCIES, "missed": MISSED}
)
# Below this two sums are the same: the noise of adding floating-point numbers in another order.
_NOISE = 1e-9
# Composites are rounded half-up to two decimals, so that a band begins this much below its edge.
_HALF_A_HUNDREDTH = 0.005

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def cheapest_steps(composite: Column, target: Column, competencies: Column, missed: Column) -> pa.Array:
    """For each row the missed criteria of the least total effort with which the composite reaches the target.

    `composite`: unrounded, 0–100; `target`: the lower edge of a band; `competencies`: of type `COMPETENCIES`;
    `missed`: of type `MISSED`, efforts from 1. Gives `STEPS`, in the order of `missed`. Of equally cheap
    sets that which gains most; of equal ones the order of the lists decides. Null in, null out. Raises
    `ColumnError` for an effort below 1 or a criterion of a competency that is not listed.
    """
    given = zip((composite, target, competencies, missed), ARGUMENTS.items(), strict=True)
    now, edge, known, lost = (_plain(column, kind, name) for column, (name, kind) in given)
    competency, knot = known.flatten(), known.flatten().field("knots").flatten()
    criterion = lost.flatten()
    _check_efforts(criterion)
    names = pc.unique(pa.concat_arrays([competency.field("competency_id"), criterion.field("competency_id")]))
    is_given = pc.and_(pc.and_(now.is_valid(), edge.is_valid()), known.is_valid())
    reached, chosen = _solve(
        _floats(now),
        _floats(edge),
        _offsets(known),
        _codes(competency.field("competency_id"), names),
        _floats(competency.field("raw_score")),
        _floats(competency.field("share")),
        _offsets(competency.field("knots")),
        _floats(knot.field("raw")),
        _floats(knot.field("calibrated")),
        _offsets(lost),
        _codes(criterion.field("competency_id"), names),
        _floats(criterion.field("gain")),
        _integers(criterion.field("effort")),
    )
    if (reached < 0).any():
        raise ColumnError("A missed criterion is of a competency that its row does not list.")
    steps = criterion.filter(pa.array(chosen))
    counts = np.concatenate([[0], np.cumsum(chosen)])[_offsets(lost)]
    fields = [steps.field("question_id"), steps.field("criterion_id")]
    return pa.ListArray.from_arrays(
        pa.array(counts.astype(np.int32)),
        pa.StructArray.from_arrays(fields, fields=list(STEPS.value_type)),
        type=STEPS,
        mask=pc.invert(pc.and_(pa.array(reached == 1), is_given)),
    )


def _plain(column: Column, kind: pa.DataType, name: str) -> pa.Array:
    """One array whose offsets begin at 0, whatever layout came."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.concat_arrays([cast(array, kind, name, str(kind))]) if len(array) else pa.array([], kind)


def _offsets(lists: pa.ListArray) -> Integers:
    """Where each list begins in `lists.flatten()`, null lists taking no room, and the end of the last."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _floats(values: pa.Array) -> Floats:
    return np.array(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _integers(values: pa.Array) -> Integers:
    return np.array(values.to_numpy(zero_copy_only=False), dtype=np.int64)


def _codes(ids: pa.Array, names: pa.Array) -> Integers:
    return _integers(pc.index_in(ids, names))


def _check_efforts(criterion: pa.StructArray) -> None:
    efforts = pc.fill_null(criterion.field("effort"), 0)
    is_wrong = pc.less(efforts, 1)
    if pc.any(is_wrong).as_py():
        name = criterion.field("criterion_id").filter(is_wrong)[0].as_py()
        raise ColumnError(f"The effort of criterion {name!r} must be a whole number from 1.")


@compiled
def _solve(
    composite: Floats,
    target: Floats,
    competency_offsets: Integers,
    competency_codes: Integers,
    raw: Floats,
    share: Floats,
    knot_offsets: Integers,
    knot_raw: Floats,
    knot_calibrated: Floats,
    missed_offsets: Integers,
    missed_codes: Integers,
    gain: Floats,
    effort: Integers,
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Row by row: 1 reached · 0 cannot be · -1 a criterion without its competency; and which criteria."""
    reached = np.zeros(len(composite), np.int8)
    chosen = np.zeros(len(gain), np.bool_)
    for row in range(len(composite)):
        codes = competency_codes[competency_offsets[row] : competency_offsets[row + 1]]
        items = slice(missed_offsets[row], missed_offsets[row + 1])
        codes_of_items, gains, efforts = missed_codes[items], gain[items], effort[items]
        size = efforts.sum() + 1
        total = np.full(size, composite[row])
        takes = np.zeros((len(gains), size), np.bool_)
        parts = np.zeros((len(codes), size), np.int64)
        placed = 0
        for group, code in enumerate(codes):
            own = competency_offsets[row] + group
            placed += (codes_of_items == code).sum()
            raw_gains = _knapsack(codes_of_items == code, gains, efforts, takes)
            knots = slice(knot_offsets[own], knot_offsets[own + 1])
            scores = _calibrated(raw[own] + raw_gains, knot_raw[knots], knot_calibrated[knots])
            _spend(total, share[own] * (scores - scores[0]), parts[group])
        if placed < len(gains):
            reached[row] = -1
            continue
        edge = np.round(target[row] - _HALF_A_HUNDREDTH, 9)
        for limit in range(size):
            if np.round(total[limit], 9) >= edge:
                reached[row] = 1
                _trace(limit, parts, takes, codes, codes_of_items, efforts, chosen[items])
                break
    return reached, chosen


@compiled
def _knapsack(
    is_own: npt.NDArray[np.bool_], gains: Floats, efforts: Integers, takes: npt.NDArray[np.bool_]
) -> Floats:
    """The greatest raw gain of a competency within each effort e; `takes[item, e]`: is it in that set?"""
    best = np.zeros(takes.shape[1])
    # From the last item to the first: "not less" lets the first of equals win.
    for item in range(len(gains) - 1, -1, -1):
        if is_own[item] and gains[item] > 0:
            for limit in range(len(best) - 1, efforts[item] - 1, -1):
                with_it = best[limit - efforts[item]] + gains[item]
                if with_it >= best[limit] - _NOISE:
                    best[limit] = with_it
                    takes[item, limit] = True
    return best


@compiled
def _calibrated(scores: Floats, raw: Floats, calibrated: Floats) -> Floats:
    return np.interp(scores, raw, calibrated) if len(raw) else scores


@compiled
def _spend(total: Floats, points: Floats, part: Integers) -> None:
    """Adds a competency to the best totals so far; `part[e]`: what it has of the effort e."""
    before = total.copy()
    for limit in range(len(total)):
        for spent in range(1, limit + 1):
            value = before[limit - spent] + points[spent]
            if value > total[limit] + _NOISE:
                total[limit] = value
                part[limit] = spent


@compiled
def _trace(
    limit: int,
    parts: npt.NDArray[np.int64],
    takes: npt.NDArray[np.bool_],
    codes: Integers,
    codes_of_items: Integers,
    efforts: Integers,
    chosen: npt.NDArray[np.bool_],
) -> None:
    """Marks in `chosen` what the best total within `limit` is made of."""
    for group in range(len(codes) - 1, -1, -1):
        spent = parts[group, limit]
        limit -= spent
        for item in range(len(efforts)):
            if codes_of_items[item] == codes[group] and takes[item, spent]:
                chosen[item] = True
                spent -= efforts[item]
