"""The queries of `dbt_project/analyses`: a question in both languages, its SQL, the shape of its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.docs_site.compiled import Manifest
from warehouse.errors import NothingPublished, ScorehouseError
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import Settings

_QUESTION = re.compile(r"\A-- zh: (?P<zh>.+)\n-- en: (?P<en>.+)\n")


class ExampleError(ScorehouseError):
    """An analysis does not begin with its question in both languages."""


@dataclass(frozen=True)
class Example:
    """`sql` runs as it stands in `scorehouse sql`; `template` is what the project holds."""

    name: str
    question: Mapping[str, str]
    template: str
    sql: str


@dataclass(frozen=True)
class Shape:
    """What came back: each column with its type, and the number of rows. No value of any row."""

    columns: tuple[tuple[str, str], ...]
    rows: int


def examples_of(manifest: Manifest) -> list[Example]:
    """Every analysis of a compiled manifest, by name."""
    found = [node for node in manifest["nodes"].values() if node["resource_type"] == "analysis"]
    return [_example(node) for node in sorted(found, key=lambda node: str(node["name"]))]


def _example(node: Mapping[str, str]) -> Example:
    question = _QUESTION.match(node["raw_code"])
    if question is None:
        raise ExampleError(
            f"analyses/{node['name']}.sql must begin with its question: -- zh: … and then -- en: …"
        )
    sql = _QUESTION.sub("", node["compiled_code"])
    return Example(
        name=node["name"],
        question=question.groupdict(),
        template=_QUESTION.sub("", node["raw_code"]).strip(),
        sql=re.sub(r'"build"\."(\w+)"\."(\w+)"', r"\1.\2", sql).strip(),
    )


def shape_of(example: Example, marts: Marts) -> Shape:
    """Run the query over the published marts as anybody may, through the gateway."""
    table = marts.query(example.sql, viewer=OPERATOR)
    return Shape(tuple((field.name, str(field.type)) for field in table.schema), table.num_rows)


def shapes_of(examples: list[Example], settings: Settings) -> dict[str, Shape]:
    """The shapes by name; none while nothing is published."""
    marts = Marts(settings)
    try:
        return {example.name: shape_of(example, marts) for example in examples}
    except NothingPublished:
        return {}
    finally:
        marts.close()
