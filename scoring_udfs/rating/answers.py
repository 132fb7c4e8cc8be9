"""Reads rated and unrated answers out of an Arrow table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from scoring_udfs.errors import ColumnError
from scoring_udfs.rating.agreement import Floats

Raters = dict[str, dict[str, float]]  # rater → answer → rating


@dataclass(frozen=True)
class Answers:
    """Answers in step: one entry an answer. `rating` is NaN where none is known."""

    question_id: list[str]
    answer_id: list[str]
    text: list[str | None]
    rating: Floats
    references: list[tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.text)

    def take(self, rows: list[int]) -> Answers:
        """These rows, in this order."""
        return Answers(
            [self.question_id[row] for row in rows],
            [self.answer_id[row] for row in rows],
            [self.text[row] for row in rows],
            self.rating[rows],
            [self.references[row] for row in rows],
        )


def read_answers(table: pa.Table) -> Answers:
    """The rows of a table to be rated, as they come.

    Columns: question_id, answer_id, text (string, may be null), reference (optional; string or list of
    them). Raises ColumnError for a column that lacks or cannot be read.
    """
    count = table.num_rows
    references = _references(table) if "reference" in table.column_names else [()] * count
    return Answers(
        [identifier or "" for identifier in _strings(table, "question_id")],
        [identifier or "" for identifier in _strings(table, "answer_id")],
        _strings(table, "text"),
        np.full(count, np.nan),
        references,
    )


def read_ratings(table: pa.Table) -> tuple[dict[str, Answers], dict[str, Raters]]:
    """Question → its rated answers, and question → rater → answer → rating.

    Rows of the same question and answer are ratings of one answer: their mean counts, and its first text.
    Rows without a finite rating or without a text are left out. The order of the rows does not matter.
    """
    plain = read_answers(table)
    ratings = _ratings(table)
    raters = _strings(table, "rater_id") if "rater_id" in table.column_names else [None] * len(plain)
    rows_of: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, (question, answer) in enumerate(zip(plain.question_id, plain.answer_id, strict=True)):
        if plain.text[row] is not None and np.isfinite(ratings[row]):
            rows_of[question][answer].append(row)
    answers: dict[str, Answers] = {}
    by_rater: dict[str, Raters] = {}
    for question in sorted(rows_of):
        pairs = sorted(rows_of[question].items())
        firsts = [min(rows, key=lambda row: plain.text[row] or "") for _, rows in pairs]
        taken = plain.take(firsts)
        # Sorted before the mean: a sum of floats depends on its order.
        means = np.array([np.mean(np.sort(ratings[rows])) for _, rows in pairs])
        answers[question] = Answers(taken.question_id, taken.answer_id, taken.text, means, taken.references)
        by_rater[question] = _by_rater(pairs, raters, ratings)
    return answers, by_rater


def _by_rater(pairs: list[tuple[str, list[int]]], raters: list[str | None], ratings: Floats) -> Raters:
    """Who rated an answer more than once counts with the mean; who has no name is nobody to compare with."""
    found: Raters = defaultdict(dict)
    for answer, rows in pairs:
        given: dict[str, list[float]] = defaultdict(list)
        for row in rows:
            if rater := (raters[row] or "").strip():
                given[rater].append(float(ratings[row]))
        for rater, own in given.items():
            found[rater][answer] = float(np.mean(np.sort(own)))
    return dict(found)


def _column(table: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in table.column_names:
        raise ColumnError(f"The table has no column {name}; it holds {', '.join(table.column_names)}.")
    return table.column(name)


def _strings(table: pa.Table, name: str) -> list[str | None]:
    column = _column(table, name)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [_decoded(value) for value in column.to_pylist()]
    if pa.types.is_integer(kind):
        column = column.cast(pa.string())
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        raise ColumnError(f"Column {name} has type {kind}; it must be text.")
    values: list[str | None] = column.to_pylist()
    return values


def _decoded(value: bytes | None) -> str | None:
    """Lone surrogates may come as three-byte sequences; other damage is replaced."""
    if value is None:
        return None
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace")


def _ratings(table: pa.Table) -> Floats:
    column = _column(table, "rating")
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise ColumnError(f"Column rating has type {kind}; it must be a number.")
    values = column.cast(pa.float64()).to_pylist()
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _references(table: pa.Table) -> list[tuple[str, ...]]:
    column = _column(table, "reference")
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        lists = column.to_pylist()
        return [tuple(text for text in value or () if text and text.strip()) for value in lists]
    return [(text,) if text and text.strip() else () for text in _strings(table, "reference")]
