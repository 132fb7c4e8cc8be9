"""The cheapest steps, against every subset tried one by one."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring_udfs.errors import ColumnError
from scoring_udfs.improvement import COMPETENCIES, MISSED, cheapest_steps

Row = dict[str, Any]


def competency(name: str, raw: float, share: float, *knots: tuple[float, float]) -> Row:
    return {
        "competency_id": name,
        "raw_score": raw,
        "share": share,
        "knots": [{"raw": a, "calibrated": b} for a, b in knots],
    }


def missed(name: str, of: str, gain: float, effort: int = 1) -> Row:
    return {"question_id": "q", "criterion_id": name, "competency_id": of, "gain": gain, "effort": effort}


def steps(
    composite: float | None, target: float | None, competencies: Any, criteria: Any
) -> list[str] | None:
    (found,) = cheapest_steps(
        pa.array([composite], pa.float64()),
        pa.array([target], pa.float64()),
        pa.array([competencies], COMPETENCIES),
        pa.array([criteria], MISSED),
    ).to_pylist()
    return None if found is None else [step["criterion_id"] for step in found]


def raised(composite: float, competencies: list[Row], criteria: tuple[Row, ...]) -> float:
    for one in competencies:
        gain = sum(
            criterion["gain"] for criterion in criteria if criterion["competency_id"] == one["competency_id"]
        )
        raw, calibrated = ([knot[name] for knot in one["knots"]] for name in ("raw", "calibrated"))
        before, after = one["raw_score"], one["raw_score"] + gain
        if raw:
            before, after = np.interp([before, after], raw, calibrated)
        composite += one["share"] * (after - before)
    return float(composite)


def test_one_dear_criterion_loses_to_two_cheap_ones() -> None:
    two = [competency("a", 50, 0.5), competency("b", 50, 0.5)]
    lost = [missed("dear", "a", 40, 5), missed("one", "a", 10, 1), missed("two", "b", 12, 2)]
    # 70 + 0.5 · (10 + 12) = 81 for 3, or 70 + 0.5 · 40 = 90 for 5.
    assert steps(70.0, 80.0, two, lost) == ["one", "two"]
    assert steps(70.0, 90.0, two, lost) == ["dear"]


def test_of_equally_cheap_sets_that_which_gains_most() -> None:
    lost = [missed("small", "a", 30), missed("great", "a", 40)]
    assert steps(70.0, 80.0, [competency("a", 50, 0.5)], lost) == ["great"]


def test_of_equal_ones_the_first() -> None:
    lost = [missed("first", "a", 30), missed("second", "a", 30)]
    assert steps(70.0, 80.0, [competency("a", 50, 0.5)], lost) == ["first"]


def test_a_band_begins_where_rounding_half_up_does() -> None:
    one = [competency("a", 0, 1.0)]
    assert steps(79.9, 80.0, one, [missed("enough", "a", 0.095)]) == ["enough"]
    assert steps(79.9, 80.0, one, [missed("short", "a", 0.094)]) is None
    assert steps(79.995, 80.0, one, [missed("enough", "a", 1)]) == []


def test_calibration_decides_what_a_gain_is_worth() -> None:
    # Beyond 60 the calibrated score is flat: only b can help.
    flat = competency("a", 60, 0.5, (0, 0), (60, 70))
    assert steps(
        70.0, 80.0, [flat, competency("b", 50, 0.5)], [missed("x", "a", 40), missed("y", "b", 20)]
    ) == ["y"]
    assert steps(70.0, 80.0, [flat], [missed("x", "a", 40)]) is None


def test_nulls_have_no_steps_and_no_lists_cannot_be_improved() -> None:
    assert steps(None, 80.0, [], []) is None
    assert steps(70.0, None, [], []) is None
    assert steps(70.0, 80.0, None, None) is None
    assert steps(70.0, 80.0, [], []) is None
    assert steps(90.0, 80.0, [], []) == []


def test_an_effort_below_one_and_an_unlisted_competency_are_refused() -> None:
    with pytest.raises(ColumnError, match="effort of criterion 'x'"):
        steps(70.0, 80.0, [competency("a", 1, 1)], [missed("x", "a", 1, 0)])
    with pytest.raises(ColumnError, match="does not list"):
        steps(70.0, 80.0, [competency("a", 1, 1)], [missed("x", "b", 1)])


amounts = st.integers(0, 400).map(lambda number: number / 10)
curves = st.sampled_from([(), ((0.0, 10.0), (40.0, 40.0), (60.0, 90.0)), ((20.0, 0.0), (90.0, 100.0))])


@st.composite
def problems(draw: st.DrawFn) -> tuple[float, list[Row], list[Row]]:
    names = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
    competencies = [
        competency(name, 20 + draw(amounts), draw(st.sampled_from([0.1, 0.25, 0.5])), *draw(curves))
        for name in names
    ]
    criteria = [
        missed(str(place), draw(st.sampled_from(names)), draw(amounts), draw(st.integers(1, 4)))
        for place in range(draw(st.integers(0, 7)))
    ]
    return 60.0 + draw(amounts), competencies, criteria


@given(st.lists(problems(), max_size=4), st.sampled_from([70.0, 80.0, 90.0]))
def test_no_subset_is_cheaper_and_no_equally_cheap_one_gains_more(
    rows: list[tuple[float, list[Row], list[Row]]], target: float
) -> None:
    found = cheapest_steps(
        pa.array([row[0] for row in rows], pa.float64()),
        pa.array([target] * len(rows), pa.float64()),
        pa.array([row[1] for row in rows], COMPETENCIES),
        pa.array([row[2] for row in rows], MISSED),
    ).to_pylist()
    for (composite, competencies, criteria), answer in zip(rows, found, strict=True):
        options = [
            (sum(one["effort"] for one in subset), -raised(composite, competencies, subset))
            for size in range(len(criteria) + 1)
            for subset in combinations(criteria, size)
        ]
        possible = [option for option in options if round(-option[1], 9) >= round(target - 0.005, 9)]
        if not possible:
            assert answer is None
            continue
        assert answer is not None
        names = {step["criterion_id"] for step in answer}
        chosen = tuple(one for one in criteria if one["criterion_id"] in names)
        assert len(chosen) == len(answer)
        effort, negative = min(possible)
        assert sum(one["effort"] for one in chosen) == effort
        assert raised(composite, competencies, chosen) == pytest.approx(-negative, abs=1e-6)


def test_slices_and_chunks_give_the_same() -> None:
    rows = [(70.0, [competency("a", 50, 0.5)], [missed("x", "a", 30)]), (95.0, [], []), (10.0, [], [])]
    columns = [
        pa.array([row[0] for row in rows]),
        pa.array([80.0] * 3),
        pa.array([row[1] for row in rows], COMPETENCIES),
        pa.array([row[2] for row in rows], MISSED),
    ]
    whole = cheapest_steps(*columns).to_pylist()
    assert [
        cheapest_steps(*(column.slice(at, 1) for column in columns)).to_pylist()[0] for at in range(3)
    ] == whole
    chunked = [pa.chunked_array([column.slice(0, 1), column.slice(1)]) for column in columns]
    assert cheapest_steps(*chunked).to_pylist() == whole
