"""An increment gives what building everything anew gives, whatever came late, was corrected or erased."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_manifest import ensure_manifest
from tests.dbt_project.conftest import Project
from tests.dbt_project.made_changes import World
from tests.dbt_project.made_home import copy_project
from warehouse.database_files import attach, opened
from warehouse.settings import REPOSITORY, Settings

PROJECT = REPOSITORY / "dbt_project"
CHANGES = 14
# As orchestration/build_plan.py has it: seeds and views stay.
AN_INCREMENT = ("--exclude", "resource_type:seed", "config.materialized:view")
NOTES = "int_interview_inputs"
# Notes which build found what: what they say else stands in answer_signals and similar_answers.
MOVED = ("int_answer_norms", "int_question_seconds", "int_similar_groups")
# Notes which build found what, and numbers and pairs that hold within one build; everything else is compared.
OF_A_BUILD = [NOTES, "int_similar_texts", "int_similar_pairs", *MOVED]
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
        where database_name = ? and schema_name in ('marts', 'people', 'intermediate')
            and not list_contains(?, table_name)
        order by 1
        """,
        [database, OF_A_BUILD],
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


@dataclass(frozen=True)
class Grown:
    """A home built whole, after one correction, after much else, after corrections of three answers each of
    which moves something that others are compared with (`moved`: the questions by model), and whole again."""

    settings: Settings
    corrected: str
    made_anew: frozenset[str]
    happened: tuple[str, ...]
    moved: dict[str, set[str]]
    kept: Path


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    folder = tmp_path_factory.mktemp("grown")
    settings = Settings(home=folder / "home", dbt_project=copy_project(folder / "project"))
    # Of each question enough answers for medians of its own.
    project, world = Project(settings), World(1, interviews=120)
    world.write(settings)
    build(project)
    world.corrected_interview()
    world.write(settings)
    build(project, *AN_INCREMENT)
    made_anew = interviews_made(project)
    happened = tuple(world.change() for _ in range(CHANGES))
    world.write(settings)
    build(project, *AN_INCREMENT)
    world.answers_alone()
    world.write(settings)
    build(project, *AN_INCREMENT)
    moved = {model: questions_moved(project, model) for model in MOVED}
    kept = folder / "kept.duckdb"
    shutil.move(settings.build / "build.duckdb", kept)
    build(project, "--full-refresh")
    return Grown(settings, world.corrected[0], made_anew, happened, moved, kept)


def interviews_made(project: Project) -> frozenset[str]:
    """Which interviews the last build found changed."""
    return frozenset(noted(project, NOTES, "interview_id"))


def questions_moved(project: Project, model: str) -> set[str]:
    """The questions of which the last build found something else that answers are compared with."""
    return noted(project, model, "question_id")


def noted(project: Project, model: str, column: str) -> set[str]:
    ran = json.loads((project.settings.build / "target" / "run_results.json").read_text(encoding="utf-8"))
    with project.connect() as connection:
        rows = connection.execute(
            f"select {column} from intermediate.{model} where changed_by = ?",
            [ran["metadata"]["invocation_id"]],
        ).fetchall()
    return {value for (value,) in rows}


@pytest.mark.slow
def test_increments_and_a_full_refresh_give_equal_marts(grown: Grown) -> None:
    anew = grown.settings.build / "build.duckdb"
    assert differences(grown.settings, grown.kept, anew) == {}, grown.happened


@pytest.mark.slow
def test_of_what_others_are_compared_with_each_thing_has_moved_by_itself(grown: Grown) -> None:
    # So that each alone has to lead to the answers that it makes look otherwise.
    assert grown.moved == {
        "int_question_seconds": {"q1"},
        "int_answer_norms": {"q2"},
        "int_similar_groups": {"q3"},
    }


@pytest.mark.slow
def test_what_happens_to_texts_that_are_alike_is_among_it(grown: Grown) -> None:
    with opened(grown.settings, grown.kept) as connection:
        (links, gone) = connection.execute(
            """
            select (select count(*) from intermediate.int_similar_links),
                   (select count(*) from intermediate.int_similar_pairs where not is_met)
            """
        ).fetchall()[0]
    assert links > 50
    assert gone > 0


@pytest.mark.slow
def test_an_increment_makes_only_what_changed_anew(grown: Grown) -> None:
    # Its person's other interviews may be another attempt now; all the others stay.
    assert grown.corrected in grown.made_anew
    assert len(grown.made_anew) < 20


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
