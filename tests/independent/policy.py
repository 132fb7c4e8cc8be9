"""The seeds and the variables of the dbt project, as pandas reads them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml


class Policy:
    """Every policy that the marts depend on."""

    def __init__(self, project: Path) -> None:
        self._seeds = project / "seeds"
        loaded = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
        self.variables: dict[str, Any] = loaded["vars"]

    def seed(self, name: str) -> pd.DataFrame:
        """A seed with null for what is empty; ids stay texts, valid_from is a date."""
        frame = pd.read_csv(self._seeds / f"{name}.csv", keep_default_na=False, na_values=[""])
        if "valid_from" in frame:
            frame["valid_from"] = [date.fromisoformat(text) for text in frame["valid_from"]]
        frame = frame.astype(object)
        return frame.where(frame.notna(), None)

    @cached_property
    def department_of_role(self) -> dict[str, str]:
        roles = self.seed("roles")
        return dict(zip(roles["role_id"], roles["department_id"], strict=True))

    @cached_property
    def score_source(self) -> dict[str, str]:
        roles = self.seed("roles")
        return dict(zip(roles["role_id"], roles["score_source"], strict=True))

    @cached_property
    def criteria(self) -> dict[str, dict[str, Any]]:
        """Criterion → its row of the seed."""
        return {row["criterion_id"]: row for row in self.seed("criteria").to_dict("records")}

    @cached_property
    def questions(self) -> dict[str, dict[str, Any]]:
        return {row["question_id"]: row for row in self.seed("questions").to_dict("records")}

    @cached_property
    def _weights(self) -> dict[str, dict[date, dict[str, dict[str, Any]]]]:
        weights: dict[str, dict[date, dict[str, dict[str, Any]]]] = {}
        for row in self.seed("role_weights").to_dict("records"):
            sets = weights.setdefault(row["role_id"], {})
            sets.setdefault(row["valid_from"], {})[row["competency_id"]] = row
        return weights

    def weights(self, role: str, day: date) -> dict[str, dict[str, Any]]:
        """Competency → weight and requirement in force on the local day."""
        sets = self._weights.get(role, {})
        valid = [start for start in sets if start <= day]
        return sets[max(valid)] if valid else {}

    @cached_property
    def grades(self) -> list[dict[str, Any]]:
        """Best first."""
        return sorted(self.seed("grade_policy").to_dict("records"), key=lambda row: -row["min_score"])

    def grade(self, score: float) -> str:
        return next(str(row["grade"]) for row in self.grades if score >= row["min_score"])

    def pay(self, grade: str, day: date) -> dict[str, Any]:
        """The band in force on the day; all null without one."""
        rows = [
            row for row in self.seed_rows("pay_policy") if row["grade"] == grade and row["valid_from"] <= day
        ]
        nothing = {"pay_min": None, "pay_max": None, "currency": None}
        return max(rows, key=lambda row: row["valid_from"]) if rows else nothing

    def seed_rows(self, name: str) -> list[dict[str, Any]]:
        """A seed as dicts."""
        if name not in self._kept:
            self._kept[name] = self.seed(name).to_dict("records")
        return self._kept[name]

    @cached_property
    def _kept(self) -> dict[str, list[dict[str, Any]]]:
        return {}
