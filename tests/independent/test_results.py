"""Results, competencies, answers and losses of unseen exports against a second calculation, cell by cell."""

from __future__ import annotations

import pytest

from tests.independent.answers import answer_scores, loss_points
from tests.independent.chain import Chain
from tests.independent.comparing import assert_alike
from tests.independent.employed import Workplaces
from tests.independent.results import Results, competency_scores, interview_results
from tests.independent.world import World

pytestmark = pytest.mark.slow

SESSION_FLAGS = (
    *("interrupted", "short_answers", "skipped_answers", "repeated_answers", "unknown_questions"),
    "low_coverage",
)
VERSIONS = ("rubric_version", "weights_version", "kernel_version", "run_id")
# What the engine found in the text itself, and the flags of which those above are a part.
OF_THE_TEXT = ("lang", "units_per_minute", "evidence", "negated", "flags")
ANSWER_FLAGS = ("short", "skipped", "repeated", "missing", "unknown_question")


def test_interview_results_are_those_of_a_second_calculation(
    world: World, judged: Results, chain: Chain
) -> None:
    published = world.published("interview_results")
    for row in published:
        # The signals of texts are no scores and are calculated elsewhere.
        row["flags"] = [flag for flag in row["flags"] if flag in SESSION_FLAGS]
    expected = interview_results(world, judged)
    workplaces = Workplaces(world, chain)
    for row in expected:
        row |= workplaces.columns(judged[row["interview_id"]])
    assert any(row["department_id_then"] for row in expected)
    assert_alike(published, expected, ["interview_id"], VERSIONS)


def test_every_status_and_grade_was_met(world: World, judged: Results) -> None:
    statuses = {found.status for found in judged.values()}
    assert statuses == {"scored", "insufficient", "pending", "declined", "abandoned"}
    assert {found.grade for found in judged.values()} == {"S", "A", "B", "C", "D", None}


def test_the_versions_of_a_result_are_those_of_the_run(world: World) -> None:
    [run] = world.published("warehouse_run")
    rows = world.ask(
        "select distinct rubric_version, weights_version, run_id from interview_results "
        "where status in ('scored', 'insufficient')"
    )
    assert rows == [{name: run[name] for name in ("rubric_version", "weights_version", "run_id")}]


def test_competency_scores_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    assert_alike(
        world.published("competency_scores"), competency_scores(judged), ["interview_id", "competency_id"]
    )


def test_answer_scores_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    published = world.published("answer_scores")
    for row in published:
        row["plain_flags"] = [flag for flag in row["flags"] if flag in ANSWER_FLAGS]
    assert_alike(published, answer_scores(world, judged), ["interview_id", "question_id"], OF_THE_TEXT)


def test_loss_points_are_those_of_a_second_calculation(world: World, judged: Results) -> None:
    assert_alike(
        world.published("loss_points"),
        loss_points(world, judged),
        ["interview_id", "question_id", "criterion_id"],
    )
