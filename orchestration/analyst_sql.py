"""`scorehouse sql`: a query over the published marts; the operator has the functions of the catalogue."""

from __future__ import annotations

from contextlib import closing
from functools import partial

import pyarrow as pa

from warehouse.errors import FunctionRefusedError, ScorehouseError
from warehouse.marts import OPERATOR, Marts, Viewer
from warehouse.seeds import read_seeds
from warehouse.settings import Settings
from warehouse.sql_functions import ExtraFunctions

# DuckDB calls with 2,048 rows at once, and its memory limit does not know what Python holds.
_MOST_BYTES = 16 * 1024 * 1024


def query(settings: Settings, sql: str, viewer: Viewer, max_rows: int | None) -> pa.Table:
    """As `Marts.query`. The operator may call the scoring functions; they take texts, the marts have none."""
    try:
        with closing(Marts(settings)) as marts:
            return marts.query(sql, viewer=viewer, max_rows=max_rows)
    except FunctionRefusedError as refusal:
        # Compiling rubrics takes a second: only a query that calls one of the functions waits for it.
        functions = _functions(settings, refusal) if viewer is OPERATOR else None
        if functions is None:
            raise
    with closing(Marts(settings, functions=functions)) as marts:
        return marts.query(sql, viewer=viewer, max_rows=max_rows)


def _functions(settings: Settings, refusal: FunctionRefusedError) -> ExtraFunctions | None:
    """The catalogue with the policies of the seeds; None when it does not have what was refused either."""
    from scoring_udfs import catalogue
    from scoring_udfs.analyst_functions import compile_policy
    from scoring_udfs.errors import KernelError

    scalars = frozenset(function.name for function in catalogue.CATALOGUE)
    if refusal.name not in scalars:
        return None
    try:
        policy = compile_policy(read_seeds(settings.seeds))
    except KernelError as error:
        raise ScorehouseError(f"The seeds at {settings.seeds} cannot be used: {error}") from error
    return ExtraFunctions(
        scalars,
        frozenset(function.name for function in catalogue.CATALOGUE if function.is_relation),
        partial(catalogue.register, policy=policy, most_bytes=_MOST_BYTES),
        catalogue.relate,
    )
