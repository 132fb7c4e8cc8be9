"""dbt's `adapter` for sqlfluff: the macros of DuckDB, else those of every engine."""

from __future__ import annotations

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, name: str) -> Any:
    """The macro that dbt would take for DuckDB."""
    return context.get(f"duckdb__{name}") or context[f"default__{name}"]
