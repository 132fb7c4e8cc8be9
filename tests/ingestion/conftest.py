"""A small installation for each test, and the contracts of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import Contract, load_contracts
from tests.ingestion.house import House
from warehouse.settings import Settings

ROLES = "role_id,name_zh,name_en\nsales_rep,销售代表,Sales representative\n"
DEPARTMENTS = "department_id,name_zh,name_en\nsales,销售部,Sales\ntechnology,技术部,Technology\n"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Company time zone Asia/Shanghai; one role and two departments have names."""
    project = tmp_path / "project"
    (project / "seeds").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: small\nvars:\n  timezone: Asia/Shanghai\n")
    (project / "seeds" / "roles.csv").write_text(ROLES, encoding="utf-8")
    (project / "seeds" / "departments.csv").write_text(DEPARTMENTS, encoding="utf-8")
    return House(Settings(home=tmp_path / "home", dbt_project=project).ensure())


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    """The contracts of the project."""
    return load_contracts()
