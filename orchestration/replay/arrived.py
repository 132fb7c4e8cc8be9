"""What had arrived by a run, of the interviews that are replayed and of nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.state.ledger import LEDGER
from ingestion.state.raw_layer import SCHEMA_FILE
from ingestion.state.releases import release_number
from ingestion.state.sightings import sightings_folder
from orchestration.run_archive import arrivals
from warehouse.archive import ArchivedRun
from warehouse.settings import Settings

_RELEASE_MARK = "-r"
ANSWERS = "answers"
# Beside the columns of the contract, what is needed to open a text and to find its row again.
_SCORED = (
    *("interview_id", "question_id", "attempt", "lang", "skipped", "answer_seconds", "pause_seconds"),
    *("text_sealed", "_seal_key_id"),
    *("_file_id", "_row_number", "_exported_at", "_arrived_at", "_arrival_seq"),
)
# An attempt counts among all interviews of its candidate; every version of a row may be the one that counts.
_CANDIDATES = """
    create temp table candidates as
    select distinct candidate_id from read_parquet({files}, union_by_name = true)
    where interview_id in (select interview_id from wanted)
"""
_THEIR_INTERVIEWS = """
    create temp table interviews_of_candidates as
    select distinct interview_id from read_parquet({files}, union_by_name = true)
    where candidate_id in (select candidate_id from candidates)
"""


class Arrived:
    """The raw rows of then: `connection` gets tables `wanted`, `raw.<source>` and `sightings.<source>`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Settings,
        run: ArchivedRun,
        interview_ids: Sequence[str],
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._run = run
        self._arrivals = arrivals(settings)
        wanted = pa.table({"interview_id": pa.array(interview_ids, pa.string())})
        connection.register("wanted_ids", wanted)
        connection.execute("create temp table wanted as select distinct interview_id from wanted_ids")
        connection.unregister("wanted_ids")
        files = self._files("interviews", settings.raw / "interviews")
        connection.execute(_CANDIDATES.format(files=files))
        connection.execute(_THEIR_INTERVIEWS.format(files=files))

    def load(self, sources: Mapping[str, Any]) -> None:
        """Makes those tables of `sources` (`raw.interviews`, `sightings.answers` …) that ingestion wrote."""
        for schema in ("raw", "sightings"):
            self._connection.execute(f"create schema if not exists {schema}")
        names = [name.partition(".") for name in sources]
        for _, _, source in (name for name in names if name[0] == "raw"):
            if source == LEDGER.removeprefix("_"):
                self._load_ledger(source)
            else:
                self._load_raw(source)
        for _, _, source in (name for name in names if name[0] == "sightings"):
            self._load_sightings(source)

    def answers(self) -> pa.Table:
        """Every version and attempt of the answers, with their sealed texts, in the order of arrival."""
        files = self._files(ANSWERS, self._settings.raw / ANSWERS)
        return self._connection.execute(
            f"select {', '.join(_SCORED)} from read_parquet({files}, union_by_name = true) "
            "where interview_id in (select interview_id from wanted) "
            "order by _arrival_seq, _file_id, _row_number"
        ).to_arrow_table()

    def _load_raw(self, source: str) -> None:
        rows = f"read_parquet({self._files(source, self._settings.raw / source)}, union_by_name = true)"
        described = self._connection.execute(f"describe select * from {rows}").fetchall()
        columns = [name for name, *_ in described]
        # No result rests on what is sealed, such as names: it stays closed.
        shown = ", ".join(
            f'cast(null as blob) as "{name}"' if name.endswith("_sealed") else f'"{name}"' for name in columns
        )
        self._connection.execute(
            f'create table raw."{source}" as select {shown} from {rows} '
            f"where {_condition(source, columns)} order by _arrival_seq, _file_id, _row_number"
        )

    def _load_ledger(self, source: str) -> None:
        """What is known of the files of then: which columns a file had says what its rows leave open."""
        entries = str(self._settings.raw / LEDGER / "*.parquet").replace("'", "''")
        self._connection.execute(
            f"create table raw.\"{source}\" as select * from read_parquet('{entries}', union_by_name = true) "
            f"where arrival_seq <= {int(self._run.last_arrival)}"
        )

    def _load_sightings(self, source: str) -> None:
        files = self._files(source, sightings_folder(self._settings.raw, source))
        self._connection.execute(
            f'create table sightings."{source}" as '
            f"select * from read_parquet({files}, union_by_name = true) "
            f'where _content_hash in (select _content_hash from raw."{source}")'
        )

    def _files(self, source: str, folder: Path) -> str:
        """The files of then as a list in SQL; the schema file is of every time."""
        found = [folder / SCHEMA_FILE, *self._of_then(source, folder)]
        return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in found) + "]"

    def _of_then(self, source: str, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.glob("[!_.]*.parquet")):
            file_id, number = release_number(path.stem, _RELEASE_MARK)
            file = f"{source}/{file_id}"
            arrival, _ = self._arrivals.get(file, (None, 0))
            if arrival is None or arrival > self._run.last_arrival:
                continue
            if number <= self._run.releases.get(file, 0):
                yield path


def _condition(source: str, columns: Sequence[str]) -> str:
    if source == "interviews":
        return "interview_id in (select interview_id from interviews_of_candidates)"
    if "interview_id" in columns:
        return "interview_id in (select interview_id from wanted)"
    if "candidate_id" in columns:
        return "candidate_id in (select candidate_id from candidates)"
    return "true"
