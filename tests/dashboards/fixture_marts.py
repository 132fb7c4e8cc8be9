"""Published marts with invented people for page tests: exact columns, plausible rows, no build needed."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
CONTRACTS = HERE.parents[1] / "dbt_project" / "contracts" / "marts.json"


def write_marts(published: Path, *, interviews: int = 640, run: str = "fixture") -> Path:
    """Write `published/marts_<run>.duckdb`, point `current.duckdb` at it; 0 interviews: an empty one."""
    published.mkdir(parents=True, exist_ok=True)
    path = published / f"marts_{run}.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        for part in ("marts", "development", "health", "aggregates", "progress", "chain", "growth", "duties"):
            for statement in (HERE / f"fixture_{part}.sql").read_text(encoding="utf-8").split(";\n"):
                parameters = {"interviews": interviews} if "$interviews" in statement else None
                if statement.strip():
                    connection.execute(_literal(statement, parameters))
        _create_the_others(connection)
    link = published / "current.duckdb.tmp"
    link.unlink(missing_ok=True)
    link.symlink_to(path.name)
    link.replace(published / "current.duckdb")
    return path


def _create_the_others(connection: duckdb.DuckDBPyConnection) -> None:
    """Every other published mart, empty, with the columns of its contract."""
    for name, mart in json.loads(CONTRACTS.read_text(encoding="utf-8")).items():
        columns = ", ".join(f'"{column}" {kind}' for column, kind in mart["columns"].items())
        connection.execute(f"create table if not exists {name} ({columns})")


def _literal(statement: str, parameters: dict[str, int] | None) -> str:
    """DDL takes no prepared parameters, so the one integer is written into the text."""
    for name, value in (parameters or {}).items():
        statement = statement.replace(f"${name}", str(int(value)))
    return statement
