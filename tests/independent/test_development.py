"""The way to the next band and what helps, on unseen exports, against a second calculation, cell by cell."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.independent.answers import loss_points
from tests.independent.comparing import assert_alike
from tests.independent.development import development_plans, next_bands
from tests.independent.results import Results
from tests.independent.world import Row, World

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def losses(world: World, judged: Results) -> list[Row]:
    return loss_points(world, judged)


def test_next_bands_are_those_of_a_second_calculation(
    world: World, judged: Results, losses: list[Row]
) -> None:
    bands, _ = next_bands(world, judged, losses)
    assert_alike(world.published("next_bands"), bands, ["interview_id"])
    assert any(row["is_reachable"] for row in bands)


def test_next_band_steps_are_those_of_a_second_calculation(
    world: World, judged: Results, losses: list[Row]
) -> None:
    """Of steps that gain the same either may be named: those of such interviews gain alike in all."""
    _, steps = next_bands(world, judged, losses)
    published = world.published("next_band_steps")
    ours, theirs = by_interview(published), by_interview(steps)
    assert ours.keys() == theirs.keys()
    others = {name for name in ours if criteria(ours[name]) != criteria(theirs[name])}
    assert len(others) < len(ours) / 10
    for name in others:
        assert [row["points_lost"] for row in ours[name]] == pytest.approx(
            [row["points_lost"] for row in theirs[name]]
        )
    assert_alike(
        [row for row in published if row["interview_id"] not in others],
        [row for row in steps if row["interview_id"] not in others],
        ["interview_id", "question_id", "criterion_id"],
    )


def test_development_plans_are_those_of_a_second_calculation(
    world: World, judged: Results, losses: list[Row]
) -> None:
    """On the way to the next band is what the published steps need: they are compared above."""
    steps = world.published("next_band_steps")
    expected = development_plans(world, judged, losses, steps)
    assert_alike(world.published("development_plans"), expected, ["interview_id", "competency_id"])


def by_interview(steps: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(steps, key=lambda row: row["step_number"]):
        grouped[row["interview_id"]].append(row)
    return grouped


def criteria(steps: list[Row]) -> set[tuple[str, str]]:
    return {(row["question_id"], row["criterion_id"]) for row in steps}
