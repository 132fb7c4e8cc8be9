"""The graph: every step is in it, dbt's tests are checks, schedule and sensor know the job."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.metadata import TableMetadataSet

from ingestion.contract import SOURCES
from orchestration.assets import OWNERS, PUBLISHED, RUN, SCORES, raw_key
from orchestration.definitions import make_definitions
from orchestration.run_record import landing_fingerprint
from orchestration.warehouse_assets import months_of_facts
from warehouse.locks import build_lock
from warehouse.settings import REPOSITORY, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home")).ensure()


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return make_definitions(settings)


def mart(name: str) -> dg.AssetKey:
    return dg.AssetKey(["marts", name])


def test_the_way_from_landing_to_published_is_one_graph(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert {raw_key(source) for source in SOURCES} <= graph.get_all_asset_keys()
    assert raw_key("answers") in graph.get(SCORES).parent_keys
    upstream = graph.get_ancestor_asset_keys(PUBLISHED) if hasattr(graph, "get_ancestor_asset_keys") else None
    if upstream is None:
        upstream, waiting = set(), {PUBLISHED}
        while waiting:
            key = waiting.pop()
            upstream.add(key)
            waiting |= set(graph.get(key).parent_keys) - upstream
    assert {raw_key("interviews"), SCORES, RUN, mart("interview_results"), mart("ingest_health")} <= upstream


def test_every_mart_has_checks(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checked = {check.asset_key for check in graph.asset_check_keys}
    for name in ("interview_results", "loss_points", "grade_bands", "role_score_distributions"):
        assert mart(name) in checked, f"{name} has no test in the graph"
    assert raw_key("answers") in checked


def test_every_asset_is_described_and_grouped(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        if node.is_materializable:
            assert node.group_name not in (None, "default"), key
            assert node.description, f"{key.to_user_string()} is not described"


def test_what_privacy_acts_leave_behind_is_described_and_no_run_makes_it(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for name in ("receipts", "purged", "answered"):
        key = dg.AssetKey(["privacy", name])
        node = graph.get(key)
        assert not node.is_materializable
        assert (node.group_name, node.owners, node.kinds) == ("privacy", OWNERS, {"python", "parquet"})
        assert node.description
        schema = TableMetadataSet.extract(node.metadata).column_schema
        assert schema is not None and "receipt_hash" in {column.name for column in schema.columns}
        assert key not in definitions.resolve_job_def("build").asset_layer.executable_asset_keys


def test_every_model_says_whose_it_is_what_it_is_and_which_columns_it_has(
    definitions: dg.Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        if node.is_materializable:
            assert node.owners, f"{key.to_user_string()} is nobody's"
            assert node.kinds, f"{key.to_user_string()} is of no kind"
        if node.is_materializable and key.path[0] in {"marts", "people"} and len(key.path) == 2:
            schema = TableMetadataSet.extract(node.metadata).column_schema
            assert schema is not None and schema.columns, key
            assert all(column.type and column.description for column in schema.columns), key


def test_tests_over_several_tables_are_checks_too(definitions: dg.Definitions) -> None:
    names = {check.name for check in definitions.resolve_asset_graph().asset_check_keys}
    written = {path.stem for path in (REPOSITORY / "dbt_project" / "tests").glob("assert_*.sql")}
    assert written <= names


def test_facts_have_a_partition_a_month_up_to_the_present_one(
    definitions: dg.Definitions, settings: Settings
) -> None:
    graph = definitions.resolve_asset_graph()
    months = months_of_facts(settings)
    for name in ("answer_scores", "competency_scores", "loss_points", "next_bands", "development_plans"):
        assert graph.get(mart(name)).partitions_def == months, name
    for name in ("interview_results", "grade_bands", "quarterly_trends"):
        assert graph.get(mart(name)).partitions_def is None, name
    today = datetime.now(settings.timezone)
    assert months.get_last_partition_key() == f"{today:%Y-%m}-01"


def test_a_backfill_begins_after_ingestion_and_ends_with_publishing(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("backfill")
    keys = set(job.asset_layer.selected_asset_keys)
    assert {RUN, PUBLISHED, mart("loss_points"), mart("interview_results")} <= keys
    assert not keys & {SCORES, *(raw_key(source) for source in SOURCES)}


def test_the_schedule_runs_daily_in_company_time(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("daily_build")
    assert schedule.cron_schedule == "0 6 * * *"
    assert schedule.execution_timezone == "Asia/Shanghai"


def test_the_sensor_asks_once_a_change(definitions: dg.Definitions, settings: Settings) -> None:
    sensor = definitions.resolve_sensor_def("landing_sensor")
    with dg.instance_for_test() as instance:
        first = dg.build_sensor_context(instance=instance)
        assert not sensor.evaluate_tick(first).run_requests
        folder = settings.landing / "surveys"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a.csv").write_text("interview_id,question,score\n")
        second = dg.build_sensor_context(instance=instance)
        requests = sensor.evaluate_tick(second).run_requests
        assert [request.run_key for request in requests] == [landing_fingerprint(settings)]
        third = dg.build_sensor_context(instance=instance, cursor=landing_fingerprint(settings))
        assert not sensor.evaluate_tick(third).run_requests


def test_importing_the_entry_reads_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    from orchestration import definitions as module

    monkeypatch.setenv("SCOREHOUSE_HOME", str(tmp_path / "never"))
    importlib.reload(module)
    assert not (tmp_path / "never").exists()


@pytest.mark.slow
def test_the_sensor_rests_while_the_marts_hold_all_that_landed(demo_home: Settings) -> None:
    sensor = make_definitions(demo_home).resolve_sensor_def("landing_sensor")
    with dg.instance_for_test() as instance:
        tick = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert not tick.run_requests
    assert "hold all" in (tick.skip_message or "")


def test_a_run_that_dagster_starts_does_not_write_beside_a_build(settings: Settings) -> None:
    with build_lock(settings), dg.DagsterInstance.ephemeral() as instance:
        job = make_definitions(settings).resolve_job_def("build")
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    assert not result.success
    failed = {event.step_key for event in result.filter_events(lambda event: event.is_step_failure)}
    assert failed == {"ingest"}


def test_loading_the_graph_imports_nothing_of_dbt() -> None:
    """Which takes longer than all else of it, and dbt runs in a process of its own."""
    code = "import sys, orchestration.graph_run; print('dbt' in sys.modules, 'dbt.version' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == ["False", "False"]
