"""What the queries of Growth count equals the marts by other ways; the names of a page are asked for once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_growth import one, told
from tests.dashboards.test_queries import ask
from tests.dashboards.visitors import Visitor
from warehouse.marts import Marts

MEASURED = """
    select role_id, competency_id, candidate_id, -gap as depth, gap < 0 as is_below
    from marts.competency_scores
    where is_scored and weight is not null and gap is not null
"""


@pytest.fixture(scope="module")
def in_several_roles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The marts with some people made one, who were measured in several roles."""
    home = tmp_path_factory.mktemp("several_roles")
    path = write_marts(home / "published")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.competency_scores set candidate_id = left(candidate_id, -1)")
    return home


def groups(home: Path) -> list[tuple[str, str, str]]:
    """Every group of the picture with the condition of its rows."""
    roles = ["all", *(role for (role,) in told(home, f"select distinct role_id from ({MEASURED})"))]
    skills = ["any", *(skill for (skill,) in told(home, f"select distinct competency_id from ({MEASURED})"))]
    return [
        (
            role,
            skill,
            f"('all' = '{role}' or role_id = '{role}') and ('any' = '{skill}' or competency_id = '{skill}')",
        )
        for role in roles
        for skill in skills
    ]


def test_a_person_counts_once_in_every_group_of_gaps(in_several_roles: Path) -> None:
    rows = {(row["role_id"], row["competency_id"]): row for row in ask(in_several_roles, "growth_gaps")}
    for role, skill, condition in groups(in_several_roles):
        of_it = f"from ({MEASURED}) where {condition}"
        n, below = told(
            in_several_roles,
            f"select count(distinct candidate_id), count(distinct candidate_id) filter (is_below) {of_it}",
        )[0]
        row = rows.pop((role, skill), None)
        assert (row is None) == (n == 0)
        if row is not None:
            assert (row["n"], row["gap_n"]) == (n, below), (role, skill)
            assert row["share"] == pytest.approx(below / n)
            assert row["mean_gap"] == pytest.approx(
                one(in_several_roles, f"select avg(depth) {of_it} and is_below")
            )
    assert rows == {}
    roles = f"select count(distinct role_id) as n from ({MEASURED}) group by candidate_id, competency_id"
    assert one(in_several_roles, f"select max(n) from ({roles})") > 1, "else nobody could count twice"


def test_a_person_counts_once_in_every_reason_of_the_pool(marts_home: Path) -> None:
    rows = {row["reason"]: row for row in ask(marts_home, "pool_reasons")}
    pool = "from marts.talent_pool where is_in_pool"
    reasons = told(marts_home, f"select distinct reason {pool}")
    assert set(rows) == {"all", *(reason for (reason,) in reasons)}
    for reason, row in rows.items():
        of_it = f"{pool} and '{reason}' in ('all', reason)"
        people, n, mean = told(
            marts_home, f"select count(distinct candidate_id), count(*), avg(composite_score) {of_it}"
        )[0]
        assert (row["people_n"], row["rows_n"], row["mean"]) == (people, n, pytest.approx(mean))


def test_lists_without_names_are_those_with_names(marts_home: Path) -> None:
    for query in ("growth_people", "pool_people", "return_pairs"):
        named = ask(marts_home, query)
        plain = ask(marts_home, query, with_names=False)
        assert any(row["name"] for row in named)
        assert all(row["name"] is None for row in plain)
        assert [{**row, "name": None} for row in named] == plain


def test_the_names_of_a_page_are_asked_for_once(
    visit: Visitor, marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = Marts.query

    def noted(self: Marts, sql: str, *given: Any, **more: Any) -> Any:
        asked.append(sql)
        return real(self, sql, *given, **more)

    monkeypatch.setattr(Marts, "query", noted)
    # What another test has asked is not asked again.
    st.cache_data.clear()
    app = visit(marts_home, "growth", quarter="all")
    of_people = [sql for sql in asked if "people.candidates" in sql]
    assert sum("$with_names and" not in sql for sql in of_people) == 1
    names = {name for (name,) in told(marts_home, "select name from people.candidates")}
    lists = [frame.value["name"] for frame in app.dataframe if "name" in frame.value.columns]
    assert len(lists) >= 3
    for shown in lists:
        assert len(shown) > 0 and set(shown) <= names
