"""The parts of a change of the mean add up to it, and are those that a person would compute."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboards.ask import sql_of
from tests.dashboards.test_queries import EVERYTHING
from tests.dashboards.visitors import Visitor, drawn, sentences

NOW = "2026-07-01"


def by_hand(rows: str) -> duckdb.DuckDBPyConnection:
    """Marts of a few interviews: (role, scenario, quarter, composite)."""
    made = duckdb.connect()
    made.execute(f"""
        create schema marts;
        create table marts.roles as
        from (values ('a', '甲', 'A'), ('b', '乙', 'B')) t (role_id, name_zh, name_en);
        create table marts.interview_results as
        select 'P' || row_number() over () as candidate_id, role_id, 'sales' as department_id, scenario,
            'scored' as status,
            cast(quarter as date) as quarter_start, score::double as composite_score
        from (values {rows}) t (role_id, scenario, quarter, score)
    """)
    return made


def change(made: duckdb.DuckDBPyConnection) -> list[tuple[str, float, float]]:
    sql = sql_of("trend_change")
    asked = {name: value for name, value in {**EVERYTHING, "until": NOW}.items() if f"${name}" in sql}
    found = made.execute(sql, asked).fetchall()
    names = [column[0] for column in made.description or []]
    wanted = [names.index(name) for name in ("name", "own", "composition")]
    return [tuple(row[place] for place in wanted) for row in found]  # type: ignore[misc]


def test_when_nobody_scores_otherwise_all_of_the_change_is_composition() -> None:
    # before: one A at 80, one B at 60, mean 70; now three A and one B, mean 75
    rows = [("a", "2026-04-01", 80), ("b", "2026-04-01", 60)]
    rows += [("a", NOW, 80)] * 3 + [("b", NOW, 60)]
    told = ", ".join(f"('{role}', 'external', '{quarter}', {score})" for role, quarter, score in rows)
    assert change(by_hand(told)) == [("A", 0.0, pytest.approx(5.0)), ("B", 0.0, pytest.approx(5.0))]


def test_when_the_shares_stay_each_role_brings_its_own_half() -> None:
    rows = [("a", "2026-04-01", 80), ("b", "2026-04-01", 60), ("a", NOW, 84), ("b", NOW, 50)]
    told = ", ".join(f"('{role}', 'external', '{quarter}', {score})" for role, quarter, score in rows)
    assert change(by_hand(told)) == [("A", 2.0, pytest.approx(0.0)), ("B", -5.0, pytest.approx(0.0))]


def test_a_role_that_is_new_counts_as_composition_alone() -> None:
    # 80 alone, then 80 and 60: the mean falls by 10, and no role has changed
    rows = [("a", "2026-04-01", 80), ("a", NOW, 80), ("b", NOW, 60)]
    told = ", ".join(f"('{role}', 'external', '{quarter}', {score})" for role, quarter, score in rows)
    parts = change(by_hand(told))
    assert [own for _, own, _ in parts] == [0.0, 0.0]
    assert parts[0][2] == pytest.approx(-10.0)


def test_without_a_quarter_before_there_are_no_parts() -> None:
    assert change(by_hand("('a', 'external', '2026-07-01', 80)")) == []


@pytest.mark.parametrize("role", ["all", "sales_rep"])
def test_the_page_draws_parts_that_lead_from_one_mean_to_the_next(
    visit: Visitor, marts_home: Path, role: str
) -> None:
    app = visit(marts_home, "trend", role=role, quarter="2026-Q3")
    assert not app.exception
    assert "2026 Q3 比 2026 Q2" in sentences(app)
    values = [value for value in drawn(app) if {"from", "to", "written"} <= set(value)]
    assert values[0]["written"] != values[-1]["written"]
    steps = values[1:-1]
    assert len(steps) >= 3
    for one, following in zip([values[0], *steps], [*steps, values[-1]], strict=True):
        # what is smaller than the last digit of a score is left out
        assert following["from"] == pytest.approx(one["to"], abs=0.05)


def test_the_overview_says_how_much_is_composition_and_leads_to_the_reasons(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, quarter="2026-Q3")
    assert "岗位与场景构成" in sentences(app)
    assert "为什么变了" in [link.proto.label for link in app.get("page_link")]
