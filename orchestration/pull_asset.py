"""The asset of the pulls: it stands before the raw ones, and says when a pull failed."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from ingestion.pull.report import PullReport
from orchestration.pulling import pull_first
from warehouse.settings import Settings

PULLED = dg.AssetKey(["landing", "pulled"])
PULLS_SUCCEED = "pulls_succeed"


def pulled_asset(settings: Settings, pulled: Sequence[PullReport] | None = None) -> dg.AssetsDefinition:
    """What the configured databases and endpoints had to give, as export files in landing.

    A command pulls before it asks whether a build is needed, and hands over what came of it as `pulled`.
    """

    @dg.asset(
        key=PULLED,
        group_name="ingestion",
        kinds={"python"},
        owners=["team:data-engineering"],
        description="New rows of the configured databases and endpoints, as export files in landing.",
        check_specs=[
            dg.AssetCheckSpec(
                PULLS_SUCCEED,
                asset=PULLED,
                description="Every configured pull came to its end; one that fails does not stop the build.",
            )
        ],
    )
    def pull_sources(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        reports = pulled if pulled is not None else pull_first(settings, context.log.info)
        failures = [report.failure for report in reports if report.failure]
        yield dg.MaterializeResult(
            metadata={
                "pulls": len(reports),
                "files": sum(len(report.files) for report in reports),
                "dagster/row_count": sum(report.rows for report in reports),
                "cursors": {report.name: report.cursor for report in reports},
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=PULLS_SUCCEED,
                    passed=not failures,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"failures": failures},
                )
            ],
        )

    return pull_sources
