"""What an exported file says of itself: filters, as of when, versions, rows, hidden cells, who and when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from warehouse.policy import policy
from warehouse.viewer import Viewer

_WORDS = Path(__file__).with_name("export_words.yml")
LANGUAGES = ("zh", "en")


@cache
def words(language: str) -> Mapping[str, str]:
    """The words of a language."""
    found: Mapping[str, Mapping[str, str]] = yaml.load(
        _WORDS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return found[language]


def hidden_mark(language: str) -> str:
    """What a cell says that is hidden because few people stand behind it."""
    return words(language)["hidden"].format(fewest=policy().fewest_people)


@dataclass(frozen=True)
class Info:
    """Particulars of one export; what only the end of the rows tells is filled in by `ended`."""

    title: str
    viewer: Viewer
    at: dt.datetime
    timezone: ZoneInfo
    language: str = "en"
    filters: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    run: Mapping[str, object] = field(default_factory=dict)
    rows: int = 0
    suppressed: int = 0
    is_truncated: bool = False

    def ended(self, rows: int, suppressed: int, is_truncated: bool) -> Info:
        """With what was counted on the way."""
        return replace(self, rows=rows, suppressed=suppressed, is_truncated=is_truncated)

    def lines(self) -> list[tuple[str, str | int]]:
        """For people: labels in their language, times in the company's."""
        label = words(self.language)
        filters = "; ".join(f"{name} = {value}" for name, value in self.filters.items())
        found: list[tuple[str, str | int]] = [
            (label["title"], self.title),
            (label["filters"], filters or label["all"]),
            (label["data_as_of"], self._local(self.run.get("data_as_of"))),
            (label["run_id"], str(self.run.get("run_id") or "")),
            (label["rubric_version"], str(self.run.get("rubric_version") or "")),
            (label["weights_version"], str(self.run.get("weights_version") or "")),
            (label["rows"], self.rows),
            (label["truncated"], label["yes" if self.is_truncated else "no"]),
            (label["suppressed"], self.suppressed),
            (label["who"], self.viewer.name),
            (label["role"], self.viewer.role),
            (label["at"], self._local(self.at)),
            (label["timezone"], self.timezone.key),
        ]
        return [*found, (label["query"], self.query)] if self.query else found

    def as_json(self) -> str:
        """For programs: names in English, times in ISO 8601."""
        as_of = self.run.get("data_as_of")
        return json.dumps(
            {
                "title": self.title,
                "filters": dict(self.filters),
                "query": self.query or None,
                "data_as_of": _utc(as_of).isoformat() if isinstance(as_of, dt.datetime) else None,
                "run_id": self.run.get("run_id"),
                "rubric_version": self.run.get("rubric_version"),
                "weights_version": self.run.get("weights_version"),
                "rows": self.rows,
                "is_truncated": self.is_truncated,
                "suppressed_cells": self.suppressed,
                "exported_by": self.viewer.name,
                "role": self.viewer.role,
                "exported_at": _utc(self.at).isoformat(timespec="seconds"),
                "timezone": self.timezone.key,
            },
            ensure_ascii=False,
            indent=1,
        )

    def _local(self, moment: object) -> str:
        if not isinstance(moment, dt.datetime):
            return ""
        return f"{_utc(moment).astimezone(self.timezone):%Y-%m-%d %H:%M:%S}"


def _utc(moment: dt.datetime) -> dt.datetime:
    """Times without a zone are UTC, as everywhere in the marts."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
