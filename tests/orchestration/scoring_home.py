"""A home with one question, and raw answers to it, sealed as ingestion does."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.sealing import seal_many
from warehouse.seeds import COLUMNS
from warehouse.settings import Settings
from warehouse.vault import Vault

NOON = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
SEEDS = {
    "questions": [{"question_id": "q1", "rubric_id": "r1"}],
    "criteria": [
        {
            "rubric_id": "r1",
            "criterion_id": "need",
            "competency_id": "insight",
            "kind": "phrases",
            "weight": "1",
            "min_phrases": "2",
        }
    ],
    "competencies": [{"competency_id": "insight"}],
    "phrases": [
        {"criterion_id": "need", "lang": "zh", "phrase": "需求"},
        {"criterion_id": "need", "lang": "zh", "phrase": "访谈"},
    ],
    "negation_cues": [{"lang": "zh", "cue": "没有", "kind": "cue"}],
}


def make_home(folder: Path) -> Settings:
    """A home of its own with seeds of one question; nothing ingested yet."""
    made = Settings(home=folder / "home", dbt_project=folder / "dbt").ensure()
    made.seeds.mkdir(parents=True)
    for name, columns in COLUMNS.items():
        write_seed(made, name, SEEDS.get(name, []), columns)
    return made


def write_seed(settings: Settings, name: str, rows: list[dict], columns: tuple[str, ...]) -> None:
    with (settings.seeds / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_raw(
    settings: Settings, name: str, texts: list[str | None], row_group: int = 65_536, **columns: list
) -> Path:
    """A raw answers file: one interview an answer, sealed as ingestion does."""
    count = len(texts)
    interviews = [f"{name}-{number}" for number in range(count)]
    keys = list(Vault.open(settings).keys_for(f"interview:{id_}" for id_ in interviews).values())
    aads = [f"answers|text|{id_}|q1|1" for id_ in interviews]
    sealed = seal_many([key.key for key in keys], texts, aads)
    table = pa.table(
        {
            "interview_id": interviews,
            "question_id": pa.array(["q1"] * count, pa.string()),
            "attempt": pa.array([1] * count, pa.int64()),
            "text_sealed": pa.array(columns.get("sealed", sealed), pa.binary()),
            "lang": pa.nulls(count, pa.string()),
            "answer_seconds": pa.array([30.0] * count),
            "skipped": pa.nulls(count, pa.bool_()),
            "repeated": pa.nulls(count, pa.bool_()),
            "words_sealed": pa.nulls(count, pa.binary()),
            "pause_seconds": pa.nulls(count, pa.float64()),
            "_seal_key_id": [key.key_id for key in keys],
            "_file_id": [name] * count,
            "_row_number": pa.array(range(1, count + 1), pa.int64()),
            "_exported_at": pa.nulls(count, pa.timestamp("us", tz="UTC")),
            "_arrived_at": pa.array([NOON] * count, pa.timestamp("us", tz="UTC")),
            "_arrival_seq": pa.array([7] * count, pa.int64()),
        }
    )
    path = settings.raw / "answers" / f"{name}.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(table.drop_columns(columns.get("without", [])), path, row_group_size=row_group)
    return path


def score_file(settings: Settings, name: str) -> Path:
    return settings.scores / "answers" / f"{name}.parquet"


def hits(settings: Settings, name: str) -> list[int]:
    criteria = pq.read_table(score_file(settings, name)).column("criteria").to_pylist()
    return [row[0]["hits"] for row in criteria]
