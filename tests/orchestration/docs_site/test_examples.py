"""Ten questions that people ask: each query runs through the gateway and answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orchestration.docs_site.examples import Example, ExampleError, examples_of, shapes_of
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import REPOSITORY, Settings

COLUMNS = {
    "costliest_loss_points": "role_id loss_zh loss_en course_zh course_en answers_n points_an_interview",
    "courses_between_attempts": "took_course people_n mean_gain sd_gain hired_share",
    "drop_out_by_channel": (
        "channel invited_n refusal_rate participation abandon_rate completion_rate days_to_result"
    ),
    "grades_and_performance": (
        "grade hired_n performance_12m performance_12m_n retention_12m retention_12m_n"
    ),
    "hardest_requirements": "role_zh role_en competency_zh competency_en n share_below mean_gap",
    "interviews_to_look_at": "interview_id role_id completed_local_date composite_score grade signals",
    "offers_out_of_band": (
        "grade offers_n mean_offer out_of_band_n out_of_band_share furthest_below furthest_above"
    ),
    "people_for_openings": (
        "requisition_id role_id department_id opened_on needed_n completed_n high_n supply_ratio"
    ),
    "quarter_against_quarter": "role_zh role_en n mean pass_rate delta_mean verdict",
    "sources_of_people_who_stay": (
        "resume_source scored_n mean_score pass_rate hire_rate offer_acceptance retention_12m retention_12m_n"
    ),
}


@pytest.fixture(scope="module")
def examples(compiled: dict[str, Any]) -> dict[str, Example]:
    return {example.name: example for example in examples_of(compiled)}


@pytest.fixture(scope="module")
def marts(demo_home: Settings) -> Iterator[Marts]:
    opened = Marts(demo_home)
    yield opened
    opened.close()


def rows(marts: Marts, example: Example) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = marts.query(example.sql, viewer=OPERATOR).to_pylist()
    return found


@pytest.mark.slow
def test_the_examples_are_those_of_the_folder(examples: dict[str, Example]) -> None:
    files = {path.stem for path in (REPOSITORY / "dbt_project" / "analyses").glob("*.sql")}
    assert set(examples) == files == set(COLUMNS)


@pytest.mark.slow
@pytest.mark.parametrize("name", COLUMNS)
def test_every_example_answers_with_rows_of_its_columns(
    examples: dict[str, Example], marts: Marts, name: str
) -> None:
    table = marts.query(examples[name].sql, viewer=OPERATOR)
    assert table.schema.names == COLUMNS[name].split()
    assert table.num_rows > 0
    for column in table.schema.names:
        assert table.column(column).null_count < table.num_rows, f"{name}.{column} is empty"


@pytest.mark.slow
def test_shares_are_shares_and_every_one_stands_with_its_n(
    examples: dict[str, Example], marts: Marts
) -> None:
    for row in rows(marts, examples["sources_of_people_who_stay"]):
        for share in ("pass_rate", "hire_rate", "offer_acceptance", "retention_12m"):
            assert row[share] is None or 0 <= row[share] <= 1
        assert (row["retention_12m"] is None) == (row["retention_12m_n"] == 0)
    channels = rows(marts, examples["drop_out_by_channel"])
    (everybody,) = marts.query("select count(*) as n from interview_results", viewer=OPERATOR).to_pylist()
    assert sum(row["invited_n"] for row in channels) == everybody["n"]
    assert all(row["completion_rate"] <= row["participation"] for row in channels)


@pytest.mark.slow
def test_orders_say_what_comes_first(examples: dict[str, Example], marts: Marts) -> None:
    grades = [row["grade"] for row in rows(marts, examples["grades_and_performance"])]
    assert grades == sorted(grades, key="SABCD".index)
    supply = [row["supply_ratio"] for row in rows(marts, examples["people_for_openings"])]
    assert supply == sorted(supply)


def test_an_analysis_without_its_question_in_both_languages_is_an_error() -> None:
    node = {"resource_type": "analysis", "name": "mute", "raw_code": "select 1", "compiled_code": "select 1"}
    with pytest.raises(ExampleError, match=r"analyses/mute\.sql must begin with its question"):
        examples_of({"nodes": {"analysis.mute": node}})


def test_nothing_is_run_while_nothing_is_published(tmp_path: Any) -> None:
    example = Example("one", {"zh": "一", "en": "one"}, "select 1 as one", "select 1 as one")
    assert shapes_of([example], Settings(home=tmp_path)) == {}
