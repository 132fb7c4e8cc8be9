"""A home that was brought what dbt parsed elsewhere is read by dbt as its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from orchestration import dbt_manifest
from tests import parsed
from tests.dbt_project.conftest import Project
from tests.dbt_project.made_home import copy_project
from warehouse.settings import Settings

PARSE = ("parse", "--log-level", "debug")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(Settings(home=tmp_path / "home", dbt_project=copy_project(tmp_path / "project")).ensure())


def test_of_a_copy_only_the_files_are_parsed_that_are_others(project: Project) -> None:
    model = project.settings.dbt_project / "models" / "marts" / "pay" / "pay_band_checks.sql"
    model.write_text(model.read_text(encoding="utf-8") + "\n-- Another one.\n", encoding="utf-8")
    said = project.dbt(*PARSE).stdout
    # The copies have seeds of their own; these and the model are not the project that was parsed.
    assert "Unable to do partial parsing" not in said
    (told,) = re.findall(r"Partial parsing enabled: .*", said)
    assert 0 < int(re.findall(r"(\d+) files changed", told)[0]) < 60, told
    manifest = dbt_manifest.target_path(project.settings) / "manifest.json"
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    assert nodes["model.scorehouse.pay_band_checks"]["raw_code"].endswith("-- Another one.")


def test_of_another_project_nothing_is_taken_over(project: Project) -> None:
    settings = project.settings.dbt_project / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("pass_mark: 60", "pass_mark: 61"), encoding="utf-8")
    assert settings.read_text(encoding="utf-8") != text
    said = project.dbt(*PARSE).stdout
    assert "Unable to do partial parsing because a project config has changed" in said


def test_a_home_of_the_same_project_has_the_manifest_and_its_own_paths(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    manifest = dbt_manifest.ensure_manifest(settings).read_text(encoding="utf-8")
    assert str(settings.home) in manifest
    assert "parsed_home" not in manifest
    assert dbt_manifest.is_parsed(settings)
    # By the very process that parsed for all.
    began = "invocation_started_at"
    assert parsed.kept(settings)["metadata"][began] == parsed.kept(parsed.parsed_once())["metadata"][began]
