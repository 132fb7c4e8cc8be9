"""What the site says of each mart, taken from dbt's manifest: names, types, promises, tests, neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from orchestration.docs_site.compiled import Manifest
from orchestration.docs_site.lineage import Column, Lineage
from warehouse.column_words import ColumnList
from warehouse.publish import PUBLISHED_SCHEMAS


@dataclass(frozen=True)
class Promise:
    """A test that holds in every build: its kind (`rule.<kind>` of the words) and what it names."""

    kind: str
    detail: str = ""


@dataclass(frozen=True)
class DocumentedColumn:
    """A column of a mart, in both languages.

    `parents` are read directly, `origins` are files and seeds, `children` read it.
    """

    name: str
    label_zh: str
    description: str
    description_zh: str
    data_type: str
    promises: tuple[Promise, ...]
    parents: tuple[Column, ...]
    origins: tuple[Column, ...]
    children: tuple[Column, ...]


@dataclass(frozen=True)
class Mart:
    """A published relation; `page` is its file in the site, `group` the folder of its model."""

    schema: str
    name: str
    group: str
    version: int
    label: Mapping[str, str]
    description: Mapping[str, str]
    promises: tuple[Promise, ...]
    columns: tuple[DocumentedColumn, ...]
    reads: tuple[str, ...]
    read_by: tuple[str, ...]
    pages: tuple[Mapping[str, str], ...]

    @property
    def full_name(self) -> str:
        """As in SQL."""
        return f"{self.schema}.{self.name}"

    @property
    def page(self) -> str:
        """Its file in the site's folder `marts`."""
        return f"{self.schema}.{self.name}.html"


def marts_of(manifest: Manifest, lineage: Lineage, listed: ColumnList) -> list[Mart]:
    """Every published relation, by group and name."""
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS
    ]
    promises = _promises(manifest)
    found = [_mart(node, manifest, lineage, promises, listed) for node in nodes]
    return sorted(found, key=lambda mart: (mart.group, mart.full_name))


def _mart(
    node: Mapping[str, Any],
    manifest: Manifest,
    lineage: Lineage,
    promises: Mapping[tuple[str, str], list[Promise]],
    listed: ColumnList,
) -> Mart:
    meta = node["config"]["meta"]
    identity = str(node["unique_id"])
    relations = {name: f"{other['schema']}.{other['alias']}" for name, other in manifest["nodes"].items()}
    children = [
        name
        for name, other in manifest["nodes"].items()
        if other["resource_type"] == "model" and identity in other["depends_on"]["nodes"]
    ]
    return Mart(
        schema=node["schema"],
        name=node["alias"],
        group=PurePosixPath(node["path"]).parts[1],
        version=int(meta.get("version", 1)),
        label={"zh": meta.get("label_zh", node["alias"]), "en": meta.get("label_en", node["alias"])},
        description={"zh": meta.get("description_zh", ""), "en": node["description"]},
        promises=tuple(promises.get((identity, ""), ())),
        columns=tuple(
            _column(node, column, lineage, promises.get((identity, name), []), listed)
            for name, column in node["columns"].items()
        ),
        reads=tuple(sorted(relations[name] for name in node["depends_on"]["nodes"] if name in relations)),
        read_by=tuple(sorted(relations[name] for name in children)),
        pages=tuple(_pages(manifest, identity)),
    )


def _column(
    node: Mapping[str, Any],
    column: Mapping[str, Any],
    lineage: Lineage,
    tests: Iterable[Promise],
    listed: ColumnList,
) -> DocumentedColumn:
    place = Column(node["schema"], node["alias"], column["name"])
    required = any(constraint["type"] == "not_null" for constraint in column["constraints"])
    return DocumentedColumn(
        name=column["name"],
        label_zh=column["meta"].get("label_zh", column["name"]),
        description=column["description"],
        description_zh=column["meta"].get("description_zh") or listed.said(node["name"], column["name"]),
        data_type=column["data_type"],
        promises=(*([Promise("not_null")] if required else []), *tests),
        parents=tuple(sorted(lineage.parents.get(place, ()))),
        origins=tuple(sorted(lineage.origins(place) - {place})),
        children=tuple(sorted(lineage.children.get(place, ()))),
    )


def _pages(manifest: Manifest, identity: str) -> Iterable[Mapping[str, str]]:
    for exposure in manifest["exposures"].values():
        if identity in exposure["depends_on"]["nodes"]:
            yield {
                "en": exposure["label"],
                "zh": exposure["config"]["meta"].get("label_zh", exposure["label"]),
            }


def _promises(manifest: Manifest) -> dict[tuple[str, str], list[Promise]]:
    """The rules of each model (column '') and column."""
    found: dict[tuple[str, str], list[Promise]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata")
        if node["resource_type"] == "test" and test and node.get("attached_node"):
            for column, promise in _rules(test["kwargs"]):
                place = found.setdefault((node["attached_node"], column), [])
                if promise not in place:
                    place.append(promise)
    return found


def _rules(rules: Mapping[str, Any]) -> Iterator[tuple[str, Promise]]:
    """Column and promise of each rule that the test rows_hold of a model lists."""
    if there := rules.get("there"):
        yield "", Promise("required", ", ".join(there))
    for key in rules.get("keys", ()):
        is_one = len(key) == 1
        yield (key[0], Promise("unique")) if is_one else ("", Promise("unique_combination", ", ".join(key)))
    for column, place in rules.get("refers", {}).items():
        target = place["to"].partition("'")[2].partition("'")[0]
        yield column, Promise("relationships", f"{target}.{place['field']}")
    for column, values in rules.get("values", {}).items():
        yield column, Promise("accepted_values", ", ".join(str(value) for value in values))
    for column, (low, high) in rules.get("between", {}).items():
        yield column, Promise("between", f"{low} – {high}")
    for one in rules.get("sums", ()):
        yield "", Promise("sums_to", f"{one['measure']} → {one['total']}")
    for name in rules.get("holds", {}):
        yield "", Promise("holds", name.replace("_", " "))
