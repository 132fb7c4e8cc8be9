"""What users of SQL may rely on: the columns and types of each mart, under a version.

`dbt_project/contracts/marts.json` holds what was promised last. A column may be added at any time. One that
is removed, renamed or gets another type needs a higher `meta.version` of its mart and a line of the
changelog that names the mart and that version; a mart that goes needs a line that says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.publish import PUBLISHED_SCHEMAS

SNAPSHOT = Path("contracts") / "marts.json"


@dataclass(frozen=True)
class MartContract:
    """The version of a mart, and the type of each of its columns by name."""

    version: int
    columns: Mapping[str, str]


Contracts = Mapping[str, MartContract]


def contracts_of(manifest: Mapping[str, Any]) -> dict[str, MartContract]:
    """The published relations of a dbt manifest as `schema.name`; a mart without a version counts as 1."""
    return {
        f"{node['schema']}.{node['alias']}": MartContract(
            version=int(node["config"]["meta"].get("version", 1)),
            columns={
                name: str(column["data_type"]).lower() for name, column in sorted(node["columns"].items())
            },
        )
        for node in sorted(manifest["nodes"].values(), key=lambda node: str(node["unique_id"]))
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS
    }


def broken(promised: Contracts, current: Contracts, changelog: str) -> list[str]:
    """One sentence for each promise that the current marts break; empty when CI may pass."""
    sentences: list[str] = []
    for name in sorted({*promised, *current}):
        if name not in current:
            sentences += _gone(name, changelog)
        else:
            sentences += _unsaid(name, current[name].version, changelog)
            if name in promised:
                sentences += _changed(name, promised[name], current[name])
    return sentences


def _gone(name: str, changelog: str) -> Iterator[str]:
    if not _line_with(changelog, name, r"\bremoved\b"):
        yield f"The mart {name} is gone: say in CHANGELOG.md that `{_short(name)}` was removed."


def _unsaid(name: str, version: int, changelog: str) -> Iterator[str]:
    for number in range(2, version + 1):
        if not _line_with(changelog, name, rf"\bversion {number}\b"):
            yield (
                f"{name} is at version {version}: CHANGELOG.md needs a line with "
                f"`{_short(name)}` version {number} and what changed."
            )


def _changed(name: str, before: MartContract, now: MartContract) -> Iterator[str]:
    if now.version < before.version:
        yield f"{name} went back from version {before.version} to {now.version}: versions only rise."
    if now.version > before.version:
        return
    added = sorted(now.columns.keys() - before.columns.keys())
    bump = f"raise meta.version of the mart to {before.version + 1} and say so in CHANGELOG.md."
    for column, kind in before.columns.items():
        if column not in now.columns:
            alike = [other for other in added if now.columns[other] == kind]
            hint = f" (renamed to {alike[0]}?)" if len(alike) == 1 else ""
            yield f"{name}.{column} is gone{hint}: {bump}"
        elif now.columns[column] != kind:
            yield f"{name}.{column} was {kind} and is {now.columns[column]}: {bump}"


def _line_with(changelog: str, name: str, pattern: str) -> bool:
    """Whether an entry of the changelog (its lines joined) names the mart and holds the pattern."""
    entries = re.split(r"\n(?=- |#|\n)", changelog)
    mart = f"`{_short(name)}`"
    return any(mart in entry and re.search(pattern, " ".join(entry.split())) for entry in entries)


def _short(name: str) -> str:
    """As analysts write it: marts need no schema."""
    return name.removeprefix("marts.")


def read_snapshot(path: Path) -> dict[str, MartContract]:
    """What was promised last; nothing where there is no file yet."""
    if not path.exists():
        return {}
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return {name: MartContract(entry["version"], entry["columns"]) for name, entry in loaded.items()}


def snapshot_text(contracts: Contracts) -> str:
    """The committed form: sorted, a column a line, so that a diff shows what changed."""
    entries = {
        name: {"version": contract.version, "columns": dict(sorted(contract.columns.items()))}
        for name, contract in sorted(contracts.items())
    }
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"
