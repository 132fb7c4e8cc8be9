"""The planted people are in every demo that is large enough, whatever its seed, with the scores asked for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ingestion.demo import write_demo
from ingestion.demo.abilities import role_model
from ingestion.demo.cast import FIRST_NUMBER, Cast, read_cast
from ingestion.demo.cast_sessions import draw_cast
from ingestion.demo.content import Content, read_content
from ingestion.demo.draft import Draft
from ingestion.demo.generate import CAST_FROM, CAST_SOURCE, CONTENT, SEEDS
from ingestion.demo.people import details
from ingestion.demo.plan import Floats, Planted
from ingestion.demo.policy import Policy, read_policy
from tests.ingestion.demo.test_demo import source

LARGE = CAST_FROM


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(SEEDS)


@pytest.fixture(scope="module")
def content(policy: Policy) -> Content:
    return read_content(CONTENT, policy, details())


def drawn(seed: int, policy: Policy, content: Content) -> tuple[Cast, Draft, Floats]:
    at = next(at for at, role in enumerate(policy.roles) if role.score_source == CAST_SOURCE)
    model = role_model(policy.roles[at], Planted())
    cast = read_cast()
    return cast, *draw_cast(cast, model, at, seed, policy, content, Planted())


@pytest.mark.parametrize("seed", [0, 1, 7, 20260930, 20261231])
def test_every_planted_interview_gets_exactly_the_composite_that_its_case_asks_for(
    seed: int, policy: Policy, content: Content
) -> None:
    cast, draft, corrected = drawn(seed, policy, content)
    for one, composite in zip(cast.interviews, draft.composite.tolist(), strict=True):
        wanted = one.target if np.isnan(one.corrected) else one.corrected
        assert composite == wanted or (np.isnan(composite) and np.isnan(wanted)), one.number
    assert np.nanmax(draft.vendor) <= 100
    assert np.nanmin(draft.vendor) >= 0
    assert np.isfinite(corrected).any(axis=1).sum() == 1


@pytest.mark.parametrize("seed", [0, 1, 7, 20260930, 20261231])
def test_almost_every_planted_interview_has_its_transcript(
    seed: int, policy: Policy, content: Content
) -> None:
    cast, draft, _ = drawn(seed, policy, content)
    asked = [one.status == "completed" and one.texts == "all" for one in cast.interviews]
    without = np.isnan(draft.competency).all(axis=1) & np.array(asked)
    assert without.sum() <= 4


def test_a_demo_from_a_certain_size_on_has_them_among_its_interviews(tmp_path: Path) -> None:
    planted = len(read_cast().interviews)
    for size, expected in ((LARGE, planted), (LARGE - 1, 0)):
        report = write_demo(tmp_path / str(size) / "landing", interviews=size, seed=3)
        ids = [row["面试编号"] for row in source(report, "interviews")]
        assert len(ids) == len(set(ids)) == size
        assert sum(name >= f"IV{FIRST_NUMBER:07d}" for name in ids) == expected


def test_nothing_but_the_words_of_a_planted_case_depends_on_the_seed(tmp_path: Path) -> None:
    told = []
    for seed in (3, 4):
        report = write_demo(tmp_path / str(seed) / "landing", interviews=LARGE, seed=seed)
        truth = json.loads(report.truth.read_text(encoding="utf-8"))
        told.append(
            {
                "cases": truth["cases"],
                "applications": planted_rows(source(report, "applications"), "申请编号", "A8"),
                "staff": {row[:1] + row[3:] for row in staff(source(report, "employees"))},
                "reviews": planted_rows(source(report, "performance_reviews"), "employee_id", "E8"),
                "comments": planted_rows(source(report, "comments"), "interview_id", "IV8"),
            }
        )
    assert told[0]["staff"] == told[1]["staff"]
    assert told[0] == told[1]


def planted_rows(rows: list[dict[str, str]], key: str, head: str) -> list[list[str]]:
    """The rows of planted people, times that follow from how long the answers took left out."""
    timed = {"申请时间", "进入阶段时间"}
    return [
        [str(cell) for name, cell in row.items() if name not in timed]
        for row in rows
        if row[key].startswith(head)
    ]


def staff(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Rows of planted employees; the third cell is the name, which is drawn."""
    return [tuple(row.values()) for row in rows if row["员工编号"].startswith("E8")]


def test_the_expectations_name_only_marts_and_people_that_exist() -> None:
    cast = read_cast()
    people = {person.number for person in cast.people}
    for name, case in cast.cases.items():
        assert case["says"], name
        for expected in case["expected"]:
            assert expected.keys() <= {"mart", "where", "rows", "is", "has", "lacks"}, name
            for value in expected["where"].values():
                if str(value)[:3] in ("IV8", "C80", "E80"):
                    assert int(str(value)[-7:]) // 10 * 10 + 1 in people, (name, value)
    assert len(people) == len(cast.people)
