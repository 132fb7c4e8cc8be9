"""Kappa and its relatives on figures that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from scoring_udfs.rating.agreement import figures, human_agreement, quadratic_weighted_kappa


def test_equal_ratings_agree_wholly() -> None:
    assert quadratic_weighted_kappa(np.array([0.0, 1, 2]), np.array([0.0, 1, 2])) == 1


def test_one_point_off_on_two_levels_by_hand() -> None:
    # Squares 0, 0, 1, 0: mean 1/4. Variances 1/4 and 3/16, means 1/2 and 3/4: expected 1/4 + 3/16 + 1/16.
    left, right = np.array([0.0, 1, 0, 1]), np.array([0.0, 1, 1, 1])
    assert quadratic_weighted_kappa(left, right) == pytest.approx(1 - 0.25 / 0.5)


def test_reversed_ratings_disagree_wholly() -> None:
    assert quadratic_weighted_kappa(np.array([0.0, 1]), np.array([1.0, 0])) == -1


def test_a_constant_prediction_has_no_agreement() -> None:
    assert quadratic_weighted_kappa(np.array([1.0, 2, 3]), np.array([2.0, 2, 2])) == 0
    assert quadratic_weighted_kappa(np.array([2.0, 2]), np.array([2.0, 2])) == 0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=40))
def test_equals_the_tabled_form_on_integers(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    if len(set(left) | set(right)) < 2:
        return
    expected = cohen_kappa_score(left, right, weights="quadratic", labels=range(6))
    found = quadratic_weighted_kappa(left.astype(float), right.astype(float))
    assert found == pytest.approx(expected, abs=1e-9)


def test_figures_of_a_shifted_prediction() -> None:
    found = figures(np.array([0.0, 1, 2]), np.array([1.0, 2, 3]))
    assert (found.answers, found.pearson, found.rmse) == (3, pytest.approx(1), 1)
    assert found.qwk == pytest.approx(1 - 1 / (2 / 3 + 2 / 3 + 1))


def test_humans_are_compared_in_pairs_over_the_answers_that_both_rated() -> None:
    same = {"a": 1.0, "b": 2.0}
    assert human_agreement({"r": same, "s": same | {"c": 5.0}}) == 1
    # r and s agree on two answers, s and t are opposite on two: the mean of 1 and -1.
    turned = {"x": 1.0, "y": 0.0}
    found = human_agreement({"r": same, "s": same | {"x": 0.0, "y": 1.0}, "t": turned})
    assert found == pytest.approx(0)
    assert human_agreement({"r": same}) is None
    assert human_agreement({"r": {"a": 1.0}, "s": {"a": 1.0}}) is None
