"""`scorehouse rate`: the rating model, a second opinion learnt from human ratings, and the calibration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from orchestration.replay_commands import Language
from warehouse.errors import UsageError
from warehouse.settings import Settings

if TYPE_CHECKING:
    from orchestration.rating.inputs import Answers
    from orchestration.reporter import Reporter

_RATED = "CSV, JSON Lines or Parquet: question_id, answer_id, text, rating, rater_id, reference."
_ANSWERS = "CSV, JSON Lines or Parquet: question_id, answer_id, text, reference."
_COMPETENCIES = "competency_id, raw, rating, interview_id; the warehouse's own ratings if none."
_SCALE = "The lowest and the highest rating; 0 100 for the warehouse's own."
_WORDS = "The language of what is said; of refusals it is English."
_WORKERS = "Processes, by default one a core for many answers; the result is the same."
_CARD = "Only this language of the card."
_SEED = "The same seed and ratings give the same result."


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds `scorehouse rate` to the command."""
    rate = typer.Typer(
        name="rate",
        help="A second opinion learnt from human ratings, and scores calibrated to them.",
        no_args_is_help=True,
    )
    app.add_typer(rate)

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    @rate.command()
    def fit(
        folder: Annotated[Path, typer.Option("--out", help="Folder for the model and its card.")],
        source: Annotated[Path | None, typer.Option("--input", help=_RATED)] = None,
        from_warehouse: Annotated[
            bool, typer.Option("--from-warehouse", help="The ratings of this warehouse; opens the texts.")
        ] = False,
        group: Annotated[
            list[str] | None,
            typer.Option(help="A column for the card's error by group; never learnt from."),
        ] = None,
        seed: Annotated[int, typer.Option(help=_SEED)] = 0,
        words: Annotated[Language, typer.Option(help=_WORDS)] = Language.en,
    ) -> None:
        """Learn from human ratings, question by question; refuses what is not better than length."""
        from orchestration.rating.card import installed
        from orchestration.rating.card_words import say as sentence
        from orchestration.rating.fitting import fit_into
        from orchestration.rating.model_folder import check_free

        check_free(folder)
        ratings = _ratings(source, from_warehouse, settings, tuple(group or ()))
        reporter = _reporter()
        reporter.step("Fit the rating model")
        try:
            outcome = fit_into(folder, ratings, seed, reporter.advance)
        finally:
            reporter.close()
        own, pooled = installed(outcome.report)
        told = {"questions": len(outcome.report.questions), "card": outcome.card}
        if not outcome.is_installed:
            say(sentence("nothing_installed", words.value, **told))
            raise typer.Exit(1)
        new = sentence("and_new", words.value) if outcome.report.pooled.installed else ""
        say(sentence("fitted", words.value, own=own, pooled=pooled, new=new, **told))

    @rate.command()
    def predict(
        model: Annotated[Path, typer.Option(help="Folder of a fitted model.")],
        target: Annotated[Path, typer.Option("--out", help="NAME.csv, NAME.jsonl or NAME.parquet.")],
        source: Annotated[Path | None, typer.Option("--input", help=_ANSWERS)] = None,
        from_warehouse: Annotated[
            bool, typer.Option("--from-warehouse", help="Every answer of this warehouse; opens the texts.")
        ] = False,
        workers: Annotated[int | None, typer.Option(min=1, help=_WORKERS)] = None,
        words: Annotated[Language, typer.Option(help=_WORDS)] = Language.en,
    ) -> None:
        """Rate answers: a rating and its interval a row, in the order of the input."""
        from orchestration.rating.card_words import say as sentence
        from orchestration.rating.fitting import predict_with
        from orchestration.rating.inputs import read_answers
        from orchestration.rating.outputs import check_target, write_table

        _check_source(source, from_warehouse)
        check_target(target, source)
        if source is None:
            from orchestration.rating.warehouse_ratings import answers_of, beside_explained

            answers = answers_of(settings())
            table = beside_explained(settings(), predict_with(model, answers, workers))
        else:
            table = predict_with(model, read_answers(source), workers)
        write_table(table, target)
        rated = table.num_rows - table["rating"].null_count
        say(sentence("predicted", words.value, rated=rated, answers=table.num_rows, target=target))

    @rate.command()
    def show(
        folder: Annotated[Path, typer.Argument(help="Folder of a model.")],
        words: Annotated[Language | None, typer.Option(help=_CARD)] = None,
    ) -> None:
        """Print the model's card."""
        from rich.markdown import Markdown

        from orchestration.rating.card import in_language
        from orchestration.rating.model_folder import card

        text = card(folder) if words is None else in_language(card(folder), words.value)
        out.print(Markdown(text) if out.is_terminal else text, highlight=False, markup=False)

    @rate.command()
    def calibrate(
        source: Annotated[Path | None, typer.Option("--input", help=_COMPETENCIES)] = None,
        scale: Annotated[tuple[float, float] | None, typer.Option(help=_SCALE)] = None,
        min_ratings: Annotated[int, typer.Option(min=10, help="Fewest rated interviews a competency.")] = 50,
        target: Annotated[
            Path | None, typer.Option("--out", help="NAME.csv: the proposed seed; its card beside it.")
        ] = None,
        install: Annotated[
            bool, typer.Option("--install", help="Write the seed itself; the old one goes to exports.")
        ] = False,
        seed: Annotated[int, typer.Option(help=_SEED)] = 0,
        words: Annotated[Language, typer.Option(help=_WORDS)] = Language.en,
    ) -> None:
        """Propose knots that bring explained scores in line with human ratings; changes nothing by itself."""
        from orchestration.rating import calibrating, proposing
        from orchestration.rating.calibration_card import lines
        from orchestration.rating.card_words import say as sentence
        from scoring_udfs.calibration import HIGHEST

        where = settings()
        if source is not None and scale is None:
            raise UsageError("Say what the lowest and the highest rating can be, e.g. --scale 1 5.")
        limits = scale or (0.0, HIGHEST)
        calibrating.check_scale(limits)
        proposing.check_target(target)
        rated = proposing.rated_units(where, source, limits)
        outcomes, knots = calibrating.calibrate(rated, where, min_ratings, seed)
        for line in lines(outcomes, words.value):
            say(line)
        proposal = proposing.Proposal(outcomes, knots, limits, min_ratings)
        if target is not None:
            for path in proposal.write(target):
                say(sentence("written", words.value, path=path))
        if not proposal.is_any:
            say(sentence("nothing_proposed", words.value))
            raise typer.Exit(1)
        if install:
            backup = proposal.install(where)
            say(sentence("calibration_installed", words.value, seeds=where.seeds, backup=backup))
        elif target is None:
            sys.stdout.write(calibrating.seed_text(knots))
            say(sentence("nothing_changed", words.value))


def _ratings(
    source: Path | None, from_warehouse: bool, settings: Callable[[], Settings], groups: tuple[str, ...]
) -> Answers:
    _check_source(source, from_warehouse)
    if source is not None:
        from orchestration.rating.inputs import read_ratings

        return read_ratings(source, groups)
    from orchestration.rating.warehouse_ratings import rated_answers_of

    return rated_answers_of(settings(), groups)


def _check_source(source: Path | None, from_warehouse: bool) -> None:
    if (source is None) != from_warehouse:
        raise UsageError("Name either --input FILE or --from-warehouse.")


def _reporter() -> Reporter:
    """A bar for a person who watches, nothing for a program."""
    from orchestration.reporter import SilentReporter, reporter_for

    return reporter_for(sys.stderr) if sys.stderr.isatty() else SilentReporter()
