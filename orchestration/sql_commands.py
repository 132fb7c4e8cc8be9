"""`scorehouse sql` and `scorehouse export`: queries over the published marts, and files of what they give."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

SHOWN_ROWS = 1000
AsUser = Annotated[str | None, typer.Option("--as", help="See exactly what this user would get.")]
Language = Annotated[str, typer.Option("--lang", help="zh or en: words in files and explanations.")]


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console, err: Console) -> None:
    """Adds the commands."""

    @app.command()
    def sql(
        query: Annotated[str, typer.Argument(help="One SELECT over the marts.")],
        as_user: AsUser = None,
        format_: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
        to: Annotated[Path | None, typer.Option("--to", help="Into a .csv, .xlsx or .parquet file.")] = None,
        effective: Annotated[
            bool, typer.Option("--effective", help="Show the query as the access policy makes it run.")
        ] = False,
        explain: Annotated[
            bool, typer.Option("--explain", help="Say what the query does; for the operator also the plan.")
        ] = False,
        language: Language = "en",
    ) -> None:
        """Run a query over the published marts; without --as the scoring functions may be called too."""
        where = settings()
        viewer = _viewer(as_user, where)
        if sum((to is not None, effective, explain)) > 1:
            raise UsageError("Choose one of --to, --effective and --explain.")
        if effective:
            _say_effective(out, where, query, viewer)
        elif explain:
            _say_steps(out, where, query, viewer, _known(language))
        elif to is not None:
            _export(out, where, query, viewer, to, _known(language))
        else:
            _show(err, where, query, viewer, format_)

    @app.command()
    def export(
        to: Annotated[Path, typer.Option("--to", help="A .csv, .xlsx or .parquet file.")],
        result: Annotated[
            str | None, typer.Argument(help="A mart by its name, or `results` or `candidates`.")
        ] = None,
        query: Annotated[str | None, typer.Option("--sql", help="One SELECT instead of a name.")] = None,
        where_: Annotated[
            list[str] | None, typer.Option("--where", help="column=value, may be given several times.")
        ] = None,
        as_user: AsUser = None,
        language: Language = "en",
    ) -> None:
        """Export a published mart, or what a query gives, with filters, versions and dates in the file."""
        where = settings()
        viewer = _viewer(as_user, where)
        if (result is None) == (query is None):
            raise UsageError(
                "Name one result (for example `scorehouse export results --to …`), or give --sql."
            )
        if query is not None and where_:
            raise UsageError("--where goes with a named result: write the condition into the SELECT.")
        if query is not None:
            _export(out, where, query, viewer, to, _known(language))
        else:
            _export_named(out, where, str(result), where_ or [], viewer, to, _known(language))


def _viewer(as_user: str | None, settings: Settings) -> Viewer:
    from warehouse.accounts import viewer_named
    from warehouse.marts import OPERATOR

    return viewer_named(as_user, settings) if as_user else OPERATOR


def _known(language: str) -> str:
    if language not in ("zh", "en"):
        raise UsageError(f"{language!r} is not a language here: use zh or en.")
    return language


def _show(err: Console, settings: Settings, query: str, viewer: Viewer, format_: str) -> None:
    from orchestration import analyst_sql
    from warehouse.exports import render, to_text
    from warehouse.marts import is_truncated

    # A table is for eyes; files hold every row.
    shown = SHOWN_ROWS if format_ == "table" else None
    table = analyst_sql.query(settings, query, viewer, shown)
    if format_ == "table" and sys.stdout.isatty():
        content = to_text(table, width=shutil.get_terminal_size().columns)
    else:
        content = render(table, format_)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    if is_truncated(table):
        err.print(
            f"Only the first {table.num_rows:,} rows are shown: add --to FILE.csv for all.", highlight=False
        )


def _say_effective(out: Console, settings: Settings, query: str, viewer: Viewer) -> None:
    from warehouse.marts import Marts

    with closing(Marts(settings)) as marts:
        out.print(marts.effective_sql(query, viewer), highlight=False, markup=False)


def _say_steps(out: Console, settings: Settings, query: str, viewer: Viewer, language: str) -> None:
    from orchestration import analyst_sql
    from warehouse.plan_words import steps

    def ask(sandbox: Any) -> list[str]:
        prepared = sandbox.marts.prepare(query, viewer)
        found = [f"{number}. {step}" for number, step in enumerate(steps(query, prepared, language), 1)]
        if prepared.access is None:
            with sandbox.rows(query, viewer=viewer, explain=True) as plan:
                found += [str(row["explain_value"]) for batch in plan.batches() for row in batch.to_pylist()]
        return found

    for line in analyst_sql.asked(settings, viewer, ask):
        out.print(line, highlight=False, markup=False)


def _export(out: Console, settings: Settings, query: str, viewer: Viewer, to: Path, language: str) -> None:
    from orchestration import analyst_sql
    from warehouse.exporting import Wanted, to_file

    wanted = Wanted(query, "SQL", is_written_by_hand=True)
    info = analyst_sql.asked(
        settings, viewer, lambda sandbox: to_file(sandbox, settings, wanted, viewer, to, language)
    )
    _written(out, to, info)


def _export_named(
    out: Console, settings: Settings, name: str, where: list[str], viewer: Viewer, to: Path, language: str
) -> None:
    from warehouse.exporting import named, to_file
    from warehouse.sandbox import Sandbox

    with closing(Sandbox(settings)) as sandbox:
        wanted = named(name, where, sandbox.marts.columns(viewer))
        info = to_file(sandbox, settings, wanted, viewer, to, language)
    _written(out, to, info)


def _written(out: Console, path: Path, info: Any) -> None:
    hidden = f", {info.suppressed:,} cells hidden" if info.suppressed else ""
    out.print(f"{path}: {info.rows:,} rows{hidden}", highlight=False, markup=False)
