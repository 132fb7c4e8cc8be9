"""Raw answers as ingestion leaves them, in any number: the demo's answers again and again, for other people.

Every interview has a person of its own with a key of its own; every text is sealed at its own place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from ingestion.contract import load_contracts
from ingestion.demo import write_demo
from ingestion.rows.sealing import seal_texts
from ingestion.state.raw_layer import ROW_GROUP, ParquetFile, raw_schema
from warehouse.settings import Settings
from warehouse.vault import Vault

DEMO_INTERVIEWS = 4_000
ROWS_OF_A_FILE = 1_000_000


def write_sealed_answers(settings: Settings, answers: int, demo: Path) -> None:
    """`raw/answers/*.parquet` with so many rows, a million a file; `demo` is an empty folder to work in."""
    write_demo(demo, interviews=DEMO_INTERVIEWS)
    once = _demo_answers(demo)
    schema = raw_schema(load_contracts()["answers"])
    vault = Vault.open(settings)
    for number, start in enumerate(range(0, answers, ROWS_OF_A_FILE)):
        rows = min(ROWS_OF_A_FILE, answers - start)
        file = ParquetFile(settings.raw / "answers" / f"{number:04d}.parquet", schema)
        for part in _parts(once, start, rows):
            file.write(_raw(part, vault, f"{number:04d}", schema))
        file.publish()


def _demo_answers(demo: Path) -> pa.Table:
    """All answers of the demo's exports, those of an interview one behind the other."""
    names = ("interview_id", "question_id", "text", "lang", "answer_seconds", "pause_seconds", "skipped")
    exports = [pj.read_json(path) for path in sorted((demo / "answers").iterdir())]
    answers = pa.concat_tables(exports, promote_options="permissive")
    return answers.select(names).sort_by("interview_id").combine_chunks()


def _parts(once: pa.Table, start: int, rows: int) -> Iterator[pa.Table]:
    """The rows from `start` on of the demo without end, in parts of a row group; each round other people."""
    end = start + rows
    while start < end:
        round_, at = divmod(start, once.num_rows)
        part = once.slice(at, min(ROW_GROUP, once.num_rows - at, end - start))
        people = pc.binary_join_element_wise(part["interview_id"], str(round_), "-")
        yield part.set_column(0, "interview_id", people)
        start += part.num_rows


def _raw(part: pa.Table, vault: Vault, file_id: str, schema: pa.Schema) -> pa.Table:
    """The rows as `schema`; what scoring does not read is null."""
    rows = part.num_rows
    people = part["interview_id"].combine_chunks().dictionary_encode()
    keys = list(vault.keys_for(f"interview:{person}" for person in people.dictionary.to_pylist()).values())
    places = pc.binary_join_element_wise(
        "answers", "text", part["interview_id"], part["question_id"], "1", "|"
    )
    codes = people.indices.to_numpy()
    columns = {
        **{name: part[name] for name in part.column_names if name != "text"},
        "attempt": pa.array(np.ones(rows, dtype=np.int64)),
        "text_sealed": seal_texts(
            part["text"].combine_chunks(), places.combine_chunks(), [key.key for key in keys], codes
        ),
        "_seal_key_id": pa.array([key.key_id for key in keys]).take(people.indices),
        "_file_id": pa.array([file_id] * rows),
        "_row_number": pa.array(np.arange(1, rows + 1)),
        "_arrival_seq": pa.array(np.ones(rows, dtype=np.int64)),
    }
    arrays = [columns.get(field.name, pa.nulls(rows, field.type)) for field in schema]
    return pa.Table.from_arrays(
        [pa.chunked_array([a]) if isinstance(a, pa.Array) else a for a in arrays], names=schema.names
    )
