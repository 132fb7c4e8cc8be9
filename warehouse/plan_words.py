"""What a query does, step by step in words; tells nothing of rows that its reader does not see.

DuckDB's own plan estimates rows and drops what its statistics say is empty, of all rows there are: it is
for those who see all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp

from warehouse.export_info import words
from warehouse.policy import policy
from warehouse.prepared import Prepared


def steps(sql: str, prepared: Prepared, language: str) -> list[str]:
    """One line a step, in the order in which they can be thought of."""
    return list(_steps(sql, prepared, language))


def _steps(sql: str, prepared: Prepared, language: str) -> Iterator[str]:
    label = words(language)
    for name in sorted(prepared.relations):
        yield label["plan_read"].format(
            name=name, columns=len(prepared.columns.get(name, ())), filter=_filter(name, prepared, language)
        )
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    joins = len(list(tree.find_all(exp.Join)))
    if joins:
        yield label["plan_join"].format(n=joins)
    kinds: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("where", (exp.Where,)),
        ("group", (exp.Group, exp.AggFunc)),
        ("window", (exp.Window,)),
        ("distinct", (exp.Distinct,)),
        ("set", (exp.SetOperation,)),
        ("order", (exp.Order,)),
        ("limit", (exp.Limit,)),
    )
    for kind, nodes in kinds:
        if tree.find(*nodes):
            yield label[f"plan_{kind}"]


def _filter(name: str, prepared: Prepared, language: str) -> str:
    label = words(language)
    if prepared.access is None:
        return label["plan_all_rows"]
    mart = policy().marts[name]
    rows = policy().filters[mart.rows[prepared.access.role]]
    told = [label["plan_all_rows" if rows == "true" else "plan_own_rows"]]
    if mart.cells:
        told.append(label["plan_hides"].format(fewest=policy().fewest_people))
    return label["plan_and"].join(told)
