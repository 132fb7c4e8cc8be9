"""A tiny home whose numbers a person can check with a pencil: what ingestion and scoring leave for dbt.

Everything is invented. Role *clerk* is judged by its rubric, *crowd* by a vendor, *chief* by the mean of
both; the policies stand in `seeds/` beside this file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import Contract, load_contracts
from ingestion.state.ledger import SCHEMA as LEDGER
from ingestion.state.quarantine import quarantine_schema
from ingestion.state.raw_layer import raw_schema
from ingestion.state.releases import releases_schema
from ingestion.state.sightings import sightings_schema
from orchestration.bulk_scoring import SCORE_FILE_SCHEMA as SCORES
from orchestration.run_record import SCHEMA as RUN
from warehouse.cipher import seal
from warehouse.receipts import lay_out_privacy
from warehouse.settings import REPOSITORY, Settings
from warehouse.vault import Vault

HERE = Path(__file__).parent
Row = dict[str, Any]
# The lists of people, and under what kind of data key each is sealed.
PEOPLE = {"candidates": "candidate", "employees": "employee"}

ARRIVED = datetime.fromisoformat("2026-01-02T00:00:00+00:00")


def at(text: str) -> datetime:
    """A moment in UTC, e.g. `2025-06-30 15:59:59`."""
    return datetime.fromisoformat(f"{text}+00:00")


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> None:
    """One Parquet file; a column that a row does not name is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    unknown = {name for row in rows for name in row} - set(schema.names)
    assert not unknown, f"{path.parent.name} has no column {sorted(unknown)}"
    pq.write_table(pa.Table.from_pylist(full, schema=schema), path, compression="zstd")


def addressed(rows: list[Row], sequence: int) -> list[Row]:
    """Rows with the address that ingestion gives them: file, row, arrival."""
    return [
        {
            "_file_id": f"{sequence:016d}",
            "_file_name": f"{sequence}.csv",
            "_row_number": number,
            "_arrived_at": ARRIVED,
            "_arrival_seq": sequence,
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]


def ledger_entries(raw: Mapping[str, list[list[Row]]]) -> list[Row]:
    """What the ledger says of the raw files: every row that they held was kept."""
    return [
        {
            "source": source,
            "file": f"{source}/{sequence}.csv",
            "file_id": f"{sequence:016d}",
            "status": "ingested",
            "rows_in": len(rows),
            "kept": len(rows),
            "duplicates": 0,
            "quarantined": 0,
            "new_columns": [],
            "missing_columns": [],
            "releases": 0,
            "ingested_at": ARRIVED,
        }
        for source, files in raw.items()
        for sequence, rows in enumerate(files, start=1)
    ]


def write_home(
    settings: Settings,
    raw: Mapping[str, list[list[Row]]],
    answers: list[list[Row]],
    ledger: list[Row],
    run: Row,
    quarantine: Iterable[Row] = (),
    releases: Mapping[str, list[Row]] | None = None,
    sightings: Mapping[str, list[Row]] | None = None,
) -> None:
    """Raw rows by source and file, scored answers by file, ledger and run, where dbt looks for them.

    `ledger`: entries that differ from `ledger_entries`, or come on top; `releases` by name of their file,
    `sightings` by source.
    """
    settings.ensure()
    for source, contract in load_contracts().items():
        schema = raw_schema(contract)
        write_rows(settings.raw / source / "_schema.parquet", [], schema)
        for sequence, rows in enumerate(raw.get(source, []), start=1):
            made = sealed(settings, contract, addressed(rows, sequence))
            write_rows(settings.raw / source / f"{sequence}.parquet", made, schema)
        folder = settings.raw / "_sightings" / source
        write_rows(folder / "_schema.parquet", [], sightings_schema())
        write_rows(folder / "again.parquet", (sightings or {}).get(source, []), sightings_schema())
    write_rows(settings.scores / "answers" / "_schema.parquet", [], SCORES)
    for sequence, rows in enumerate(answers, start=1):
        write_rows(
            settings.scores / "answers" / f"{sequence}.parquet", addressed_scores(rows, sequence), SCORES
        )
    write_rows(settings.raw / "_ledger" / "_schema.parquet", [], LEDGER)
    write_rows(settings.raw / "_ledger" / "1.parquet", completed(ledger, ledger_entries(raw)), LEDGER)
    write_rows(settings.quarantine / "_schema" / "_schema.parquet", [], quarantine_schema())
    write_rows(settings.quarantine / "interviews" / "bad.parquet", quarantine, quarantine_schema())
    write_rows(settings.quarantine / "_releases" / "_schema" / "_schema.parquet", [], releases_schema())
    for name, rows in (releases or {}).items():
        write_rows(settings.quarantine / "_releases" / "interviews" / name, rows, releases_schema())
    lay_out_privacy(settings)
    write_rows(settings.build / "run.parquet", [run], RUN)


def sealed(settings: Settings, contract: Contract, rows: list[Row]) -> list[Row]:
    """Rows of lists of people, with what ingestion seals sealed under each one's key."""
    if contract.source not in PEOPLE or not any(
        name in row for name in contract.sealed_columns for row in rows
    ):
        return rows
    (key,) = contract.key
    subjects = [f"{PEOPLE[contract.source]}:{row[key]}" for row in rows]
    keys = Vault.open(settings).keys_for(subjects)
    made = []
    for row, subject in zip(rows, subjects, strict=True):
        texts = {name: row[name] for name in contract.sealed_columns if row.get(name) is not None}
        places = {name: f"{contract.source}|{name}|{row[key]}" for name in texts}
        cells = {
            f"{name}_sealed": seal(keys[subject].key, text, places[name]) for name, text in texts.items()
        }
        others = {name: value for name, value in row.items() if name not in contract.sealed_columns}
        made.append({**others, **cells, "_seal_key_id": keys[subject].key_id})
    return made


def completed(given: list[Row], derived: list[Row]) -> list[Row]:
    """The given entries and those of the derived ones that they do not replace, in an order of arrival."""
    known = {(row["source"], row["file_id"]) for row in given}
    rest = [row for row in derived if (row["source"], row["file_id"]) not in known]
    return [
        {**row, "arrival_seq": row.get("arrival_seq", at)} for at, row in enumerate([*given, *rest], start=1)
    ]


def addressed_scores(rows: list[Row], sequence: int) -> list[Row]:
    """Scores keep the address of their answer but not the file's name."""
    return [
        {key: value for key, value in row.items() if key != "_file_name"} for row in addressed(rows, sequence)
    ]


def copy_project(target: Path, seeds: Path = HERE / "seeds") -> Path:
    """The real dbt project with other seeds."""
    shutil.copytree(
        REPOSITORY / "dbt_project", target, ignore=shutil.ignore_patterns("*.csv", "target", "logs")
    )
    for seed in seeds.glob("*.csv"):
        shutil.copy(seed, target / "seeds")
    return target
