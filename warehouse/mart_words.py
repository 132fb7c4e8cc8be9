"""What the marts and their columns are called: the labels of dbt's model files, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from warehouse.column_words import ColumnList, column_list
from warehouse.settings import Settings


@dataclass(frozen=True)
class ColumnWords:
    """A column: its type as the contract has it, label and description by language."""

    type: str
    label: Mapping[str, str]
    description: Mapping[str, str]


@dataclass(frozen=True)
class MartWords:
    """A mart: `name` as `schema.table`, `model` as dbt has it."""

    name: str
    model: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    columns: Mapping[str, ColumnWords]


def marts_of(settings: Settings) -> Mapping[str, MartWords]:
    """Every documented mart by `schema.table`."""
    return _marts(settings.dbt_project)


@lru_cache(maxsize=2)
def _marts(project: Path) -> Mapping[str, MartWords]:
    found: dict[str, MartWords] = {}
    listed = column_list(project)
    for path in sorted((project / "models" / "marts").rglob("*.yml")):
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for model in loaded.get("models") or ():
            mart = _mart(model, listed)
            found[mart.name] = mart
    return found


def _mart(model: Mapping[str, object], listed: ColumnList) -> MartWords:
    config = _mapping(model.get("config"))
    meta = _mapping(config.get("meta"))
    name = str(model["name"])
    schema = str(config.get("schema") or ("people" if name.startswith("people_") else "marts"))
    table = str(config.get("alias") or name)
    described = str(model.get("description") or "").strip()
    columns = model.get("columns")
    return MartWords(
        name=f"{schema}.{table}",
        model=name,
        label={"zh": str(meta.get("label_zh", table)), "en": str(meta.get("label_en", table))},
        description={"zh": str(meta.get("description_zh", described)), "en": described},
        columns={
            str(column["name"]): _column(column, listed.said(name, str(column["name"])))
            for column in (columns if isinstance(columns, list) else ())
        },
    )


def _column(column: Mapping[str, object], said: str) -> ColumnWords:
    meta = _mapping(_mapping(column.get("config")).get("meta"))
    name = str(column["name"])
    described = str(column.get("description") or "").strip()
    return ColumnWords(
        type=str(column.get("data_type") or ""),
        label={"zh": str(meta.get("label_zh", name)), "en": name.replace("_", " ")},
        description={"zh": str(meta.get("description_zh") or said or described), "en": described},
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
