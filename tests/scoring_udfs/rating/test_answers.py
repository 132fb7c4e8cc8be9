"""What is read out of a table, and what is not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from scoring_udfs.errors import ColumnError
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
