"""What a build makes anew, and when it trusts the database of the build before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration import build_plan
from orchestration.build_plan import NothingBuiltError, begin, finish, part_of, plan_build, read_note
from orchestration.dbt_manifest import target_path
from warehouse.settings import REPOSITORY, Settings

# raw.a → stg_a (view) → fact → mart; raw.b → stg_b (view) → other; seed → fixed.
PARENTS = {
    "model.p.stg_a": ["source.p.raw.a"],
    "model.p.stg_b": ["source.p.raw.b"],
    "model.p.stg_run": ["source.p.run.run"],
    "model.p.int_interview_inputs": ["model.p.stg_a"],
    "model.p.fact": ["model.p.stg_a", "model.p.int_interview_inputs"],
    "model.p.mart": ["model.p.fact", "model.p.stg_run"],
    "model.p.other": ["model.p.stg_b"],
    "model.p.fixed": ["seed.p.seed"],
    "seed.p.seed": [],
    "test.p.fact_holds": ["model.p.fact"],
    "test.p.other_holds": ["model.p.other"],
    "test.p.fact_has_seed": ["model.p.fact", "seed.p.seed"],
    "test.p.stg_a_holds": ["model.p.stg_a"],
}
KINDS = {
    "model.p.stg_a": "view",
    "model.p.stg_b": "view",
    "model.p.stg_run": "view",
    "model.p.int_interview_inputs": "incremental",
    "model.p.fact": "incremental",
    "model.p.mart": "table",
    "model.p.other": "table",
    "model.p.fixed": "table",
}


def graph(home: Path) -> dict[str, Any]:
    files = {
        "source.p.raw.a": "raw/a/*.parquet",
        "source.p.raw.b": "raw/b/*.parquet",
        "source.p.run.run": "build/run.parquet",
    }
    quoted = str(home).replace("'", "''")
    children: dict[str, list[str]] = {key: [] for key in (*PARENTS, *files)}
    for key, parents in PARENTS.items():
        for parent in parents:
            children[parent].append(key)
    return {
        "nodes": {
            key: {
                "name": key.split(".")[-1],
                "resource_type": key.split(".")[0],
                "config": {"materialized": KINDS.get(key, "test")},
                "compiled_code": "select 1",
            }
            for key in PARENTS
        },
        "sources": {
            key: {"name": key, "relation_name": f"read_parquet('{quoted}/{pattern}', union_by_name = true)"}
            for key, pattern in files.items()
        },
        "child_map": children,
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    shutil.copytree(REPOSITORY / "dbt_project" / "seeds", project / "seeds")
    (project / "dbt_project.yml").write_text("vars:\n  full_refresh_every_days: 7\n")
    (project / "models" / "one.sql").write_text("select 1")
    settings = Settings(home=tmp_path / "it's home", dbt_project=project).ensure()
    for source in ("a", "b"):
        (settings.raw / source).mkdir(parents=True)
        (settings.raw / source / "_schema.parquet").write_bytes(b"columns")
        (settings.raw / source / "1.parquet").write_bytes(b"rows")
    (settings.build / "run.parquet").write_bytes(b"run")
    target_path(settings).mkdir(parents=True)
    manifest(settings).write_text(json.dumps(graph(settings.home)))
    return settings


def manifest(settings: Settings) -> Path:
    return target_path(settings) / "manifest.json"


def build(settings: Settings, **words: bool) -> build_plan.BuildPlan:
    """As a build does it, dbt left out."""
    plan = plan_build(settings, manifest(settings), **words)
    begin(settings, plan)
    with (settings.build / "build.duckdb").open("ab") as database:
        database.write(b"tables")
    finish(settings, plan)
    return plan


def test_the_first_build_is_a_whole_one_and_the_next_is_not(settings: Settings) -> None:
    assert build(settings).is_whole
    assert not build(settings).is_whole


def test_a_whole_build_begins_with_no_database(settings: Settings) -> None:
    build(settings)
    for name in ("build.duckdb", "build.duckdb.wal"):
        (settings.build / name).write_bytes(b"left behind")
    begin(settings, plan_build(settings, manifest(settings), full_refresh=True))
    assert not list(settings.build.glob("build.duckdb*"))


def leave_mark_of_a_kill(settings: Settings) -> None:
    begin(settings, plan_build(settings, manifest(settings)))


def damage_database(settings: Settings) -> None:
    with (settings.build / "build.duckdb").open("ab") as database:
        database.write(b"damage")


def leave_a_write_ahead_log(settings: Settings) -> None:
    (settings.build / "build.duckdb.wal").write_bytes(b"half")


def lose_database(settings: Settings) -> None:
    (settings.build / "build.duckdb").unlink()


def change_model(settings: Settings) -> None:
    (settings.dbt_project / "models" / "one.sql").write_text("select 2")


def change_seed(settings: Settings) -> None:
    with (settings.seeds / "courses.csv").open("a", encoding="utf-8") as seed:
        seed.write("\n")


def change_variable(settings: Settings) -> None:
    (settings.dbt_project / "dbt_project.yml").write_text("vars:\n  full_refresh_every_days: 8\n")


def garble_note(settings: Settings) -> None:
    (settings.build / build_plan.NOTE).write_text("{")


def let_a_week_pass(settings: Settings) -> None:
    built = read_note(settings)
    assert built is not None
    before = datetime.fromisoformat(built.whole_at) - timedelta(days=7)
    build_plan.note(settings, replace(built, whole_at=before.isoformat()))


@pytest.mark.parametrize(
    "happening",
    [
        leave_mark_of_a_kill,
        damage_database,
        leave_a_write_ahead_log,
        lose_database,
        change_model,
        change_seed,
        change_variable,
        garble_note,
        let_a_week_pass,
    ],
)
def test_what_decides_over_everything_makes_everything_anew(
    settings: Settings, happening: Callable[[Settings], None]
) -> None:
    build(settings)
    happening(settings)
    plan = plan_build(settings, manifest(settings))
    assert plan.is_whole
    assert plan.reason


@pytest.mark.parametrize("name", ["_versions", "code_version"])
def test_other_versions_of_dbt_duckdb_or_the_kernels_do_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    build(settings)
    monkeypatch.setattr(build_plan, name, lambda: "another" if name == "code_version" else ("another",))
    assert plan_build(settings, manifest(settings)).is_whole


def test_a_home_that_was_moved_is_built_anew(settings: Settings, tmp_path: Path) -> None:
    build(settings)
    shutil.copytree(settings.home, tmp_path / "moved")
    moved = Settings(home=tmp_path / "moved", dbt_project=settings.dbt_project)
    assert plan_build(moved, manifest(moved)).is_whole


def test_only_what_rests_on_a_changed_source_runs(settings: Settings) -> None:
    build(settings)
    (settings.raw / "a" / "2.parquet").write_bytes(b"more")
    plan = build(settings)
    # Seeds and views are what they were; so are tables of other sources, and their tests.
    assert set(plan.left_out) == {"stg_a", "stg_b", "stg_run", "seed", "other", "fixed", "other_holds"}
    assert "model.p.other" in plan.carried
    # dbt is told of kinds where it can be.
    assert set(plan.excluding) == {*build_plan.KEPT_KINDS, "other", "fixed", "other_holds"}
    assert "test.p.other_holds" not in plan.carried


def test_who_reads_the_ledger_for_one_source_waits_for_files_of_that_source(settings: Settings) -> None:
    of_ledger = graph(settings.home)
    pattern = of_ledger["sources"]["source.p.raw.b"]["relation_name"].replace("raw/b", "raw/_ledger")
    of_ledger["sources"]["source.p.raw.ledger"] = {"name": "ledger", "relation_name": pattern}
    of_ledger["child_map"] |= {
        "source.p.raw.ledger": ["model.p.stg_ledger"],
        "model.p.stg_ledger": ["model.p.other", "model.p.fixed"],
    }
    of_ledger["nodes"]["model.p.stg_ledger"] = {**of_ledger["nodes"]["model.p.stg_b"], "name": "stg_ledger"}
    of_ledger["nodes"]["model.p.other"]["config"]["meta"] = {"ledger_of": "b"}
    manifest(settings).write_text(json.dumps(of_ledger))
    (settings.raw / "_ledger").mkdir()
    build(settings)
    (settings.raw / "_ledger" / "1.parquet").write_bytes(b"a file of source a")
    (settings.raw / "a" / "2.parquet").write_bytes(b"its rows")
    left_out = build(settings).left_out
    assert "other" in left_out
    assert "fixed" not in left_out
    (settings.raw / "_ledger" / "2.parquet").write_bytes(b"a file of source b")
    (settings.raw / "b" / "2.parquet").write_bytes(b"its rows")
    assert "other" not in build(settings).left_out


def test_months_that_somebody_chose_are_made_though_nothing_changed(settings: Settings) -> None:
    build(settings)
    assert "fact" in plan_build(settings, manifest(settings)).left_out
    plan = build(settings, by_month=True)
    assert not {"fact", "mart", "fact_holds"} & set(plan.left_out)
    assert "other" in plan.left_out


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda folder: (folder / "1.parquet").write_bytes(b"other rows"),
        lambda folder: (folder / "1.parquet").unlink(),
        lambda folder: (folder / "_schema.parquet").write_bytes(b"COLUMNS"),
    ],
)
def test_a_file_that_was_written_anew_or_erased_shows(
    settings: Settings, rewrite: Callable[[Path], object]
) -> None:
    build(settings)
    rewrite(settings.raw / "b")
    assert "other" not in plan_build(settings, manifest(settings)).left_out


def test_the_same_columns_written_again_change_nothing(settings: Settings) -> None:
    build(settings)
    (settings.raw / "b" / "_schema.parquet").write_bytes(b"columns")
    assert "other" in plan_build(settings, manifest(settings)).left_out


def test_a_file_that_comes_while_dbt_runs_is_of_the_next_build(settings: Settings) -> None:
    plan = plan_build(settings, manifest(settings))
    begin(settings, plan)
    (settings.raw / "b" / "2.parquet").write_bytes(b"late")
    (settings.build / "build.duckdb").write_bytes(b"tables")
    finish(settings, plan)
    assert "other" not in plan_build(settings, manifest(settings)).left_out


def test_a_part_of_the_graph_keeps_the_note_and_hides_no_change(settings: Settings) -> None:
    build(settings)
    (settings.raw / "a" / "2.parquet").write_bytes(b"more")
    plan = part_of(settings, plan_build(settings, manifest(settings)), {"other"})
    begin(settings, plan)
    finish(settings, plan)
    after = plan_build(settings, manifest(settings))
    assert not after.is_whole
    assert "fact" not in after.left_out


def test_who_notes_what_changed_and_does_not_make_it_loses_the_note(settings: Settings) -> None:
    build(settings)
    for selected, is_whole in (({"int_interview_inputs", "fact"}, False), ({"int_interview_inputs"}, True)):
        plan = part_of(settings, plan_build(settings, manifest(settings)), selected)
        begin(settings, plan)
        finish(settings, plan)
        assert plan_build(settings, manifest(settings)).is_whole is is_whole


def test_a_part_needs_the_rest(settings: Settings) -> None:
    with pytest.raises(NothingBuiltError):
        part_of(settings, plan_build(settings, manifest(settings)), {"other"})
