"""Claims, privacy, questions and supplements of unseen exports against a second calculation, cell by cell."""

from __future__ import annotations

import pytest

from tests.independent.aggregates import quarterly_trends
from tests.independent.chain import Chain, offers
from tests.independent.claims import Claims, verdict
from tests.independent.comparing import assert_alike, same
from tests.independent.openings import internal_reviews, shortlists
from tests.independent.privacy import privacy_ledger
from tests.independent.questions import competency_risks, question_health
from tests.independent.results import Results, interview_results
from tests.independent.supplements import pay_band_checks, supplementary_interviews
from tests.independent.world import World

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recommended(world: World, judged: Results) -> dict[str, str | None]:
    return {row["interview_id"]: row["recommendation"] for row in interview_results(world, judged)}


def test_privacy_ledger_is_that_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = privacy_ledger(world, judged)
    assert_alike(world.published("privacy_ledger"), expected, ["obligation_id"])
    assert {row["obligation"] for row in expected} == {"consent", "refusal", "erase", "export", "retention"}


def test_question_health_is_that_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = question_health(world, judged)
    assert_alike(world.published("question_health"), expected, ["question_id", "version"])
    assert any(row["version"] == 2 and row["n"] for row in expected)


def test_competency_risks_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = competency_risks(world, judged)
    assert_alike(world.published("competency_risks"), expected, ["interview_id", "competency_id"])


def test_supplementary_interviews_are_those_of_a_second_calculation(
    world: World, judged: Results, recommended: dict[str, str | None]
) -> None:
    expected = supplementary_interviews(world, judged, recommended)
    assert_alike(world.published("supplementary_interviews"), expected, ["supplement_id"])
    assert {row["state"] for row in expected} >= {"done", "requested", "pending"}


def test_pay_band_checks_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    expected = pay_band_checks(world, offers(world, judged))
    key = ["in_force_from", "kind", "lower_grade"]
    assert_alike(world.published("pay_band_checks"), expected, key)
    # 14 to 15 and 17 to 18 thousand belong to no band; C and D have none.
    assert sorted(row["kind"] for row in expected) == ["gap", "gap", "no_band", "no_band"]


def test_claims_ledger_is_that_of_a_second_calculation(
    world: World, judged: Results, chain: Chain, recommended: dict[str, str | None]
) -> None:
    marts = {
        "requisition_shortlists": shortlists(world, judged, recommended),
        "internal_reviews": internal_reviews(world, judged, chain),
        "quarterly_trends": quarterly_trends(world, judged),
    }
    ledger = {row["claim_id"]: row for row in world.published("claims_ledger")}
    minimum = world.policy.variables["claim_minimum_n"]
    for name, seen in Claims(world, judged, chain, marts).observed().items():
        row = ledger[name]
        assert same(row["observed"], seen.value), name
        assert row["n"] == seen.n, name
        if seen.interval:
            assert same(row["ci_low"], seen.interval[0]), name
            assert same(row["ci_high"], seen.interval[1]), name
            assert row["verdict"] == verdict(row, seen, minimum), name


def test_every_numeric_claim_has_a_verdict_and_what_cannot_be_measured_a_reason(world: World) -> None:
    seeds = {row["claim_id"]: row for row in world.policy.seed_rows("claims")}
    rows = world.published("claims_ledger")
    assert {row["claim_id"] for row in rows} == set(seeds)
    for row in rows:
        if not seeds[row["claim_id"]]["is_measurable"]:
            assert (row["observed"], row["verdict"]) == (None, "not_measurable"), row["claim_id"]
            assert row["reason_zh"] == seeds[row["claim_id"]]["why_not_zh"]
