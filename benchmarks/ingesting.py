"""Ingesting whole files, against DuckDB's own copy of the same file to Parquet in the same run.

Ours validates, types, hashes, looks every key up, seals answers and writes a second time what DuckDB writes
once. Both may use all cores. Ours runs in a process of its own, so that its memory can be told.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.measure import REPEATS, Times, best, line
from benchmarks.tables import Export, write_export
from warehouse.settings import Settings

ROWS = {"vendor_scores": 1_000_000, "employees": 1_000_000, "interviews": 1_000_000, "answers": 500_000}
ROOT = Path(__file__).resolve().parents[1]
_READ = {".csv": "read_csv('{}')", ".parquet": "read_parquet('{}')"}


@dataclass(frozen=True)
class Measured:
    """One pass over one file."""

    seconds: float
    cpu_seconds: float
    kept: int
    peak_megabytes: float


def ingest_once(export: Export, home: Path) -> Measured:
    """A pass in a new home and a new process; the home is removed."""
    settings = Settings(home=home).ensure()
    folder = settings.landing / export.source
    folder.mkdir(parents=True)
    os.link(export.path, folder / export.path.name)
    command = [sys.executable, "-m", "benchmarks.one_ingest", str(home)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    shutil.rmtree(home)
    measured = Measured(**json.loads(said.splitlines()[-1]))
    if measured.kept != export.rows:
        raise RuntimeError(f"{export.path.name}: {measured.kept:,} of {export.rows:,} rows were kept")
    return measured


def copy_times(export: Export, target: Path) -> Times:
    """DuckDB's copy of the file to Parquet, with as many threads as there are cores."""
    source = _READ[export.path.suffix].format(export.path)

    def copy() -> None:
        with duckdb.connect(config={"threads": os.cpu_count() or 1}) as database:
            database.execute(f"copy (select * from {source}) to '{target}'")

    return best(copy)


def compare(export: Export, folder: Path) -> tuple[Times, Times]:
    """Measures one file both ways and prints the line; our times and DuckDB's."""
    theirs = copy_times(export, folder / "copy.parquet")
    passes = [ingest_once(export, folder / f"home{number}") for number in range(REPEATS)]
    ours = Times(
        min(measured.seconds for measured in passes), min(measured.cpu_seconds for measured in passes)
    )
    kind = export.path.suffix[1:]
    line(
        f"ingest {export.source}, {kind} ({export.megabytes:,.0f} MB)",
        ours,
        f"DuckDB read_{kind} → Parquet, {os.cpu_count()} threads",
        theirs,
        export.rows,
        f"; peak {max(measured.peak_megabytes for measured in passes):,.0f} MB",
    )
    return ours, theirs


def ingesting(folder: Path, demo_landing: Path, seeds: Path) -> None:
    """Every source in both formats, and all of a format together."""
    for kind in ("csv", "parquet"):
        times = []
        for source, rows in ROWS.items():
            export = write_export(source, rows, folder / f"{source}.{kind}", demo_landing, seeds)
            times.append(compare(export, folder))
            export.path.unlink()
        ours, theirs = (sum(column, Times(0.0, 0.0)) for column in zip(*times, strict=True))
        line(f"ingest {kind}, all of them", ours, "DuckDB's copies", theirs, sum(ROWS.values()))
