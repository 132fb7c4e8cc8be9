"""What a check finds, and the seeds as it reads them: leniently, since what is broken is named elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

import pyarrow as pa

from scoring_udfs.normalise import normalise_text

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class Fault(Protocol):
    """What reading a seed complains about."""

    @property
    def code(self) -> str: ...
    @property
    def seed(self) -> str: ...
    @property
    def row(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def details(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Finding:
    """One finding: a code with its place (the header is row 1) and what its sentence names."""

    severity: Severity
    code: str
    seed: str
    row: int | None
    column: str | None
    details: Mapping[str, object] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.severity, self.code, self.seed, self.row, self.column, *self.details.values()))


@dataclass(frozen=True)
class Line:
    """A row of a seed."""

    seed: str
    number: int
    cells: Mapping[str, str | None]

    def text(self, column: str) -> str:
        """The trimmed cell, '' when there is none."""
        return (self.cells.get(column) or "").strip()

    def value(self, column: str) -> float | None:
        """The cell as a finite number."""
        try:
            number = float(self.text(column))
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def normalised(self, column: str) -> str:
        """The cell as the kernels look for it."""
        return normalise_text(self.text(column)).strip()

    def found(self, severity: Severity, code: str, column: str, **details: object) -> Finding:
        """A finding about one cell."""
        return Finding(severity, code, self.seed, self.number, column, details)


class Policies:
    """The seeds by line; one that is absent has none."""

    def __init__(self, seeds: Mapping[str, pa.Table]) -> None:
        self.seeds = seeds
        self._lines: dict[str, list[Line]] = {}

    def lines(self, seed: str) -> list[Line]:
        """The rows of a seed, in its order."""
        if seed not in self._lines:
            rows = self.seeds[seed].to_pylist() if seed in self.seeds else []
            self._lines[seed] = [Line(seed, number, row) for number, row in enumerate(rows, start=2)]
        return self._lines[seed]

    def ids(self, seed: str, column: str) -> dict[str, Line]:
        """The first line of each value of a column."""
        first: dict[str, Line] = {}
        for line in self.lines(seed):
            if line.text(column):
                first.setdefault(line.text(column), line)
        return first

    @cached_property
    def measured(self) -> Mapping[str, set[str]]:
        """role_id → the competencies that a question for the role, or a general one, has a criterion for."""
        by_rubric: dict[str, set[str]] = {}
        for line in self.lines("criteria"):
            by_rubric.setdefault(line.text("rubric_id"), set()).add(line.text("competency_id"))
        found: dict[str, set[str]] = {role: set() for role in self.ids("roles", "role_id")}
        for line in self.lines("questions"):
            for role, competencies in found.items():
                if line.text("role_id") in ("", role):
                    competencies |= by_rubric.get(line.text("rubric_id"), set())
        return found

    @cached_property
    def weighted(self) -> Mapping[str, set[str]]:
        """role_id → the competencies that any of its sets weights."""
        found: dict[str, set[str]] = {}
        for line in self.lines("role_weights"):
            found.setdefault(line.text("role_id"), set()).add(line.text("competency_id"))
        return found
