"""Everything that the articles ask for, row by row: where docs/requirements.md says it is, it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from typer.main import get_command

from dashboards import menu
from orchestration.cli import app
from tests.independent.world import World
from warehouse.database_files import opened
from warehouse.settings import REPOSITORY, Settings

pytestmark = pytest.mark.slow

PROJECT = REPOSITORY / "dbt_project"
TABLE = REPOSITORY / "docs" / "requirements.md"
STATES = {
    *("mart", "claim", "page", "access", "configuration", "docs"),
    *("inference later", "later", "outside", "refused"),
}
SAYS_WHAT = {"inference later", "later", "outside", "refused"}
COLUMN = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")


@dataclass(frozen=True)
class Requirement:
    """One row of the table."""

    number: int
    zh: str
    en: str
    places: tuple[str, ...]
    states: dict[str, str]

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [
            (mart, column)
            for place in self.places
            if COLUMN.fullmatch(place)
            for mart, column in [place.split(".")]
        ]

    def named(self, kind: str) -> list[str]:
        """What follows `kind:` in the row."""
        return [place.removeprefix(f"{kind}:") for place in self.places if place.startswith(f"{kind}:")]


def read_requirements() -> list[Requirement]:
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdigit():
            number, zh, en, _, where, state = cells
            states = {}
            for part in state.split("; "):
                kind, _, what = part.partition(": ")
                states[kind if kind in STATES else part] = what
            rows.append(Requirement(int(number), zh, en, tuple(re.findall(r"`([^`]+)`", where)), states))
    return rows


REQUIREMENTS = read_requirements()


@pytest.fixture(scope="module")
def demo(demo_home: Settings) -> World:
    return World(demo_home)


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, Any]]:
    """Model → its description in the project, columns by name."""
    found = {}
    for path in (PROJECT / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = model | {"columns": {row["name"]: row for row in model["columns"]}}
    return found


def test_no_requirement_is_left_out() -> None:
    assert [requirement.number for requirement in REQUIREMENTS] == list(range(1, 131))
    assert all(requirement.zh and requirement.en for requirement in REQUIREMENTS)


def test_every_row_says_what_it_is_and_what_is_missing() -> None:
    for requirement in REQUIREMENTS:
        assert set(requirement.states) <= STATES, requirement
        for state, what in requirement.states.items():
            assert bool(what) == (state in SAYS_WHAT), requirement
        assert "mart" not in requirement.states or requirement.columns, requirement
        assert "claim" not in requirement.states or requirement.named("claim"), requirement


def test_every_named_column_holds_something_in_the_demo(demo_home: Settings) -> None:
    with opened(demo_home, demo_home.published / "current.duckdb") as connection:
        known = connection.sql("select schema_name, table_name, column_name from duckdb_columns()").fetchall()
        schemas = {(table, column): schema for schema, table, column in known}
        for requirement in REQUIREMENTS:
            for mart, column in requirement.columns:
                # people_candidates is published as people.candidates.
                table = mart.removeprefix("people_")
                assert (table, column) in schemas, f"{requirement.number}: {mart}.{column} is not there"
                counted = f'select count("{column}") from {schemas[table, column]}.{table}'
                [held] = connection.sql(counted).fetchall()[0]
                assert held, f"{requirement.number}: {mart}.{column} is empty"


def test_every_named_column_is_described_in_both_languages(models: dict[str, dict[str, Any]]) -> None:
    for requirement in REQUIREMENTS:
        for mart, column in requirement.columns:
            described = models[mart]["columns"][column]
            assert described["description"].strip(), (mart, column)
            assert described["config"]["meta"]["label_zh"].strip(), (mart, column)


def test_every_named_claim_is_in_the_ledger(demo: World) -> None:
    ledger = {row["claim_id"] for row in demo.published("claims_ledger")}
    named = {name for requirement in REQUIREMENTS for name in requirement.named("claim")}
    assert named == ledger, "every claim of the ledger answers to a requirement, and the other way round"


def test_every_other_place_is_there() -> None:
    pages = set(menu.entries())
    for requirement in REQUIREMENTS:
        assert set(requirement.named("page")) <= pages, requirement
        for seed in requirement.named("seed"):
            assert (PROJECT / "seeds" / f"{seed}.csv").exists(), requirement
        for path in [*requirement.named("file"), *filter(is_document, requirement.places)]:
            assert (REPOSITORY / path).exists(), requirement
        for place in requirement.named("source"):
            source, column = place.split(".")
            contract = yaml.safe_load((REPOSITORY / "ingestion" / "contracts" / f"{source}.yml").read_text())
            assert column in contract["columns"], requirement


def test_every_page_answers_to_a_requirement() -> None:
    named = {page for requirement in REQUIREMENTS for page in requirement.named("page")}
    assert named == set(menu.entries())


def test_every_named_command_exists() -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    for requirement in REQUIREMENTS:
        for place in requirement.places:
            if place.startswith("scorehouse "):
                assert place.split()[1] in known, requirement


def is_document(place: str) -> bool:
    return place.startswith("docs/")
