"""The `scorehouse` command."""

from __future__ import annotations

import atexit
import gc
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from orchestration import (
    audit_commands,
    docs_commands,
    key_commands,
    privacy_commands,
    pulling,
    rate_commands,
    replay_commands,
    report_commands,
    rubric_commands,
    sql_commands,
    subscription_commands,
    user_commands,
)
from warehouse import logs
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import HOME_VARIABLE, Settings

app = typer.Typer(
    name="scorehouse",
    help="The warehouse for AI-interview results: exports land, answers are scored, marts are published.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


def settings() -> Settings:
    """Settings of this process, folders made."""
    found = Settings.from_env()
    try:
        return found.ensure()
    except OSError as error:
        raise UsageError(
            f"Cannot write to {HOME_VARIABLE} = {found.home} ({error.strerror}): "
            "name a folder that this user may write."
        ) from error


@app.command()
def demo(
    interviews: Annotated[int, typer.Option(min=1, help="How many interviews to invent.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 20260930,
    messy: Annotated[bool, typer.Option("--messy", help="With damaged rows and a re-sent file.")] = False,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when landing holds files already.")
    ] = False,
) -> None:
    """Write demo exports into landing: invented people, and said to be."""
    from ingestion.demo import write_demo
    from orchestration.reporter import reporter_for

    where = settings()
    # What was taken in is not in landing any more.
    is_used = any((where.raw / "_ledger").glob("[!_]*.parquet"))
    if is_used and if_empty:
        return
    if any(path.is_file() for path in where.landing.rglob("*")):
        if if_empty:
            return
        raise UsageError(
            f"{where.landing} holds files already: empty it, or point {HOME_VARIABLE} at another folder."
        )
    reporter = reporter_for(sys.stderr)
    reporter.step("Write demo exports", total=interviews)
    try:
        report = write_demo(
            where.landing, interviews=interviews, seed=seed, messy=messy, on_progress=reporter.advance
        )
    finally:
        reporter.close()
    out.print(
        f"{report.interviews:,} interviews and {report.answers:,} answers of invented people "
        f"in {where.landing}",
        highlight=False,
    )


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; all of landing if none.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="The source, or the profile, that the files belong to.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when anything was quarantined.")] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try again what was quarantined or rejected before.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Only say how files would be read; write nothing.")
    ] = False,
) -> None:
    """Read what is new; print a line a file: kept, quarantined, why."""
    from ingestion.ingest import run as take_in
    from ingestion.report import fixed_line, line, sealed_line
    from warehouse.locks import build_lock

    where = settings()

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    if explain:
        from ingestion.explaining.explain import explain_files

        for text in explain_files(where, paths or (), source):
            say(text)
        return
    with build_lock(where):
        report = take_in(where, paths or (), source, on_file=lambda file: say(line(file)), retry=retry)
    refused = sum(file.quarantined for file in report.files)
    rejected = sum(file.status == "rejected" for file in report.files)
    if report.sealed:
        say(sealed_line(report.sealed))
    if report.released:
        say(fixed_line(report.released))
    say(
        f"{len(report.files):,} new files, {report.unchanged:,} known before: "
        f"{sum(file.kept for file in report.files):,} rows kept, {refused:,} quarantined, "
        f"{rejected:,} files rejected"
    )
    if strict and (refused or rejected):
        raise typer.Exit(1)


pulling.register(app, settings, out)
rate_commands.register(app, settings, out)
rubric_commands.register(app, settings, out)
replay_commands.register(app, settings, out)
report_commands.register(app, settings, out)
docs_commands.register(app, settings, out)
user_commands.register(app, settings, out)
subscription_commands.register(app, settings, out)
privacy_commands.register(app, settings, out)
audit_commands.register(app, settings, out)
key_commands.register(app, settings, out)
sql_commands.register(app, settings, out, err)


@app.command()
def build(
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Score and build everything anew.")
    ] = False,
) -> None:
    """Pull → ingest → score → dbt build → tests → publish; old marts stay readable all along."""
    from orchestration.run_record import is_current, sweep_landing
    from warehouse.publish import CURRENT

    where = settings()
    pulled = pulling.pull_first(where, lambda text: out.print(text, highlight=False, markup=False))
    # Asked before Dagster is imported, which takes longer than the answer.
    if not full_refresh and is_current(where):
        sweep_landing(where)
        current = (where.published / CURRENT).resolve()
        out.print(f"Nothing changed: {current.name} is current", highlight=False)
        return
    from orchestration.build import build as run_build
    from orchestration.reporter import reporter_for

    # At the end Python would search a million objects for garbage before the process goes.
    atexit.register(gc.freeze)

    report = run_build(where, reporter_for(sys.stdout), full_refresh=full_refresh, pulled=pulled, sweeps=True)
    out.print(f"Published {report.published.name} in {report.seconds:.1f} s", highlight=False)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    with_dagster: Annotated[
        bool, typer.Option("--with-dagster", help="Dagster's own page beside the dashboards.")
    ] = False,
) -> None:
    """Serve the dashboards on 127.0.0.1; prints where to look and how to sign in."""
    from contextlib import nullcontext

    from dashboards.serve import serve as serve_dashboards
    from orchestration.dagster_page import dagster_page

    where = settings()
    # Ended by a service manager or as a background job, it takes its servers along as after Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    beside = dagster_page(where, port + 1) if with_dagster else nullcontext()
    with beside:
        code = serve_dashboards(where, port)
    raise typer.Exit(code)


@app.command()
def status() -> None:
    """What has landed, what is published, and what waits."""
    from orchestration.status import print_status

    print_status(settings(), out)


def run(command: Callable[[], object] = app) -> NoReturn:
    """Run the command; every error is one sentence on stderr, its details are in the log."""
    try:
        command()
    except ScorehouseError as error:
        err.print(str(error), style="red", highlight=False, markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Stopped.", highlight=False)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if _is_interrupt(error):
            err.print("Stopped.", highlight=False)
            sys.exit(130)
        err.print(logs.explain(error, Settings.from_env()), style="red", highlight=False, markup=False)
        sys.exit(1)
    sys.exit(0)


def _is_interrupt(error: BaseException | None) -> bool:
    """Compiled code makes a SystemError of the Ctrl-C that reached it."""
    while isinstance(error, SystemError):
        error = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt)
