"""An increment gives what building everything anew gives, whatever came late, was corrected or erased."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_manifest import ensure_manifest
from tests.dbt_project.conftest import Project
from tests.dbt_project.made_changes import World
from tests.dbt_project.made_home import copy_project
from warehouse.database_files import attach
from warehouse.settings import REPOSITORY, Settings

PROJECT = REPOSITORY / "dbt_project"
ROUNDS, CHANGES = 3, 5
# Notes which build found what; everything else is compared.
NOTES = "int_interview_inputs"
# What it knows of: rows that rest on anything else must not be kept.
KNOWN = {"raw.interviews", "scores.answers", "raw.answers", "raw.vendor_scores"}
# Who refused decides over the status of their interviews, which the notes hold.
KNOWN |= {"raw.candidates", "raw.privacy_requests"}
# Of an interview; these follow from the others and from seeds.
DERIVED = {"interview_id", "is_completed", "score_source", "quarter_start"}


def build(project: Project, *words: str) -> None:
    """The models, and the seeds where there is nothing yet."""
    ran = project.dbt("build", "--resource-type", "model", "--resource-type", "seed", *words)
    assert ran.returncode == 0, ran.stdout


def tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    rows = connection.execute(
        """
        select schema_name || '.' || table_name from duckdb_tables()
        where database_name = ? and schema_name in ('marts', 'people', 'intermediate') and table_name <> ?
        order by 1
        """,
        [database, NOTES],
    ).fetchall()
    return [name for (name,) in rows]


def differences(settings: Settings, kept: Path, anew: Path) -> dict[str, int]:
    """Rows of each table that one of the databases has and the other has not."""
    with duckdb.connect() as connection:
        attach(connection, settings, kept, "kept", read_only=True)
        attach(connection, settings, anew, "anew", read_only=True)
        names = tables(connection, "anew")
        assert names == tables(connection, "kept")
        assert len(names) > 40
        found = {}
        for name in names:
            one, other = f"select * from kept.{name}", f"select * from anew.{name}"
            row = connection.execute(
                f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
            ).fetchone()
            assert row is not None
            if row[0]:
                found[name] = int(row[0])
        return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_increments_and_a_full_refresh_give_equal_marts(tmp_path: Path, seed: int) -> None:
    settings = Settings(home=tmp_path / "home", dbt_project=copy_project(tmp_path / "project"))
    project = Project(settings)
    world = World(seed)
    world.write(settings)
    build(project)
    happened = []
    for _ in range(ROUNDS):
        happened.append([world.change() for _ in range(CHANGES)])
        world.write(settings)
        build(project)
    kept = tmp_path / "kept.duckdb"
    shutil.move(settings.build / "build.duckdb", kept)
    build(project, "--full-refresh")
    assert differences(settings, kept, settings.build / "build.duckdb") == {}, happened


@pytest.mark.slow
def test_an_increment_makes_only_what_changed_anew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", dbt_project=copy_project(tmp_path / "project"))
    project = Project(settings)
    world = World(3)
    world.write(settings)
    build(project)
    world.corrected_interview()
    world.write(settings)
    build(project)
    ran = json.loads((settings.build / "target" / "run_results.json").read_text(encoding="utf-8"))
    with project.connect() as connection:
        rows = connection.execute(
            f"select interview_id from intermediate.{NOTES} where changed_by = ?",
            [ran["metadata"]["invocation_id"]],
        ).fetchall()
    corrected = world.raw["interviews"][-1][0]["interview_id"]
    # Its person's other interviews may be another attempt now; all the others stay.
    assert (corrected,) in rows
    assert len(rows) < 20


def test_what_keeps_rows_rests_on_nothing_that_its_notes_do_not_know(tmp_path: Path) -> None:
    graph = json.loads(ensure_manifest(Settings(home=tmp_path)).read_text(encoding="utf-8"))

    def sources(key: str) -> set[str]:
        if key.startswith("source."):
            return {key.removeprefix("source.scorehouse.").replace("sightings.", "raw.")}
        parents = graph["nodes"][key]["depends_on"].get("nodes", ())
        return set().union(*map(sources, parents)) if parents else set()

    kept = [
        key
        for key, node in graph["nodes"].items()
        if key.startswith("model.") and node["config"]["materialized"] == "incremental"
    ]
    assert len(kept) >= 14
    for key in kept:
        assert sources(key) <= KNOWN, key


def test_the_notes_know_every_column_of_an_interview(built_project: Project) -> None:
    notes = (PROJECT / "models" / "intermediate" / f"{NOTES}.sql").read_text(encoding="utf-8")
    with built_project.connect() as connection:
        rows = connection.execute(
            "select column_name from duckdb_columns() where table_name = 'int_interviews'"
        ).fetchall()
    missing = {column for (column,) in rows if f"'interviews.{column}'" not in notes}
    assert missing == DERIVED
