"""A model is installed when it beats length, and saying the same of every answer."""

from __future__ import annotations

import numpy as np
import pytest

from scoring_udfs.rating.agreement import Floats, figures
from scoring_udfs.rating.evidence import HeldOut, judged

RATINGS = np.tile([0.0, 1.0, 2.0, 3.0, 4.0], 16)
CHANCE = np.random.default_rng(0).permutation(RATINGS)


def is_installed(model: Floats, length: Floats) -> bool:
    rows = np.arange(len(RATINGS))
    _, is_better = judged(
        HeldOut(RATINGS, model, length, length, RATINGS - 1, RATINGS + 1, rows, rows % 5), seed=0
    )
    return is_better


def test_what_chance_reaches_now_and_then_is_not_enough() -> None:
    # Of forty sets of ratings dealt out at random the luckiest: better than nothing in 95 of 100 samples.
    lucky = np.random.default_rng(15).permutation(RATINGS)
    assert figures(RATINGS, lucky).qwk == pytest.approx(0.1875)
    assert not is_installed(lucky, np.full(80, 2.0))


@pytest.mark.parametrize(
    ("model", "length", "installed"),
    [
        (RATINGS, CHANCE, True),
        (RATINGS, RATINGS, False),
        # Length is wrong the other way round: to be better than that is nothing.
        (CHANCE, 4 - RATINGS, False),
        (np.full(80, 2.0), 4 - RATINGS, False),
    ],
    ids=["better than both", "no better than length", "by chance", "always the same"],
)
def test_a_model_must_beat_both(model: Floats, length: Floats, installed: bool) -> None:
    assert is_installed(model, length) is installed
