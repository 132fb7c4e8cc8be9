"""Fits and applies the rating model: tables in, tables and a report out; no file is touched."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from threadpoolctl import threadpool_limits

from scoring_udfs.rating.answers import read_ratings
from scoring_udfs.rating.fitting import Fit, Parts, Progress
from scoring_udfs.rating.predicting import PREDICTION_SCHEMA, predict_table
from scoring_udfs.rating.report import Report

__all__ = ["PREDICTION_SCHEMA", "FittedModel", "fit"]


class FittedModel:
    """Every question's model, the pooled one, and the report of the fit."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def report(self) -> Report:
        """What the fit found out."""
        return self._parts.report

    @property
    def held_out(self) -> pa.Table:
        """Cross-validated ratings of the questions with 50 ratings or more, whether installed or not.

        question_id, answer_id, predicted, rating: one row an answer, predicted by models without its fold.
        """
        return pa.table(dict(self._parts.held_out))

    def predict(self, table: pa.Table) -> pa.Table:
        """One row a row of `table`, in its order, by PREDICTION_SCHEMA; rating, low and high may be null.

        `table`: question_id, answer_id, text and, optional, reference. A blank answer gets the lowest rating
        that was seen, a null one none. A question keeps the references that it was fitted with; those of the
        table serve questions that the fit did not know.
        """
        with threadpool_limits(1):
            return predict_table(table, self._parts)

    def to_state(self) -> dict[str, Any]:
        """Plain values, numpy arrays and dataclasses of this package; no text of any answer."""
        return dict(vars(self._parts))

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> FittedModel:
        """The same model again."""
        return cls(Parts(**state))


def fit(ratings: pa.Table, seed: int = 0, on_progress: Progress | None = None) -> FittedModel:
    """Learns from rated answers (columns: see read_ratings); the same ratings and seed give the same model.

    Neither the order of the rows nor the number of processors matters. `on_progress` is told the steps done
    and the steps in all. Raises ColumnError for a table that lacks a column, KernelError for one without a
    single rated answer.
    """
    # One thread a linear algebra call: with several, sums run in another order and last digits differ.
    with threadpool_limits(1):
        return FittedModel(Fit(*read_ratings(ratings), seed).run(on_progress))
