"""Dagster's entry: the graph, one daily schedule and one sensor that watches landing."""

from collections.abc import Sequence

import dagster as dg
from dagster_dbt import DbtCliResource

from ingestion.pull.report import PullReport
from orchestration import assets
from orchestration.dbt_manifest import dbt_executable, ensure_manifest
from orchestration.pull_asset import pulled_asset
from orchestration.reporter import Reporter, SilentReporter
from orchestration.run_record import is_current, landing_fingerprint
from warehouse.settings import Settings

BUILD_JOB = "build"


def landing_sensor(settings: Settings) -> dg.SensorDefinition:
    """Asks for a build when landing changed; the run key keeps one state from being built twice."""

    @dg.sensor(
        name="landing_sensor",
        job_name=BUILD_JOB,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def watch_landing(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        fingerprint = landing_fingerprint(settings)
        if not fingerprint:
            return dg.SkipReason("Nothing has landed yet.")
        if is_current(settings):
            return dg.SkipReason("The published marts hold all that has landed.")
        if fingerprint == context.cursor:
            return dg.SkipReason("Landing has not changed since the last look.")
        context.update_cursor(fingerprint)
        return dg.RunRequest(run_key=fingerprint)

    return watch_landing


def make_definitions(
    settings: Settings, reporter: Reporter | None = None, pulled: Sequence[PullReport] | None = None
) -> dg.Definitions:
    """The whole graph over one installation; parses the dbt project when it changed.

    `pulled` is what a command has pulled already; without it the graph does.
    """
    manifest = ensure_manifest(settings)
    job = dg.define_asset_job(
        BUILD_JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Pull what is configured, ingest what landed, score it, build, test and publish marts.",
    )
    daily = dg.ScheduleDefinition(
        name="daily_build",
        job=job,
        cron_schedule="0 6 * * *",
        execution_timezone=str(settings.timezone),
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(
        assets=[
            pulled_asset(settings, pulled),
            assets.ingestion_assets(settings),
            assets.scoring_asset(settings),
            assets.run_asset(settings),
            assets.warehouse_assets(settings, manifest),
            assets.publish_asset(settings, manifest),
        ],
        asset_checks=[assets.balance_check(settings)],
        jobs=[job],
        schedules=[daily],
        sensors=[landing_sensor(settings)],
        resources={
            assets.REPORTER: dg.ResourceDefinition.hardcoded_resource(reporter or SilentReporter()),
            "dbt": DbtCliResource(
                project_dir=str(settings.dbt_project),
                profiles_dir=str(settings.dbt_project),
                dbt_executable=dbt_executable(),
            ),
        },
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Loaded by `dagster dev -w workspace.yaml`; reads no file before Dagster asks."""
    return make_definitions(Settings.from_env())
