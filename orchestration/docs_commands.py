"""`scorehouse docs`: the handbook of the marts as pages that need neither network nor server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from warehouse.settings import REPOSITORY, Settings

SITE = REPOSITORY / "docs" / "site"


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds the command to the application."""

    @app.command()
    def docs(
        to: Annotated[
            Path, typer.Option("--out", help="Folder of the site; an earlier site there is replaced.")
        ] = SITE,
    ) -> None:
        """Write the handbook: marts, columns with lineage, metrics, example queries, in zh and en."""
        from orchestration.docs_site.build import build_site

        def say(line: str) -> None:
            out.print(line, highlight=False, markup=False)

        target = to.expanduser().absolute()
        pages = build_site(settings(), target, say)
        say(f"{pages} pages: open {target / 'index.html'}")
