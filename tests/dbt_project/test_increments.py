"""An increment gives what building everything anew gives, whatever came late, was corrected or erased."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.conftest import Project
from tests.dbt_project.made_changes import World
from tests.dbt_project.made_home import copy_project
from warehouse.settings import Settings

pytestmark = pytest.mark.slow
ROUNDS, CHANGES = 3, 5
# Notes which build found what; everything else is compared.
NOTES = "int_interview_inputs"


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


def differences(kept: Path, anew: Path) -> dict[str, int]:
    """Rows of each table that one of the databases has and the other has not."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{kept}' as kept (read_only)")
        connection.execute(f"attach '{anew}' as anew (read_only)")
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


@pytest.mark.parametrize("seed", [1, 2])
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
    assert differences(kept, settings.build / "build.duckdb") == {}, happened


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
