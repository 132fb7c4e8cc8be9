"""Archives a run before it is published: what it was made of and what came of it, for `scorehouse replay`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any

import duckdb
import pyarrow.parquet as pq

from orchestration.archived_marts import archived_marts
from orchestration.build_plan import INPUTS, whole_sql
from orchestration.dbt_manifest import target_path
from warehouse import archive
from warehouse.archive import ArchivedRun, ArchiveError
from warehouse.database_files import attach
from warehouse.result_archive import keep_results
from warehouse.result_records import FORMAT, PARTS, Part, fitted, to_plain
from warehouse.settings import Settings

_INPUTS = "run_inputs.json"
_ARRIVED = """
    select source || '/' || file_id as file, arrival_seq, coalesce(releases, 0) as releases
    from read_parquet($ledger, union_by_name = true)
    where status = 'ingested'
"""
_COLUMNS = """
    select schema_name, table_name, column_name, data_type from duckdb_columns()
    where database_name = 'made' and schema_name in ('marts', 'seeds')
    order by schema_name, table_name, column_index
"""


@dataclass(frozen=True)
class RunInputs:
    """What a run reads beside the code: see `ArchivedRun`."""

    seeds: Mapping[str, str]
    last_arrival: int
    releases: Mapping[str, int]


def note_inputs(settings: Settings) -> None:
    """Remember, as a run begins, what it is made of; `archive_run` sees to it that nothing else came in."""
    noted = json.dumps(asdict(_inputs_of(settings)))
    (settings.build / _INPUTS).write_text(noted, encoding="utf-8")


def archive_run(
    settings: Settings, run_id: str, whole_at: str | None = None
) -> tuple[ArchivedRun, list[Part]]:
    """Archives the run that `build/build.duckdb` holds; as which parts. `whole_at`: see `publish`.

    Raises `ArchiveError` when it is not of one piece.
    """
    (record,) = pq.ParquetFile(settings.build / "run.parquet").read().to_pylist()
    if record["run_id"] != run_id:
        raise ArchiveError(
            f"The marts were built by the run {record['run_id']}, not by {run_id}: run the whole build."
        )
    inputs = RunInputs(**json.loads((settings.build / _INPUTS).read_text(encoding="utf-8")))
    now = _inputs_of(settings)
    if now != inputs:
        what = "A seed was changed" if now.seeds != inputs.seeds else "Files were ingested"
        raise ArchiveError(f"{what} while the build ran: run `scorehouse build` again.")
    parts, models = models_of_build(settings)
    run = ArchivedRun(
        number=archive.next_number(settings, run_id),
        run_id=run_id,
        started_at=record["started_at"].astimezone(UTC).isoformat(timespec="microseconds"),
        rubric_version=record["rubric_version"],
        weights_version=record["weights_version"],
        scored_by=record["kernel_version"] or "",
        engine=f"duckdb {duckdb.__version__}",
        models=archive.keep_models(settings, models),
        variables=settings.dbt_variables,
        **asdict(inputs),
    )
    archive.keep_seeds(settings, run)
    at_hand = archived_marts(settings, parts, whole_at)
    keep_results(settings, run, parts, settings.build / "build.duckdb", at_hand)
    archive.keep_run(settings, run)
    return run, parts


def arrivals(settings: Settings) -> dict[str, tuple[int, int]]:
    """`source/file_id` of every ingested file → its place in the order of arrival, its releases so far."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            _ARRIVED, {"ledger": str(settings.raw / "_ledger" / "*.parquet")}
        ).fetchall()
    return {file: (arrival, releases) for file, arrival, releases in rows}


def _inputs_of(settings: Settings) -> RunInputs:
    arrived = arrivals(settings)
    return RunInputs(
        seeds=archive.hash_seeds(settings.seeds),
        last_arrival=max((arrival for arrival, _ in arrived.values()), default=0),
        releases={file: releases for file, (_, releases) in sorted(arrived.items()) if releases},
    )


def models_of_build(settings: Settings) -> tuple[list[Part], dict[str, Any]]:
    """The parts of a record as the built marts have them; and the SQL behind these marts, as plain values.

    models: schema, name and SQL, each after those that it reads, in which the files of a source are a table
    `"source"."table"`; seeds and sources: the types of their columns; parts and format: see `result_records`.
    """
    manifest = json.loads((target_path(settings) / "manifest.json").read_text(encoding="utf-8"))
    nodes, sources = manifest["nodes"], manifest["sources"]
    # A build that keeps what did not change ran other SQL, or none; the last whole one's gives the same.
    for key, sql in whole_sql(settings).items():
        nodes[key]["compiled_code"] = sql
    marts = {part.mart for part in PARTS}
    wanted = [key for key, node in nodes.items() if key.startswith("model.") and node["name"] in marts]
    needed = list(_in_order(wanted, nodes))
    tables = {
        (sources[key]["source_name"], sources[key]["name"]): sources[key]["relation_name"]
        for key in needed
        if key.startswith("source.")
    }
    with duckdb.connect() as connection:
        attach(connection, settings, settings.build / "build.duckdb", "made", read_only=True)
        types: dict[tuple[str, str], dict[str, str]] = {}
        for schema, table, column, kind in connection.execute(_COLUMNS).fetchall():
            types.setdefault((schema, table), {})[column] = kind
        described = {
            f"{source}.{name}": {
                column: kind
                for column, kind, *_ in connection.execute(f"describe select * from {relation}").fetchall()
            }
            for (source, name), relation in tables.items()
        }
    parts = [fitted(part, types["marts", part.mart]) for part in PARTS]
    seeds = [nodes[key]["alias"] for key in needed if key.startswith("seed.")]
    return parts, {
        "models": [_model(nodes[key], tables) for key in needed if key.startswith("model.")],
        "seeds": {name: types["seeds", name] for name in seeds},
        "sources": described,
        "parts": [to_plain(part) for part in parts],
        "record_format": FORMAT,
    }


def _in_order(wanted: list[str], nodes: Mapping[str, Any]) -> Iterator[str]:
    """The nodes and all that they rest on, each once and after what it reads."""
    done: set[str] = set()

    def visit(key: str) -> Iterator[str]:
        if key in done:
            return
        done.add(key)
        for parent in nodes[key]["depends_on"]["nodes"] if key.startswith("model.") else ():
            # What says which interviews changed decides nothing where all of them are made.
            if not parent.endswith(f".{INPUTS}"):
                yield from visit(parent)
        yield key

    for key in wanted:
        yield from visit(key)


def _model(node: Mapping[str, Any], tables: Mapping[tuple[str, str], str]) -> dict[str, str]:
    sql = node.get("compiled_code") or ""
    for (source, name), relation in tables.items():
        sql = sql.replace(relation, f'"{source}"."{name}"')
    if not sql.strip() or "read_parquet" in sql:
        raise ArchiveError(
            f"The model {node['name']} cannot be archived for replay: it reads files that are no dbt source, "
            "or dbt left no compiled SQL of it."
        )
    return {"schema": node["schema"], "name": node["alias"], "sql": sql}
