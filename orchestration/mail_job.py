"""Mail in Dagster: every hour what is due is sent; a check on what is published says which alerts fire."""

from collections import Counter

import dagster as dg

from orchestration.assets import PUBLISHED
from warehouse.errors import NothingPublished, QueryRefusedError
from warehouse.mailing.outbox import OutboxBusyError
from warehouse.mailing.sending import due_now, send_due
from warehouse.mailing.server import MailNotConfigured, read_server
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import Settings

MAIL_JOB = "mail"
_FIRING = """
    select rule_key, severity, count(*) as n from marts.alerts where state = 'firing'
    group by rule_key, severity order by rule_key
"""


def mail_job(settings: Settings) -> dg.JobDefinition:
    """Subscriptions that are due are mailed, each once at most, with the rights of their recipients."""

    @dg.op(name="send_what_is_due", description=mail_job.__doc__)
    def send_what_is_due(context: dg.OpExecutionContext) -> None:
        # It brings the pages along, for which builds need not wait.
        from dashboards.mailed import write

        try:
            outcomes = send_due(settings, read_server(settings), write)
        except (MailNotConfigured, OutboxBusyError) as reason:
            context.log.warning(str(reason))
            return
        for one in outcomes:
            told = f": {one.sentence}" if one.sentence else ""
            line = f"subscription {one.subscription.id} of {one.due} {one.state}{told}"
            (context.log.warning if one.state in ("waiting", "failed") else context.log.info)(line)
        context.add_output_metadata(dict(Counter(one.state for one in outcomes)))

    @dg.job(name=MAIL_JOB, description=mail_job.__doc__, executor_def=dg.in_process_executor)
    def send_mail() -> None:
        send_what_is_due()

    return send_mail


def mail_schedule(settings: Settings, job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """Every hour; a run only where something is due."""

    @dg.schedule(
        name="hourly_mail",
        job=job,
        cron_schedule="0 * * * *",
        execution_timezone=str(settings.timezone),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=mail_schedule.__doc__,
    )
    def mail_hourly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not due_now(settings, context.scheduled_execution_time):
            return dg.SkipReason("Nothing is due.")
        return dg.RunRequest()

    return mail_hourly


def alerts_check(settings: Settings) -> dg.AssetChecksDefinition:
    """Which alerts fire in what is published; a warning, since they are about work, not the build."""

    @dg.asset_check(name="no_alert_fires", asset=PUBLISHED, blocking=False, description=alerts_check.__doc__)
    def no_alert_fires() -> dg.AssetCheckResult:
        marts = Marts(settings)
        try:
            found = marts.query(_FIRING, viewer=OPERATOR).to_pylist()
        except (NothingPublished, QueryRefusedError) as reason:
            return dg.AssetCheckResult(
                passed=True, severity=dg.AssetCheckSeverity.WARN, metadata={"not_asked": str(reason)}
            )
        finally:
            marts.close()
        return dg.AssetCheckResult(
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={f"{row['rule_key']} ({row['severity']})": row["n"] for row in found},
        )

    return no_alert_fires
