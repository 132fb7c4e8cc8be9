"""docs/marts.md and docs/metrics.md, which the repository keeps, written from the marts and metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import jinja2
import yaml

from orchestration.docs_site.compiled import Manifest
from warehouse.column_words import ColumnList, column_list
from warehouse.metrics import Metric
from warehouse.publish import PUBLISHED_SCHEMAS
from warehouse.settings import REPOSITORY

HERE = Path(__file__).parent


def metrics_markdown(metrics: Sequence[Metric]) -> str:
    """The page of metrics, by mart in the order of their file."""
    order = list(dict.fromkeys(metric.mart for metric in metrics))
    by_mart = sorted(metrics, key=lambda metric: order.index(metric.mart))
    groups = [(mart, list(members)) for mart, members in groupby(by_mart, lambda metric: metric.mart)]
    return _rendered("metrics.md", groups=groups, unit=_words()["unit_name"].__getitem__)


def marts_markdown(manifest: Manifest) -> str:
    """The page of marts, by folder in the order of the words; a folder without words comes last."""
    words = _words()["group"]
    listed = column_list(REPOSITORY / "dbt_project")
    found: dict[str, list[Mapping[str, Any]]] = {group: [] for group in words}
    for node in sorted(manifest["nodes"].values(), key=lambda node: str(node["name"])):
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS:
            name = node["alias"] if node["schema"] == "marts" else f"{node['schema']}.{node['alias']}"
            columns = [_column(node["name"], column, listed) for column in node["columns"].values()]
            mart = {"name": name, "description": node["description"], **node["config"]["meta"]}
            mart["columns"] = columns
            found.setdefault(PurePosixPath(node["path"]).parts[1], []).append(mart)

    def word(group: str) -> Mapping[str, str]:
        known: Mapping[str, str] = words.get(group, {"zh": group, "en": group})
        return known

    groups = [(group, members) for group, members in found.items() if members]
    return _rendered("marts.md", groups=groups, word=word)


def _column(model: str, column: Mapping[str, Any], listed: ColumnList) -> Mapping[str, str]:
    meta = column["meta"]
    return {
        "name": column["name"],
        "label_zh": meta.get("label_zh", column["name"]),
        "zh": meta.get("description_zh") or listed.said(model, column["name"]),
        "en": " ".join(column["description"].split()),
    }


def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))
    return loaded


def _rendered(template: str, **values: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values).rstrip() + "\n"
