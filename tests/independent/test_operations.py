"""Batches, openings, reviews inside the company and pay, against a second calculation, cell by cell."""

from __future__ import annotations

import pytest

from tests.independent.batches import batch_progress
from tests.independent.chain import Chain, offers
from tests.independent.comparing import assert_alike
from tests.independent.openings import internal_reviews, shortlists
from tests.independent.pay import budgets, pay_reviews
from tests.independent.pay_places import pay_positions
from tests.independent.results import Results, interview_results
from tests.independent.world import World

pytestmark = pytest.mark.slow


def test_batch_progress_is_that_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = batch_progress(world, judged)
    assert_alike(world.published("batch_progress"), expected, ["batch_id", "channel"])


def test_requisition_shortlists_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    results = interview_results(world, judged)
    recommended = {row["interview_id"]: row["recommendation"] for row in results}
    expected = shortlists(world, judged, recommended)
    assert_alike(world.published("requisition_shortlists"), expected, ["requisition_id", "candidate_id"])


def test_internal_reviews_are_those_of_a_second_calculation(
    world: World, judged: Results, chain: Chain
) -> None:
    expected = internal_reviews(world, judged, chain)
    assert_alike(world.published("internal_reviews"), expected, ["interview_id"])


def test_pay_reviews_are_those_of_a_second_calculation(world: World, judged: Results, chain: Chain) -> None:
    assert_alike(world.published("pay_reviews"), pay_reviews(world, judged, chain), ["employee_id"])


def test_pay_review_budgets_are_those_of_a_second_calculation(
    world: World, judged: Results, chain: Chain
) -> None:
    expected = budgets(pay_reviews(world, judged, chain))
    assert_alike(world.published("pay_review_budgets"), expected, ["department_id", "rule_name"])


def test_pay_positions_are_those_of_a_second_calculation(world: World, judged: Results, chain: Chain) -> None:
    expected = pay_positions(world, pay_reviews(world, judged, chain), offers(world, judged))
    assert_alike(world.published("pay_positions"), expected, ["role_id", "grade"])
