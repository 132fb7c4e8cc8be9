"""ingest_health and source_health worked out a second time, from files of which every row is good."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from tests.independent.landing import plain, read_rows
from tests.independent.world import Row, World


def ingest_health(world: World) -> list[Row]:
    """Every file that arrived; one that is there already, byte for byte, is no arrival."""
    return [row for source in world.landing.contracts for row in files_of(world, source)]


def files_of(world: World, source: str) -> list[Row]:
    contract = world.landing.contracts[source]
    known: dict[tuple[Any, ...], Row] = {}
    rows: list[Row] = []
    seen: set[str] = set()
    versions = world.landing.versions(source).to_dict("records")
    for path in world.landing.files(source):
        content = path.read_bytes()
        file_id = hashlib.sha256(content).hexdigest()[:16]
        if file_id in seen:
            continue
        seen.add(file_id)
        mine = [row for row in versions if row["_file_id"] == file_id]
        duplicates = 0
        for row in mine:
            key = tuple(row[name] for name in contract.key)
            says = {name: row[name] for name in contract.columns}
            duplicates += known.get(key) == says
            known[key] = says
        headers = next(read_rows(path, content), {})
        unknown = [header for header in headers if plain(header) not in contract.headers]
        rows.append(
            {
                "source": source,
                "file": f"{source}/{path.name}",
                "file_id": file_id,
                "status": "ingested",
                "rows_in": len(mine),
                "kept": len(mine) - duplicates,
                "duplicates": duplicates,
                "quarantined": 0,
                "open_quarantined": 0,
                "released": 0,
                "is_balanced": True,
                "new_columns": sorted(header for header in unknown if header not in EXPORT_TIMES),
                "missing_columns": [],
                "expected_every_days": world.policy.variables["expected_every_days"][source],
            }
        )
    return rows


EXPORT_TIMES = {"导出时间", "exported_at"}


def source_health(world: World, files: list[Row], arrived: dict[str, Row]) -> list[Row]:
    """Every source; `arrived` is what ingest_health says of the last file of each, the clock included."""
    rows = []
    for source in world.landing.contracts:
        mine = [row for row in files if row["source"] == source]
        every = world.policy.variables["expected_every_days"][source]
        last = arrived[source]
        came_on = world.local_day(last["ingested_at"])
        assert came_on
        due_on = came_on + timedelta(days=every)
        rows.append(
            {
                "source": source,
                "expected_every_days": every,
                "last_file": last["file"],
                "last_ingested_at": last["ingested_at"],
                "last_ingested_local_date": came_on,
                "due_on": due_on,
                "is_overdue": due_on < world.today,
                "days_overdue": max(0, (world.today - due_on).days),
                "files": len(mine),
                "files_rejected": 0,
                **{
                    name: sum(row[name] for row in mine)
                    for name in ("rows_in", "kept", "duplicates", "quarantined", "open_quarantined")
                },
                "is_balanced": True,
            }
        )
    return rows
