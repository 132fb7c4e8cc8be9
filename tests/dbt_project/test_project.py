"""The project as a whole: unit tests hold, contracts refuse, texts stay sealed, policies agree."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from ingestion.contract import load_contracts
from tests.dbt_project import made_rows
from tests.dbt_project.conftest import Project, make_project
from tests.dbt_project.made_home import SCORES, addressed_scores, write_rows
from warehouse.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
SEALED = {"text", "words", "hr_note"}


def models() -> list[Path]:
    return sorted((PROJECT / "models").rglob("*.sql"))


def test_every_rule_has_a_unit_test_that_holds(built_project: Project) -> None:
    output = built_project.unit_tests.read_text(encoding="utf-8")
    found = re.search(r"PASS=(\d+) WARN=0 ERROR=0 SKIP=0", output)
    assert found and int(found[1]) >= 40, output


def test_no_model_reads_a_sealed_or_protected_column() -> None:
    forbidden = SEALED | {"gender", "birth_year", "ethnicity", "email", "phone"}
    for path in (PROJECT / "models").rglob("*.sql"):
        code = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        words = set(re.findall(r"\w+", code))
        assert not words & {*forbidden, *(f"{column}_sealed" for column in SEALED)}, path.name


@pytest.mark.parametrize("path", models(), ids=lambda path: path.stem)
def test_every_model_lists_its_columns_in_its_last_select(path: Path) -> None:
    last_select = path.read_text(encoding="utf-8").rsplit("\nselect", 1)[-1]
    assert not last_select.lstrip().startswith("*"), f"{path.name} does not list its columns"


def test_expected_days_are_those_of_the_contracts() -> None:
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    expected = {source: contract.expected_every_days for source, contract in load_contracts().items()}
    assert variables["expected_every_days"] == expected


def test_every_source_of_the_contracts_is_declared() -> None:
    declared = yaml.safe_load((PROJECT / "models" / "staging" / "_sources.yml").read_text(encoding="utf-8"))
    tables = {source["name"]: {table["name"] for table in source["tables"]} for source in declared["sources"]}
    assert tables["raw"] == {*load_contracts(), "ledger", "quarantine", "releases"}
    assert tables["sightings"] == set(load_contracts())


def test_answers_of_another_rubric_stop_the_build(tmp_path: Path) -> None:
    """Scores that lack a criterion of the seeds must not be published."""
    project = make_project(tmp_path)
    stale = [made_rows.answer("usual", "q1", {"words": 1.0}, attempt=3)]
    write_rows(project.settings.scores / "answers" / "3.parquet", addressed_scores(stale, 3), SCORES)
    result = project.dbt(
        "build",
        "--exclude-resource-type",
        "unit_test",
        "--select",
        "+int_criteria_scored",
        "resource_type:seed",
    )
    assert result.returncode == 1
    assert "FAIL 1 assert_answers_are_scored_by_the_current_rubric" in result.stdout


def test_an_empty_warehouse_builds(tmp_path: Path) -> None:
    """Every mart exists and is empty when no file has come yet."""
    project = make_project(tmp_path)
    for folder in (project.settings.raw, project.settings.quarantine, project.settings.scores):
        for path in folder.rglob("*.parquet"):
            if path.stem != "_schema":
                path.unlink()
    result = project.dbt("build", "--exclude-resource-type", "unit_test")
    assert result.returncode == 0, result.stdout
    with project.connect() as connection:
        assert connection.execute("select count(*) from marts.interview_results").fetchone() == (0,)
        assert connection.execute("select scored_n from marts.warehouse_run").fetchone() == (0,)


def test_the_same_input_gives_the_same_marts(built_project: Project, tmp_path: Path) -> None:
    """Rows in another order and other files, built anew: equal to the last digit."""
    project = make_project(tmp_path)
    folder = project.settings.scores / "answers"
    rows = [row for path in sorted(folder.glob("[12].parquet")) for row in pq.read_table(path).to_pylist()]
    for path in folder.glob("[12].parquet"):
        path.unlink()
    write_rows(folder / "9.parquet", rows[::-1], SCORES)
    assert project.dbt("build", "--resource-type", "seed", "model").returncode == 0
    marts = ("interview_results", "competency_scores", "answer_scores", "loss_points", "quarterly_trends")
    with built_project.connect() as one, project.connect() as other:
        for mart in marts:
            sql = f"select * from marts.{mart} order by all"
            assert one.execute(sql).fetchall() == other.execute(sql).fetchall(), mart
