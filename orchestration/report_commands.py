"""`scorehouse report`: the report of one interview as PDF, or those of a filter as a ZIP."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from warehouse.errors import UsageError
from warehouse.settings import Settings

_BEST_FIRST = "select interview_id from ({}) as chosen order by composite_score desc nulls last, interview_id"


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds the command."""

    @app.command()
    def report(
        to: Annotated[Path, typer.Option("--out", help="A .pdf file, or a .zip file with --all-of.")],
        interview: Annotated[str | None, typer.Option(help="The interview that the report is about.")] = None,
        all_of: Annotated[
            list[str] | None,
            typer.Option(
                "--all-of", help="column=value of the results, such as grade=A; may be given several times."
            ),
        ] = None,
        as_user: Annotated[
            str | None, typer.Option("--as", help="With exactly what this user may see.")
        ] = None,
        language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    ) -> None:
        """Write the report of an interview as PDF, or many as a ZIP; never with the text of answers."""
        from warehouse.accounts import viewer_named
        from warehouse.marts import OPERATOR, Marts

        where = settings()
        if (interview is None) == (not all_of):
            raise UsageError("Name one --interview, or choose several by --all-of column=value.")
        kind = ".pdf" if interview is not None else ".zip"
        if to.suffix.lower() != kind:
            raise UsageError(f"{to.name} is no {kind} file: one report is a .pdf, several are a .zip.")
        viewer = viewer_named(as_user, where) if as_user else OPERATOR
        with closing(Marts(where)) as marts:
            maker = _maker(where, viewer, language)
            if interview is not None:
                _one(out, where, marts, maker, interview, to)
            else:
                _many(out, where, marts, maker, all_of or [], to)


def _maker(settings: Settings, viewer: Any, language: str) -> Any:
    from dashboards.catalogue import LANGUAGES, words_in
    from dashboards.formats import Formats
    from dashboards.report.maker import Maker

    if language not in LANGUAGES:
        raise UsageError(f"{language!r} is not a language here: use {' or '.join(LANGUAGES)}.")
    words = words_in(language)
    return Maker(viewer, words, Formats(words, settings.timezone), dt.datetime.now(dt.UTC))


def _one(out: Console, settings: Settings, marts: Any, maker: Any, interview: str, to: Path) -> None:
    from dashboards.report.batch import report
    from warehouse.export_files import new_file

    made = report(marts, maker, interview)
    _audit(settings, maker, 1, f"candidate:{made.row['candidate_id']}")
    with new_file(to) as file:
        file.write(made.pdf)
    out.print(f"{to}: {len(made.pdf) / 1000:,.0f} kB", highlight=False, markup=False)
    if made.missing:
        out.print(
            f"The font lacks {', '.join(made.missing)}: the report says so.", highlight=False, markup=False
        )


def _many(out: Console, settings: Settings, marts: Any, maker: Any, where: list[str], to: Path) -> None:
    from dashboards.report.batch import reports, write_zip
    from orchestration.reporter import reporter_for
    from warehouse.export_files import new_file
    from warehouse.exporting import named

    wanted = named("results", where, marts.columns(maker.viewer))
    table = marts.query(_BEST_FIRST.format(wanted.sql), wanted.params, viewer=maker.viewer, max_rows=None)
    interviews = table.column("interview_id").to_pylist()
    if not interviews:
        raise UsageError(f"No interview fits {', '.join(where)}: nothing was written.")
    _audit(settings, maker, len(interviews), "")
    reporter = reporter_for(sys.stderr)
    reporter.step("Write reports", total=len(interviews))
    try:
        with new_file(to) as file:
            n = write_zip(file, reports(marts, maker, interviews), maker, reporter.advance)
    finally:
        reporter.close()
    out.print(f"{to}: {n:,} reports", highlight=False, markup=False)


def _audit(settings: Settings, maker: Any, rows: int, subject: str) -> None:
    from warehouse import audit

    viewer = maker.viewer
    audit.record(
        settings,
        who=viewer.name,
        role=viewer.role,
        action="export",
        subject=subject,
        rows=rows,
        format="pdf",
    )
