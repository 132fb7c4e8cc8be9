"""The policies as tables: reads the CSV seeds, and names the version that a score was made under.

A version is a hash over contents, not over files: line ends, quoting and a byte-order mark change
nothing; a changed weight, phrase or the order of the rows does.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Mapping, Sequence
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
# Those of scoring.md: the rubric version covers them all.
SCORING_SEEDS = tuple(COLUMNS)
# Those that the kernels read: a change elsewhere needs no new scoring of answers.
KERNEL_SEEDS = ("questions", "criteria", "phrases", "stage_cues", "negation_cues", "pace_bands")
WEIGHT_SEEDS = ("role_weights",)
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
    "phrases": ("criterion_id", "phrase"),
    "stage_cues": ("phrase",),
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
    """A policy cannot be used; the sentence names file, row (the header is row 1) and column."""


def read_seeds(directory: Path) -> dict[str, pa.Table]:
    """Every CSV of `directory` by name, all columns strings, '' as null, rows in the file's order.

    Raises `SeedError` when a seed of scoring.md is missing, or holds what no score can be made from: a
    missing column, a ragged row, a number that is none, a key twice, an unknown kind or reference.
    """
    if not directory.is_dir():
        raise SeedError(f"There are no seeds at {directory}: the folder is missing.")
    seeds = {path.stem: _read(path) for path in sorted(directory.glob("*.csv"))}
    for name in SCORING_SEEDS:
        if name not in seeds:
            raise SeedError(f"The seed {directory / f'{name}.csv'} is missing.")
    for name in SCORING_SEEDS:
        _check(directory / f"{name}.csv", name, seeds)
    return seeds


def rubric_version(directory: Path) -> str:
    """`r-` and 8 hex characters over every seed that scoring.md lists."""
    return f"r-{_digest(directory, SCORING_SEEDS)}"


def weights_version(directory: Path) -> str:
    """`w-` and 8 hex characters over role_weights."""
    return f"w-{_digest(directory, WEIGHT_SEEDS)}"


def kernel_version(directory: Path) -> str:
    """`k-` and 8 hex characters over the seeds that the scoring kernels read."""
    return f"k-{_digest(directory, KERNEL_SEEDS)}"


def _digest(directory: Path, names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        path = directory / f"{name}.csv"
        if not path.exists():
            raise SeedError(f"The seed {path} is missing.")
        for cells in [[name], *_rows(path)]:
            # Lengths make it unambiguous which text stands in which cell.
            digest.update("".join(f"{len(cell)}:{cell}" for cell in cells).encode() + b"\n")
    return digest.hexdigest()[:8]


def _rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SeedError(f"{path}, line {line}: not UTF-8; save the file as UTF-8.") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [row for row in reader if row]
    except csv.Error as error:
        raise SeedError(f"{path}, line {reader.line_num}: not a CSV file ({error}).") from None


def _read(path: Path) -> pa.Table:
    rows = _rows(path)
    if not rows:
        raise SeedError(f"{path} is empty: its first line must name the columns.")
    header = [name.strip() for name in rows[0]]
    if len(set(header)) < len(header) or "" in header:
        raise SeedError(f"{path}, row 1: every column needs a name of its own.")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise SeedError(f"{path}, row {number}: {len(row)} cells where the header has {len(header)}.")
    columns = {
        name: pa.array([row[index] or None for row in rows[1:]], pa.string())
        for index, name in enumerate(header)
    }
    return pa.table(columns)


def _check(path: Path, name: str, seeds: Mapping[str, pa.Table]) -> None:
    table = seeds[name]
    for column in COLUMNS[name]:
        if column not in table.column_names:
            raise SeedError(f"{path} has no column {column!r}.")
    for column in _REQUIRED.get(name, ()):
        for number, value in enumerate(table[column].to_pylist(), start=2):
            if value is None or not value.strip():
                raise SeedError(f"{path}, row {number}, column {column}: must not be empty.")
    for column in _NUMBERS.get(name, ()):
        _check_numbers(path, column, table[column].to_pylist())
    if name in _DATES:
        _check_dates(path, _DATES[name], table[_DATES[name]].to_pylist())
    if name in _KEYS:
        _check_key(path, table, _KEYS[name])
    for (seed, column), choices in _CHOICES.items():
        if seed == name:
            _check_members(path, table, column, set(choices), " · ".join(choices), required=True)
    for (seed, column), (target, key) in _REFERENCES.items():
        if seed == name:
            known = set(seeds[target][key].to_pylist())
            _check_members(path, table, column, known, f"a {key} of {target}.csv", required=False)


def _check_numbers(path: Path, column: str, values: Sequence[str | None]) -> None:
    for number, value in enumerate(values, start=2):
        if value is None:
            continue
        try:
            parsed = float(value)
        except ValueError:
            parsed = float("nan")
        if not 0 <= parsed < float("inf"):
            raise SeedError(f"{path}, row {number}, column {column}: {value!r} is not a number of 0 or more.")
        if column == "min_phrases" and (parsed < 1 or parsed != int(parsed)):
            raise SeedError(f"{path}, row {number}, column {column}: {value!r} is not a whole number from 1.")


def _check_dates(path: Path, column: str, values: Sequence[str | None]) -> None:
    for number, value in enumerate(values, start=2):
        try:
            dt.date.fromisoformat(value or "")
        except ValueError:
            shown = value or ""
            raise SeedError(
                f"{path}, row {number}, column {column}: {shown!r} is not a date such as 2024-01-01."
            ) from None


def _check_key(path: Path, table: pa.Table, key: Sequence[str]) -> None:
    seen: dict[tuple[str | None, ...], int] = {}
    columns = [table[column].to_pylist() for column in key]
    for number, values in enumerate(zip(*columns, strict=True), start=2):
        if None in values:
            raise SeedError(f"{path}, row {number}, column {key[values.index(None)]}: must not be empty.")
        if values in seen:
            words = ", ".join(repr(value) for value in values)
            raise SeedError(
                f"{path}, row {number}, column {key[0]}: {words} stands in row {seen[values]} too."
            )
        seen[values] = number


def _check_members(
    path: Path, table: pa.Table, column: str, known: set[str | None], what: str, *, required: bool
) -> None:
    for number, value in enumerate(table[column].to_pylist(), start=2):
        if value is None and not required:
            continue
        if value not in known or value is None:
            raise SeedError(f"{path}, row {number}, column {column}: {value or ''!r} is not {what}.")
