"""supplementary_interviews and pay_band_checks worked out a second time."""

from __future__ import annotations

from itertools import pairwise

from tests.independent.results import Results
from tests.independent.scoring import Judged
from tests.independent.world import Row, World

STATES = {"scored": "done", "pending": "pending", "declined": "declined", "abandoned": "abandoned"}


def supplementary_interviews(
    world: World, judged: Results, recommendations: dict[str, str | None]
) -> list[Row]:
    """Every supplementary interview, and every request that none has answered."""
    asked: dict[str, list[Row]] = {}
    for row in sorted(world.rows("comments"), key=lambda row: (row["created_at"], row["comment_id"])):
        if row["kind"] == "request_supplement":
            asked.setdefault(row["interview_id"], []).append(row)
    rows = []
    supplemented = set()
    for found in judged.values():
        first = judged.get(found.row["supplement_of"] or "")
        if first is None:
            continue
        supplemented.add(first.interview_id)
        requests = asked.get(first.interview_id, [])
        arranged = found.row["invited_at"]
        before = [row for row in requests if arranged is None or row["created_at"] <= arranged]
        rows.append(row_of(world, first, found, before, recommendations))
    for name, requests in asked.items():
        if name in judged and name not in supplemented:
            rows.append(row_of(world, judged[name], None, requests, recommendations))
    return rows


def row_of(
    world: World,
    first: Judged,
    second: Judged | None,
    requests: list[Row],
    recommendations: dict[str, str | None],
) -> Row:
    request = requests[0] if requests else {}
    requested_at = request.get("created_at")
    requested_on = world.local_day(requested_at)
    invited_at = second.row["invited_at"] if second else None
    completed_on = second.completed_on if second else None
    scores = first.composite, second.composite if second else None
    dimensions = first.dimensions()
    del dimensions["interview_id"]
    return {
        **dimensions,
        "supplement_id": second.interview_id if second else request["comment_id"],
        "interview_id": first.interview_id,
        "supplement_interview_id": second.interview_id if second else None,
        "state": STATES.get(second.status, "insufficient") if second else "requested",
        "reason": reason(world, first, requests, recommendations),
        "weak_competency_ids": sorted(first.below_requirement),
        "request_comment_id": request.get("comment_id"),
        "requested_by": request.get("author_id"),
        "requested_at": requested_at,
        "requested_local_date": requested_on,
        "requests_n": len(requests),
        "invited_local_date": world.local_day(invited_at),
        "completed_local_date": completed_on,
        "invite_hours": (invited_at - requested_at).total_seconds() / 3600
        if invited_at and requested_at
        else None,
        "done_days": (completed_on - requested_on).days if completed_on and requested_on else None,
        "first_score": scores[0],
        "supplement_score": scores[1],
        "gain": scores[1] - scores[0] if scores[0] is not None and scores[1] is not None else None,
        "first_grade": first.grade,
        "supplement_grade": second.grade if second else None,
    }


def reason(world: World, first: Judged, requests: list[Row], recommendations: dict[str, str | None]) -> str:
    if first.composite is None:
        return "too_little_data"
    if (first.row["interruptions"] or 0) >= world.policy.variables["interruptions_anomaly"]:
        return "technical"
    if recommendations[first.interview_id] == "supplement":
        return "recommended"
    return "asked_by_department" if requests else "unstated"


def pay_band_checks(world: World, offers: list[Row]) -> list[Row]:
    """Gaps, overlaps and grades without a band, for each day on which the pay policy changed."""
    days = sorted({row["valid_from"] for row in world.policy.seed_rows("pay_policy")})
    rows = []
    for start, end in pairwise([*days, None]):
        assert start
        banded = [
            (row["grade"], world.policy.pay(row["grade"], start)) for row in reversed(world.policy.grades)
        ]
        mine = [
            offer
            for offer in offers
            if start <= offer["offered_local_date"] and (end is None or offer["offered_local_date"] < end)
        ]
        named = {"in_force_from": start, "in_force_before": end, "is_in_force": end is None}
        for grade, band in banded:
            if band["pay_min"] is None:
                count = sum(offer["grade"] == grade for offer in mine)
                nothing = dict.fromkeys(("pay_from", "pay_to", "width", "currency"))
                both = {"lower_grade": grade, "upper_grade": grade}
                rows.append({**named, "kind": "no_band", **both, **nothing, "offers_n": count})
        known = [(grade, band) for grade, band in banded if band["pay_min"] is not None]
        rows += [
            {**named, **between}
            for (low_grade, low), (high_grade, high) in pairwise(known)
            if (between := edge(low_grade, low, high_grade, high, mine))
        ]
    return rows


def edge(low_grade: str, low: Row, high_grade: str, high: Row, offers: list[Row]) -> Row | None:
    """What lies between two neighbouring bands, or in both."""
    is_gap = low["pay_max"] < high["pay_min"]
    ends = sorted((low["pay_max"], high["pay_min"]))
    if ends[0] == ends[1]:
        return None
    salaries = [
        offer["offer_monthly_salary"] for offer in offers if offer["offer_monthly_salary"] is not None
    ]
    return {
        "kind": "gap" if is_gap else "overlap",
        "lower_grade": low_grade,
        "upper_grade": high_grade,
        "pay_from": ends[0],
        "pay_to": ends[1],
        "width": ends[1] - ends[0],
        "currency": low["currency"],
        "offers_n": sum(
            ends[0] < salary < ends[1] if is_gap else ends[0] <= salary <= ends[1] for salary in salaries
        ),
    }
