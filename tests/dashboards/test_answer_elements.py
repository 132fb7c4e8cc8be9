"""An answer criterion by criterion: points that add up, names that people read, the answer opened first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dashboards.criteria import names
from dashboards.rulebook import Rulebook
from tests.dashboards.visitors import Visitor, drawn
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR

INTERVIEW = "I000074"


def answers(home: Path) -> list[dict[str, Any]]:
    """The answers of one interview, fewest points first."""
    sql = f"""
        select question_id, points, elements from answer_scores where interview_id = '{INTERVIEW}'
        order by points, question_id
    """
    rows: list[dict[str, Any]] = Marts(Settings(home=home)).query(sql, viewer=OPERATOR).to_pylist()
    return rows


def bars(app: Any) -> list[dict[str, Any]]:
    return [value for value in drawn(app) if "points_of" in value]


def test_the_answer_with_fewest_points_is_opened_first(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "candidate", interview=INTERVIEW)
    worst = answers(marts_home)[0]
    assert f"这道题的 {worst['points']:.1f} 分是怎么来的" in [header.value for header in app.header]
    assert sum(value["points"] for value in bars(app)) == pytest.approx(worst["points"])
    assert sum(value["points_of"] for value in bars(app)) == pytest.approx(100)


def test_what_lost_most_points_stands_first(visit: Visitor, marts_home: Path) -> None:
    lost = [
        value["points_of"] - value["points"]
        for value in bars(visit(marts_home, "candidate", interview=INTERVIEW))
    ]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > 0


def test_a_criterion_has_its_name_else_what_is_missing_else_nothing() -> None:
    seeds = {
        "criteria": pa.table(
            {
                "criterion_id": ["q.1", "q.2", "q.3"],
                "loss_zh": ["未说明甲", "未说明乙", None],
                "loss_en": ["No A", "No B", None],
            }
        ),
        "criterion_names": pa.table({"criterion_id": ["q.1"], "name_zh": ["甲"], "name_en": ["A"]}),
    }
    book = Rulebook(seeds, (), None, "", "", None)
    assert names(book, "zh") == {"q.1": "甲", "q.2": "未说明乙"}
    assert names(book, "en") == {"q.1": "A", "q.2": "No B"}
