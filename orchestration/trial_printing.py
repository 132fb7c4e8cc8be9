"""A tried answer on the terminal."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dashboards.catalogue import Words
from dashboards.formats import Counted
from dashboards.trial_words import (
    as_said,
    criterion_name,
    denials,
    earned,
    evidence,
    found,
    headline,
    missing,
    name_of,
    signed,
    would_count,
)
from scoring_udfs.said import pieces
from scoring_udfs.trial import Trial

# Nobody reads more in a terminal; all of it is scored.
MOST_SHOWN, MOST_NAMED = 20_000, 100
STYLES = {"plain": "", "hit": "bold black on cyan", "stage": "underline cyan", "denied": "strike dark_orange"}


def print_trial(
    trial: Trial, seeds: Mapping[str, pa.Table], words: Words, out: Console, role: str | None
) -> None:
    """Points, the text with its evidence, what was denied, and what was missed with what would count."""
    question = name_of(seeds, "questions", "question_id", trial.answer.question_id, words, "text")
    out.print(Text(f"{trial.answer.question_id} · {question}", "dim"))
    role_name = None if role is None else name_of(seeds, "roles", "role_id", role, words)
    out.print(Text(headline(trial, words, role_name), "bold"))
    out.print(Text(as_said(trial, words), "dim"))
    out.print(_competencies(trial, seeds, words))
    out.print()
    out.print(_painted(trial))
    if (unseen := len(trial.answer.text) - MOST_SHOWN) > 0:
        out.print(Text(words("trial.more_text", n=Counted(f"{unseen:,}")), "dim"))
    # Where colours are not shown the marks are not either.
    if out.color_system is not None and (trial.said or trial.denied):
        out.print(Text(words("trial.legend_terminal"), "dim"))
    if trial.said:
        out.print(Text(f"\n{words('trial.evidence')}", "bold"))
        sentences = evidence(trial, words)
        for sentence in sentences[:MOST_NAMED]:
            out.print(Text(f"  {sentence}"))
        if (more := len(sentences) - MOST_NAMED) > 0:
            out.print(Text(words("trial.more_evidence", n=Counted(f"{more:,}")), "dim"))
    if trial.denied:
        out.print(Text(f"\n{words('trial.denied')}", "bold"))
        for sentence in denials(trial, words):
            out.print(Text(f"  {sentence}"))
    missed = [criterion for criterion in trial.criteria if (criterion.h or 0) < 1]
    if missed:
        out.print(Text(f"\n{words('trial.missed')}", "bold"))
    for criterion in sorted(missed, key=lambda c: -c.lost):
        lost = signed(-criterion.lost) if criterion.h is not None else "–"
        out.print(
            Text.assemble(
                (f"{lost:>6}  ", "bold"), criterion_name(criterion, words), " · ", found(criterion, words)
            )
        )
        lines = [criterion.row.get(f"advice_{words.language}") or "", missing(criterion, trial, words)]
        for line in filter(None, [*lines, would_count(criterion, words)]):
            out.print(Padding(Text(line, "dim"), (0, 0, 0, 8), expand=False), soft_wrap=False)
    met = [criterion for criterion in trial.criteria if criterion.h == 1]
    if met:
        out.print(Text(f"\n{words('trial.met')}", "bold"))
    for criterion in met:
        said = earned(criterion, trial, words) or found(criterion, words)
        out.print(Text(f"     ✓  {criterion.criterion_id} · {said}"))


def _painted(trial: Trial) -> Text:
    """The answer with its evidence marked, as far as somebody may want to read it."""
    text = trial.answer.text[:MOST_SHOWN]
    said = [found for found in trial.said if found.end <= MOST_SHOWN]
    denied = [found for found in trial.denied if found.end <= MOST_SHOWN]
    return Text.assemble(*((piece.text, STYLES[piece.kind]) for piece in pieces(text, said, denied)))


def _competencies(trial: Trial, seeds: Mapping[str, pa.Table], words: Words) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for competency in trial.competencies:
        table.add_row(
            name_of(seeds, "competencies", "competency_id", competency.competency_id, words),
            words("format.none") if competency.points is None else f"{competency.points:.1f}",
            "" if competency.weight is None else words("trial.weight", weight=f"{competency.weight:g}"),
        )
    return table
