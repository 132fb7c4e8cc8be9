"""Scales are recognised, folds keep equal texts together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring_udfs.rating.folds import folds_of
from scoring_udfs.rating.scale import Scale, scale_of


@pytest.mark.parametrize(
    ("ratings", "step"),
    [([0, 3, 10], 1.0), ([1, 1.5, 3], 0.5), ([0.1, 0.3, 0.8], 0.1), ([0.123, 0.7], None), ([0, 500.0], None)],
)
def test_the_coarsest_step_that_fits_is_found(ratings: list[float], step: float | None) -> None:
    assert scale_of(np.array(ratings, dtype=float)).step == step


def test_ratings_are_moved_to_the_nearest_level_and_never_outside() -> None:
    scale = Scale(1.0, 3.0, 0.5)
    assert scale.snap(np.array([-5, 1.2, 1.25, 2.9, 99])).tolist() == [1, 1, 1.5, 3, 3]
    assert scale.levels.tolist() == [1, 1.5, 2, 2.5, 3]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcdefghij")), min_size=10, max_size=60))
def test_equal_texts_share_a_fold(rows: list[tuple[int, str]]) -> None:
    ratings = np.array([float(rating) for rating, _ in rows])
    texts = [text for _, text in rows]
    fold = folds_of(ratings, texts, 5, seed=0)
    for text in set(texts):
        assert len({number for number, other in zip(fold, texts, strict=True) if other == text}) == 1


def test_folds_are_even_and_hold_the_whole_range() -> None:
    ratings = np.repeat([0.0, 5.0, 10.0], 10)
    fold = folds_of(ratings, [str(number) for number in range(30)], 5, seed=3)
    for number in range(5):
        assert sorted(ratings[fold == number]) == [0, 0, 5, 5, 10, 10]
