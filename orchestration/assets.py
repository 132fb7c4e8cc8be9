"""The assets: each calls one function and reports what it did."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from ingestion import ingest
from ingestion.contract import SOURCES
from ingestion.report import FileReport, line
from ingestion.state.balance import unbalanced_files
from orchestration import bulk_scoring, run_archive, run_record
from orchestration.dbt_manifest import dbt_environment, target_path
from orchestration.pull_asset import PULLED
from orchestration.reporter import Reporter
from warehouse.locks import build_lock
from warehouse.publish import publish
from warehouse.settings import Settings

RUN_ID_TAG = "scorehouse/run_id"
REPORTER = "reporter"
DBT_STEP = "dbt_build"
DBT_CONSOLE = "dbt_console.log"
SCORES = dg.AssetKey(["scores", "answers"])
RUN = dg.AssetKey(["warehouse", "run"])
LEDGER = dg.AssetKey(["raw", "ledger"])
PUBLISHED = dg.AssetKey(["published", "marts"])


def raw_key(source: str) -> dg.AssetKey:
    """Asset key of a source's typed, sealed Parquet files."""
    return dg.AssetKey(["raw", source])


class Translator(DagsterDbtTranslator):
    """Names of dbt's nodes in the graph: sources are the assets that write their files."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Sources keep (source, table), models and seeds (schema, name)."""
        if dbt_resource_props["resource_type"] == "source":
            return source_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """One group a layer: seeds, staging, intermediate, marts, people."""
        return str(dbt_resource_props["schema"])


def source_key(source: str, table: str) -> dg.AssetKey:
    """The asset that writes what dbt reads as a source; the ledger grows with the last of the raw files."""
    if source == "run":
        return RUN
    if source == "sightings":
        return raw_key(table)
    return LEDGER if table in {"ledger", "quarantine", "releases"} else dg.AssetKey([source, table])


def ingestion_assets(settings: Settings) -> dg.AssetsDefinition:
    """One asset a source, materialised together in one pass over landing."""

    @dg.multi_asset(
        name="ingest",
        specs=[
            dg.AssetSpec(
                raw_key(source),
                deps=[PULLED],
                group_name="ingestion",
                kinds={"python", "parquet"},
                owners=["team:data-engineering"],
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
                owners=["team:data-engineering"],
                description="A row a file that ever arrived: rows in, kept, duplicates, quarantined, drift.",
            )
        ],
        required_resource_keys={REPORTER},
    )
    def ingest_landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        reporter: Reporter = getattr(context.resources, REPORTER)
        reporter.step("Ingest")
        with writing(settings, context):
            run_record.note_landing(settings)
            report = ingest.run(settings, on_file=lambda file: reporter.line(line(file)))
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


def scoring_asset(settings: Settings) -> dg.AssetsDefinition:
    """Every answer scored by the rubrics in force; no text is written."""

    @dg.asset(
        key=SCORES,
        deps=[raw_key("answers")],
        group_name="scoring",
        kinds={"python", "parquet"},
        owners=["team:data-engineering"],
        description=scoring_asset.__doc__,
        required_resource_keys={REPORTER},
    )
    def scored_answers(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        reporter: Reporter = getattr(context.resources, REPORTER)
        reporter.step("Score")
        with writing(settings, context):
            report = bulk_scoring.score_new(settings, on_progress=reporter.advance)
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
        owners=["team:data-engineering"],
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
    return context.run.tags.get(RUN_ID_TAG) or context.run_id


def writing(settings: Settings, context: dg.AssetExecutionContext) -> AbstractContextManager[None]:
    """The build lock, for runs that Dagster starts; the command holds it for its whole build."""
    return nullcontext() if RUN_ID_TAG in context.run.tags else build_lock(settings)


def warehouse_assets(settings: Settings, manifest: Path) -> dg.AssetsDefinition:
    """Every dbt seed and model; dbt's tests are the asset checks."""

    @dbt_assets(
        manifest=manifest,
        name=DBT_STEP,
        dagster_dbt_translator=Translator(
            DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_duplicate_source_asset_keys=True)
        ),
        required_resource_keys={REPORTER, "dbt"},
    )
    def dbt_build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        reporter: Reporter = getattr(context.resources, REPORTER)
        dbt: DbtCliResource = context.resources.dbt
        reporter.step("Build and test the marts", total=len(context.selected_asset_keys))
        os.environ.update(dbt_environment(settings))
        done = 0
        # dbt's own lines go to a file: the reporter shows progress, Dagster keeps the events.
        console = (settings.logs / DBT_CONSOLE).open("w", encoding="utf-8")
        with writing(settings, context), console, redirect_stdout(console):
            # A build that was killed may have left half of its tables behind: begin with none.
            for leftover in settings.build.glob("build.duckdb*"):
                leftover.unlink()
            call = dbt.cli(
                ["build", "--exclude-resource-type", "unit_test"],
                context=context,
                target_path=target_path(settings),
            )
            for event in call.stream():
                if isinstance(event, dg.Output | dg.MaterializeResult):
                    done += 1
                    reporter.advance(done, len(context.selected_asset_keys))
                yield event

    return dbt_build


def publish_asset(settings: Settings, manifest: Path) -> dg.AssetsDefinition:
    """The tested marts as a new immutable file; readers move to it when it is complete."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    published = [
        dg.AssetKey([node["schema"], node["alias"]])
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] in {"marts", "people"}
    ]

    @dg.asset(
        key=PUBLISHED,
        deps=published,
        group_name="publish",
        kinds={"duckdb"},
        owners=["team:data-engineering"],
        description=publish_asset.__doc__,
        required_resource_keys={REPORTER},
    )
    def published_marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        getattr(context.resources, REPORTER).step("Publish")
        with writing(settings, context):
            run_archive.archive_run(settings, run_id_of(context))
            path = publish(settings, run_id_of(context))
            run_record.note_published(settings, path)
        return dg.MaterializeResult(
            metadata={"file": path.name, "bytes": path.stat().st_size, "run_id": run_id_of(context)}
        )

    return published_marts
