"""The assets: each calls one function and reports what it did."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import dagster as dg

from ingestion.contract import SOURCES
from ingestion.report import FileReport, line, sealed_line
from ingestion.state.balance import unbalanced_files
from orchestration import run_archive, run_record
from orchestration.pull_asset import PULLED
from orchestration.reporter import Reporter
from orchestration.taking_in import TakingIn
from warehouse.locks import build_lock
from warehouse.receipts import ANSWERED, PURGED, RECEIPTS
from warehouse.settings import Settings

RUN_ID_TAG = "scorehouse/run_id"
FULL_REFRESH_TAG = "scorehouse/full_refresh"
REPORTER = "reporter"
SCORES = dg.AssetKey(["scores", "answers"])
RUN = dg.AssetKey(["warehouse", "run"])
LEDGER = dg.AssetKey(["raw", "ledger"])
PUBLISHED = dg.AssetKey(["published", "marts"])
OWNERS = ["team:data-engineering"]
PRIVACY_RECORDS = [
    dg.AssetSpec(
        dg.AssetKey(["privacy", table]),
        group_name="privacy",
        kinds={"python", "parquet"},
        owners=OWNERS,
        description=description,
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(column.name, str(column.type)) for column in columns]
            )
        },
    )
    for table, columns, description in (
        ("receipts", RECEIPTS, "One row per erasure or purge, proven by its hash."),
        ("purged", PURGED, "One row per interview and class of records that was purged or erased."),
        ("answered", ANSWERED, "One row per request of a person that was answered by hand."),
    )
]
"""What erasures, purges and answers to people leave behind: written by these acts, never by a run."""


def raw_key(source: str) -> dg.AssetKey:
    """Asset key of a source's typed, sealed Parquet files."""
    return dg.AssetKey(["raw", source])


def ingestion_assets(settings: Settings, taking_in: TakingIn) -> dg.AssetsDefinition:
    """One asset a source, materialised together in one pass over landing."""

    @dg.multi_asset(
        name="ingest",
        specs=[
            dg.AssetSpec(
                raw_key(source),
                deps=[PULLED],
                group_name="ingestion",
                kinds={"python", "parquet"},
                owners=OWNERS,
                description=f"Accepted rows of the {source} exports: typed, deduplicated, texts sealed.",
            )
            for source in SOURCES
        ]
        + [
            dg.AssetSpec(
                LEDGER,
                deps=[raw_key(source) for source in SOURCES],
                group_name="ingestion",
                kinds={"python", "parquet"},
                owners=OWNERS,
                description="A row a file that ever arrived: rows in, kept, duplicates, quarantined, drift.",
            )
        ],
        required_resource_keys={REPORTER},
    )
    def ingest_landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        reporter: Reporter = getattr(context.resources, REPORTER)
        reporter.step("Ingest")
        with writing(settings, context):
            report = taking_in.ingest(lambda file: reporter.line(line(file)))
        if report.sealed:
            reporter.line(sealed_line(report.sealed))
        by_source: dict[str, list[FileReport]] = defaultdict(list)
        for file in report.files:
            by_source[file.source].append(file)
        for source in SOURCES:
            files = by_source[source]
            yield dg.MaterializeResult(
                raw_key(source),
                metadata={
                    "files": len(files),
                    "dagster/row_count": sum(file.kept for file in files),
                    "rows_in": sum(file.rows_in for file in files),
                    "duplicates": sum(file.duplicates for file in files),
                    "quarantined": sum(file.quarantined for file in files),
                    "seconds": round(sum(file.seconds for file in files), 3),
                },
            )
        yield dg.MaterializeResult(
            LEDGER, metadata={"new_files": len(report.files), "known_files": report.unchanged}
        )

    return ingest_landing


def balance_check(settings: Settings) -> dg.AssetChecksDefinition:
    """Rows in = kept + duplicates + quarantined, for every file ever taken."""

    @dg.multi_asset_check(
        name="rows_balance",
        specs=[
            dg.AssetCheckSpec(
                "rows_balance", asset=raw_key(source), blocking=True, description=balance_check.__doc__
            )
            for source in SOURCES
        ],
    )
    def rows_balance(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        unbalanced = unbalanced_files(settings)
        for source in SOURCES:
            files = [file for name, file in unbalanced if name == source]
            yield dg.AssetCheckResult(
                check_name="rows_balance",
                asset_key=raw_key(source),
                passed=not files,
                metadata={"unbalanced_files": files},
            )

    return rows_balance


def scoring_asset(settings: Settings, taking_in: TakingIn) -> dg.AssetsDefinition:
    """Every answer scored by the rubrics in force; no text is written."""

    @dg.asset(
        key=SCORES,
        deps=[raw_key("answers")],
        group_name="scoring",
        kinds={"python", "parquet"},
        owners=OWNERS,
        description=scoring_asset.__doc__,
        required_resource_keys={REPORTER},
    )
    def scored_answers(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        reporter: Reporter = getattr(context.resources, REPORTER)
        reporter.step("Score")
        with writing(settings, context):
            anew = FULL_REFRESH_TAG in context.run.tags
            report = taking_in.score(reporter.advance, anew=anew)
        reporter.line(f"{report.answers:,} answers scored, {report.skipped_files} files already scored")
        return dg.MaterializeResult(
            metadata={
                "files": report.files,
                "dagster/row_count": report.answers,
                "files_already_scored": report.skipped_files,
                "texts_erased": report.erased,
                "seconds": round(report.seconds, 3),
            }
        )

    return scored_answers


def run_asset(settings: Settings) -> dg.AssetsDefinition:
    """Which run this is and which rubric and weights it used."""

    @dg.asset(
        key=RUN,
        deps=[SCORES],
        group_name="scoring",
        kinds={"python"},
        owners=OWNERS,
        description=run_asset.__doc__,
    )
    def run(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        run_archive.note_inputs(settings)
        record = run_record.begin(settings, run_id_of(context))
        return dg.MaterializeResult(
            metadata={
                "run_id": record.run_id,
                "rubric_version": record.rubric_version,
                "weights_version": record.weights_version,
            }
        )

    return run


def run_id_of(context: dg.AssetExecutionContext) -> str:
    """The build's id: given by the command, else made of Dagster's own run id."""
    return context.run.tags.get(RUN_ID_TAG) or context.run.run_id


def writing(settings: Settings, context: dg.AssetExecutionContext) -> AbstractContextManager[None]:
    """The build lock, for runs that Dagster starts; the command holds it for its whole build."""
    return nullcontext() if RUN_ID_TAG in context.run.tags else build_lock(settings)
