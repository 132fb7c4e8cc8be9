"""`scorehouse replay`: published results computed once more from what was current then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from warehouse.errors import UsageError
from warehouse.settings import Settings


class Language(StrEnum):
    """The languages of the sentences."""

    en = "en"
    zh = "zh"


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds `scorehouse replay` to the command."""

    @app.command()
    def replay(
        interview_ids: Annotated[
            list[str] | None, typer.Argument(metavar="[INTERVIEW_ID]…", help="Which interviews.")
        ] = None,
        run: Annotated[str | None, typer.Option("--run", help="A run; the published one if none.")] = None,
        random: Annotated[
            int, typer.Option("--random", min=0, metavar="N", help="So many results of the run at random.")
        ] = 0,
        seed: Annotated[str | None, typer.Option(help="Repeats an earlier random choice.")] = None,
        as_json: Annotated[
            bool, typer.Option("--json", help="Everything that was compared, as canonical JSON.")
        ] = False,
        words: Annotated[
            Language, typer.Option(help="The language of what is said; of refusals it is English.")
        ] = Language.en,
    ) -> None:
        """Compute published results once more from what was current then; exit 1 unless all are equal."""
        # Out of a file of another system an id may come with its end of line.
        wanted = [name for name in map(str.strip, interview_ids or ()) if name]
        if not wanted and not random:
            from orchestration.replay.words import say

            raise UsageError(say("name_some", words.value))
        from orchestration.replay.compare import replay as run_replay
        from orchestration.replay.show import print_replay, to_json

        done = run_replay(settings(), wanted, run_id=run, random=random, seed=seed)
        if as_json:
            sys.stdout.buffer.write(to_json(done))
            sys.stdout.buffer.flush()
        else:
            print_replay(done, random, words.value, out)
        if not done.is_equal:
            raise typer.Exit(1)
