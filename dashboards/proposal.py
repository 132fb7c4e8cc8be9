"""A proposed set of weights: kept in the URL, asked about in SQL, handed on as a file, never published."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.ask import Row

HIGHEST_WEIGHT, HIGHEST_SCORE = 1000.0, 100.0
_PARTS = 3


@dataclass(frozen=True)
class Weighted:
    """One competency of a set; weight 0 means that it is not in the set."""

    weight: float
    requirement: float | None


Proposal = Mapping[str, Weighted]


def of_rows(rows: Sequence[Row]) -> dict[str, Weighted]:
    """The set as it is: rows of `weight_rows`."""
    return {row["competency_id"]: Weighted(row["weight"], row["requirement"]) for row in rows}


def to_link(role: str, weight_set: str, now: Proposal, wanted: Proposal) -> str:
    """What differs from now, short enough for a URL; '' when nothing does."""
    changed = [
        f"{name}:{wanted[name].weight:.12g}:{_written(wanted[name].requirement)}"
        for name in now
        if wanted[name] != now[name]
    ]
    return ",".join([f"{role}~{weight_set}", *changed]) if changed else ""


def from_link(text: str, role: str, weight_set: str, now: Proposal) -> dict[str, Weighted]:
    """The proposal of a link; what was meant for another set, or cannot be read, counts as unchanged."""
    wanted = dict(now)
    head, *changes = text.split(",")
    if head != f"{role}~{weight_set}":
        return wanted
    for change in changes:
        parts = change.split(":")
        if len(parts) == _PARTS and parts[0] in wanted:
            weight = _number(parts[1], HIGHEST_WEIGHT)
            requirement = _number(parts[2], HIGHEST_SCORE)
            if weight is not None and (requirement is not None or not parts[2]):
                wanted[parts[0]] = Weighted(weight, requirement)
    return wanted


def to_json(wanted: Proposal) -> str:
    """As the query `proposal` takes it."""
    rows = [
        {"competency_id": name, "weight": weighted.weight, "requirement": weighted.requirement}
        for name, weighted in wanted.items()
    ]
    return json.dumps(rows)


def shares(wanted: Proposal) -> dict[str, float]:
    """Each competency's share of the weights, all 0 where nothing has weight."""
    total = sum(weighted.weight for weighted in wanted.values())
    return {name: weighted.weight / total if total else 0.0 for name, weighted in wanted.items()}


def days_to_begin(today: date) -> list[date]:
    """When a set may begin without touching what is scored: tomorrow, and the next first days of quarters."""
    month = 3 * ((today.month - 1) // 3) + 4
    first = date(today.year + (month > 12), (month - 1) % 12 + 1, 1)
    after = date(first.year + (first.month > 9), (first.month + 2) % 12 + 1, 1)
    return list(dict.fromkeys([first, after, today + timedelta(days=1)]))


def changed_weights(
    columns: Sequence[str], rows: Sequence[Row], role: str, begins: date, wanted: Proposal
) -> bytes:
    """role_weights.csv with the proposal as the role's set from `begins`; every other row stays as it is.

    UTF-8, lines end with LF, as the seeds are. The set goes after the role's other rows, else to the end.
    """
    day = begins.isoformat()
    kept = [row for row in rows if (row["role_id"], row["valid_from"]) != (role, day)]
    places = [place for place, row in enumerate(kept, start=1) if row["role_id"] == role]
    place = places[-1] if places else len(kept)
    added: list[Row] = [
        {
            "role_id": role,
            "competency_id": name,
            "weight": f"{weighted.weight:.12g}",
            "requirement": _written(weighted.requirement),
            "valid_from": day,
        }
        for name, weighted in wanted.items()
        if weighted.weight > 0
    ]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for row in [*kept[:place], *added, *kept[place:]]:
        writer.writerow([row.get(column) or "" for column in columns])
    return file.getvalue().encode()


def _written(requirement: float | None) -> str:
    return "" if requirement is None else f"{requirement:.12g}"


def _number(text: str, highest: float) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= highest else None
