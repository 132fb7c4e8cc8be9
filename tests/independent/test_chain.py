"""From the interview to the exit, on unseen exports, against a second calculation, cell by cell."""

from __future__ import annotations

import pytest

from tests.independent.chain import Chain, offers, reapplications
from tests.independent.comparing import assert_alike
from tests.independent.results import Results
from tests.independent.world import World

pytestmark = pytest.mark.slow


def test_interview_outcomes_are_those_of_a_second_calculation(world: World, chain: Chain) -> None:
    expected = chain.outcomes()
    assert_alike(world.published("interview_outcomes"), expected, ["interview_id"], ["recommendation"])
    assert {row["employee_link"] for row in expected} >= {"hired", "not_hired", "not_applied"}


def test_offers_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    assert_alike(world.published("offers"), offers(world, judged), ["application_id"])


def test_reapplications_are_those_of_a_second_calculation(
    world: World, judged: Results, chain: Chain
) -> None:
    expected = reapplications(world, judged, chain)
    assert_alike(world.published("reapplications"), expected, ["first_interview_id"])
