"""dbt's seeds and models as assets, their tests as checks, months of facts as partitions; publishing."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import build_plan, run_record
from orchestration.assets import (
    FULL_REFRESH_TAG,
    LEDGER,
    OWNERS,
    PUBLISHED,
    REPORTER,
    RUN,
    RUN_ID_TAG,
    raw_key,
    run_id_of,
    writing,
)
from orchestration.broken_rules import with_broken_rules
from orchestration.build_plan import INPUTS, BuildPlan, NothingBuiltError
from orchestration.dagster_dbt_names import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    dbt_assets,
)
from orchestration.dbt_manifest import dbt_environment, target_path
from orchestration.publishing import archive_and_publish
from orchestration.reporter import Reporter
from warehouse.database_files import opened
from warehouse.publish import PUBLISHED_SCHEMAS
from warehouse.settings import Settings

# On the runs of a command, the schedule or the sensor: nobody chose their month.
ORDINARY_TAG = "scorehouse/ordinary"
PARTITION_TAG = "dagster/partition"
DBT_STEP = "dbt_build"
DBT_CONSOLE = "dbt_console.log"
# What the marts say, and their tests, that a build kept as they were.
UNCHANGED = "unchanged"
MONTHS_VARIABLE = "SCOREHOUSE_MONTHS"
# Says anything where dbt makes only what changed, of models whose contracts a whole build has compared.
INCREMENT_VARIABLE = "SCOREHOUSE_INCREMENT"
_MONTHS_MADE = f"""
    select distinct business_month
    from intermediate.{INPUTS}
    where business_month is not null and changed_by = ?
    order by business_month
"""


def months_of_facts(settings: Settings) -> dg.TimeWindowPartitionsDefinition:
    """The partitions of the facts: months on the company's calendar from the variable `facts_from` on."""
    return dg.MonthlyPartitionsDefinition(
        start_date=str(settings.dbt_variables.get("facts_from", "2023-01-01")),
        timezone=str(settings.timezone),
        # The month that is not over has facts too.
        end_offset=1,
    )


def ordinary_run(settings: Settings) -> dict[str, str]:
    """Tags of a build for which nobody chose a partition: to Dagster it is one of the present month."""
    return {ORDINARY_TAG: "true", PARTITION_TAG: str(months_of_facts(settings).get_last_partition_key())}


def is_fact(node: Mapping[str, Any]) -> bool:
    """A mart whose rows belong to an interview each and are made anew by the month."""
    return bool(node["schema"] == "marts" and node["config"].get("materialized") == "incremental")


class Translator(DagsterDbtTranslator):
    """Names of dbt's nodes in the graph: sources are the assets that write their files."""

    def __init__(self, months: dg.PartitionsDefinition | None = None) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_duplicate_source_asset_keys=True)
        )
        self._months = months

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Sources keep (source, table), models and seeds (schema, name)."""
        if dbt_resource_props["resource_type"] == "source":
            return source_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """One group a layer: seeds, staging, intermediate, marts, people."""
        return str(dbt_resource_props["schema"])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Who looks after it."""
        return OWNERS

    def get_partitions_def(self, dbt_resource_props: Mapping[str, Any]) -> dg.PartitionsDefinition | None:
        """Facts have a partition a month."""
        is_model = dbt_resource_props["resource_type"] == "model"
        return self._months if is_model and is_fact(dbt_resource_props) else None


def source_key(source: str, table: str) -> dg.AssetKey:
    """The asset that writes what dbt reads as a source; the ledger grows with the last of the raw files."""
    if source == "run":
        return RUN
    if source == "sightings":
        return raw_key(table)
    return LEDGER if table in {"ledger", "quarantine", "releases"} else dg.AssetKey([source, table])


def warehouse_assets(settings: Settings, manifest: Path) -> dg.AssetsDefinition:
    """Every dbt seed and model; dbt's tests are the asset checks."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    translator = Translator(months_of_facts(settings))

    @dbt_assets(
        manifest=manifest,
        name=DBT_STEP,
        dagster_dbt_translator=translator,
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={REPORTER, "dbt"},
    )
    def dbt_build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        reporter: Reporter = getattr(context.resources, REPORTER)
        months = chosen_months(context)
        os.environ.update({**dbt_environment(settings), MONTHS_VARIABLE: ",".join(months)})
        with writing(settings, context):
            plan = plan_of_run(settings, manifest, context, by_month=bool(months))
            os.environ[INCREMENT_VARIABLE] = "" if plan.is_whole else "true"
            build_plan.begin(settings, plan)
            total = len(context.selected_asset_keys) - len(plan.carried)
            reporter.step("Build and test the marts" + (f" ({plan.reason})" if plan.reason else ""), total)
            yield from _carried(context, nodes, plan)
            yield from _run_dbt(settings, context, plan, total)
            build_plan.finish(settings, plan)
            yield from _by_month(settings, context, nodes, months)

    return dbt_build


def chosen_months(context: dg.AssetExecutionContext) -> list[str]:
    """First days of the months of a backfill; none in a run that no partition was chosen for."""
    if ORDINARY_TAG in context.run.tags:
        return []
    if not context.has_partition_key and not context.has_partition_key_range:
        return []
    return list(context.partition_keys)


def plan_of_run(
    settings: Settings, manifest: Path, context: dg.AssetExecutionContext, *, by_month: bool
) -> BuildPlan:
    """What the run makes anew. A run of some assets only makes these, and needs a database with the others.

    Raises `NothingBuiltError` when there is none.
    """
    is_asked_for = FULL_REFRESH_TAG in context.run.tags
    plan = build_plan.plan_build(settings, manifest, full_refresh=is_asked_for, by_month=by_month)
    if not context.is_subset:
        return plan
    if plan.is_whole:
        raise NothingBuiltError(
            f"Some assets cannot be built without the others, since {plan.reason}: run the job `build`."
        )
    return build_plan.part_of(settings, plan, {key.path[-1] for key in context.selected_asset_keys})


def _run_dbt(
    settings: Settings, context: dg.AssetExecutionContext, plan: BuildPlan, total: int
) -> Iterator[Any]:
    """dbt builds and tests what the plan does not leave out; its events as Dagster knows them."""
    reporter: Reporter = getattr(context.resources, REPORTER)
    dbt: DbtCliResource = context.resources.dbt
    arguments = ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    if plan.excluding:
        # Tests are named one by one: none is left out because it also reads a table that is.
        arguments += ["--indirect-selection", "empty", "--exclude", " ".join(plan.excluding)]
    done, began = 0, time.time()
    broken: list[dg.AssetCheckResult] = []
    # dbt's own lines go to a file: the reporter shows progress, Dagster keeps the events.
    console = (settings.logs / DBT_CONSOLE).open("w", encoding="utf-8")
    with console, redirect_stdout(console):
        call = dbt.cli(arguments, context=context, target_path=target_path(settings), raise_on_error=False)
        for event in call.stream():
            if isinstance(event, dg.Output | dg.MaterializeResult):
                done += 1
                reporter.advance(done, total)
            if isinstance(event, dg.AssetCheckResult) and not event.passed:
                broken.append(event)
            else:
                yield event
        yield from with_broken_rules(settings, broken, began)
        if error := call.get_error():
            raise error


def _carried(
    context: dg.AssetExecutionContext, nodes: Mapping[str, Any], plan: BuildPlan
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Marts that rest on nothing that changed are as good as new: publishing waits for every one of them.

    So are the tests that would have stopped the build. Each mart comes after those that it reads.
    """
    reads = {key: set(nodes[key]["depends_on"]["nodes"]) & plan.carried for key in sorted(plan.carried)}
    marts: set[dg.AssetKey] = set()
    for key in TopologicalSorter(reads).static_order():
        asset = dg.AssetKey([nodes[key]["schema"], nodes[key]["alias"]])
        if nodes[key]["schema"] in PUBLISHED_SCHEMAS and asset in context.selected_asset_keys:
            marts.add(asset)
            yield dg.MaterializeResult(asset, metadata={UNCHANGED: True})
    strict = {
        node["name"] for node in nodes.values() if str(node["config"].get("severity")).lower() == "error"
    }
    for check in sorted(context.selected_asset_check_keys):
        if check.asset_key in marts and check.name in strict.intersection(plan.left_out):
            yield dg.AssetCheckResult(
                passed=True, asset_key=check.asset_key, check_name=check.name, metadata={UNCHANGED: True}
            )


def _by_month(
    settings: Settings, context: dg.AssetExecutionContext, nodes: Mapping[str, Any], months: list[str]
) -> Iterator[dg.AssetMaterialization]:
    """Which months of which facts the run made anew; a run of chosen partitions says so itself."""
    if months:
        return
    said = set(context.partition_keys) if context.has_partition_key else set()
    facts = [
        node
        for node in nodes.values()
        if node["resource_type"] == "model"
        and is_fact(node)
        and dg.AssetKey([node["schema"], node["alias"]]) in context.selected_asset_keys
    ]
    if not facts:
        return
    known = set(months_of_facts(settings).get_partition_keys())
    ran = json.loads((target_path(settings) / "run_results.json").read_text(encoding="utf-8"))
    with opened(settings, settings.build / "build.duckdb") as connection:
        made = connection.execute(_MONTHS_MADE, [ran["metadata"]["invocation_id"]]).fetchall()
    for (month,) in made:
        if str(month) in known - said:
            for node in facts:
                yield dg.AssetMaterialization(
                    dg.AssetKey([node["schema"], node["alias"]]), partition=str(month)
                )


def publish_asset(settings: Settings, manifest: Path) -> dg.AssetsDefinition:
    """The tested marts as a new immutable file; readers move to it when it is complete."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    published = [
        dg.AssetKey([node["schema"], node["alias"]])
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS
    ]

    @dg.asset(
        key=PUBLISHED,
        deps=published,
        group_name="publish",
        kinds={"duckdb"},
        owners=OWNERS,
        description=publish_asset.__doc__,
        required_resource_keys={REPORTER},
    )
    def published_marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        getattr(context.resources, REPORTER).step("Publish")
        with writing(settings, context):
            path = archive_and_publish(settings, run_id_of(context))
            # A command sweeps by itself, and tells of what it could not take away.
            if ORDINARY_TAG in context.run.tags and RUN_ID_TAG not in context.run.tags:
                run_record.sweep_landing(settings)
        return dg.MaterializeResult(
            metadata={
                "file": path.name,
                "bytes": path.stat().st_size,
                "run_id": run_id_of(context),
                "rows": rows_of_marts(settings, path),
            }
        )

    return published_marts


def rows_of_marts(settings: Settings, published: Path) -> dict[str, int]:
    """How many rows each mart of a published file has, by schema and name."""
    with opened(settings, published) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, estimated_size from duckdb_tables() order by 1"
        ).fetchall()
    return dict(rows)
