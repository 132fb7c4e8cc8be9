"""batch_progress worked out a second time."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.independent.results import Results
from tests.independent.scoring import Judged, refusers
from tests.independent.world import Row, World

WHOLE_ROW = ("role_id", "department_id", "scenario", "question_bank_id")
ACCEPTED = {"accepted", "started", "completed", "abandoned"}


def batch_progress(world: World, judged: Results) -> list[Row]:
    """Every batch and channel, and every batch for all its channels."""
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for found in judged.values():
        batch, channel = found.row["batch_id"] or "none", found.row["channel"] or "unknown"
        groups[batch, channel].append(found)
        groups[batch, "all"].append(found)
    answers: dict[str, list[float]] = defaultdict(list)
    for row in world.rows("surveys"):
        if row["question"] == "overall":
            answers[row["interview_id"]].append(row["score"])
    refused = refusers(world)
    return [
        {
            "batch_id": batch,
            "channel": channel,
            **dimensions(members),
            **days(world, members),
            **counts(members),
            **times(members),
            **session_facts(world, members),
            **notices(world, members),
            **entries(world, members),
            "refused_ai_n": sum(
                found.status == "declined" and found.row["candidate_id"] in refused for found in members
            ),
            **satisfaction(members, answers),
        }
        for (batch, channel), members in groups.items()
    ]


def dimensions(members: list[Judged]) -> Row:
    """What all interviews of the row share."""
    row: Row = {}
    for name in WHOLE_ROW:
        values = {found.department_id if name == "department_id" else found.row[name] for found in members}
        row[name] = values.pop() if len(values) == 1 else None
    return row


def days(world: World, members: list[Judged]) -> Row:
    invited = [day for found in members if (day := world.local_day(found.row["invited_at"]))]
    completed = [found.completed_on for found in members if found.completed_on]
    created = [day for found in members if (day := world.local_day(found.row["created_at"]))]
    archived = [day for found in members if (day := world.local_day(found.row["archived_at"]))]
    return {
        "created_n": len(created),
        "archived_n": len(archived),
        "first_created_on": min(created, default=None),
        "last_archived_on": max(archived, default=None),
        "first_completed_on": min(completed, default=None),
        "first_invited_on": min(invited, default=None),
        "last_invited_on": max(invited, default=None),
        "last_completed_on": max(completed, default=None),
    }


def has_started(found: Judged) -> bool:
    return found.row["started_at"] is not None or found.row["status"] in ("started", "completed")


def counts(members: list[Judged]) -> Row:
    """Who refused is in no rate."""

    def count(is_one: Callable[[Judged], Any]) -> int:
        return sum(bool(is_one(found)) for found in members)

    declined = count(lambda found: found.status == "declined")
    started = count(lambda found: found.status != "declined" and has_started(found))
    completed = count(lambda found: found.completed_on)
    asked = len(members) - declined
    left = count(lambda found: found.status == "abandoned" and has_started(found))
    return {
        "invited_n": len(members),
        "declined_n": declined,
        "accepted_n": count(
            lambda found: (
                found.status != "declined"
                and (found.row["accepted_at"] or has_started(found) or found.row["status"] in ACCEPTED)
            )
        ),
        "started_n": started,
        "completed_n": completed,
        "abandoned_n": count(lambda found: found.status == "abandoned"),
        "pending_n": count(lambda found: found.status == "pending"),
        "participation": started / asked if asked else None,
        "completion": completed / asked if asked else None,
        "abandon_rate": left / started if started else None,
    }


def times(members: list[Judged]) -> Row:
    minutes = [
        (found.row["completed_at"] - found.row["started_at"]).total_seconds() / 60
        for found in members
        if found.completed_on and found.row["started_at"]
    ]
    hours = [
        (found.row["started_at"] - found.row["invited_at"]).total_seconds() / 3600
        for found in members
        if found.row["started_at"] and found.row["invited_at"]
    ]
    return {
        "mean_minutes": statistics.fmean(minutes) if minutes else None,
        "median_minutes": statistics.median(minutes) if minutes else None,
        "median_hours_to_start": statistics.median(hours) if hours else None,
    }


def session_facts(world: World, members: list[Judged]) -> Row:
    interruptions = [found.row["interruptions"] or 0 for found in members]
    started = [found.row for found in members if found.status != "declined" and has_started(found)]
    anomaly = world.policy.variables["interruptions_anomaly"]
    return {
        "interruptions_n": sum(interruptions),
        "anomalies_n": sum(given >= anomaly for given in interruptions),
        "device_ok_share": share([row["device_ok"] for row in started]),
        "mock_done_share": share([row["mock_done"] for row in started]),
    }


def share(values: list[bool | None]) -> float | None:
    """Share of yes among all of the started; a check that is not on record is no yes."""
    return sum(value is True for value in values) / len(values) if values else None


def notices(world: World, members: list[Judged]) -> Row:
    """How soon people heard of the result."""
    minutes = [
        (found.row["notified_at"] - found.row["completed_at"]).total_seconds() / 60
        for found in members
        if found.completed_on and found.row["notified_at"]
    ]
    return {
        "notified_n": len(minutes),
        "notify_late_n": sum(given > world.policy.variables["notify_minutes_max"] for given in minutes),
        "median_notify_minutes": statistics.median(minutes) if minutes else None,
    }


def entries(world: World, members: list[Judged]) -> Row:
    """How soon people got in after the time that they had booked; who came earlier did not wait."""
    seconds = [
        max(0.0, (found.row["started_at"] - found.row["slot_start"]).total_seconds())
        for found in members
        if found.row["started_at"] and found.row["slot_start"]
    ]
    at_once = sum(given <= world.policy.variables["entry_seconds_max"] for given in seconds)
    return {
        "booked_n": sum(found.row["slot_start"] is not None for found in members),
        "entered_n": len(seconds),
        "median_seconds_to_enter": statistics.median(seconds) if seconds else None,
        "entered_at_once_share": at_once / len(seconds) if seconds else None,
    }


def satisfaction(members: list[Judged], answers: dict[str, list[float]]) -> Row:
    scores = [score for found in members for score in answers.get(found.interview_id, [])]
    return {"csat": statistics.fmean(scores) if scores else None, "csat_n": len(scores)}
