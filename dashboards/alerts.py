"""Alerts in words: what crossed which limit, and where the next step is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards import menu
from dashboards.ask import Row
from dashboards.batch_names import batch_name
from dashboards.frame import Visit

# What a link to the page of the next step chooses there, by what the alert is about.
_CHOSEN = {"batch": "batch", "source": "source", "role": "role"}
_EVERYTHING = "all"


@dataclass(frozen=True)
class Alert:
    """One that fires: its sentence and what to do, and the page with what to choose there."""

    sentence: str
    advice: str
    is_serious: bool
    page: str
    chosen: Mapping[str, str]
    # What stays the same while nothing about it changes.
    key: str


def firing(page: Visit) -> list[Alert]:
    """The alerts of the reader's choice, the most serious first."""
    return [_alert(page, row) for row in page.ask.rows("alerts")]


def _alert(page: Visit, row: Row) -> Alert:
    sentence = row["sentence"].format(
        subject=_subject(page, row),
        value=_value(page, row["value"], row["unit"]),
        threshold=_value(page, abs(row["threshold"]), row["unit"], is_limit=True),
    )
    target = row["next_page"] if menu.is_for(page.ask.role, row["next_page"]) else "overview"
    own = {} if row["subject_kind"] not in _CHOSEN else {_CHOSEN[row["subject_kind"]]: row["subject_id"]}
    if own.get("role") == _EVERYTHING:
        own = {}
    key = f"{row['rule_key']}:{row['subject_id']}"
    return Alert(sentence, row["advice"], row["severity"] == "serious", target, own, key)


def _subject(page: Visit, row: Row) -> str:
    words = page.words
    kind = row["subject_kind"]
    if kind == "source":
        return words.of("source", row["subject_id"])
    if kind == "field_class":
        return words.of("field_class", row["subject_id"])
    if kind == "batch":
        return batch_name(page, row)
    if kind in ("role", "company"):
        return words("alert.all_roles") if row["subject_id"] == _EVERYTHING else row["role_name"]
    return str(row["subject_id"])


def _value(page: Visit, value: float, unit: str, *, is_limit: bool = False) -> str:
    words, formats = page.words, page.formats
    if unit == "share":
        return formats.percent(value)
    if unit == "share_difference":
        # The sentence says in which direction.
        return words("alert.percentage_points", value=formats.count(abs(round(100 * value))))
    if unit == "points":
        return words("alert.points", value=formats.score(value) if is_limit else formats.signed(value))
    return words(f"alert.{unit}", n=formats.count(value))
