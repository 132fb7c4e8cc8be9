"""Which rules a mart or a seed breaks: dbt's test `rows_hold` has them all, and dbt itself only counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.dbt_manifest import target_path
from warehouse.database_files import attach
from warehouse.settings import Settings

# How the tests end that say which of their rules are broken; the second only warns.
_TELLING = ("__rows_hold", "__rows_should_hold")


def results_since(settings: Settings, since: float) -> Iterator[Mapping[str, Any]]:
    """What dbt noted of each node in invocations after `since` (seconds since 1970)."""
    for path in target_path(settings).glob("**/run_results.json"):
        if path.stat().st_mtime >= since:
            yield from json.loads(path.read_text(encoding="utf-8"))["results"]


def broken_rules(settings: Settings, result: Mapping[str, Any]) -> list[str]:
    """The broken rules of a test that dbt has run, each with how many rows break it; empty for other tests.

    Only when dbt has ended: while it runs, nobody else can read its database.
    """
    if not _name(result).endswith(_TELLING) or not result.get("compiled_code"):
        return []
    database: Path = settings.build / "build.duckdb"
    with duckdb.connect(config={"temp_file_encryption": True}) as connection:
        attach(connection, settings, database, "build", read_only=True)
        rows = connection.execute(result["compiled_code"]).fetchall()
    return [f"{rule}, broken {count:,} ×" for rule, count in rows]


def failures(settings: Settings, since: float) -> list[str]:
    """Models and tests that failed in dbt invocations after `since`, and what is wrong where it is known."""
    return [
        _said(settings, result)
        for result in results_since(settings, since)
        if result["status"] in {"fail", "error"}
    ]


def with_broken_rules(
    settings: Settings, broken: list[dg.AssetCheckResult], since: float
) -> Iterator[dg.AssetCheckResult]:
    """Checks of dbt invocations after `since` that did not pass, each with the rules that are broken."""
    results = {result["unique_id"]: result for result in results_since(settings, since)} if broken else {}
    for check in broken:
        result = results.get(str(check.metadata["unique_id"].value))
        rules = broken_rules(settings, result) if result else []
        yield check._replace(description="; ".join(rules) or check.description)


def _said(settings: Settings, result: Mapping[str, Any]) -> str:
    if result["status"] == "error":
        return _name(result)
    rules = broken_rules(settings, result)
    what = "; ".join(rules) or f"{result.get('failures') or 0} rows"
    return f"{_name(result)} ({what})"


def _name(result: Mapping[str, Any]) -> str:
    return str(result["unique_id"].split(".")[2])
