"""Weights, stretch and thresholds."""

from __future__ import annotations

import numpy as np

from scoring_udfs.rating.agreement import quadratic_weighted_kappa
from scoring_udfs.rating.scale import Scale
from scoring_udfs.rating.stack import best_thresholds, fit_stack

SCALE = Scale(0.0, 2.0, 1.0)


def test_thresholds_that_tell_all_apart_are_found() -> None:
    latent = np.array([0.0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.9])
    ratings = np.array([0.0, 0, 1, 1, 1, 2, 2])
    cuts = best_thresholds(latent, ratings, SCALE)
    assert 0.1 < cuts[0] < 0.2
    assert 0.35 < cuts[1] < 0.4


def test_thresholds_ascend_and_never_agree_less_than_rounding() -> None:
    random = np.random.default_rng(0)
    ratings = random.integers(0, 3, 200).astype(float)
    latent = ratings * 0.3 + random.normal(0, 0.3, 200)
    cuts = best_thresholds(latent, ratings, SCALE)
    assert np.all(np.diff(cuts) >= 0)
    by_cuts = SCALE.levels[np.searchsorted(cuts, latent, side="right")]
    rounded = quadratic_weighted_kappa(SCALE.snap(latent), ratings)
    assert quadratic_weighted_kappa(by_cuts, ratings) >= rounded


def test_a_learner_that_knows_outweighs_one_that_guesses() -> None:
    random = np.random.default_rng(1)
    ratings = random.integers(0, 3, 300).astype(float)
    learners = np.column_stack([ratings + random.normal(0, 0.2, 300), random.normal(1, 0.8, 300)])
    stack = fit_stack(learners, ratings, SCALE, np.array([0.5, 0.5]))
    assert stack.weights[0] > 5 * stack.weights[1]
    assert np.all(stack.weights >= 0)


def test_few_ratings_leave_the_weights_near_the_prior() -> None:
    ratings = np.array([0.0, 1, 2])
    learners = np.column_stack([ratings, 2 - ratings])
    stack = fit_stack(learners, ratings, SCALE, np.array([0.5, 0.5]))
    assert stack.weights[1] > 0.3


def test_shrunk_predictions_are_stretched_to_the_spread_of_the_ratings() -> None:
    ratings = np.repeat([0.0, 1.0, 2.0], 20)
    stack = fit_stack((1 + (ratings - 1) * 0.6)[:, None], ratings, SCALE, np.ones(1))
    assert np.array_equal(stack.rating((1 + (ratings - 1) * 0.6)[:, None]), ratings)
    assert stack.rating(np.array([[99.0], [-99.0]])).tolist() == [2, 0]
