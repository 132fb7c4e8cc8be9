"""Intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from scoring_udfs.rating.conformal import fit_intervals, held_out_intervals
from scoring_udfs.rating.scale import Scale

WIDE = Scale(0.0, 100.0, None)


def test_the_quantile_is_corrected_for_few_answers() -> None:
    # Nine equal predictions with errors 1 … 9: rank ceil(10 · 0.9) = 9, the greatest of them.
    predicted = np.full(9, 50.0)
    low, high = fit_intervals(predicted, predicted + np.arange(1.0, 10), WIDE).of(np.array([50.0]))
    assert (low[0], high[0]) == (pytest.approx(41), pytest.approx(59))


def test_too_few_answers_give_the_whole_scale() -> None:
    predicted = np.full(5, 50.0)
    low, high = fit_intervals(predicted, predicted + 1, WIDE).of(np.array([50.0]))
    assert (low[0], high[0]) == (0, 100)


@pytest.mark.parametrize("count", [60, 400])
def test_nine_of_ten_new_answers_are_inside(count: int) -> None:
    random = np.random.default_rng(count)
    covered = []
    for _ in range(60):
        truth = random.uniform(20, 80, count + 200)
        # Errors grow with the rating: the intervals must follow.
        predicted = truth + random.normal(0, truth / 10)
        intervals = fit_intervals(predicted[:count], truth[:count], WIDE)
        low, high = intervals.of(predicted[count:])
        covered.append(np.mean((low <= truth[count:]) & (truth[count:] <= high)))
    assert 0.89 <= np.mean(covered) <= 0.93


def test_ends_lie_on_levels_inside_the_scale_and_around_the_rating() -> None:
    random = np.random.default_rng(0)
    scale = Scale(0.0, 3.0, 1.0)
    truth = random.integers(0, 4, 200).astype(float)
    predicted = scale.snap(truth + random.normal(0, 0.8, 200))
    low, high = held_out_intervals(predicted, truth, scale, np.arange(200) % 5)
    assert set(np.unique(np.concatenate([low, high]))) <= {0, 1, 2, 3}
    assert np.all((low <= predicted) & (predicted <= high))
    assert np.mean((low <= truth) & (truth <= high)) >= 0.88
