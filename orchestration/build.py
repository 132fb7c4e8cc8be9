"""A whole build from this process, through Dagster: what `scorehouse build` runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import run_record, taking_in, waiting_dbt
from orchestration.dbt_manifest import drop_old_artefacts
from orchestration.garbage import nothing_is_garbage
from orchestration.pulling import pull_first
from orchestration.reporter import Reporter
from warehouse.errors import ScorehouseError
from warehouse.locks import build_lock
from warehouse.publish import CURRENT
from warehouse.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

    from ingestion.pull.report import PullReport


class BuildFailedError(ScorehouseError):
    """A check or a step failed; the marts that readers see are the ones from before."""


class BuildStoppedError(BuildFailedError):
    """Somebody pressed Ctrl-C."""

    exit_code = 130


@dataclass(frozen=True)
class BuildReport:
    """`published` is the file that readers see; `changed` is False when it was already current."""

    changed: bool
    published: Path
    run_id: str | None
    seconds: float


def build(
    settings: Settings,
    reporter: Reporter,
    *,
    full_refresh: bool = False,
    instance: dg.DagsterInstance | None = None,
    pulled: Sequence[PullReport] | None = None,
    sweeps: bool = False,
) -> BuildReport:
    """Pull (unless it is done, and `pulled` says what came of it) → ingest → score → dbt build → publish.

    Stops after the pull when landing, policies, models and code are those of the published marts, unless
    `full_refresh`, which also scores every answer anew. Dagster's events go to `instance`, by default
    the one of this installation. `sweeps`: what was taken in leaves landing afterwards.
    Raises `BuildFailedError` with one sentence.
    """
    started = time.monotonic()
    settings.ensure()
    with build_lock(settings):
        _finish_erasures(settings)
        if pulled is None:
            pulled = pull_first(settings, reporter.line)
        current = settings.published / CURRENT
        if not full_refresh and run_record.is_current(settings):
            _sweep(settings, reporter, sweeps)
            return BuildReport(False, current.resolve(), None, time.monotonic() - started)
        run_id = run_record.new_run_id()
        # The graph is loaded while files are taken in and dbt starts: the three take about as long.
        waiting_dbt.begin(settings)
        try:
            with taking_in.beside(settings, anew=full_refresh) as taken:
                with nothing_is_garbage():
                    from orchestration.graph_run import run_graph
                run_graph(settings, reporter, run_id, full_refresh, instance, pulled, taken)
        finally:
            waiting_dbt.end(settings)
        drop_old_artefacts(settings)
        _sweep(settings, reporter, sweeps)
        # Who asked to be erased meanwhile had to wait until nothing was read any more.
        _finish_erasures(settings)
        return BuildReport(True, current.resolve(), run_id, time.monotonic() - started)


def _finish_erasures(settings: Settings) -> None:
    if run_record.erasures_wait(settings):
        from warehouse.erasure import finish_begun

        finish_begun(settings, has_lock=True)


def _sweep(settings: Settings, reporter: Reporter, sweeps: bool) -> None:
    if sweeps and (message := run_record.sweep_landing(settings).message):
        reporter.line(message)
