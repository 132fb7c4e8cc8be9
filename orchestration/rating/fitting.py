"""From ratings to a model's folder, and from a folder to predictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.rating.card import cards, installed
from orchestration.rating.errors import ModelFolderError, RatingInputError
from orchestration.rating.groups import GroupGap, group_gaps
from orchestration.rating.inputs import Answers
from orchestration.rating.model_folder import Facts, save
from orchestration.rating.outputs import PREDICTION_COLUMNS
from orchestration.rating.prediction_pool import predict_rows
from scoring_udfs.errors import KernelError
from scoring_udfs.rating import FittedModel, Report, fit

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FitOutcome:
    """What came of a fit: its report, and the card in the folder that people read."""

    report: Report
    card: Path

    @property
    def is_installed(self) -> bool:
        """Whether at least one question, or the pooled model, was installed."""
        return any(installed(self.report)) or self.report.pooled.installed


def fit_into(
    folder: Path, ratings: Answers, seed: int = 0, on_progress: Progress | None = None
) -> FitOutcome:
    """Fits, writes model and card; only the card when nothing is worth installing.

    Raises `RatingInputError` for ratings that no model can be learnt from, `UsageError` for a folder that
    holds something else.
    """
    try:
        model = fit(ratings.table, seed, on_progress)
    except KernelError as error:
        raise RatingInputError(str(error)) from error
    facts = Facts.of(ratings.data_hash, seed)
    text = cards(model.report, facts, _group_gaps(model, ratings), ratings.origin)
    outcome = FitOutcome(model.report, folder)
    name = save(folder, _kept(model) if outcome.is_installed else None, text, facts)
    return FitOutcome(model.report, folder / name)


def predict_with(folder: Path, answers: Answers, workers: int | None = None) -> pa.Table:
    """One row an answer, in their order: PREDICTION_COLUMNS; ids of the types that the file has.

    `workers`: processes, by default one a core for many answers; their number changes no rating.
    """
    try:
        predicted = predict_rows(folder, answers.table, workers)
    except (KernelError, KeyError, TypeError) as error:
        why = str(error) if isinstance(error, KernelError) else "it does not hold what a model needs"
        raise ModelFolderError(f"The model in {folder} cannot be used: {why.rstrip('.')}.") from error
    table = predicted.select(PREDICTION_COLUMNS)
    for name in answers.integers & set(PREDICTION_COLUMNS):
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.int64()))
    return table


def _kept(model: FittedModel) -> dict[str, Any]:
    """What is saved: not who got which rating, which only the card's figures needed."""
    return {**model.to_state(), "held_out": {}}


def _group_gaps(model: FittedModel, ratings: Answers) -> list[GroupGap]:
    """Per group of each column; the first row of an answer says which group it is in."""
    held_out_table = getattr(model, "held_out", None)
    if not ratings.groups or held_out_table is None:
        return []
    names = ("question_id", "answer_id")
    keys = list(zip(*(ratings.table[name].to_pylist() for name in names), strict=True))
    held_out = list(zip(*(held_out_table[name].to_pylist() for name in names), strict=True))
    pairs = zip(held_out_table["predicted"].to_pylist(), held_out_table["rating"].to_pylist(), strict=True)
    errors = [predicted - rating for predicted, rating in pairs]
    found = []
    for column, values in ratings.groups.items():
        group_of = dict(reversed(list(zip(keys, values, strict=True))))
        found += group_gaps(column, [group_of[key] for key in held_out], errors)
    return found
