"""Models fitted once for all tests."""

from __future__ import annotations

import pytest

from scoring_udfs.rating import FittedModel, fit
from tests.scoring_udfs.rating.made_answers import rated_answers


@pytest.fixture(scope="session", params=["zh", "en"])
def fitted(request: pytest.FixtureRequest) -> tuple[str, FittedModel]:
    """A language, and a model of 120 made-up answers to each of two questions in it."""
    return request.param, fit(rated_answers(120, request.param, questions=2))
