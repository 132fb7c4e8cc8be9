"""What is read out of a table, and what is not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from scoring_udfs.errors import ColumnError
from scoring_udfs.rating.agreement import human_agreement
from scoring_udfs.rating.answers import read_answers, read_ratings


def table(**columns: object) -> pa.Table:
    return pa.table({"question_id": ["q", "q"], "answer_id": ["a", "b"], "text": ["x", "y"], **columns})


def test_ratings_of_one_answer_are_averaged_and_kept_by_rater() -> None:
    rows = pa.table(
        {
            "question_id": ["q"] * 3,
            "answer_id": ["a", "a", "b"],
            "text": ["x", "x", "y"],
            "rating": [1, 2, 5],
            "rater_id": ["r", "s", "r"],
        }
    )
    answers, raters = read_ratings(rows)
    assert answers["q"].rating.tolist() == [1.5, 5]
    assert raters["q"] == {"r": {"a": 1.0, "b": 5.0}, "s": {"a": 2.0}}


def test_two_raters_of_four_answers_agree_as_worked_out_by_hand() -> None:
    rows = pa.table(
        {
            "question_id": ["q"] * 10,
            "answer_id": [*"abcd", *"abcd", "d", "d"],
            "text": ["x"] * 10,
            # r: 0 1 2 and of the last, rated twice, 2 and 4: 3. s: 0 2 2 3. The 9 is of nobody.
            "rating": [0, 1, 2, 2, 0, 2, 2, 3, 4, 9],
            "rater_id": ["r", "r", "r", "r", "s", "s", "s", "s", "r", " "],
        }
    )
    for order in (list(range(10)), list(range(9, -1, -1))):
        _, raters = read_ratings(rows.take(order))
        assert raters["q"] == {"r": {"a": 0, "b": 1, "c": 2, "d": 3}, "s": {"a": 0, "b": 2, "c": 2, "d": 3}}
        # Squares 0 1 0 0: mean 1/4. Variances 5/4 and 19/16, means 3/2 and 7/4: 40/16 expected.
        assert human_agreement(raters["q"]) == pytest.approx(1 - (1 / 4) / (40 / 16)) == pytest.approx(0.9)


def test_rows_without_text_or_finite_rating_are_left_out() -> None:
    rows = pa.table(
        {
            "question_id": ["q"] * 4,
            "answer_id": list("abcd"),
            "text": [None, "x", "y", ""],
            "rating": [1.0, None, float("nan"), 0.0],
        }
    )
    answers, _ = read_ratings(rows)
    assert answers["q"].answer_id == ["d"]


def test_a_reference_may_be_a_text_or_a_list_or_missing() -> None:
    assert read_answers(table()).references == [(), ()]
    assert read_answers(table(reference=["r", " "])).references == [("r",), ()]
    assert read_answers(table(reference=[["r", "s"], None])).references == [("r", "s"), ()]


def test_texts_may_be_bytes_with_lone_surrogates_or_damage() -> None:
    rows = table().set_column(2, "text", pa.array([b"\xed\xa0\x80ok", b"\xff!"], pa.large_binary()))
    assert read_answers(rows).text == ["\ud800ok", "�!"]


@pytest.mark.parametrize("missing", ["question_id", "answer_id", "text"])
def test_a_missing_column_is_named(missing: str) -> None:
    with pytest.raises(ColumnError, match=missing):
        read_answers(table().drop_columns([missing]))


def test_a_rating_that_is_no_number_is_refused() -> None:
    with pytest.raises(ColumnError, match="rating has type string"):
        read_ratings(table(rating=["good", "bad"]))


def test_the_order_of_rows_does_not_matter() -> None:
    rows = table(rating=[1.0, 2.0])
    forward, _ = read_ratings(rows)
    backward, _ = read_ratings(rows.take([1, 0]))
    assert forward["q"].answer_id == backward["q"].answer_id
    assert np.array_equal(forward["q"].rating, backward["q"].rating)
