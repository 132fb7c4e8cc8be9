"""Bands, quarters, bins and summaries of unseen exports against a second calculation, cell by cell."""

from __future__ import annotations

import pytest

from tests.independent import aggregates
from tests.independent.chain import offers
from tests.independent.comparing import assert_alike
from tests.independent.results import Results
from tests.independent.world import World

pytestmark = pytest.mark.slow

GROUP = ["role_id", "scenario"]


def test_grade_bands_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = aggregates.grade_bands(world, judged, offers(world, judged))
    assert_alike(world.published("grade_bands"), expected, [*GROUP, "quarter_start", "grade"])
    assert any(row["offers_out_of_band"] for row in expected)


def test_quarterly_trends_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = aggregates.quarterly_trends(world, judged)
    assert_alike(world.published("quarterly_trends"), expected, [*GROUP, "quarter_start"])


def test_role_score_distributions_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = aggregates.distributions(judged)
    key = [*GROUP, "competency_id", "bin_start"]
    assert_alike(world.published("role_score_distributions"), expected, key)


def test_role_score_summaries_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = aggregates.summaries(world, judged)
    assert_alike(world.published("role_score_summaries"), expected, [*GROUP, "competency_id"])
