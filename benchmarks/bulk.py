"""The whole scoring step (read, open sealed texts, normalise, match, signals, write) on generated answers.

`python -m benchmarks.bulk --answers 1000000 [--cores 2]` prints answers a second and the greatest memory of
all its processes together, each page counted once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import REPEATS
from benchmarks.sealed_answers import write_sealed_answers
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
_SAMPLE_SECONDS = 0.1


@dataclass(frozen=True)
class Measured:
    """One pass: seconds of the clock and of all processors, megabytes of all processes at their greatest."""

    answers: int
    seconds: float
    cpu_seconds: float
    peak_megabytes: float


def score_once(settings: Settings, cores: int) -> Measured:
    """A pass over all raw answers in a process of its own, on so many cores."""
    shutil.rmtree(settings.scores / "answers", ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.one_bulk", str(settings.home), str(cores)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        watched = _Watched()
        watcher = threading.Thread(target=watched.watch, args=(running.pid,))
        watcher.start()
        said, _ = running.communicate()
        watched.ended.set()
        watcher.join()
    if running.returncode:
        raise RuntimeError("The scoring pass failed.")
    return Measured(
        **json.loads(said.splitlines()[-1]),
        cpu_seconds=sum(watched.cpu_seconds.values()),
        peak_megabytes=watched.peak_megabytes,
    )


@dataclass
class _Watched:
    """What samples of a process and of all below it have shown."""

    ended: threading.Event = field(default_factory=threading.Event)
    cpu_seconds: dict[int, float] = field(default_factory=dict)
    peak_megabytes: float = 0.0

    def watch(self, process: int) -> None:
        """Samples until told that the process has ended."""
        while not self.ended.wait(_SAMPLE_SECONDS):
            family = _family(process)
            self.peak_megabytes = max(self.peak_megabytes, sum(map(_megabytes, family)))
            for member in family:
                self.cpu_seconds[member] = max(self.cpu_seconds.get(member, 0.0), _cpu_seconds(member))


def _family(process: int) -> list[int]:
    """A process and all below it; those that end meanwhile are left out."""
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [process, *(below for child in listed for below in _family(int(child)))]


def _megabytes(process: int) -> float:
    """Memory of a process; what it shares with others counts in parts."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _cpu_seconds(process: int) -> float:
    """What a process has used of the processors until now."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bulk(folder: Path, answers: int, cores: Sequence[int], repeats: int = REPEATS) -> None:
    """Generates the answers below `folder` (unless some are there), scores them, prints a line a `cores`.

    The fastest pass, and the greatest memory of all of them.
    """
    settings = Settings(home=folder / "home").ensure()
    if not any((settings.raw / "answers").glob("*.parquet")):
        write_sealed_answers(settings, answers, folder / "demo")
    for number in cores:
        passes = [score_once(settings, number) for _ in range(repeats)]
        fastest = min(passes, key=lambda measured: measured.seconds)
        answers_a_second = fastest.answers / fastest.seconds
        microseconds = fastest.cpu_seconds / fastest.answers * 1e6
        peak = max(measured.peak_megabytes for measured in passes)
        print(
            f"{f'whole scoring step, {number} cores':<46} {answers_a_second:>10,.0f} rows/s   "
            f"{fastest.answers:,} answers, {microseconds:.1f} µs of processors each; "
            f"peak {peak:,.0f} MB, all processes",
            flush=True,
        )


def main() -> None:
    """One size; `--home` keeps the generated answers for another run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--cores", type=int, action="append", help="may be given several times")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--home", type=Path, help="a folder to keep, instead of a temporary one")
    asked = parser.parse_args()
    cores = asked.cores or [os.cpu_count() or 1]
    with tempfile.TemporaryDirectory(prefix="scorehouse-bulk-") as folder:
        bulk(asked.home or Path(folder), asked.answers, cores, asked.repeats)


if __name__ == "__main__":
    main()
