"""The words that name the question count neither in a reference nor in an answer."""

from __future__ import annotations

import numpy as np
import pytest

from scoring_udfs.rating.openings import openings_of, without_openings
from scoring_udfs.rating.units import raw_units_of

REFERENCE = "盘点内容包括：数量盘点、重量盘点、账实核对。"


def same(text: str, other: str, *references: str) -> bool:
    openings = openings_of([raw_units_of(reference) for reference in references])
    found = without_openings(raw_units_of(text), openings)
    return np.array_equal(found.hash, raw_units_of(other).hash)


def test_what_stands_before_the_colon_names_the_question() -> None:
    assert same("合同的种类包括：买卖、租赁。", "买卖、租赁。", "合同的种类包括：买卖、租赁。")
    assert same("合同的种类包括买卖", "买卖", "合同的种类包括：买卖、租赁。")
    assert same("The kinds are a sale, a lease", "a sale, a lease", "The kinds are: a sale, a lease, a loan")


def test_its_words_count_nowhere_else_either() -> None:
    assert same("数量盘点、重量", "数量、重量", REFERENCE)
    assert same(REFERENCE, "数量、重量、账实核对。", REFERENCE)


def test_an_answer_of_nothing_else_is_nothing() -> None:
    assert same("盘点内容", "", REFERENCE)


@pytest.mark.parametrize(
    "reference",
    [
        "数量盘点，另外还有：重量盘点、账实核对。",
        "数量盘点、重量盘点。",
        "盘点内容包括：数量",
        "答：数量盘点",
        "",
    ],
)
def test_a_reference_that_does_not_open_so_stands_whole(reference: str) -> None:
    assert same(REFERENCE, REFERENCE, reference)
