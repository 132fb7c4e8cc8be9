"""Which rows a replay sees: those that had arrived by the run, of the interviews that are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.contract import load_contracts
from ingestion.state.ledger import LEDGER, SCHEMA_FILE, Entry, write_entry
from ingestion.state.ledger import SCHEMA as LEDGER_SCHEMA
from ingestion.state.raw_layer import raw_schema
from ingestion.state.sightings import sightings_schema
from orchestration.replay.arrived import Arrived
from orchestration.run_archive import arrivals
from tests.warehouse.archived_runs import run_of, settings_with_seeds
from warehouse.archive import ArchivedRun
from warehouse.settings import Settings

NOON = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
SOURCES = ("interviews", "answers", "assessments")
Row = dict[str, object]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose raw layer has schemas and no rows."""
    made = settings_with_seeds(tmp_path)
    write(made.raw / LEDGER / SCHEMA_FILE, [], LEDGER_SCHEMA)
    for source, contract in load_contracts().items():
        write(made.raw / source / SCHEMA_FILE, [], raw_schema(contract))
        write(made.raw / "_sightings" / source / SCHEMA_FILE, [], sightings_schema())
    return made


def write(path: Path, rows: Iterable[Row], schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema), path
    )


def arrive(
    settings: Settings, source: str, file_id: str, seq: int, rows: list[Row], release: int = 0
) -> None:
    """A file of a source, or rows of it that were released from the quarantine."""
    name = f"{file_id}-r{release}" if release else file_id
    address = {"_file_id": file_id, "_arrived_at": NOON, "_arrival_seq": seq}
    full = [
        {**address, "_row_number": number, "_content_hash": f"{name}{number}", **row}
        for number, row in enumerate(rows, 1)
    ]
    write(settings.raw / source / f"{name}.parquet", full, raw_schema(load_contracts()[source]))
    counts = {"rows_in": len(rows), "kept": len(rows), "duplicates": 0, "quarantined": 0}
    entry = Entry(
        source,
        f"{source}/{file_id}.csv",
        file_id,
        seq,
        "ingested",
        **counts,
        new_columns=(),
        missing_columns=(),
        message=None,
        ingested_at=NOON,
        contract_version="1",
        seconds=0.0,
        releases=release,
    )
    write_entry(settings.raw, entry)


def seen(settings: Settings, run: ArchivedRun, source: str, *ids: str) -> list[tuple[object, ...]]:
    """Interview (or candidate) and file of the rows that a replay of `ids` gets."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build; use build")
        Arrived(connection, settings, run, ids).load(
            {f"raw.{name}": {} for name in SOURCES} | {f"sightings.{name}": {} for name in SOURCES}
        )
        key = "candidate_id" if source == "assessments" else "interview_id"
        return connection.execute(f"select {key}, _file_id from raw.{source} order by all").fetchall()


def of(settings: Settings, last_arrival: int, **releases: int) -> ArchivedRun:
    made = run_of(settings, 1, "run")
    given = {f"answers/{file}": number for file, number in releases.items()}
    return type(made)(**{**made.__dict__, "last_arrival": last_arrival, "releases": given})


def test_rows_that_arrived_after_the_run_are_not_seen(settings: Settings) -> None:
    arrive(settings, "interviews", "f1", 1, [{"interview_id": "i1", "candidate_id": "c1"}])
    arrive(settings, "answers", "f2", 2, [{"interview_id": "i1", "question_id": "q1"}])
    arrive(settings, "answers", "f3", 3, [{"interview_id": "i1", "question_id": "q1"}])
    assert seen(settings, of(settings, 2), "answers", "i1") == [("i1", "f2")]
    assert seen(settings, of(settings, 3), "answers", "i1") == [("i1", "f2"), ("i1", "f3")]
    assert seen(settings, of(settings, 1), "answers", "i1") == []


def test_rows_released_after_the_run_are_not_seen_though_their_file_had_arrived(settings: Settings) -> None:
    arrive(settings, "answers", "f1", 1, [{"interview_id": "i1"}])
    arrive(settings, "answers", "f1", 1, [{"interview_id": "i1"}], release=1)
    arrive(settings, "answers", "f1", 1, [{"interview_id": "i1"}], release=2)
    assert arrivals(settings) == {"answers/f1": (1, 2)}
    assert len(seen(settings, of(settings, 1), "answers", "i1")) == 1
    assert len(seen(settings, of(settings, 1, f1=1), "answers", "i1")) == 2
    assert len(seen(settings, of(settings, 1, f1=2), "answers", "i1")) == 3


def test_a_file_that_the_ledger_does_not_know_is_not_seen(settings: Settings) -> None:
    schema = raw_schema(load_contracts()["answers"])
    write(settings.raw / "answers" / "leftover.parquet", [{"interview_id": "i1"}], schema)
    assert seen(settings, of(settings, 9), "answers", "i1") == []


def test_nobody_else_is_seen_but_all_interviews_of_the_candidate(settings: Settings) -> None:
    interviews = [("i1", "c1"), ("i2", "c1"), ("i3", "c2")]
    arrive(
        settings,
        "interviews",
        "f1",
        1,
        [dict(zip(("interview_id", "candidate_id"), row, strict=True)) for row in interviews],
    )
    arrive(settings, "answers", "f2", 2, [{"interview_id": name} for name, _ in interviews])
    arrive(settings, "assessments", "f3", 3, [{"candidate_id": name} for name in ("c1", "c2")])
    run = of(settings, 3)
    assert seen(settings, run, "interviews", "i1") == [("i1", "f1"), ("i2", "f1")]
    assert seen(settings, run, "answers", "i1") == [("i1", "f2")]
    assert seen(settings, run, "assessments", "i1") == [("c1", "f3")]


def test_an_interview_that_changed_its_candidate_brings_the_interviews_of_both(settings: Settings) -> None:
    arrive(settings, "interviews", "f1", 1, [{"interview_id": "i1", "candidate_id": "c1"}])
    arrive(settings, "interviews", "f2", 2, [{"interview_id": "i1", "candidate_id": "c2"}])
    arrive(settings, "interviews", "f3", 3, [{"interview_id": "i2", "candidate_id": "c2"}])
    rows = [("i1", "f1"), ("i1", "f2"), ("i2", "f3")]
    assert seen(settings, of(settings, 3), "interviews", "i1") == rows


def test_what_is_sealed_stays_closed(settings: Settings) -> None:
    arrive(settings, "answers", "f1", 1, [{"interview_id": "i1", "text_sealed": b"sealed"}])
    with duckdb.connect() as connection:
        Arrived(connection, settings, of(settings, 1), ["i1"]).load(
            {"raw.answers": {}, "sightings.answers": {}}
        )
        row = connection.execute("from raw.answers").to_arrow_table().to_pylist()[0]
    assert row["interview_id"] == "i1"
    sealed = {name: value for name, value in row.items() if name.endswith("_sealed")}
    assert "text_sealed" in sealed
    assert set(sealed.values()) == {None}
