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

from ingestion.contract import UTC_TIME, load_contracts
from ingestion.ledger import SCHEMA as LEDGER
from orchestration.bulk_scoring import SCORE_FILE_SCHEMA as SCORES
from orchestration.run_record import SCHEMA as RUN
from warehouse.settings import REPOSITORY, Settings

HERE = Path(__file__).parent
Row = dict[str, Any]

ARRIVED = datetime.fromisoformat("2026-01-02T00:00:00+00:00")


def at(text: str) -> datetime:
    """A moment in UTC, e.g. `2025-06-30 15:59:59`."""
    return datetime.fromisoformat(f"{text}+00:00")


def raw_schemas() -> dict[str, pa.Schema]:
    """Schema of each source's raw files, as the contracts of ingestion say."""
    schemas = {}
    for source, contract in load_contracts().items():
        fields: list[pa.Field] = []
        for column in contract.columns.values():
            sealed = column.sealed
            fields.append(
                pa.field(f"{column.name}_sealed", pa.binary())
                if sealed
                else pa.field(column.name, column.arrow_type)
            )
        fields += [
            pa.field("_seal_key_id", pa.string()),
            pa.field("_file_id", pa.string()),
            pa.field("_file_name", pa.string()),
            pa.field("_row_number", pa.int64()),
            pa.field("_content_hash", pa.string()),
            pa.field("_exported_at", UTC_TIME),
            pa.field("_arrived_at", UTC_TIME),
            pa.field("_arrival_seq", pa.int64()),
            pa.field("_extra_sealed", pa.binary()),
        ]
        schemas[source] = pa.schema(fields)
    return schemas


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


def write_home(
    settings: Settings,
    raw: Mapping[str, list[list[Row]]],
    answers: list[list[Row]],
    ledger: list[Row],
    run: Row,
) -> None:
    """Raw rows by source and file, scored answers by file, ledger and run, where dbt looks for them."""
    settings.ensure()
    schemas = raw_schemas()
    for source, schema in schemas.items():
        write_rows(settings.raw / source / "_schema.parquet", [], schema)
        for sequence, rows in enumerate(raw.get(source, []), start=1):
            write_rows(settings.raw / source / f"{sequence}.parquet", addressed(rows, sequence), schema)
    write_rows(settings.scores / "answers" / "_schema.parquet", [], SCORES)
    for sequence, rows in enumerate(answers, start=1):
        write_rows(
            settings.scores / "answers" / f"{sequence}.parquet", addressed_scores(rows, sequence), SCORES
        )
    write_rows(settings.raw / "_ledger" / "_schema.parquet", [], LEDGER)
    write_rows(settings.raw / "_ledger" / "1.parquet", ledger, LEDGER)
    write_rows(settings.build / "run.parquet", [run], RUN)


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
