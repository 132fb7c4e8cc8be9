"""The generator knows what it plants: the real kernel finds in the texts exactly the h that were planned."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from ingestion.demo.abilities import composites, role_model
from ingestion.demo.answers import NORMAL
from ingestion.demo.content import Content, read_content
from ingestion.demo.draft import Draft, draw_block
from ingestion.demo.generate import CONTENT, SEEDS
from ingestion.demo.people import details
from ingestion.demo.plan import Block, Planted
from ingestion.demo.policy import Policy, read_policy
from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.score import score_answers
from warehouse.seeds import read_seeds

SIZE = 40


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(SEEDS)


@pytest.fixture(scope="module")
def content(policy: Policy) -> Content:
    return read_content(CONTENT, policy, details())


@pytest.fixture(scope="module")
def rubrics() -> RubricSet:
    return compile_rubrics(read_seeds(SEEDS))


def draft_of(role: int, policy: Policy, content: Content, planted: Planted) -> Draft:
    block = Block(role, policy.roles[role].role_id, 2, 0, SIZE, 1, seed=7)
    return draw_block(block, role_model(policy.roles[role], planted), policy, content, planted)


def kernel(draft: Draft, rubrics: RubricSet) -> list[tuple[int, int, list[float | None]]]:
    """(session, question, h of each criterion) of every answer that is not skipped, repeated or missing."""
    answers = draft.answers
    asked = [
        (row, at)
        for row in range(len(draft.sessions))
        for at in range(int(draft.sessions.answered[row]))
        if answers.state[row, at] == NORMAL
    ]
    ids = [question.question_id for question in draft.model.role.questions]
    seconds = [answers.seconds[row, at] for row, at in asked]
    pause = [answers.pause[row, at] for row, at in asked]
    table = pa.table(
        {
            "question_id": [ids[at] for _, at in asked],
            "text": [json.loads(f'"{answers.texts[at][row]}"') for row, at in asked],
            "lang": ["en" if answers.is_english[row, at] else "zh" for row, at in asked],
            "answer_seconds": pa.array(seconds, pa.float64(), from_pandas=True),
            "pause_seconds": pa.array(pause, pa.float64(), from_pandas=True),
            "skipped": [False] * len(asked),
        }
    )
    scored = score_answers(table, rubrics, b"k" * 32).column("criteria").to_pylist()
    return [(row, at, [c["h"] for c in found]) for (row, at), found in zip(asked, scored, strict=True)]


@pytest.mark.parametrize("english_rate", [0.0, 1.0], ids=["Chinese", "English"])
@pytest.mark.parametrize("role", range(8))
def test_the_kernel_finds_what_was_planned(
    role: int, english_rate: float, policy: Policy, content: Content, rubrics: RubricSet
) -> None:
    planted = Planted(english_rate=english_rate, mixed_rate=0.3, negated_rate=0.8)
    draft = draft_of(role, policy, content, planted)
    found = kernel(draft, rubrics)
    assert len(found) > 6 * SIZE
    for row, at, h in found:
        planned = draft.answers.h[row, draft.model.question == at]
        text = json.loads(f'"{draft.answers.texts[at][row]}"')
        expected = [np.nan if value is None else value for value in h]
        np.testing.assert_allclose(planned, expected, atol=1e-9, equal_nan=True, err_msg=text)


def test_the_seeds_and_sentences_reach_every_level_in_chinese(content: Content) -> None:
    for question_id, languages in content.spoken.items():
        for recipes in languages["zh"].recipes:
            assert (recipes.count > 0).all(), question_id
        assert len(languages["zh"].openings) and len(languages["zh"].details) >= 50, question_id
        assert (languages["zh"].stage_count > 0).all(), question_id


def test_a_composite_weighs_present_competencies_and_needs_six_tenths_of_the_weight() -> None:
    shares = np.array([0.5, 0.3, 0.2])
    scores = np.array([[80.0, 60.0, 50.0], [80.0, np.nan, 50.0], [np.nan, 60.0, 50.0]])
    found = composites(shares, scores)
    assert found[0] == 68.0
    assert found[1] == 71.43
    assert np.isnan(found[2])


def test_the_able_earn_more_and_the_weak_question_does_not_tell(policy: Policy, content: Content) -> None:
    planted = Planted()
    role = next(
        at for at, r in enumerate(policy.roles) if planted.weak_question.startswith(f"q_{r.role_id}_")
    )
    block = Block(role, policy.roles[role].role_id, 2, 0, 2000, 1, seed=7)
    model = role_model(policy.roles[role], planted)
    draft = draw_block(block, model, policy, content, planted)
    ability = draft.abilities.standard(model)[draft.sessions.person]
    points = draft.question_points()
    r = {
        question.question_id: np.corrcoef(ability[known], points[known, at])[0, 1]
        for at, question in enumerate(model.role.questions)
        for known in [~np.isnan(points[:, at])]
    }
    weak = r.pop(planted.weak_question)
    assert abs(weak) < 0.12
    assert min(r.values()) > 0.25
