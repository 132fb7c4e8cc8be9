"""What questions and their criteria cost, against the marts; and the way from there to the single answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.visitors import Visitor, drawn, sentences
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR

QUESTION = "q_sales_rep_1"
QUARTER = "2026-07-01"


def by_hand(home: Path, sql: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Marts(Settings(home=home)).query(sql, viewer=OPERATOR).to_pylist()
    return rows


def bars(app: Any) -> list[dict[str, Any]]:
    return [value for value in drawn(app) if "cost" in value]


def test_the_costliest_question_is_that_of_the_marts(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "questions", quarter="2026-Q3")
    assert not app.exception
    assert "哪道题让人丢分最多" in sentences(app)
    wanted = by_hand(
        marts_home,
        f"""
        select l.question_id, sum(l.points_lost) / any_value(a.n) as cost
        from loss_points l
        join (
            select question_id, count(*) as n from answer_scores
            where quarter_start = '{QUARTER}'
                and interview_id in (select interview_id from interview_results where status = 'scored')
            group by 1
        ) a using (question_id)
        where l.quarter_start = '{QUARTER}'
        group by 1 order by cost desc, 1 limit 1
        """,
    )[0]
    shown = bars(app)
    assert [value["cost"] for value in shown] == sorted((v["cost"] for v in shown), reverse=True)
    assert (shown[0]["id"], shown[0]["cost"]) == (wanted["question_id"], pytest.approx(wanted["cost"]))


def test_the_criteria_of_a_question_cost_together_what_it_costs(visit: Visitor, marts_home: Path) -> None:
    everything = {
        value["id"]: value["cost"] for value in bars(visit(marts_home, "questions", role="sales_rep"))
    }
    one = bars(visit(marts_home, "questions", role="sales_rep", question=QUESTION))
    assert len(one) == 4
    assert sum(value["cost"] for value in one) == pytest.approx(everything[QUESTION])


def test_the_lowest_answers_stand_first_and_lead_to_the_answer(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "questions", question=QUESTION, quarter="all")
    lowest = next(table.value for table in app.dataframe if "missed" in table.value)
    least = by_hand(
        marts_home, f"select min(points) as least from answer_scores where question_id = '{QUESTION}'"
    )
    assert lowest["points"].tolist() == sorted(lowest["points"])
    assert lowest["points"].iloc[0] == pytest.approx(least[0]["least"])


def test_an_answer_in_the_link_is_opened_on_the_candidate_page(visit: Visitor, marts_home: Path) -> None:
    who = by_hand(
        marts_home,
        f"""
        select interview_id, points from answer_scores where question_id = '{QUESTION}'
        order by points desc, interview_id limit 1
        """,
    )[0]
    app = visit(marts_home, "candidate", interview=who["interview_id"], answer=QUESTION)
    assert not app.exception
    assert f"这道题的 {who['points']:.1f} 分是怎么来的" in [header.value for header in app.header]


def test_an_empty_choice_says_what_to_change(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "questions", question="q_trial")
    assert not app.exception
    assert "换一个季度，或放宽左侧条件" in sentences(app)
