"""`scorehouse pull`, and the pull that comes before every build."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ingestion.pull.folder import configured
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ingestion.pull.report import PullReport


def pull_first(settings: Settings, say: Callable[[str], None]) -> tuple[PullReport, ...]:
    """Every configured pull, a line each to `say`; one that fails is reported and stops nothing."""
    if not configured(settings):
        return ()
    from ingestion.pull.report import line
    from ingestion.pull.run import pull_all

    return pull_all(settings, on_done=lambda report: say(line(report)))


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds `scorehouse pull` to the command."""

    @app.command()
    def pull(
        names: Annotated[list[str] | None, typer.Argument(help="Which pulls; all if none.")] = None,
        full: Annotated[
            bool, typer.Option("--full", help="Fetch everything, also what came before.")
        ] = False,
    ) -> None:
        """Fetch what is new from the configured databases and endpoints into landing."""
        where = settings()
        if not names and not configured(where):
            out.print(f"Nothing to pull: {where.home / 'pull'} holds no NAME.yml.", highlight=False)
            return
        from ingestion.pull.report import line
        from ingestion.pull.run import pull_all

        reports = pull_all(
            where,
            names or (),
            full=full,
            on_done=lambda report: out.print(line(report), highlight=False, markup=False),
        )
        if any(report.failure for report in reports):
            raise typer.Exit(1)
