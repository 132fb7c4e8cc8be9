"""Reads the rows of a seed for the compiler; every complaint is one sentence with seed, row and column."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from scoring_udfs.errors import RubricError
from scoring_udfs.normalise import normalise_text

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Row:
    """One row of a seed; `number` counts from the header, which is row 1."""

    seed: str
    number: int
    cells: Mapping[str, object]

    def complain(self, column: str, what: str) -> RubricError:
        """The error to raise about a cell."""
        return RubricError(f"{self.seed}.csv, row {self.number}, column {column}: {what}.")

    def text(self, column: str) -> str:
        """The trimmed cell, which must not be empty."""
        value = self.optional(column)
        if value is None:
            raise self.complain(column, "must not be empty")
        return value

    def optional(self, column: str) -> str | None:
        """The trimmed cell, None when empty."""
        value = self.cells[column]
        return (str(value).strip() or None) if value is not None else None

    def choice(self, column: str, choices: Sequence[str]) -> str:
        """The cell, which must be one of `choices`."""
        value = self.text(column)
        if value not in choices:
            raise self.complain(column, f"{value!r} is not one of {', '.join(choices)}")
        return value

    def phrase(self, column: str) -> tuple[str, str]:
        """The trimmed cell as it stands, and normalised like a text."""
        shown = self.text(column)
        return shown, normalise_text(shown).strip()

    def number_at_least(self, column: str, least: float) -> float:
        """The cell as a finite number of at least `least`."""
        value = self.text(column)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number >= least):
            raise self.complain(column, f"{value!r} is not a number of at least {least:g}")
        return number

    def whole_number_from_one(self, column: str) -> int:
        """The cell as an integer from 1."""
        number = self.number_at_least(column, 1)
        if not number.is_integer():
            raise self.complain(column, f"{self.text(column)!r} is not a whole number")
        return int(number)


def rows_of(seeds: Mapping[str, pa.Table], seed: str, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a seed in its order, with the named columns; all of them must be there."""
    if seed not in seeds:
        raise RubricError(f"The seed {seed}.csv is missing.")
    table = seeds[seed]
    for column in columns:
        if column not in table.column_names:
            raise RubricError(f"The seed {seed}.csv has no column {column}.")
    for number, cells in enumerate(table.select(list(columns)).to_pylist(), start=2):
        yield Row(seed, number, cells)
