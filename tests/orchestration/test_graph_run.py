"""A run of the graph: what of it is kept in Dagster's lasting records, and how it ends when it is stopped."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError

from orchestration import dbt_process, graph_run
from orchestration.build import build
from orchestration.reporter import SilentReporter
from orchestration.waiting_dbt import hand_over
from orchestration.warehouse_assets import UNCHANGED
from warehouse.settings import Settings

RUN = "5f1c2a54-0000-4000-8000-000000000000"


@dg.asset
def made() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset(deps=[made])
def as_it_was() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={UNCHANGED: True})


@dg.asset(deps=[as_it_was])
def stopped() -> None:
    raise DagsterExecutionInterruptedError


@dg.asset(deps=[as_it_was])
def failed() -> None:
    raise ValueError("DagsterExecutionInterruptedError is only said here.")


def run(instance: dg.DagsterInstance, *assets: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    job = dg.Definitions(assets=assets, jobs=[dg.define_asset_job("all", "*")]).resolve_job_def("all")
    return job.execute_in_process(instance=instance, run_id=RUN, raise_on_error=False)


def test_what_is_made_stands_in_the_lasting_records_also_of_a_run_that_fails(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path).ensure()
    with graph_run._in_memory() as instance, graph_run._keeping(settings, instance, RUN):
        assert not run(instance, made, as_it_was, failed).success
    with graph_run.dagster_instance(settings) as lasting:
        event = lasting.get_latest_materialization_event(dg.AssetKey("made"))
        assert event is not None and event.asset_materialization is not None
        assert event.asset_materialization.metadata["rows"].value == 3
        assert lasting.get_latest_materialization_event(dg.AssetKey("as_it_was")) is None


def test_records_that_cannot_be_written_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path).ensure()
    (settings.home / "dagster").write_text("a file where the folder should be")
    with (
        graph_run._in_memory() as instance,
        pytest.raises(FileExistsError),
        graph_run._keeping(settings, instance, RUN),
    ):
        assert run(instance, made).success


def test_ctrl_c_is_told_from_a_step_that_fails() -> None:
    with graph_run._in_memory() as instance:
        assert graph_run._was_stopped(run(instance, made, as_it_was, stopped))
    with graph_run._in_memory() as instance:
        assert not graph_run._was_stopped(run(instance, made, as_it_was, failed))


@pytest.mark.slow
def test_the_dbt_of_a_build_is_the_one_that_waited(
    demo_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home", dbt_project=tmp_path / "project")
    shutil.copytree(demo_home.home, settings.home, symlinks=True)
    shutil.copytree(demo_home.dbt_project, settings.dbt_project)
    handed = []
    monkeypatch.setattr(
        dbt_process, "hand_over", lambda *order: handed.append(hand_over(*order)) or handed[-1]
    )
    with dg.DagsterInstance.ephemeral() as instance:
        assert build(settings, SilentReporter(), full_refresh=True, instance=instance).changed
    (process,) = handed
    assert process is not None and process.returncode == 0
