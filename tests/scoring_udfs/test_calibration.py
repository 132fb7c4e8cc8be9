"""Knots from human ratings: never falling, close to the isotonic line, few, and honest about their worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from scoring_udfs.calibration import TOLERANCE, Knots, cross_validated, fit_knots

NONE = Knots((), ())
scores = st.floats(0, 100, allow_subnormal=False).map(lambda score: round(score, 4))
rated = st.lists(st.tuples(scores, scores), min_size=1, max_size=120)


@given(rated)
@settings(deadline=None)
def test_the_line_never_falls_and_stays_by_the_isotonic_one(pairs: list[tuple[float, float]]) -> None:
    raw, rating = (np.array(column) for column in zip(*pairs, strict=True))
    knots = fit_knots(raw, rating)
    assert all(np.diff(knots.raw) > 0)
    assert all(np.diff(knots.calibrated) >= 0)
    assert knots.calibrated[0] >= 0 and knots.calibrated[-1] <= 100
    isotonic = IsotonicRegression(y_min=0, y_max=100, out_of_bounds="clip").fit(raw, rating)
    everywhere = np.unique(np.concatenate([np.linspace(0, 100, 401), raw]))
    assert np.abs(knots(everywhere) - isotonic.predict(everywhere)).max() <= TOLERANCE


def test_a_straight_line_needs_its_two_ends() -> None:
    raw = np.linspace(20, 90, 71)
    knots = fit_knots(raw, 10 + raw / 2)
    assert knots == Knots((20.0, 90.0), (20.0, 55.0))


def test_a_step_needs_four_knots() -> None:
    raw = np.arange(0.0, 100.0)
    knots = fit_knots(raw, np.where(raw < 50, 30.0, 70.0))
    assert knots == Knots((0.0, 49.0, 50.0, 99.0), (30.0, 30.0, 70.0, 70.0))


def test_falling_ratings_become_their_mean() -> None:
    knots = fit_knots(np.array([10.0, 20.0, 30.0]), np.array([60.0, 50.0, 40.0]))
    assert set(knots.calibrated) == {50.0}


def test_a_unit_with_more_raters_counts_more() -> None:
    knots = fit_knots(np.array([50.0, 50.0]), np.array([40.0, 80.0]), np.array([3.0, 1.0]))
    assert knots.calibrated == (50.0,)


def test_without_knots_a_score_stays_and_outside_them_the_line_is_flat() -> None:
    raw = np.array([0.0, 20.0, 30.0, 100.0])
    assert NONE(raw).tolist() == raw.tolist()
    assert Knots((20.0, 40.0), (10.0, 50.0))(raw).tolist() == [10.0, 10.0, 30.0, 50.0]


def units(count: int, seed: int = 3) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.uniform(30, 95, count), rng


def test_a_planted_curve_is_found_and_its_gain_is_real() -> None:
    raw, rng = units(300)
    rating = np.clip(20 + raw * 0.6 + rng.normal(0, 4, 300), 0, 100)
    gain = cross_validated(raw, rating, NONE)
    assert gain.is_real
    assert gain.calibrated < 5 < gain.identity
    assert gain.current == gain.identity
    grid = np.linspace(40, 85, 10)
    assert np.abs(fit_knots(raw, rating)(grid) - (20 + grid * 0.6)).max() < 4


def test_scores_that_agree_already_gain_nothing() -> None:
    raw, rng = units(300)
    assert not cross_validated(raw, np.clip(raw + rng.normal(0, 4, 300), 0, 100), NONE).is_real


def test_noise_gains_nothing_over_todays_knots_that_say_its_mean() -> None:
    raw, rng = units(300)
    rating = np.clip(60 + rng.normal(0, 10, 300), 0, 100)
    mean = Knots((50.0,), (60.0,))
    assert cross_validated(raw, rating, NONE).is_real
    assert not cross_validated(raw, rating, mean).is_real


def test_a_unit_is_judged_by_knots_that_never_saw_it() -> None:
    # Every unit has a rating of its own: memory would make the error 0.
    raw, rng = units(200)
    rating = rng.permutation(np.linspace(0, 100, 200))
    assert cross_validated(raw, rating, NONE).calibrated == pytest.approx(29, abs=3)


def test_the_same_seed_gives_the_same_figures() -> None:
    raw, rng = units(80)
    rating = np.clip(raw + rng.normal(0, 9, 80), 0, 100)
    assert cross_validated(raw, rating, NONE, seed=5) == cross_validated(raw, rating, NONE, seed=5)
