"""One way through the house: nothing on the left imports what is on its right."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "warehouse": set(),
    "ingestion": {"warehouse"},
    "scoring_udfs": set(),
    "orchestration": {"warehouse", "ingestion", "scoring_udfs", "dashboards"},
    "dashboards": {"warehouse", "scoring_udfs"},
}
FOREIGN = {
    "warehouse": {"dagster", "dagster_dbt", "dbt", "streamlit"},
    "ingestion": {"dagster", "dagster_dbt", "dbt", "streamlit"},
    "scoring_udfs": {"dagster", "dagster_dbt", "dbt", "streamlit", "pathlib"},
    "orchestration": {"streamlit"},
    "dashboards": {"duckdb", "dagster", "dagster_dbt", "dbt"},
}


def imported_packages(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def files_of(room: str) -> list[Path]:
    return sorted((REPOSITORY / room).rglob("*.py"))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_before_it(room: str) -> None:
    assert files_of(room), f"{room}/ holds no Python file"
    rooms = set(MAY_IMPORT)
    for path in files_of(room):
        wrong = (imported_packages(path) & rooms) - MAY_IMPORT[room] - {room}
        assert not wrong, f"{path.relative_to(REPOSITORY)} imports {sorted(wrong)}"


@pytest.mark.parametrize("room", FOREIGN)
def test_a_room_does_not_know_the_tools_of_another(room: str) -> None:
    for path in files_of(room):
        wrong = imported_packages(path) & FOREIGN[room]
        assert not wrong, f"{path.relative_to(REPOSITORY)} imports {sorted(wrong)}"


def test_files_stay_small_enough_to_have_one_job() -> None:
    for room in [*MAY_IMPORT, "tests", "dbt_project"]:
        for path in (REPOSITORY / room).rglob("*"):
            if path.suffix in {".py", ".sql"} and "target" not in path.parts:
                lines = len(path.read_text(encoding="utf-8").splitlines())
                assert lines <= 300, f"{path.relative_to(REPOSITORY)} has {lines} lines"
