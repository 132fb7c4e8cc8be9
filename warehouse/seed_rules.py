"""What a seed of scoring.md must hold for a score to be made from it, and every place where it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from warehouse.errors import ScorehouseError

# What each seed must carry (others may be added).
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "competencies": ("competency_id", "name_zh", "name_en"),
    "departments": ("department_id", "name_zh", "name_en"),
    "roles": ("role_id", "name_zh", "name_en", "department_id", "score_source"),
    "role_weights": ("role_id", "competency_id", "weight", "requirement", "valid_from"),
    "questions": (
        *("question_id", "rubric_id", "role_id", "scenario"),
        *("text_zh", "text_en", "expected_seconds"),
    ),
    "criteria": (
        *("rubric_id", "criterion_id", "competency_id", "kind", "weight", "min_phrases"),
        *("loss_zh", "loss_en", "advice_zh", "advice_en", "course_id"),
    ),
    "phrases": ("criterion_id", "lang", "phrase"),
    "stage_cues": ("stage", "lang", "phrase"),
    "negation_cues": ("lang", "cue", "kind"),
    "pace_bands": ("lang", "outer_low", "low", "high", "outer_high"),
    "grade_policy": ("grade", "min_score", "max_score"),
    "pay_policy": ("grade", "pay_min", "pay_max", "currency", "valid_from"),
    "recommendation_policy": ("grade", "recommendation"),
    "score_calibration": ("competency_id", "raw", "calibrated"),
}
_NUMBERS = {
    "role_weights": ("weight", "requirement"),
    "questions": ("expected_seconds",),
    "criteria": ("weight", "min_phrases"),
    "pace_bands": ("outer_low", "low", "high", "outer_high"),
    "grade_policy": ("min_score", "max_score"),
    "pay_policy": ("pay_min", "pay_max"),
    "score_calibration": ("raw", "calibrated"),
}
# Which cells identify a row.
_KEYS = {
    "competencies": ("competency_id",),
    "departments": ("department_id",),
    "roles": ("role_id",),
    "role_weights": ("role_id", "competency_id", "valid_from"),
    "questions": ("question_id",),
    "criteria": ("criterion_id",),
    "pace_bands": ("lang",),
    "grade_policy": ("grade",),
    "pay_policy": ("grade", "valid_from"),
    "recommendation_policy": ("grade",),
}
# Beside the keys, cells that must not be empty: a weight or a phrase that is nothing scores nothing.
_REQUIRED = {
    "role_weights": ("weight",),
    "questions": ("rubric_id",),
    "criteria": ("rubric_id", "competency_id", "weight"),
    "phrases": ("criterion_id", "lang", "phrase"),
    "stage_cues": ("lang", "phrase"),
    "negation_cues": ("lang", "cue"),
    "pace_bands": ("outer_low", "low", "high", "outer_high"),
    "grade_policy": ("min_score", "max_score"),
    "score_calibration": ("competency_id", "raw", "calibrated"),
}
_DATES = {"role_weights": "valid_from", "pay_policy": "valid_from"}
_CHOICES = {
    ("roles", "score_source"): ("rubric", "vendor", "mean"),
    ("criteria", "kind"): ("phrases", "structure", "pace"),
    ("stage_cues", "stage"): ("definition", "solution", "verification"),
    ("negation_cues", "kind"): ("cue", "exception"),
}
# The same for cells that may be empty.
_CHOICES_OR_NONE = {("questions", "scenario"): ("external", "promotion", "training")}
# column of a seed → the seed (and its column) in which its value must stand; empty is allowed.
_REFERENCES = {
    ("roles", "department_id"): ("departments", "department_id"),
    ("role_weights", "role_id"): ("roles", "role_id"),
    ("role_weights", "competency_id"): ("competencies", "competency_id"),
    ("questions", "role_id"): ("roles", "role_id"),
    ("questions", "rubric_id"): ("criteria", "rubric_id"),
    ("criteria", "competency_id"): ("competencies", "competency_id"),
    ("phrases", "criterion_id"): ("criteria", "criterion_id"),
}


class SeedError(ScorehouseError):
    """A policy cannot be used; the sentence names file, row (the header is row 1) and column.

    `code`, `seed`, `row`, `column` and `details` say the same to whoever has words of their own for it.
    """

    def __init__(
        self,
        sentence: str,
        code: str = "other",
        seed: str = "",
        row: int | None = None,
        column: str | None = None,
        **details: object,
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.seed = seed
        self.row = row
        self.column = column
        self.details = details


def faults(path: Path, seeds: Mapping[str, pa.Table]) -> Iterator[SeedError]:
    """Everything about the seed at `path` that no score can be made from, rule after rule."""
    name, table = path.stem, seeds[path.stem]
    absent = [column for column in COLUMNS[name] if column not in table.column_names]
    for column in absent:
        yield SeedError(f"{path} has no column {column!r}.", "no_column", name, 1, column)
    if absent:
        return
    for column in _REQUIRED.get(name, ()):
        for number, value in enumerate(table[column].to_pylist(), start=2):
            if value is None or not value.strip():
                yield _at(path, number, column, "must not be empty", "empty")
    for column in _NUMBERS.get(name, ()):
        yield from _wrong_numbers(path, column, table[column].to_pylist())
    if name in _DATES:
        yield from _wrong_dates(path, _DATES[name], table[_DATES[name]].to_pylist())
    if name in _KEYS:
        yield from _wrong_keys(path, table, _KEYS[name])
    for (seed, column), choices in (_CHOICES | _CHOICES_OR_NONE).items():
        if seed == name:
            what = " · ".join(choices)
            is_required = (seed, column) in _CHOICES
            for row, value in _strangers(table, column, set(choices), required=is_required):
                said = f"{value!r} is not {what}"
                yield _at(path, row, column, said, "not_in_list", value=value, known=what)
    for (seed, column), (target, key) in _REFERENCES.items():
        if seed == name and target in seeds and key in seeds[target].column_names:
            known = set(seeds[target][key].to_pylist())
            for row, value in _strangers(table, column, known, required=False):
                said = f"{value!r} is not a {key} of {target}.csv"
                yield _at(path, row, column, said, "unknown", value=value, target=target)


def _at(path: Path, row: int, column: str, what: str, code: str, **details: object) -> SeedError:
    sentence = f"{path}, row {row}, column {column}: {what}."
    return SeedError(sentence, code, path.stem, row, column, **details)


def _wrong_numbers(path: Path, column: str, values: Sequence[str | None]) -> Iterator[SeedError]:
    for number, value in enumerate(values, start=2):
        if value is None:
            continue
        try:
            parsed = float(value)
        except ValueError:
            parsed = float("nan")
        if not 0 <= parsed < float("inf"):
            what = f"{value!r} is not a number of 0 or more"
            yield _at(path, number, column, what, "not_a_number", value=value)
        elif column == "min_phrases" and (parsed < 1 or parsed != int(parsed)):
            yield _at(
                path, number, column, f"{value!r} is not a whole number from 1", "not_whole", value=value
            )


def _wrong_dates(path: Path, column: str, values: Sequence[str | None]) -> Iterator[SeedError]:
    for number, value in enumerate(values, start=2):
        try:
            dt.date.fromisoformat(value or "")
        except ValueError:
            what = f"{value or ''!r} is not a date such as 2024-01-01"
            yield _at(path, number, column, what, "not_a_date", value=value or "")


def _wrong_keys(path: Path, table: pa.Table, key: Sequence[str]) -> Iterator[SeedError]:
    seen: dict[tuple[str | None, ...], int] = {}
    columns = [table[column].to_pylist() for column in key]
    for number, values in enumerate(zip(*columns, strict=True), start=2):
        if None in values:
            yield _at(path, number, key[values.index(None)], "must not be empty", "empty")
        elif values in seen:
            what = f"{', '.join(repr(value) for value in values)} stands in row {seen[values]} too"
            written = " · ".join(str(value) for value in values)
            yield _at(path, number, key[0], what, "twice", value=written, first=seen[values])
        else:
            seen[values] = number


def _strangers(
    table: pa.Table, column: str, known: set[str | None], *, required: bool
) -> Iterator[tuple[int, str]]:
    """Row and value of each cell that is not `known`; an empty one only where it is `required`."""
    for number, value in enumerate(table[column].to_pylist(), start=2):
        if value not in known if value is not None else required:
            yield number, value or ""
