"""SQL that two parsers may read differently, or that reaches what a plain SELECT would not; texts/ holds it.

A line is a text. `\\uXXXX` stands for that character, so that look-alikes and characters without width can be
seen; {m} is a mart, {t} its bare name, {c} a column that the role must not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.warehouse.access.attacks import filled

_TEXTS = Path(__file__).parent / "texts"
_CHARACTER = re.compile(r"\\u([0-9a-f]{4})")


def _lines(name: str) -> list[str]:
    lines = (_TEXTS / f"{name}.txt").read_text("utf-8").splitlines()
    return [_CHARACTER.sub(lambda found: chr(int(found[1], 16)), line) for line in lines]


# Names in every spelling, DuckDB's own word order, comments and quotes of other dialects.
NAMES = _lines("names")
# Joins without a condition, stars, lists, sampling, windows, pivots, subqueries in odd places.
SHAPES = _lines("shapes")
# What would show a column, or tell of it by order, groups or errors.
HIDDEN = _lines("hidden")
# Files, variables of the program, catalogues, settings, other statements and other schemas.
OUTSIDE = _lines("outside")


def naming(marts: list[str]) -> Iterator[str]:
    """Spellings of a name, for each of the marts (`schema.table`)."""
    yield from (filled(template, mart) for mart in marts for template in NAMES)


def shapes(marts: list[str]) -> Iterator[str]:
    """Shapes of a query, for each of the marts."""
    yield from (filled(template, mart) for mart in marts for template in SHAPES)


def hidden(columns: list[tuple[str, str]]) -> Iterator[str]:
    """Ways to reach a column that is not shown, for each (mart, column)."""
    for mart, column in columns:
        for template in HIDDEN:
            yield filled(template, mart).replace("{c}", column)


def outside(home: str) -> list[str]:
    """Ways out of the marts altogether."""
    return [template.replace("{home}", home) for template in OUTSIDE]
