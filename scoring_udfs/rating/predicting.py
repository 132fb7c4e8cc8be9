"""Applies a fitted model to a table of answers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from scoring_udfs.rating import reasons
from scoring_udfs.rating.answers import Answers, read_answers
from scoring_udfs.rating.corpus import References
from scoring_udfs.rating.fitting import Parts
from scoring_udfs.rating.pooled import PooledModel
from scoring_udfs.rating.units import Units, units_of
from scoring_udfs.rating.variants import Variants

PREDICTION_SCHEMA = pa.schema(
    [
        ("question_id", pa.string()),
        ("answer_id", pa.string()),
        ("rating", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("model", pa.string()),  # "question", "pooled" or "none"
        ("reason", pa.string()),  # a code of reasons.py, or empty
    ]
)
# Rows are worked on by so many at a time, which bounds memory.
_BATCH = 2000


def predict_table(table: pa.Table, parts: Parts) -> pa.Table:
    """See FittedModel.predict."""
    answers = read_answers(table)
    by_question: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(answers.question_id):
        by_question[name].append(row)
    found = _Predicted(answers, parts)
    pooled_rows: list[int] = []
    for name, rows in by_question.items():
        if name in parts.questions:
            found.by_question(name, rows)
        elif parts.pooled is not None and parts.served.get(name, "pooled") == "pooled":
            pooled_rows += rows
        else:
            for row in rows:
                found.reason[row] = parts.refused.get(name) or reasons.UNKNOWN_QUESTION
    found.by_pooled(pooled_rows)
    return found.table()


class _Predicted:
    """Columns that fill up."""

    def __init__(self, answers: Answers, parts: Parts) -> None:
        self.answers = answers
        self.parts = parts
        self.rating = np.full(len(answers), np.nan)
        self.low, self.high = self.rating.copy(), self.rating.copy()
        self.model = ["none"] * len(answers)
        self.given: dict[tuple[str, ...], References] = {}
        self.reason = [""] * len(answers)

    def by_question(self, name: str, rows: list[int]) -> None:
        """Rates answers to a question that has its own model."""
        model, scale = self.parts.questions[name], self.parts.scales[name]
        references = self.parts.readings.references[name]
        for some, units in self._batches(rows):
            variants = Variants.of(units, self.parts.readings.guard.rests(units, name))
            numbers = self.parts.readings.numbers(variants.texts, [references] * len(variants.texts))
            rating, lowered = model.predict(variants, numbers)
            low, high = model.intervals.of(rating)
            self._fill(some, rating, low, high, "question", lowered)
            self._blank(some, units, scale.lowest)

    def by_pooled(self, rows: list[int]) -> None:
        """Rates answers to questions without a model of their own, where there is a reference."""
        model = self.parts.pooled
        if model is None:
            return
        for batch, texts in self._batches(rows):
            given = [self._references(row) for row in batch]
            for row, one in zip(batch, given, strict=True):
                if not one.prepared:
                    self.reason[row] = reasons.NO_REFERENCE
            kept = [at for at, one in enumerate(given) if one.prepared]
            if kept:
                self._rate_pooled(
                    model, [batch[at] for at in kept], [texts[at] for at in kept], [given[at] for at in kept]
                )

    def _rate_pooled(
        self, model: PooledModel, rows: list[int], units: list[Units], references: list[References]
    ) -> None:
        readings = self.parts.readings
        rests = readings.guard.cold_rests(units, [given.seen for given in references])
        variants = Variants.of(units, rests)
        every = [*references, *(references[row] for row in variants.doubt.owner)]
        numbers = readings.numbers(variants.texts, every)
        scales = [self.parts.scales.get(self.answers.question_id[row]) for row in rows]
        rating, low, high, lowered = model.predict(numbers, variants.doubt, scales)
        self._fill(rows, rating, low, high, "pooled", lowered)
        for row, text, scale in zip(rows, units, scales, strict=True):
            if np.isnan(self.rating[row]):
                self.model[row], self.reason[row] = "none", reasons.UNKNOWN_SCALE
            else:
                whole = scale if model.relative and scale else self.parts.scale
                self._blank([row], [text], whole.lowest)

    def _references(self, row: int) -> References:
        known = self.parts.readings.references.get(self.answers.question_id[row])
        if known is not None and known.prepared:
            return known
        given = self.answers.references[row]
        if given not in self.given:
            self.given[given] = self.parts.readings.given(given)
        return self.given[given]

    def _batches(self, rows: list[int]) -> Any:
        """Rows with a text and their units, some at a time; those without a text get their reason."""
        there = []
        for row in rows:
            if self.answers.text[row] is None:
                self.reason[row] = reasons.NO_TEXT
            else:
                there.append(row)
        for start in range(0, len(there), _BATCH):
            batch = there[start : start + _BATCH]
            yield batch, [units_of(self.answers.text[row]) for row in batch]

    def _fill(self, rows: list[int], rating: Any, low: Any, high: Any, model: str, lowered: Any) -> None:
        self.rating[rows], self.low[rows], self.high[rows] = rating, low, high
        for row, is_lowered in zip(rows, lowered, strict=True):
            self.model[row] = model
            self.reason[row] = reasons.DOUBTFUL_TEXT if is_lowered else ""

    def _blank(self, rows: list[int], units: list[Units], lowest: float) -> None:
        for row, text in zip(rows, units, strict=True):
            if not len(text):
                self.rating[row] = self.low[row] = lowest
                self.reason[row] = reasons.EMPTY_TEXT

    def table(self) -> pa.Table:
        """By PREDICTION_SCHEMA; NaN becomes null."""
        columns = (
            self.answers.question_id, self.answers.answer_id, self.rating, self.low, self.high,
            self.model, self.reason,
        )  # fmt: skip
        arrays = [
            pa.array(column, field.type, from_pandas=True)
            for column, field in zip(columns, PREDICTION_SCHEMA, strict=True)
        ]
        return pa.table(arrays, schema=PREDICTION_SCHEMA)
