"""`scorehouse sql`: a query in the sandbox; the operator has the functions of the catalogue besides."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from warehouse.errors import FunctionRefusedError, ScorehouseError
from warehouse.marts import OPERATOR, Viewer
from warehouse.sandbox import Loader, Sandbox
from warehouse.seeds import read_seeds
from warehouse.settings import Settings
from warehouse.sql_functions import ExtraFunctions

if TYPE_CHECKING:
    from scoring_udfs.analyst_functions import Policy

# DuckDB calls with 2,048 rows at once, and its memory limit does not know what Python holds.
_MOST_BYTES = 16 * 1024 * 1024
Answer = TypeVar("Answer")


def query(settings: Settings, sql: str, viewer: Viewer, max_rows: int | None) -> pa.Table:
    """As `Sandbox.query`; the operator may call the scoring functions, which take texts."""
    return asked(settings, viewer, lambda sandbox: sandbox.query(sql, viewer=viewer, max_rows=max_rows))


def asked(settings: Settings, viewer: Viewer, ask: Callable[[Sandbox], Answer]) -> Answer:
    """What `ask` gets from a sandbox; from one with scoring functions if that is what it lacked."""
    try:
        with closing(Sandbox(settings)) as sandbox:
            return ask(sandbox)
    except FunctionRefusedError as refusal:
        # Compiling rubrics takes a second: only a query that calls one of the functions waits for it.
        loader = _functions(settings, refusal) if viewer is OPERATOR else None
        if loader is None:
            raise
    with closing(Sandbox(settings, loader=loader)) as sandbox:
        return ask(sandbox)


def _functions(settings: Settings, refusal: FunctionRefusedError) -> Loader | None:
    """How a worker gets the catalogue; None when it does not have what was refused either."""
    from scoring_udfs import catalogue

    scalars = frozenset(function.name for function in catalogue.CATALOGUE)
    if refusal.name not in scalars:
        return None
    relations = frozenset(function.name for function in catalogue.CATALOGUE if function.is_relation)
    argument = json.dumps({"seeds": str(settings.seeds), "most_bytes": _MOST_BYTES})
    return Loader(ExtraFunctions(scalars, relations), f"{__name__}:load", argument)


def load(argument: str) -> ExtraFunctions:
    """The catalogue with the policies of the seeds, in the worker."""
    from scoring_udfs import catalogue
    from scoring_udfs.analyst_functions import compile_policy
    from scoring_udfs.errors import KernelError

    given = json.loads(argument)
    try:
        policy = compile_policy(read_seeds(Path(given["seeds"])))
    except KernelError as error:
        raise ScorehouseError(f"The seeds at {given['seeds']} cannot be used: {error}") from error

    def register(connection: Any) -> None:
        catalogue.register(connection, policy=policy, most_bytes=given["most_bytes"])
        _warm_up(connection, policy)

    return ExtraFunctions(register=register, relate=catalogue.relate)


def _warm_up(connection: Any, policy: Policy) -> None:
    """Calls every function once: later no file can be opened, not even one of compiled code."""
    from scoring_udfs import catalogue

    question = next(iter(policy.rubrics.questions), "")
    samples = {"string": f"'{question}'", "bool": "false"}
    for function in catalogue.CATALOGUE:
        arguments = ", ".join(
            "'因为先把任务拆开, because first'" if name == "text" else samples.get(str(kind), "1")
            for name, kind in function.arguments.items()
        )
        connection.cursor().execute(f"select {function.name}({arguments})").fetchall()
