"""The metrics of `dbt_project/macros/metrics.sql`, computed by the very macros that the models use.

A page's query writes `{{ metric('pass_rate') }}` as a model does; `render` puts the SQL in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import jinja2
import jinja2.sandbox
from jinja2.runtime import Context, Macro

from warehouse.errors import ScorehouseError
from warehouse.settings import Settings

_FILES = (
    "numbers.sql",
    "engines/dispatch.sql",
    "engines/lists.sql",
    "engines/duckdb.sql",
    "metrics.sql",
    "metric.sql",
)


class UnknownMetricError(ScorehouseError):
    """A query names a metric that nobody has defined."""


@dataclass(frozen=True)
class Metric:
    """One metric: `sql` and `n_sql` are aggregate expressions over the rows of `mart`.

    `label` and `description` are by language (zh, en); `carried_by` names `mart.column` of aggregates that
    hold the same number.
    """

    name: str
    mart: str
    kind: str
    unit: str
    sql: str
    n_sql: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    carried_by: tuple[str, ...]


class _Returned(Exception):  # noqa: N818 - a value on its way, not an error
    def __init__(self, value: Any) -> None:
        self.value = value


class _Environment(jinja2.sandbox.SandboxedEnvironment):
    """Jinja as dbt speaks it: `return` ends a macro with a value of any type."""

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        if not isinstance(__obj, Macro):
            return super().call(__context, __obj, *args, **kwargs)
        try:
            return super().call(__context, __obj, *args, **kwargs)
        except _Returned as returned:
            return returned.value


def _return(value: Any) -> NoReturn:
    raise _Returned(value)


class _DuckDb:
    """What dbt's `adapter` says of DuckDB."""

    def __init__(self, macros: Mapping[str, Any]) -> None:
        self._macros = macros

    def dispatch(self, name: str) -> Any:
        """The macro of that name for DuckDB, else the one for every engine."""
        return self._macros.get(f"duckdb__{name}") or self._macros[f"default__{name}"]


def _macros(settings: Settings) -> dict[str, Any]:
    """The macros of the files above by name, each able to call the others."""
    environment = _Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
    found: dict[str, Any] = {}

    def variable(name: str) -> object:
        if name not in settings.dbt_variables:
            raise UnknownMetricError(f"dbt_project.yml has no variable {name!r}, which a metric needs.")
        return settings.dbt_variables[name]

    environment.globals.update({"var": variable, "return": _return, "adapter": _DuckDb(found)})
    for file in _FILES:
        text = (settings.dbt_project / "macros" / file).read_text(encoding="utf-8")
        module = environment.from_string(text).module
        macros = {name: value for name, value in vars(module).items() if isinstance(value, Macro)}
        found.update(macros)
        environment.globals.update(macros)
    return found


@dataclass(frozen=True)
class _Defined:
    """The definitions as they are written, and the macros that make SQL of one."""

    entries: Mapping[str, Mapping[str, Any]]
    macros: Mapping[str, Any]

    def metric(self, name: str, columns: Mapping[str, str] | None = None) -> str:
        """The value of a metric; `columns` names other columns for those of the definition."""
        return self._sql("metric", name, columns)

    def metric_n(self, name: str, columns: Mapping[str, str] | None = None) -> str:
        """How many it rests on."""
        return self._sql("metric_n", name, columns)

    def _sql(self, macro: str, name: str, columns: Mapping[str, str] | None) -> str:
        if name not in self.entries:
            raise UnknownMetricError(f"There is no metric {name!r}: macros/metrics.sql defines them.")
        return " ".join(str(self.macros[macro](name, dict(columns or {}))).split())


# The project, and when each of its files that matter here was written: a change is seen by the next query.
_State = tuple[Path, tuple[int, ...]]


def _state(settings: Settings) -> _State:
    project = settings.dbt_project
    files = (project / "dbt_project.yml", *(project / "macros" / file for file in _FILES))
    return project, tuple(file.stat().st_mtime_ns for file in files)


@lru_cache(maxsize=4)
def _defined(state: _State) -> _Defined:
    # The home is not read here; a new object reads the project's variables anew.
    macros = _macros(Settings(home=Path(), dbt_project=state[0]))
    try:
        macros["metrics"]()
    except _Returned as returned:
        return _Defined(dict(returned.value), macros)
    raise UnknownMetricError("macros/metrics.sql returns no metrics.")


def render(sql: str, settings: Settings) -> str:
    """The query with every `{{ metric(…) }}` and every other macro of these files replaced by its SQL."""
    return _rendered(sql, _state(settings))


@lru_cache(maxsize=256)
def _rendered(sql: str, state: _State) -> str:
    defined = _defined(state)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    variables = Settings(home=Path(), dbt_project=state[0]).dbt_variables
    known = {**defined.macros, "var": variables.__getitem__}
    return environment.from_string(sql).render(
        {**known, "metric": defined.metric, "metric_n": defined.metric_n}
    )


def all_metrics(settings: Settings) -> list[Metric]:
    """Every metric in the order of the file."""
    defined = _defined(_state(settings))
    return [
        Metric(
            name=name,
            mart=entry["mart"],
            kind=entry["kind"],
            unit=entry["unit"],
            sql=defined.metric(name),
            n_sql=defined.metric_n(name),
            label=entry["label"],
            description={"zh": entry["zh"], "en": entry["en"]},
            carried_by=tuple(entry.get("carried_by", ())),
        )
        for name, entry in defined.entries.items()
    ]
