"""The hand-written DuckDB script, in its own process: `python -m benchmarks.warehouse_by_hand HOME FILE`.

Prints the seconds that its statements took, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

from orchestration.dbt_functions import Plugin
from orchestration.memory import memory_limit
from warehouse.database_files import attach
from warehouse.settings import Settings

SCRIPT = Path(__file__).with_name("by_hand")
# What dbt's profile says, too.
THREADS = 4
# table → its key; every column that the mart of the same name has too must be equal.
TABLES = {
    "answer_scores": ("interview_id", "question_id"),
    "loss_points": ("interview_id", "question_id", "criterion_id"),
    "competency_scores": ("interview_id", "competency_id"),
    "interview_results": ("interview_id",),
    "similar_answers": ("interview_id", "question_id"),
    "offers": ("application_id",),
    "grade_bands": ("role_id", "scenario", "quarter_start", "grade"),
    "quarterly_trends": ("role_id", "scenario", "quarter_start"),
    "role_score_distributions": ("role_id", "scenario", "competency_id", "bin_start"),
    "role_score_summaries": ("role_id", "scenario", "competency_id"),
    "batch_progress": ("batch_id", "channel"),
    "requisition_shortlists": ("requisition_id", "candidate_id"),
    "interview_outcomes": ("interview_id",),
    "reapplications": ("first_interview_id",),
    "next_bands": ("interview_id",),
}
TOLERANCE = 1e-6


def run_script(settings: Settings, database: Path) -> float:
    """Makes every table in a new database; seconds."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS,
        "memory_limit": memory_limit(),
        "temp_directory": str(database.with_suffix(".spill")),
    }
    with duckdb.connect(str(database), config=config) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        # The kernel that chooses the criteria of the next band is the same for both.
        Plugin("kernels", {}).configure_connection(connection)
        paths = {
            "raw": settings.raw,
            "scores": settings.scores / "answers",
            "seeds": settings.seeds,
            "run": settings.build / "run.parquet",
        }
        for name, path in paths.items():
            connection.execute(f"set variable {name} = '{path}'")
        began = time.perf_counter()
        for part in sorted(SCRIPT.glob("*.sql")):
            connection.execute(part.read_text(encoding="utf-8"))
        return time.perf_counter() - began


def differences(settings: Settings, ours: Path, theirs: Path) -> list[str]:
    """One sentence a table of the script (`theirs`) that differs from the mart of its name."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        attach(connection, settings, ours, "ours", read_only=True)
        connection.execute(f"attach '{theirs}' as theirs (read_only)")
        found = []
        for table, key in TABLES.items():
            rows = connection.execute(_comparison(connection, table, key)).fetchall()
            if rows:
                found.append(f"{table}: {len(rows)} or more rows differ, first {rows[0]}")
        return found


def _comparison(connection: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...]) -> str:
    """A query for up to ten keys whose rows are not the same in both."""
    kinds = {
        place: dict(
            connection.execute(
                "select column_name, data_type from duckdb_columns() where database_name = ? "
                "and schema_name = ? and table_name = ?",
                [place, schema, table],
            ).fetchall()
        )
        for place, schema in (("ours", "marts"), ("theirs", "main"))
    }
    shared = [name for name in kinds["theirs"] if name in kinds["ours"] and name not in key]
    if not shared:
        raise RuntimeError(f"The mart {table} shares no column with the script.")
    unlike = [_unlike(f'"{name}"', kinds["theirs"][name]) for name in shared]
    joined = " and ".join(f"ours.{name} = theirs.{name}" for name in key)
    keys = ", ".join(f"coalesce(ours.{name}, theirs.{name})" for name in key)
    return (
        f"select {keys} from ours.marts.{table} as ours full join theirs.main.{table} as theirs on {joined} "
        f"where ours.{key[0]} is null or theirs.{key[0]} is null or {' or '.join(unlike)} limit 10"
    )


def _unlike(name: str, kind: str) -> str:
    """Where a cell differs; sums of doubles differ in their last bits with the order of their rows."""
    one, other = f"ours.{name}", f"theirs.{name}"
    if kind == "DOUBLE":
        return f"coalesce(abs({one} - {other}) > {TOLERANCE}, ({one} is null) <> ({other} is null))"
    return f"{one} is distinct from {other}"


def main() -> None:
    """The home and the database to make."""
    seconds = run_script(Settings(home=Path(sys.argv[1])), Path(sys.argv[2]))
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
