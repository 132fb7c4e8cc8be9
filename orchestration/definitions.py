"""Dagster's entry: the graph, one daily schedule and one sensor that watches landing."""

import hashlib

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration import assets
from orchestration.dbt_manifest import dbt_executable, ensure_manifest
from orchestration.reporter import Reporter, SilentReporter
from warehouse.settings import Settings

BUILD_JOB = "build"


def landing_fingerprint(settings: Settings) -> str:
    """Hash over path, size and time of every landed file; '' when nothing has landed."""
    digest = hashlib.sha256()
    files = sorted(path for path in settings.landing.rglob("*") if path.is_file())
    for path in files:
        stat = path.stat()
        digest.update(f"{path.relative_to(settings.landing)}|{stat.st_size}|{stat.st_mtime_ns}".encode())
    return digest.hexdigest() if files else ""


def landing_sensor(settings: Settings) -> dg.SensorDefinition:
    """Asks for a build when landing changed; the run key keeps one state from being built twice."""

    @dg.sensor(name="landing_sensor", job_name=BUILD_JOB, minimum_interval_seconds=60)
    def watch_landing(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        fingerprint = landing_fingerprint(settings)
        if not fingerprint:
            return dg.SkipReason("Nothing has landed yet.")
        if fingerprint == context.cursor:
            return dg.SkipReason("Landing has not changed since the last look.")
        context.update_cursor(fingerprint)
        return dg.RunRequest(run_key=fingerprint)

    return watch_landing


def make_definitions(settings: Settings, reporter: Reporter | None = None) -> dg.Definitions:
    """The whole graph over one installation; parses the dbt project when it changed."""
    manifest = ensure_manifest(settings)
    job = dg.define_asset_job(
        BUILD_JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Ingest what landed, score it, build and test the marts, publish them.",
    )
    daily = dg.ScheduleDefinition(
        name="daily_build",
        job=job,
        cron_schedule="0 6 * * *",
        execution_timezone=str(settings.timezone),
    )
    return dg.Definitions(
        assets=[
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
