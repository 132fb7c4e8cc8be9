"""Runs the very SQL of a run once more, over the rows that had arrived and the scores made of them anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.opened_texts import add_opened_text
from orchestration.replay.arrived import Arrived
from orchestration.replay.rescoring import Rescored, rescore
from warehouse.archive import ArchivedRun, ArchiveError, models_of, seeds_of
from warehouse.database_files import attach
from warehouse.result_records import FORMAT, Part, digests_sql, from_plain, rows_sql
from warehouse.seeds import read_seeds
from warehouse.settings import Settings

# The database as the compiled SQL calls it.
_DATABASE = "build"
_MEMORY = "2GB"

Rows = dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True)
class Side:
    """One side of a comparison: by interview and part, the canonical text of each key and the digest."""

    rows: Rows
    digests: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Recomputed:
    """Both sides (`published` is None when its file is gone), and whose texts could not be opened."""

    parts: tuple[Part, ...]
    replayed: Side
    published: Side | None
    erased: frozenset[str]
    damaged: frozenset[str]


def recompute(
    settings: Settings, run: ArchivedRun, interview_ids: Sequence[str], published: Path | None
) -> Recomputed:
    """The results of some interviews of a run, made again, and those of its published file.

    Raises `ArchiveError` when something of the archive is missing, changed, or does not run here any more.
    """
    seeds, models = seeds_of(settings, run), models_of(settings, run)
    if models["record_format"] != FORMAT:
        raise ArchiveError(
            f"The run {run.run_id} was archived with digests of form {models['record_format']}, "
            f"this version makes form {FORMAT}: replay it with the version that built it."
        )
    parts = tuple(from_plain(part) for part in models["parts"])
    with _database(settings) as connection:
        arrived = Arrived(connection, settings, run, interview_ids)
        arrived.load(models["sources"])
        rescored = rescore(settings, seeds, arrived.answers())
        _make_scores(connection, rescored, models["sources"]["scores.answers"])
        _make_run(connection, run, models["sources"]["run.run"])
        _make_seeds(connection, seeds, models["seeds"])
        _run_models(connection, run, models["models"])
        replayed = _side(connection, parts, f"{_DATABASE}.marts", "replayed")
        found = None if published is None else _published_side(connection, settings, parts, published)
    return Recomputed(parts, replayed, found, frozenset(rescored.erased), frozenset(rescored.damaged))


@contextmanager
def _database(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = str(settings.build / "replay_spill")
    with duckdb.connect(
        ":memory:", config={"memory_limit": _MEMORY, "temp_directory": spill, "temp_file_encryption": True}
    ) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set python_enable_replacements = false")
        add_opened_text(connection, settings)
        connection.execute(f"attach ':memory:' as {_DATABASE}")
        connection.execute(f"use {_DATABASE}")
        yield connection


def _make_scores(
    connection: duckdb.DuckDBPyConnection, rescored: Rescored, columns: Mapping[str, str]
) -> None:
    """The score files of then: what the kernels do not judge by (signals) is null."""
    there = set(rescored.table.column_names)
    values = {name: _quoted(name) if name in there else "null" for name in columns}
    shown = ", ".join(f"cast({values[name]} as {kind}) as {_quoted(name)}" for name, kind in columns.items())
    connection.register("rescored", rescored.table)
    connection.execute("create schema scores")
    connection.execute(f"create table scores.answers as select {shown} from rescored")
    connection.unregister("rescored")


def _make_run(connection: duckdb.DuckDBPyConnection, run: ArchivedRun, columns: Mapping[str, str]) -> None:
    values = {
        "run_id": run.run_id,
        "started_at": run.started_at,
        "rubric_version": run.rubric_version,
        "weights_version": run.weights_version,
        "kernel_version": run.scored_by,
    }
    shown = ", ".join(f"cast(? as {kind}) as {_quoted(name)}" for name, kind in columns.items())
    connection.execute("create schema run")
    connection.execute(f"create table run.run as select {shown}", [values.get(name) for name in columns])


def _make_seeds(connection: duckdb.DuckDBPyConnection, folder: Path, wanted: Mapping[str, Any]) -> None:
    seeds = read_seeds(folder)
    connection.execute("create schema seeds")
    for name, types in wanted.items():
        shown = ", ".join(
            f"cast({_quoted(column)} as {kind}) as {_quoted(column)}" for column, kind in types.items()
        )
        connection.register("seed", seeds[name])
        connection.execute(f"create table seeds.{_quoted(name)} as select {shown} from seed")
        connection.unregister("seed")


def _run_models(
    connection: duckdb.DuckDBPyConnection, run: ArchivedRun, models: Sequence[Mapping[str, str]]
) -> None:
    for model in models:
        schema, name = _quoted(model["schema"]), _quoted(model["name"])
        connection.execute(f"create schema if not exists {schema}")
        try:
            connection.execute(f"create table {schema}.{name} as {model['sql']}")
        except duckdb.Error as error:
            # Its message may quote a value.
            raise ArchiveError(
                f"The model {model['name']} of the run {run.run_id} ({run.engine}) does not run with "
                f"duckdb {duckdb.__version__} ({type(error).__name__}): replay it where it was built."
            ) from None


def _published_side(
    connection: duckdb.DuckDBPyConnection, settings: Settings, parts: Sequence[Part], file: Path
) -> Side:
    try:
        attach(connection, settings, file, "published", read_only=True)
        return _side(connection, parts, "published.marts", "published_then")
    except duckdb.Error:
        raise ArchiveError(
            f"The published file {file} cannot be compared: it is damaged or lacks a mart."
        ) from None


def _side(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], marts: str, schema: str) -> Side:
    connection.execute(f"create schema {schema}")
    side = Side({}, {})
    for part in parts:
        connection.execute(
            f"create table {schema}.{part.mart} as select * from {marts}.{part.mart} "
            "where interview_id in (select interview_id from wanted)"
        )
        for interview_id, name, key, row in connection.execute(rows_sql(part, schema)).fetchall():
            side.rows.setdefault(interview_id, {}).setdefault(name, {})[key] = row
        for interview_id, digest in connection.execute(digests_sql(part, schema)).fetchall():
            side.digests.setdefault(interview_id, {})[part.name] = bytes(digest).hex()
    return side


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
