"""The kernels that models call have in DuckDB the types that they have in Arrow."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.dbt_functions import Plugin
from scoring_udfs.duckdb_functions import sql_type
from scoring_udfs.improvement import ARGUMENTS, STEPS

COMPETENCIES = "[{'competency_id': 'a', 'raw_score': 50.0, 'share': 1.0, 'knots': []}]"
MISSED = "[{'question_id': 'q', 'criterion_id': 'c', 'competency_id': 'a', 'gain': 12.0, 'effort': 1}]"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    Plugin.configure_connection(Plugin.__new__(Plugin), made)
    return made


def test_a_model_calls_the_kernel_by_its_name(connection: duckdb.DuckDBPyConnection) -> None:
    sql = f"select cheapest_steps(70.0, $target, {COMPETENCIES}, {MISSED})"
    assert connection.execute(sql, {"target": 80.0}).fetchone() == (
        [{"question_id": "q", "criterion_id": "c"}],
    )
    assert connection.execute(sql, {"target": 83.0}).fetchone() == (None,)
    assert connection.execute(f"select cheapest_steps(null, 80.0, {COMPETENCIES}, {MISSED})").fetchone() == (
        None,
    )


def test_its_types_are_those_of_the_kernel(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "select parameter_types, return_type from duckdb_functions() where function_name = 'cheapest_steps'"
    ((taken, given),) = connection.execute(sql).fetchall()

    def spelt(kinds: list[str]) -> list[str]:
        casts = ", ".join(f"typeof(null::{kind})" for kind in kinds)
        return list(connection.execute(f"select {casts}").fetchone() or ())

    assert taken == spelt([sql_type(kind) for kind in ARGUMENTS.values()])
    assert [given] == spelt([sql_type(STEPS)])
