"""The clocks: how long each class of records must and may be kept, out of the seed `retention_policy`.

Of several rules in force for a class the longest duty and the shortest clock count, as in the mart
`retention_rules`. Where they contradict each other nothing is purged, and it is said.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass

from warehouse.errors import ScorehouseError
from warehouse.settings import Settings

SEED = "retention_policy.csv"
RECORDINGS, TEXTS, SCORES, CONTACT = "recordings", "texts", "scores", "contact"
QUARANTINE, ORIGINALS, EXPORTS, OUTBOX, LOGS = "quarantine", "originals", "exports", "outbox", "logs"
CLASSES = (RECORDINGS, TEXTS, SCORES, CONTACT, QUARANTINE, ORIGINALS, EXPORTS, OUTBOX, LOGS)
REMOVED, PSEUDONYMISED = "removed", "pseudonymised"


@dataclass(frozen=True)
class Clock:
    """What the rules in force make of a class; `purge_days` None: no clock runs."""

    field_class: str
    keep_days: int | None
    purge_days: int | None
    is_on_hold: bool
    is_removed_on_erasure: bool

    @property
    def is_conflict(self) -> bool:
        """Whether it must be kept for longer than it may be."""
        return self.keep_days is not None and self.purge_days is not None and self.keep_days > self.purge_days

    @property
    def stopped_by(self) -> str | None:
        """Why nothing of the class is purged, as the end of a sentence; None when its clock runs."""
        if self.is_on_hold:
            return "a legal hold is in force"
        if self.is_conflict:
            return (
                f"the rules contradict each other: keep for {self.keep_days} days, "
                f"purge after {self.purge_days}"
            )
        return "no rule in force names a last day" if self.purge_days is None else None

    def last_day_kept(self, today: dt.date) -> dt.date:
        """What began before this day is due; what began on it is still in time."""
        return today - dt.timedelta(days=self.purge_days or 0)


def clocks(settings: Settings) -> dict[str, Clock]:
    """The clock of every class; one that no rule in force names has none."""
    path = settings.seeds / SEED
    with path.open(encoding="utf-8-sig", newline="") as file:
        rules = [row for row in csv.DictReader(file) if row["is_in_force"] == "true"]
    if unknown := {row["field_class"] for row in rules} - set(CLASSES):
        raise ScorehouseError(f"{path} names the class {sorted(unknown)[0]!r}, which nobody purges.")
    return {name: _clock(name, [row for row in rules if row["field_class"] == name]) for name in CLASSES}


def on_erasure(settings: Settings, field_class: str) -> str:
    """What becomes of the rows of a class when their person is erased: removed or pseudonymised."""
    return REMOVED if clocks(settings)[field_class].is_removed_on_erasure else PSEUDONYMISED


def _clock(name: str, rules: list[dict[str, str]]) -> Clock:
    keep = [int(row["min_days"]) for row in rules if row["min_days"]]
    purge = [int(row["max_days"]) for row in rules if row["max_days"]]
    return Clock(
        name,
        max(keep, default=None),
        min(purge, default=None),
        any(row["is_legal_hold"] == "true" for row in rules),
        any(row["on_erasure"] == REMOVED for row in rules),
    )
