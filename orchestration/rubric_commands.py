"""`scorehouse rubric check` and `scorehouse rubric try`: the policies looked through, an answer tried."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from dashboards.catalogue import Words, words_in
from warehouse.errors import UsageError
from warehouse.settings import Settings

if TYPE_CHECKING:
    from scoring_udfs.trial import Answer
    from warehouse.seed_rules import SeedError

STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


class Lang(StrEnum):
    """The languages of answers and of sentences."""

    zh = "zh"
    en = "en"


Seeds = Annotated[Path | None, typer.Option(help="A folder of seeds; those of the builds if none.")]
Sentences = Annotated[Lang, typer.Option("--words", help="The language of what is said.")]


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds the group `rubric` to the command."""
    group = typer.Typer(help="The scoring rules: look through them, try an answer.", no_args_is_help=True)
    app.add_typer(group, name="rubric")

    @group.command()
    def check(seeds: Seeds = None, language: Sentences = Lang.en) -> None:
        """Look through the policies for what was not meant; exit 1 when something cannot be scored by."""
        where = settings()
        if print_findings(seeds or where.seeds, where, words_in(language), out):
            raise typer.Exit(1)

    @group.command("try")
    def try_(
        question: Annotated[str, typer.Option("--question", "-q", help="The question that was asked.")],
        text: Annotated[str | None, typer.Option(help="What was answered.")] = None,
        file: Annotated[Path | None, typer.Option(help="A UTF-8 text file with the answer.")] = None,
        lang: Annotated[Lang | None, typer.Option(help="Its language; seen from the text if none.")] = None,
        seconds: Annotated[float | None, typer.Option(min=0, help="How long it took, for the pace.")] = None,
        pauses: Annotated[float | None, typer.Option(min=0, help="Seconds of it that were silence.")] = None,
        role: Annotated[str | None, typer.Option(help="Weigh the competencies as for this role.")] = None,
        seeds: Seeds = None,
        language: Sentences = Lang.en,
    ) -> None:
        """Score one answer: points, evidence, what was denied, what was missed. Keeps nothing."""
        from scoring_udfs.trial import Answer

        words = words_in(language)
        answer = Answer(question, _answer_text(text, file, words), lang, seconds, pauses)
        where = settings()
        _print_trial(where, seeds or where.seeds, words, out, answer, role)


def print_findings(directory: Path, settings: Settings, words: Words, out: Console) -> int:
    """Every finding about the seeds of a folder, a sentence each; the number of errors."""
    from dashboards.findings import with_place
    from scoring_udfs.rubric_check import SEVERITIES, check
    from warehouse.seeds import read_what_can_be

    tables, faults = read_what_can_be(directory)
    found = check(tables, faults, datetime.now(UTC).astimezone(settings.timezone).date())
    counts = Counter(finding.severity for finding in found)
    for finding in found:
        label = words.of("severity", finding.severity)
        line = Text(f"{label:8}", STYLES[finding.severity])
        out.print(line.append(with_place(words, finding), "default not bold not dim"))
    listed = [words(f"check.{severity}", n=_counted(counts[severity])) for severity in SEVERITIES]
    out.print(
        words("check.summary", folder=directory, found=words("format.comma").join(listed)), highlight=False
    )
    return counts["error"]


def _counted(n: int) -> str:
    from dashboards.formats import Counted

    return Counted(f"{n:,}")


def _answer_text(text: str | None, file: Path | None, words: Words) -> str:
    """The answer from wherever it was given: option, file or standard input."""
    if text is not None and file is not None:
        raise UsageError(words("refusal.twice"))
    if text is not None:
        return text
    if file is None:
        if sys.stdin.isatty():
            raise UsageError(words("refusal.no_answer"))
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(words("refusal.not_utf8", file=file)) from None
    except FileNotFoundError:
        raise UsageError(words("refusal.no_file", file=file)) from None
    except IsADirectoryError:
        raise UsageError(words("refusal.is_folder", file=file)) from None
    except OSError as error:
        raise UsageError(words("refusal.unreadable", file=file, why=error.strerror)) from None


def _seed_sentence(error: SeedError, words: Words) -> str:
    """What is wrong with a seed, in the language of the words."""
    from dashboards.findings import with_place
    from scoring_udfs.rubric_check import Finding

    if words.language == "en":
        return str(error)
    details = {"sentence": str(error), **error.details}
    return with_place(words, Finding("error", error.code, error.seed, error.row, error.column, details))


def _print_trial(
    settings: Settings, directory: Path, words: Words, out: Console, answer: Answer, role: str | None
) -> None:
    from orchestration.trial_printing import print_trial
    from scoring_udfs.errors import KernelError
    from scoring_udfs.rubric import compile_rubrics
    from scoring_udfs.trial import UnknownNameError, in_language, try_answer
    from warehouse.seed_rules import SeedError
    from warehouse.seeds import read_seeds

    try:
        seeds = read_seeds(directory)
    except SeedError as error:
        raise SeedError(_seed_sentence(error, words)) from error
    today = datetime.now(UTC).astimezone(settings.timezone).date()
    try:
        answer = in_language(answer, words.language)
        trial = try_answer(seeds, compile_rubrics(seeds), answer, role, today)
    except UnknownNameError as error:
        nearest = words("refusal.or").join(error.nearest)
        raise UsageError(
            words(f"refusal.unknown_{error.what}", name=repr(error.name), nearest=nearest)
        ) from error
    except KernelError as error:
        raise UsageError(str(error)) from error
    print_trial(trial, seeds, words, out, role)
