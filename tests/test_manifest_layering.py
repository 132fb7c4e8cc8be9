"""dbt's layers, read from the manifest: marts never touch a source, pages read only marts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt_manifest import ensure_manifest
from warehouse.settings import Settings

ORDER = {"seeds": 0, "staging": 1, "intermediate": 2, "marts": 3, "people": 3}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = ensure_manifest(Settings(home=tmp_path_factory.mktemp("home")))
    return json.loads(Path(path).read_text(encoding="utf-8"))


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def test_sources_are_read_by_staging_only(manifest: dict[str, Any]) -> None:
    for model in models(manifest):
        if any(parent.startswith("source.") for parent in model["depends_on"]["nodes"]):
            assert model["schema"] == "staging", f"{model['name']} reads a source"


def test_no_layer_reads_a_later_one(manifest: dict[str, Any]) -> None:
    schemas = {name: node.get("schema") for name, node in manifest["nodes"].items()}
    for model in models(manifest):
        for parent in model["depends_on"]["nodes"]:
            if parent in schemas and schemas[parent] in ORDER:
                assert ORDER[schemas[parent]] <= ORDER[model["schema"]], f"{model['name']} reads {parent}"


def test_every_mart_enforces_its_contract_and_describes_every_column(manifest: dict[str, Any]) -> None:
    marts = [model for model in models(manifest) if model["schema"] in {"marts", "people"}]
    assert len(marts) >= 9
    for model in marts:
        assert model["config"]["contract"]["enforced"], f"{model['name']} has no enforced contract"
        assert model["description"].strip(), f"{model['name']} is not described"
        for column in model["columns"].values():
            assert column["description"].strip(), f"{model['name']}.{column['name']} is not described"
            assert column["meta"].get("label_zh"), f"{model['name']}.{column['name']} has no Chinese label"


def test_pages_are_exposures_of_marts(manifest: dict[str, Any]) -> None:
    exposures = manifest["exposures"].values()
    assert {exposure["name"] for exposure in exposures} >= {
        "overview",
        "results",
        "candidate",
        "roles",
        "trend",
        "grades_and_pay",
    }
    schemas = {name: node.get("schema") for name, node in manifest["nodes"].items()}
    for exposure in exposures:
        for parent in exposure["depends_on"]["nodes"]:
            assert schemas[parent] in {"marts", "people"}, f"{exposure['name']} reads {parent}"
