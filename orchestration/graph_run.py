"""One run of the graph in this process: what a build does through Dagster, and what is kept of it."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from queue import SimpleQueue

import dagster as dg
import sqlalchemy

from ingestion.pull.report import PullReport
from orchestration import waiting_dbt
from orchestration.assets import FULL_REFRESH_TAG, RUN_ID_TAG
from orchestration.broken_rules import failures
from orchestration.build import BuildFailedError, BuildStoppedError
from orchestration.definitions import BUILD_JOB, make_definitions
from orchestration.garbage import nothing_is_garbage
from orchestration.reporter import Reporter
from orchestration.taking_in import TakingIn
from orchestration.warehouse_assets import DBT_CONSOLE, DBT_STEP, UNCHANGED, ordinary_run
from warehouse.settings import Settings

# One run at a time: two would write to one database, so the months of a backfill wait for each other.
DAGSTER_CONFIG = "telemetry:\n  enabled: false\nconcurrency:\n  runs:\n    max_concurrent_runs: 1\n"
_EARLIER_CONFIG = "telemetry:\n  enabled: false\n"


def run_graph(
    settings: Settings,
    reporter: Reporter,
    run_id: str,
    full_refresh: bool,
    given: dg.DagsterInstance | None,
    pulled: Sequence[PullReport],
    taking_in: TakingIn,
) -> None:
    """Runs the job `build`. Its events go to the instance that is given, else what it made is noted in that
    of the installation. Raises `BuildFailedError`."""
    began = time.time()
    tags = {
        RUN_ID_TAG: run_id,
        **ordinary_run(settings),
        **({FULL_REFRESH_TAG: "true"} if full_refresh else {}),
    }
    dagster_run = str(uuid.uuid4())
    with nullcontext(given) if given else _in_memory() as instance:
        keeping = nullcontext() if given else _keeping(settings, instance, dagster_run)
        try:
            with nothing_is_garbage():
                definitions = make_definitions(settings, reporter, pulled, taking_in)
                job = definitions.resolve_job_def(BUILD_JOB)
            # Where the project had to be parsed first.
            waiting_dbt.begin(settings)
            with keeping:
                result = job.execute_in_process(
                    instance=instance,
                    run_id=dagster_run,
                    tags=tags,
                    raise_on_error=False,
                    # Events are kept in Dagster's own records; the reporter speaks on the console.
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                )
        finally:
            reporter.close()
    if not result.success:
        if _was_stopped(result):
            raise BuildStoppedError("Stopped; nothing was published, the marts from before stay.")
        raise BuildFailedError(_why(settings, result, began))


def _in_memory() -> dg.DagsterInstance:
    """Records that end with the process: in Dagster's files each of a build's thousand events waits three
    times for the disk."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    return dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})


@contextmanager
def _keeping(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """What the run makes goes to Dagster's lasting records, each thing when it is made: its page shows every
    asset as of this build, and what a build kept as of the one that made it."""
    made: SimpleQueue[dg.AssetMaterialization | None] = SimpleQueue()

    def hear(entry: dg.EventLogEntry, _: str) -> None:
        if entry.dagster_event is not None and entry.dagster_event.is_step_materialization:
            made.put(entry.dagster_event.step_materialization_data.materialization)

    def keep() -> None:
        with dagster_instance(settings) as lasting, _without_waiting(settings.home / "dagster"):
            while (materialization := made.get()) is not None:
                if UNCHANGED not in materialization.metadata:
                    lasting.report_runless_asset_event(materialization)

    with ThreadPoolExecutor(1, "records") as beside:
        kept = beside.submit(keep)
        instance.watch_event_logs(run_id, None, hear)
        try:
            yield
        finally:
            made.put(None)
    kept.result()


@contextmanager
def _without_waiting(folder: Path) -> Iterator[None]:
    """Dagster opens and closes its records for every event, and each time they would be brought to the disk;
    as long as somebody has them open, they are only at the end."""

    def wait_less(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("pragma synchronous = normal")

    with ExitStack() as stack:
        for path in (folder / "history" / "runs").glob("*.db"):
            opened = stack.enter_context(closing(sqlite3.connect(path)))
            opened.execute("select count(*) from sqlite_master").fetchone()
        sqlalchemy.event.listen(sqlalchemy.Engine, "connect", wait_less)
        stack.callback(sqlalchemy.event.remove, sqlalchemy.Engine, "connect", wait_less)
        yield


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's own records, kept in `SCOREHOUSE_HOME/dagster`, its console noise in the log."""
    home = settings.home / "dagster"
    home.mkdir(mode=0o700, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists() or config.read_text() == _EARLIER_CONFIG:
        config.write_text(DAGSTER_CONFIG)
    os.environ["DAGSTER_HOME"] = str(home)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with dg.DagsterInstance.get() as instance:
        yield instance


def _was_stopped(result: dg.ExecuteInProcessResult) -> bool:
    """Whether somebody pressed Ctrl-C, which Dagster notes as a failure of the step that ran."""
    errors = [event.step_failure_data.error for event in result.filter_events(lambda e: e.is_step_failure)]
    while errors:
        error = errors.pop()
        if error is not None and error.cls_name == "DagsterExecutionInterruptedError":
            return True
        errors += [error.cause] if error is not None else []
    return False


def _why(settings: Settings, result: dg.ExecuteInProcessResult, began: float) -> str:
    kept = "nothing was published, the marts from before stay"
    tests = failures(settings, began)
    if tests:
        named = ", ".join(tests[:3]) + (f" and {len(tests) - 3} more" if len(tests) > 3 else "")
        return f"dbt failed at {named}; {kept}. Details: {settings.logs / DBT_CONSOLE}"
    for event in result.filter_events(lambda event: event.is_step_failure):
        if event.step_key == DBT_STEP:
            return f"dbt could not finish; {kept}. Details: {settings.logs / DBT_CONSOLE}"
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None and error.message.strip():
            # Dagster prefixes the message with the class; the sentence is what follows.
            sentence = error.message.strip().splitlines()[0].split(": ", 1)[-1].rstrip(".")
            return f"{event.step_key}: {sentence}; {kept}."
    return f"The build failed; {kept}. Details: {settings.logs}"
