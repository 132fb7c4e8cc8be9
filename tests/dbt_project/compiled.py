"""The models as dbt compiled them, over the files of any home: the real SQL, without a build an example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from orchestration.opened_texts import add_opened_text
from tests.dbt_project.conftest import Project
from warehouse.settings import Settings

_REFERENCE = re.compile(r'"build"\."(\w+)"\."(\w+)"')


@dataclass(frozen=True)
class Compiled:
    """SQL of the models by (schema, name), in an order in which each finds what it needs, made for `home`."""

    home: str
    models: Mapping[tuple[str, str], str] = field(repr=False)

    @classmethod
    def of(cls, project: Project, *wanted: str) -> Compiled:
        """The models of these names (or dbt's own tests) and everything that they rest on."""
        home = project.settings.home
        folder = home / "build" / "target" / "compiled" / "scorehouse"
        # Inputs of unit tests bear the names of the models that they stand for.
        paths = (path for path in folder.rglob("*.sql") if "unit_tests" not in path.parts)
        texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
        models: dict[tuple[str, str], str] = {}

        def add(schema: str, name: str) -> None:
            if (schema, name) not in models:
                for reference in _REFERENCE.findall(texts[name]):
                    add(*reference)
                models[schema, name] = texts[name]

        for name in wanted:
            add("wanted", name)
        return cls(str(home), models)

    def over(self, settings: Settings) -> duckdb.DuckDBPyConnection:
        """Views over the files of another home; those that were wanted in the schema `wanted`."""
        connection = duckdb.connect()
        connection.execute("set timezone = 'UTC'")
        add_opened_text(connection, settings)
        for (schema, name), sql in self.models.items():
            text = sql.replace(self.home, str(settings.home)).replace('"build".', "")
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create view {schema}.{name} as {text}")
        return connection
