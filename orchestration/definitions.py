"""Dagster's entry: the graph, one daily schedule and one sensor that watches landing."""

from collections.abc import Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from ingestion.pull.report import PullReport
from orchestration import assets, warehouse_assets
from orchestration.assets import LEDGER, SCORES
from orchestration.dbt_manifest import dbt_executable, ensure_manifest
from orchestration.dbt_process import DbtProcess
from orchestration.mail_job import alerts_check, mail_job, mail_schedule
from orchestration.pull_asset import pulled_asset
from orchestration.purge_job import purge_job, purge_schedule
from orchestration.reporter import Reporter, SilentReporter
from orchestration.run_record import is_current, landing_fingerprint
from orchestration.taking_in import TakingIn
from orchestration.warehouse_assets import ordinary_run
from warehouse.settings import Settings

BUILD_JOB = "build"
BACKFILL_JOB = "backfill"


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
        return dg.RunRequest(run_key=fingerprint, tags=ordinary_run(settings))

    return watch_landing


def daily_schedule(settings: Settings, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """A build every morning, on the company's clock."""

    @dg.schedule(
        name="daily_build",
        job=job,
        cron_schedule="0 6 * * *",
        execution_timezone=str(settings.timezone),
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def build_daily() -> dg.RunRequest:
        return dg.RunRequest(tags=ordinary_run(settings))

    return build_daily


def make_definitions(
    settings: Settings,
    reporter: Reporter | None = None,
    pulled: Sequence[PullReport] | None = None,
    taking_in: TakingIn | None = None,
) -> dg.Definitions:
    """The whole graph over one installation; parses the dbt project when it changed.

    `pulled` is what a command has pulled already, `taking_in` what takes files in and scores for it; without
    them the graph does.
    """
    taking_in = taking_in or TakingIn(settings)
    manifest = ensure_manifest(settings)
    job = dg.define_asset_job(
        BUILD_JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Pull what is configured, ingest what landed, score it, build, test and publish marts.",
    )
    backfill = dg.define_asset_job(
        BACKFILL_JOB,
        # All that comes after ingestion and scoring.
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(LEDGER, SCORES).upstream(),
        executor_def=dg.in_process_executor,
        description="Make the facts of the chosen months anew, then all that rests on them, and publish.",
    )
    nightly = purge_job(settings)
    hourly = mail_job(settings)
    return dg.Definitions(
        assets=[
            pulled_asset(settings, pulled),
            assets.ingestion_assets(settings, taking_in),
            assets.scoring_asset(settings, taking_in),
            assets.run_asset(settings),
            warehouse_assets.warehouse_assets(settings, manifest),
            warehouse_assets.publish_asset(settings, manifest),
            *assets.PRIVACY_RECORDS,
        ],
        asset_checks=[assets.balance_check(settings), alerts_check(settings)],
        jobs=[job, backfill, nightly, hourly],
        schedules=[
            daily_schedule(settings, job),
            purge_schedule(settings, nightly),
            mail_schedule(settings, hourly),
        ],
        sensors=[landing_sensor(settings)],
        resources={
            assets.REPORTER: dg.ResourceDefinition.hardcoded_resource(reporter or SilentReporter()),
            "dbt": DbtProcess(
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
