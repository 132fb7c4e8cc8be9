"""Weights and requirements of roles, weights of criteria."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise

from scoring_udfs.rubric_check.finding import Finding, Line, Policies

Sets = Mapping[str, Mapping[dt.date, list[Line]]]


def check(policies: Policies, today: dt.date) -> Iterator[Finding]:
    """A weight of nothing, a requirement outside 0–100, a role that nobody could be scored for."""
    for line in policies.lines("role_weights"):
        if line.value("weight") == 0:
            yield line.found("error", "weight_zero", "weight")
        requirement = line.value("requirement")
        if requirement is not None and requirement > 100:
            yield line.found("error", "requirement_range", "requirement", value=line.text("requirement"))
    for line in policies.lines("criteria"):
        if line.value("weight") == 0:
            yield line.found(
                "warning", "criterion_weight_zero", "weight", criterion=line.text("criterion_id")
            )
    if "role_weights" in policies.seeds:
        yield from _roles(policies, _sets(policies), today)


def _sets(policies: Policies) -> Sets:
    """role_id → valid_from → the lines of the set; a date that is none has no set."""
    sets: dict[str, dict[dt.date, list[Line]]] = {}
    for line in policies.lines("role_weights"):
        try:
            day = dt.date.fromisoformat(line.text("valid_from"))
        except ValueError:
            continue
        sets.setdefault(line.text("role_id"), {}).setdefault(day, []).append(line)
    return sets


def _roles(policies: Policies, sets: Sets, today: dt.date) -> Iterator[Finding]:
    for role, line in policies.ids("roles", "role_id").items():
        if role not in sets:
            yield line.found("error", "role_without_weights", "role_id", role=role)
            continue
        days = sorted(sets[role])
        if days[0] > today:
            first = sets[role][days[0]][0]
            yield first.found("warning", "weights_begin_later", "valid_from", role=role, day=days[0])
        for day in days:
            if sum(line.value("weight") or 0 for line in sets[role][day]) == 0:
                yield sets[role][day][0].found("error", "weights_add_to_zero", "weight", role=role, day=day)
        for before, after in pairwise(days):
            yield from _dropped(role, after, sets[role][before], sets[role][after])


def _dropped(role: str, day: dt.date, before: list[Line], after: list[Line]) -> Iterator[Finding]:
    """A later set replaces the earlier one as a whole, which whoever adds one row may not expect."""
    kept = {line.text("competency_id") for line in after}
    for line in before:
        if line.text("competency_id") not in kept:
            yield after[0].found(
                *("warning", "set_drops", "valid_from"),
                role=role,
                day=day,
                competency=line.text("competency_id"),
            )
