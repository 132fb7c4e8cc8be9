"""From which columns each column of each model comes, read by sqlglot from the compiled SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.schema import MappingSchema

from orchestration.docs_site.compiled import Manifest
from warehouse.errors import ScorehouseError

DIALECT = "duckdb"


class LineageError(ScorehouseError):
    """A model's SQL cannot be traced."""


class Column(NamedTuple):
    """A column by schema (of sources: the source), table and name."""

    schema: str
    table: str
    name: str

    def __str__(self) -> str:
        return ".".join(self)


@dataclass(frozen=True)
class Lineage:
    """`parents`: the columns that a column's expression reads; empty for counts of rows and constants."""

    parents: Mapping[Column, frozenset[Column]] = field(repr=False)

    def origins(self, column: Column) -> frozenset[Column]:
        """Columns of sources and seeds, where the way back ends."""
        found: set[Column] = set()
        seen: set[Column] = set()
        waiting = [column]
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            if here in self.parents:
                waiting.extend(self.parents[here])
            else:
                found.add(here)
        return frozenset(found)

    @cached_property
    def children(self) -> Mapping[Column, frozenset[Column]]:
        """The columns that read a column."""
        found: dict[Column, set[Column]] = {}
        for column, parents in self.parents.items():
            for parent in parents:
                found.setdefault(parent, set()).add(column)
        return {parent: frozenset(columns) for parent, columns in found.items()}


def trace(manifest: Manifest, sources: Mapping[tuple[str, str], Iterable[str]]) -> Lineage:
    """The lineage of every model of a compiled manifest; `sources` are the columns of its sources.

    Each model is read once, its parents before it, since `select *` of a parent needs the parent's columns.
    Raises `LineageError` for SQL that sqlglot cannot follow.
    """
    known: dict[str, dict[str, dict[str, str]]] = {}
    for (source, table), columns in sources.items():
        known.setdefault(source, {})[table] = dict.fromkeys(columns, "unknown")
    parents: dict[Column, frozenset[Column]] = {}
    for node in _in_order(manifest):
        tables = known.setdefault(node["schema"], {})
        if node["resource_type"] == "seed":
            tables[node["alias"]] = dict.fromkeys(node["columns"], "unknown")
            continue
        traced = _traced(node, named_sources(str(node["compiled_code"]), manifest), known)
        tables[node["alias"]] = dict.fromkeys(traced, "unknown")
        for name, found in traced.items():
            parents[Column(node["schema"], node["alias"], name)] = found
    return Lineage(parents)


def named_sources(sql: str, manifest: Manifest) -> str:
    """Compiled SQL in which sources stand by name, and relations without the build's database."""
    by_length = sorted(
        manifest["sources"].values(), key=lambda source: len(source["relation_name"]), reverse=True
    )
    for source in by_length:
        name = f'"{source["source_name"]}"."{source["name"]}"'
        sql = sql.replace(source["relation_name"], name)
    return sql.replace('"build".', "")


def _in_order(manifest: Manifest) -> list[Mapping[str, Any]]:
    nodes = {
        name: node for name, node in manifest["nodes"].items() if node["resource_type"] in {"model", "seed"}
    }
    graph = {
        name: [parent for parent in node["depends_on"].get("nodes", ()) if parent in nodes]
        for name, node in nodes.items()
    }
    return [nodes[name] for name in TopologicalSorter(graph).static_order()]


def _traced(
    node: Mapping[str, Any], sql: str, known: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> dict[str, frozenset[Column]]:
    try:
        schema = MappingSchema(dict(known), dialect=DIALECT)
        roots = lineage(None, sql, schema, dialect=DIALECT, trim_selects=False)
    except (SqlglotError, ValueError) as error:
        raise LineageError(f"The SQL of {node['name']} cannot be traced: {error}") from error
    return {name: frozenset(_leaves(node["name"], root)) for name, root in roots.items()}


def _leaves(model: str, root: Node) -> Iterable[Column]:
    for node in root.walk():
        if node.downstream or not isinstance(node.expression, exp.Table):
            # What reads no column: a count of rows, a constant.
            continue
        name = node.name.rpartition(".")[2]
        if name == "*" or not node.expression.db:
            raise LineageError(f"{model} reads {node.expression.name}.{name}, whose columns are not known.")
        yield Column(node.expression.db, node.expression.name, name)
