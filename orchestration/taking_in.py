"""Ingestion and scoring of a build: in the process of its graph, or in one beside it.

Neither knows Dagster, and loading the graph takes as long as a day's files do: `beside` starts a process that
takes them in meanwhile (`taking_in_process`), and the graph's steps hear from it what they would hear from
here. One that dies is not missed: its work is begun again here, and both parts of it pass over what is done.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from warehouse.settings import Settings

if TYPE_CHECKING:
    from ingestion.report import FileReport, IngestReport
    from orchestration.scoring_report import ScoringReport

COMMAND = (sys.executable, "-P", "-m", "orchestration.taking_in_process")
# What the process says, each with one value: a file's report, the report of all, (answers, of how many), the
# report of scoring, or the exception that ended it.
FILE, TAKEN, PROGRESS, SCORED, FAILED = "file", "taken", "progress", "scored", "failed"


class TakingIn:
    """In this process: first `ingest`, then `score`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def ingest(self, on_file: Callable[[FileReport], None]) -> IngestReport:
        """Takes in what has landed, and first what the pages noted; raises what ingestion raises."""
        from ingestion import ingest
        from orchestration import run_record
        from warehouse.platform_events import deliver

        deliver(self._settings)
        run_record.note_landing(self._settings)
        return ingest.run(self._settings, on_file=on_file)

    def score(self, on_progress: Callable[[int, int], None], *, anew: bool) -> ScoringReport:
        """Scores what is new, or with `anew` everything; `on_progress` and errors as `score_new` has them."""
        from orchestration.bulk_scoring import score_new

        return score_new(self._settings, on_progress=on_progress, anew=anew)


class TakingInBeside(TakingIn):
    """What a process of its own does, heard here. It was told whether to score `anew`."""

    def __init__(self, settings: Settings, process: subprocess.Popen[bytes]) -> None:
        super().__init__(settings)
        self._process = process

    def ingest(self, on_file: Callable[[FileReport], None]) -> IngestReport:
        """As in this process."""
        with suppress(_ProcessGoneError):
            report: IngestReport = self._hear(TAKEN, {FILE: on_file})
            return report
        return super().ingest(on_file)

    def score(self, on_progress: Callable[[int, int], None], *, anew: bool) -> ScoringReport:
        """As in this process."""
        with suppress(_ProcessGoneError):
            report: ScoringReport = self._hear(SCORED, {PROGRESS: lambda done: on_progress(*done)})
            return report
        return super().score(on_progress, anew=anew)

    def _hear(self, last: str, heard: Mapping[str, Callable[[Any], None]]) -> Any:
        """Everything that is said up to what is said `last`, which is returned."""
        assert self._process.stdout is not None
        while True:
            try:
                kind, said = pickle.load(self._process.stdout)
            except (EOFError, pickle.UnpicklingError) as error:
                raise _ProcessGoneError from error
            if kind == FAILED:
                raise said
            if kind == last:
                return said
            heard[kind](said)


class _ProcessGoneError(Exception):
    """Nothing more is said, and it is not done."""


@contextmanager
def beside(settings: Settings, *, anew: bool) -> Iterator[TakingIn]:
    """Begins at once, in a process that ends with the block. Whoever calls holds the build lock.

    `anew`: every answer is scored again.
    """
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    try:
        with suppress(BrokenPipeError):
            pickle.dump((settings, anew), process.stdin)
            process.stdin.flush()
        yield TakingInBeside(settings, process)
    finally:
        # Nothing of it is half done: each file appears whole or not at all.
        process.kill()
        process.wait()
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
