"""The marts of this checkout keep what the committed snapshot promises."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt_manifest import ensure_manifest
from orchestration.docs_site.markdown import marts_markdown
from orchestration.mart_contracts import CHANGELOG, MARTS_PAGE, BrokenContractError, renew
from warehouse.database_files import opened
from warehouse.mart_contracts import SNAPSHOT, broken, contracts_of, read_snapshot
from warehouse.settings import REPOSITORY, Settings


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = ensure_manifest(Settings(home=tmp_path_factory.mktemp("home")))
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_no_promise_to_users_of_sql_is_broken_unsaid(manifest: dict[str, Any]) -> None:
    promised = read_snapshot(REPOSITORY / "dbt_project" / SNAPSHOT)
    changelog = CHANGELOG.read_text(encoding="utf-8")
    assert len(promised) >= 38
    assert broken(promised, contracts_of(manifest), changelog) == []


def test_the_snapshot_is_current(manifest: dict[str, Any]) -> None:
    promised = read_snapshot(REPOSITORY / "dbt_project" / SNAPSHOT)
    assert contracts_of(manifest) == promised, (
        "the marts changed: run `make contracts` and commit what it wrote"
    )


def test_the_page_of_marts_in_the_repository_is_current(manifest: dict[str, Any]) -> None:
    assert MARTS_PAGE.read_text(encoding="utf-8") == marts_markdown(manifest), (
        "run `make contracts` and commit docs/marts.md"
    )


def test_every_mart_has_a_version_and_is_named_in_both_languages(manifest: dict[str, Any]) -> None:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] in {"marts", "people"}:
            missing = {"version", "label_en", "label_zh", "description_zh"} - set(node["config"]["meta"])
            assert not missing, f"{node['name']}: meta lacks {sorted(missing)}"


@pytest.mark.slow
def test_the_contract_is_what_is_published(manifest: dict[str, Any], demo_home: Settings) -> None:
    def comparable(kind: str) -> str:
        return kind.lower().replace('"', "").replace(" ", "")

    sql = "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
    with opened(demo_home, demo_home.published / "current.duckdb") as connection:
        published = {
            (table, column): comparable(kind) for table, column, kind in connection.execute(sql).fetchall()
        }
    promised = {
        (table, column): comparable(kind)
        for table, contract in contracts_of(manifest).items()
        for column, kind in contract.columns.items()
    }
    assert promised == {key: kind for key, kind in published.items() if key[0] in contracts_of(manifest)}


def test_renewing_refuses_what_was_not_said(manifest: dict[str, Any], tmp_path: Path) -> None:
    assert renew(tmp_path, manifest, "")
    assert not renew(tmp_path, manifest, "")
    changed = copy.deepcopy(manifest)
    offers = next(node for node in changed["nodes"].values() if node["name"] == "offers")
    del offers["columns"]["grade"]
    before = (tmp_path / SNAPSHOT).read_text(encoding="utf-8")
    with pytest.raises(BrokenContractError, match=r"marts\.offers\.grade is gone"):
        renew(tmp_path, changed, "")
    assert (tmp_path / SNAPSHOT).read_text(encoding="utf-8") == before
    offers["config"]["meta"]["version"] += 1
    assert renew(tmp_path, changed, f"- `offers` version {offers['config']['meta']['version']}: no grade.")
