"""The functions analysts get give what the kernels give, in every engine that speaks Arrow."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from scoring_udfs.analyst_functions import Policy, compile_policy
from scoring_udfs.catalogue import CATALOGUE, arrow_udfs, register, relate
from scoring_udfs.duckdb_functions import sql_type
from scoring_udfs.errors import RubricError
from tests.scoring_udfs.small_seeds import SEEDS, batch, scored, tables
from warehouse.seeds import read_seeds

WEIGHTS = {"need": ("insight", 3), "data": ("insight", 1), "order": ("clarity", 2), "speed": ("clarity", 2)}
WORDS = ("loss_zh", "loss_en", "advice_zh", "advice_en", "course_id")
TEXTS = ["首先，没有需求分析。用了 CRM", "data", None, " ", "ＤＡＴＡ 客户访谈😀"]


def policy(**changes: object) -> Policy:
    criteria = []
    for row in SEEDS["criteria"]:
        competency, weight = WEIGHTS.get(row["criterion_id"], ("insight", 1))
        words = {name: f"{row['criterion_id']} {name}" for name in WORDS}
        criteria.append({**row, "competency_id": competency, "weight": weight, **words, **changes})
    return compile_policy(tables({**SEEDS, "criteria": criteria}))


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    register(made, policy())
    relate(made)
    return made


def test_every_function_of_the_catalogue_answers_nulls_with_its_null_rule(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for function in CATALOGUE:
        nulls = ", ".join(f"null::{sql_type(kind)}" for kind in function.arguments.values())
        ((value,),) = connection.execute(f"select {function.name}({nulls})").fetchall()
        assert value == ([] if function.null_rule.startswith("empty") else None), function.name


def test_sql_and_the_batch_kernel_agree(connection: duckdb.DuckDBPyConnection) -> None:
    texts = TEXTS * 800
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


def test_calling_with_arrow_arrays_gives_what_duckdb_gives_for_every_function(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    size = len(TEXTS)
    given = {
        "question_id": pa.array(["q1", "q2", "q1", "nobody's", None], pa.string()),
        "text": pa.array(TEXTS, pa.string()),
        "lang": pa.array(["zh", None, "en", "fr", "en"], pa.string()),
        "answer_seconds": pa.array([2.0, None, 1.0, 0.0, 60.0]),
        "pause_seconds": pa.array([None, 1.0, 0.5, 0.0, 1.0]),
        "skipped": pa.array([False, None, True, True, False]),
        "units_per_minute": pa.array([150.0, None, 75.0, -1.0, 1e9]),
    }
    answers = pa.table({**given, "row": list(range(size))})
    for udf, function in zip(arrow_udfs(policy()), CATALOGUE, strict=True):
        arguments = ", ".join(function.arguments)
        query = f"select {udf.name}({arguments}) from answers order by row"
        in_sql = [value for (value,) in connection.execute(query).fetchall()]
        columns = [given[name] for name in function.arguments]
        direct = udf.function(*columns)
        assert isinstance(direct, pa.Array), udf.name
        assert direct.type == udf.return_type, udf.name
        assert direct.to_pylist() == in_sql, udf.name
        assert [column.type for column in columns] == list(udf.argument_types), udf.name
        # Sliced, and sent to another process, as engines do.
        sent = pickle.loads(pickle.dumps(udf.function))
        assert sent(*(column.slice(1) for column in columns)).to_pylist() == in_sql[1:], udf.name
        assert len(sent(*(column.slice(size) for column in columns))) == 0, udf.name
        assert len(inspect.signature(sent).parameters) == len(columns), udf.name
    assert answers.num_rows == size


def test_an_answer_has_points_by_the_weights_of_its_criteria(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = (
        connection.execute("select * from score_answer('q1', '首先 ＣＲＭ，data，没有需求')")
        .to_arrow_table()
        .to_pylist()
    )
    # need 1 of 2 phrases (weight 3), data whole (1), order 1 of 3 stages (2); no time, so no pace.
    assert [(c["criterion_id"], c["hits"], c["h"]) for c in row["criteria"]] == [
        *(("need", 1, 0.5), ("data", 1, 1.0), ("order", 1, pytest.approx(1 / 3)), ("speed", 0, None))
    ]
    assert row["points"] == round(100 * (3 * 0.5 + 1 + 2 / 3) / 6, 9)
    assert row["competencies"] == [
        {"competency_id": "insight", "score": 62.5},
        {"competency_id": "clarity", "score": 33.333333333},
    ]
    assert [(loss["criterion_id"], loss["points"]) for loss in row["losses"]] == [
        *(("need", 25.0), ("order", 22.222222222)),
    ]
    assert row["losses"][0]["advice_en"] == "need advice_en"
    assert sum(loss["points"] for loss in row["losses"]) == pytest.approx(100 - row["points"])
    assert sorted((hit["start"], hit["end"], hit["phrase"]) for hit in row["evidence"]) == [
        *((0, 2, "首先"), (3, 6, "CRM"), (7, 11, "ＤＡＴＡ")),
    ]
    assert [hit["phrase"] for hit in row["negated"]] == ["需求"]


def test_score_answer_says_nothing_of_what_cannot_be_scored_and_zero_of_a_blank_answer(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    query = "select score_answer('other', 'data'), score_answer('q1', null), score_answer('q1', ' ').points"
    assert connection.execute(query).fetchall() == [(None, None, 0.0)]
    relation = connection.execute("select points, losses from score_answer('other', 'data')")
    assert relation.fetchall() == [(None, None)]


def test_signals_are_told_without_what_finds_near_duplicates(connection: duckdb.DuckDBPyConnection) -> None:
    query = "select * from answer_signals('q1', '数据数据abcd')"
    (row,) = connection.execute(query).to_arrow_table().to_pylist()
    assert row["phrase_density"] == 0.5
    assert row["longest_clause"] > 0
    assert not {name for name in row if name.startswith(("sketch", "band"))}


def test_criteria_without_weight_give_no_points() -> None:
    (udf,) = (udf for udf in arrow_udfs(policy(weight=0)) if udf.name == "score_answer")
    (answer,) = udf.function(pa.array(["q1"]), pa.array(["data"])).to_pylist()
    assert answer["points"] is None
    assert {competency["score"] for competency in answer["competencies"]} == {None}
    assert {loss["points"] for loss in answer["losses"]} == {0.0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight": -1}, "row 2, column weight: '-1' is not a number of at least 0"),
        ({"competency_id": None}, "without a competency_id"),
    ],
)
def test_weights_that_cannot_be_are_told_in_a_sentence(changes: dict[str, object], words: str) -> None:
    with pytest.raises(RubricError, match=words):
        policy(**changes)


def test_a_call_with_more_than_is_allowed_fails() -> None:
    connection = duckdb.connect()
    register(connection, policy(), most_bytes=100)
    assert connection.execute("select normalise_text('A')").fetchone() == ("a",)
    with pytest.raises(duckdb.Error, match="bytes at once; 100 are allowed"):
        connection.execute("select normalise_text(repeat('A', 101))")


def test_the_documentation_lists_every_function_with_its_description() -> None:
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "scoring.md").read_text(encoding="utf-8")
    for function in CATALOGUE:
        call = f"{function.name}({', '.join(function.arguments)})"
        assert f"| `{call}` | {function.zh} | {function.en} | {function.null_rule} |" in page


def test_the_seeds_of_the_project_make_a_policy() -> None:
    made = compile_policy(read_seeds(Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"))
    assert len(made.weights.weights) == made.weights.criteria.num_rows
