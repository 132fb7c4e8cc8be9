"""The whole warehouse beside one hand-written DuckDB script, and a day's increment beside the full build.

`python -m benchmarks.warehouse_build --interviews 200000 [--home FOLDER] [--memory 8GB]`. The script (the
folder by_hand) makes the same fact and aggregate tables from the same scores; a ratio is printed only when
they are equal. All in this one run, each in a process of its own, on generated data.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.held_back_day import hold_back_last_day, land
from benchmarks.measure import Times
from benchmarks.warehouse_by_hand import TABLES, differences
from ingestion import ingest
from ingestion.demo import write_demo
from orchestration import run_record
from orchestration.bulk_scoring import score_new
from orchestration.dbt_manifest import dbt_environment, dbt_executable
from orchestration.memory import LIMIT_VARIABLE, memory_limit
from warehouse.settings import HOME_VARIABLE, Settings

ROOT = Path(__file__).resolve().parents[1]
INTERVIEWS = 4_000
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
NO_TESTS = (*NO_UNIT_TESTS, "--exclude-resource-type", "test")


class BenchmarkError(RuntimeError):
    """What was to be measured did not end well."""


def measured(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Times:
    """One process to its end; what it says goes to the log. Raises `BenchmarkError`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with log.open("w", encoding="utf-8") as said:
        ended = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=said, stderr=said, check=False
        )
    clock = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        raise BenchmarkError(f"{' '.join(command[:4])} failed: {log.read_text(encoding='utf-8')[-2000:]}")
    processors = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Times(clock, processors)


def dbt(settings: Settings, *arguments: str) -> Times:
    """dbt on a fresh build file, its project parsed before."""
    environment = dbt_environment(settings)
    project = ("--project-dir", str(settings.dbt_project), "--quiet")
    log = settings.logs / "benchmark.log"
    measured([dbt_executable(), "parse", *project], environment, log)
    for leftover in settings.build.glob("build.duckdb*"):
        leftover.unlink()
    return measured([dbt_executable(), *arguments, *project], environment, log)


def against_the_script(settings: Settings) -> None:
    """dbt's models, and its models with all tests, beside the script; equal tables first."""
    run_record.begin(settings, run_record.new_run_id())
    database = settings.home / "by_hand.duckdb"
    for leftover in settings.home.glob("by_hand.duckdb*"):
        leftover.unlink()
    script = measured(
        [sys.executable, "-m", "benchmarks.warehouse_by_hand", str(settings.home), str(database)],
        {},
        settings.logs / "benchmark.log",
    )
    facts = dbt(settings, "build", *NO_TESTS, "--select", *(f"+{table}" for table in TABLES))
    models = dbt(settings, "build", *NO_TESTS)
    everything = dbt(settings, "build", *NO_UNIT_TESTS)
    if found := differences(settings, settings.build / "build.duckdb", database):
        raise BenchmarkError(f"The script and the marts differ: {'; '.join(found)}")
    line(f"script by hand, {len(TABLES)} tables", script, script)
    line(f"dbt build without tests, the same {len(TABLES)} marts", facts, script)
    line("dbt build without tests, every model", models, script)
    line("dbt build, every model and data test", everything, script)


def a_day_after(settings: Settings, kept: Path, interviews: int) -> None:
    """`scorehouse build` once in full, and once after a day's files have landed."""
    environment = {HOME_VARIABLE: str(settings.home)}
    command = [str(Path(sys.executable).with_name("scorehouse")), "build"]
    log = settings.logs / "benchmark.log"
    whole = measured([*command, "--full-refresh"], environment, log)
    models_whole = seconds_of_dbt(settings)
    land(kept, settings.landing)
    day = measured(command, environment, log)
    models_day = seconds_of_dbt(settings)
    line("scorehouse build --full-refresh", whole, whole)
    line(f"scorehouse build, a day later ({interviews:,} interviews)", day, whole)
    print(
        f"of these in dbt: {models_whole:.1f} s and {models_day:.1f} s a day later "
        f"({models_day / models_whole:.2f} ×)"
    )


def seconds_of_dbt(settings: Settings) -> float:
    """How long dbt was at it in the last build, by its own account."""
    accounts = (settings.build / "target").rglob("run_results.json")
    last = max(accounts, key=lambda path: path.stat().st_mtime_ns)
    return float(json.loads(last.read_text(encoding="utf-8"))["elapsed_time"])


def line(what: str, ours: Times, baseline: Times) -> None:
    """One measure, as a ratio to its baseline."""
    print(
        f"{what:<52} {ours.clock:>8.1f} s ({ours.processors:.1f} s of processors)   "
        f"{ours.clock / baseline.clock:>5.2f} × (processors {ours.processors / baseline.processors:.2f} ×)",
        flush=True,
    )


def warehouse_build(home: Path, interviews: int = INTERVIEWS) -> None:
    """Generates a home, unless one stands there, and prints every ratio."""
    settings, kept = Settings(home=home).ensure(), home / "held_back"
    if not any(settings.landing.iterdir()):
        write_demo(settings.landing, interviews=interviews)
        hold_back_last_day(settings.landing, kept)
        ingest.run(settings)
        score_new(settings)
    day = sum(
        len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in kept.glob("interviews/*.csv")
    )
    print(f"\n{interviews:,} generated interviews, DuckDB within {memory_limit()}")
    against_the_script(settings)
    if day:
        a_day_after(settings, kept, day)


def main() -> None:
    """`--home` keeps the generated exports and scores for another run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interviews", type=int, default=INTERVIEWS)
    parser.add_argument("--home", type=Path, help="a folder to keep, instead of a temporary one")
    parser.add_argument("--memory", help="what DuckDB may use, in both, e.g. 8GB")
    asked = parser.parse_args()
    if asked.memory:
        os.environ[LIMIT_VARIABLE] = asked.memory
    with tempfile.TemporaryDirectory(prefix="scorehouse-warehouse-") as folder:
        warehouse_build(asked.home or Path(folder) / "home", asked.interviews)


if __name__ == "__main__":
    main()
