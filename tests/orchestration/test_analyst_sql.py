"""The operator's SQL may score texts that it brings along, and nothing else is let in by that."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import analyst_sql
from warehouse.errors import QueryFailedError, QueryRefusedError, ScorehouseError
from warehouse.marts import OPERATOR, Marts, Viewer
from warehouse.publish import publish
from warehouse.settings import Settings

HR = Viewer("hr", "hr")
TEXT = "我把任务拆成五块，写明分工和时间节点"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One published mart, and the seeds of the project."""
    made = Settings(home=tmp_path / "home").ensure()
    with duckdb.connect(str(made.build / "build.duckdb")) as connection:
        connection.execute("create schema marts; create schema people")
        connection.execute("create table marts.questions as select 'q_general_1' as question_id")
    publish(made, "run1")
    return made


def rows(settings: Settings, sql: str, viewer: Viewer = OPERATOR) -> list[dict]:
    return analyst_sql.query(settings, sql, viewer, None).to_pylist()


def test_the_operator_scores_a_text_by_a_question_of_a_mart(settings: Settings) -> None:
    (row,) = rows(
        settings,
        "select question_id, points, len(losses) as losses"
        f" from questions, score_answer(question_id, '{TEXT}')",
    )
    assert row["question_id"] == "q_general_1"
    assert 0 < row["points"] < 100
    assert row["losses"] > 0
    scalar = f"select score_answer(question_id, '{TEXT}').points as points from questions"
    assert rows(settings, scalar) == [{"points": row["points"]}]


def test_a_query_without_scoring_functions_does_not_wait_for_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyst_sql, "_functions", lambda *given: pytest.fail("the catalogue was loaded"))
    assert rows(settings, "select lower('A') as a from questions") == [{"a": "a"}]


@pytest.mark.parametrize(
    "sql",
    [
        "select getenv('HOME')",
        f"select getenv('HOME'), normalise_text('{TEXT}')",
        "select * from read_text('/etc/hostname'), score_answer('q', 'x')",
        "select * from normalise_text('x')",
        "select * from score_answer('q', 'x'), duckdb_settings()",
        "select main.score_answer('q', 'x') from sqlite_master",
        "create macro m() as 1",
    ],
)
def test_the_sandbox_stays_shut(settings: Settings, sql: str) -> None:
    with pytest.raises(QueryRefusedError):
        rows(settings, sql)


def test_a_user_gets_what_the_pages_give_which_have_no_scoring_functions(settings: Settings) -> None:
    with pytest.raises(QueryRefusedError, match="score_answer"):
        rows(settings, "select score_answer('q', 'x')", HR)
    with pytest.raises(QueryRefusedError, match="score_answer"):
        Marts(settings).query("select score_answer('q', 'x')", viewer=OPERATOR)


def test_texts_beyond_a_bound_are_a_failure_in_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyst_sql, "_MOST_BYTES", 1000)
    with pytest.raises(QueryFailedError, match="query stopped"):
        rows(settings, "select normalise_text(string_agg('x', '')) from range(2000)")


def test_seeds_that_cannot_be_used_are_told_in_a_sentence(settings: Settings, tmp_path: Path) -> None:
    bare = Settings(home=settings.home, dbt_project=tmp_path / "nowhere")
    with pytest.raises(ScorehouseError, match="There are no seeds at"):
        rows(bare, "select normalise_text('x')")
