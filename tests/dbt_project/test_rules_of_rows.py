"""The one test of each mart and seed names the rules that are broken; every rule catches what breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import yaml

from orchestration.broken_rules import failures, results_since, with_broken_rules
from tests.dbt_project.conftest import Project, make_project
from warehouse.database_files import attach
from warehouse.settings import REPOSITORY

# A row for a table that is empty in the hand-checkable home.
SOME = {
    "VARCHAR": "'x'",
    "BOOLEAN": "true",
    "DATE": "date '2025-07-01'",
    "TIMESTAMP": "timestamp '2025-07-01 00:00:00'",
    "INTEGER": "1",
    "BIGINT": "1",
    "DOUBLE": "1",
}
PROJECT = REPOSITORY / "dbt_project"
NOWHERE = "no such thing"


@dataclass(frozen=True)
class Rules:
    """The rules of one test, as its file lists them, and the table that they are of."""

    test: str
    schema: str
    table: str
    rules: dict[str, Any]

    @property
    def place(self) -> str:
        return f"build.{self.schema}.{self.table}"


def listed() -> Iterator[Rules]:
    paths = [
        *sorted((PROJECT / "models" / "marts").glob("*/*.yml")),
        *sorted((PROJECT / "seeds").glob("*.yml")),
    ]
    for path in paths:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for node in (*content.get("models", ()), *content.get("seeds", ())):
            config = node.get("config", {})
            schema = "seeds" if "seeds" in content else config.get("schema", "marts")
            for test in node.get("data_tests", ()):
                rules = test["rows_hold"]
                table = config.get("alias", node["name"])
                yield Rules(rules["name"], schema, table, rules["arguments"])


ALL = list(listed())


def said_and_planted(of: Rules) -> Iterator[tuple[str, str]]:
    """Each rule as the test says it, and a statement that breaks it in a table of one row and more."""
    change = f"update {of.place} set"
    for column in of.rules.get("there", ()):
        yield f"{column} is never empty", f"{change} {column} = null"
    for column, values in of.rules.get("values", {}).items():
        other = f"'{NOWHERE}'" if isinstance(values[0], str) else "-7"
        said = ", ".join(str(value) for value in values)
        yield f"{column} is one of {said}", f"{change} {column} = {other}"
    for column, (low, high) in of.rules.get("between", {}).items():
        yield f"{column} is between {low} and {high}", f"{change} {column} = {high} + 1"
        yield f"{column} is between {low} and {high}", f"{change} {column} = {low} - 1"
    for key in of.rules.get("keys", ()):
        yield f"unique: {', '.join(key)}", f"insert into {of.place} select * from {of.place}"
    for column in of.rules.get("refers", {}):
        yield f"{column} stands in ", f"{change} {column} = '{NOWHERE}'"
    for one in of.rules.get("sums", ()):
        measure = re.findall(r"\w+", one["measure"])[0]
        yield (
            f"{one['measure']} adds up to {one['total']} by {', '.join(one['group_by'])}",
            f"{change} {measure} = coalesce({measure}, 0) + 7",
        )


@pytest.fixture(scope="module")
def tables(built_project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """What dbt built, copied without its constraints, so that it can be broken; no table is empty."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build")
        attach(
            connection,
            built_project.settings,
            built_project.settings.build / "build.duckdb",
            "built",
            read_only=True,
        )
        for rules in ALL:
            connection.execute(f"create schema if not exists build.{rules.schema}")
            kept = f"built.{rules.schema}.{rules.table}"
            connection.execute(f"create or replace table {rules.place} as from {kept}")
            if connection.execute(f"select count(*) from {rules.place}").fetchone() == (0,):
                kinds = connection.execute(f"describe {rules.place}").fetchall()
                row = ", ".join(SOME.get(kind, "null") for _, kind, *_ in kinds)
                connection.execute(f"insert into {rules.place} values ({row})")
        yield connection


def compiled(project: Project, test: str) -> str:
    folder = project.settings.build / "target" / "compiled"
    return next(folder.rglob(f"{test}.sql")).read_text(encoding="utf-8")


def test_every_mart_and_every_seed_has_rules() -> None:
    marts = {path.stem for path in (PROJECT / "models" / "marts").glob("*/*.sql")}
    seeds = {path.stem for path in (PROJECT / "seeds").glob("*.csv")}
    assert {rules.test.partition("__")[0] for rules in ALL} == marts | seeds
    assert len({rules.test for rules in ALL}) == len(ALL)


@pytest.mark.parametrize("of", ALL, ids=lambda of: of.test)
def test_every_rule_catches_what_breaks_it(
    of: Rules, tables: duckdb.DuckDBPyConnection, built_project: Project
) -> None:
    sql = compiled(built_project, of.test)
    for said, planted in said_and_planted(of):
        tables.execute("begin")
        tables.execute(planted)
        found = dict(tables.execute(sql).fetchall())
        tables.execute("rollback")
        assert any(rule.startswith(said) for rule in found), f"{said}: {planted}"
    for name in of.rules.get("holds", {}):
        assert f"select '{name.replace('_', ' ')}' as rule" in sql


def test_a_build_that_breaks_rules_says_which_and_how_often(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    path = project.settings.seeds / "courses.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    nameless = ",".join((lines[1].split(",")[0], "", *lines[1].split(",")[2:]))
    path.write_text("\n".join([*lines, lines[1], nameless]) + "\n", encoding="utf-8")
    assert project.dbt("build", "--select", "courses").returncode == 1
    said = failures(project.settings, since=0)
    assert "courses__rows_hold (name_zh is never empty, broken 1 ×; unique: course_id, broken 1 ×)" in said
    test = next(
        row["unique_id"]
        for row in results_since(project.settings, since=0)
        if "courses__rows_hold" in row["unique_id"]
    )
    check = dg.AssetCheckResult(
        passed=False, asset_key="courses", check_name="courses__rows_hold", metadata={"unique_id": test}
    )
    (told,) = with_broken_rules(project.settings, [check], since=0)
    assert told.description == "name_zh is never empty, broken 1 ×; unique: course_id, broken 1 ×"
