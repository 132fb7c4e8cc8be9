"""The functions analysts get give what the kernels give."""

from __future__ import annotations

import duckdb
import pytest

from scoring_udfs.catalogue import CATALOGUE, register
from tests.scoring_udfs.small_seeds import batch, rubrics, scored


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    register(made, rubrics())
    return made


def test_every_function_of_the_catalogue_answers_nulls_with_its_null_rule(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for function in CATALOGUE:
        nulls = ", ".join(f"null::{kind}" for kind in function.argument_types)
        ((value,),) = connection.execute(f"select {function.name}({nulls})").fetchall()
        assert value == ([] if function.null_rule.startswith("empty") else None), function.name


def test_sql_and_the_batch_kernel_agree(connection: duckdb.DuckDBPyConnection) -> None:
    texts = ["首先，没有需求分析。用了 CRM", "data", None, " "] * 800
    answers = batch(texts, answer_seconds=3.0)
    rows = connection.execute(
        """
        select
            detect_language(text),
            count_units(text, lang),
            score_criteria(question_id, text, lang, answer_seconds, pause_seconds, skipped),
            score_evidence(question_id, text)
        from answers
        """
    ).fetchall()
    wanted = [
        (r["lang"], r["units"], r["criteria"], r["evidence"]) for r in scored(texts, answer_seconds=3.0)
    ]
    assert rows == wanted
    assert answers.num_rows == len(rows)


def test_single_values_can_be_asked_for(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select normalise_text('ＡB  c'), count_units('it''s ok 好', 'en'), pace_score('zh', 150)"
    assert connection.execute(query).fetchall() == [("ab c", 2, 0.5)]
