"""The daily purge in Dagster: one step, before the build of the morning, which counts the marts anew."""

import dagster as dg

from warehouse.purge import purge
from warehouse.settings import Settings

PURGE_JOB = "purge"
_WHO = "schedule"


def purge_job(settings: Settings) -> dg.JobDefinition:
    """What is past its last day by the seed retention_policy goes; a line of the log for each class."""

    @dg.op(name="purge_what_is_due", description=purge_job.__doc__)
    def purge_what_is_due(context: dg.OpExecutionContext) -> None:
        for one in purge(settings, who=_WHO):
            if one.stopped_by is not None:
                context.log.warning(f"{one.field_class}: nothing purged, since {one.stopped_by}")
            else:
                context.log.info(f"{one.field_class}: {one.count} purged, from before {one.last_day_kept}")

    @dg.job(name=PURGE_JOB, description=purge_job.__doc__, executor_def=dg.in_process_executor)
    def purge_due() -> None:
        purge_what_is_due()

    return purge_due


def purge_schedule(settings: Settings, job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """Every night, on the company's clock."""
    return dg.ScheduleDefinition(
        name="daily_purge",
        job=job,
        cron_schedule="30 5 * * *",
        execution_timezone=str(settings.timezone),
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
