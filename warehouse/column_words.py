"""What the columns of the marts say in Chinese: one list for all marts, by the column's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

LIST = Path("words") / "columns_zh.yml"


@dataclass(frozen=True)
class ColumnList:
    """Descriptions by the column's name, and by model where a column of that name says something else."""

    by_name: Mapping[str, str]
    by_mart: Mapping[str, Mapping[str, str]]

    def said(self, model: str, column: str) -> str:
        """What the list says of a column of a model; '' when it says nothing."""
        return self.by_mart.get(model, {}).get(column) or self.by_name.get(column, "")


@lru_cache(maxsize=2)
def column_list(dbt_project: Path) -> ColumnList:
    """The list of a dbt project; an empty one where it has none."""
    path = dbt_project / LIST
    if not path.is_file():
        return ColumnList({}, {})
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return ColumnList(loaded["by_name"], loaded["by_mart"])
