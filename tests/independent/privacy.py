"""privacy_ledger and refusal_parity worked out a second time."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.independent.results import Results
from tests.independent.scoring import Judged
from tests.independent.world import Row, World

EMPTY = dict.fromkeys(
    (
        *("field_class", "interview_id", "request_id", "consent_version", "consent_purpose", "purge_due"),
        *("answer_due", "purged_at", "closed_at", "receipt_hash"),
    )
)


def privacy_ledger(world: World, judged: Results) -> list[Row]:
    """Consents, refusals, requests and retention; nothing is purged or answered yet."""
    return [
        *(consent(world, person) for person in world.rows("candidates")),
        *refusals(world, judged),
        *(
            request(world, row)
            for row in world.rows("privacy_requests")
            if row["kind"] in ("erase", "export")
        ),
        *retention(world, judged),
    ]


def obligation(world: World, name: str, person: str, kind: str, began: datetime | None) -> Row:
    """The columns that every obligation has."""
    return {
        **EMPTY,
        "obligation_id": name,
        "candidate_id": person,
        "obligation": kind,
        "began_at": began,
        "began_local_date": world.local_day(began),
        "has_conflict": False,
    }


def consent(world: World, person: Row) -> Row:
    given, purpose = person["consented_at"], person["consent_purpose"]
    name = person["candidate_id"]
    return obligation(world, f"consent:{name}", name, "consent", given) | {
        "consent_version": person["consent_version"],
        "consent_purpose": purpose,
        "state": "missing" if given is None else "given" if purpose else "without_purpose",
    }


def refusals(world: World, judged: Results) -> list[Row]:
    """One a person: broken when an interview began while the refusal stood."""
    said: dict[str, list[tuple[datetime, bool]]] = {}
    for candidate in world.rows("candidates"):
        if candidate["refused_ai_at"]:
            said.setdefault(candidate["candidate_id"], []).append((candidate["refused_ai_at"], True))
    for row in world.rows("privacy_requests"):
        if row["kind"] in ("refuse_ai", "withdraw_refusal"):
            said.setdefault(row["candidate_id"], []).append((row["requested_at"], row["kind"] == "refuse_ai"))
    rows = []
    for person, moments in said.items():
        refused = [moment for moment, is_refusal in moments if is_refusal]
        if not refused:
            continue
        began = max(refused)
        withdrawn = [moment for moment, is_refusal in moments if not is_refusal and moment >= max(refused)]
        closed = min(withdrawn, default=None)
        is_broken = any(
            found.row["candidate_id"] == person
            and found.row["started_at"]
            and found.row["started_at"] >= began
            and (closed is None or found.row["started_at"] < closed)
            for found in judged.values()
        )
        state = "broken" if is_broken else "withdrawn" if closed else "in_force"
        made = obligation(world, f"refusal:{person}", person, "refusal", began)
        rows.append(made | {"closed_at": closed, "state": state})
    return rows


def request(world: World, row: Row) -> Row:
    policy = {one["kind"]: one["answer_days"] for one in world.policy.seed_rows("privacy_request_policy")}
    asked = world.local_day(row["requested_at"])
    assert asked
    due = asked + timedelta(days=policy[row["kind"]])
    name = row["request_id"]
    made = obligation(world, f"request:{name}", row["candidate_id"], row["kind"], row["requested_at"])
    state = "overdue" if due < world.today else "open"
    return made | {"request_id": name, "answer_due": due, "state": state}


def retention(world: World, judged: Results) -> list[Row]:
    """Each class of records that a completed interview left, by the rules in force."""
    rules: dict[str, list[Row]] = {}
    for rule in world.policy.seed_rows("retention_policy"):
        if rule["is_in_force"]:
            rules.setdefault(rule["field_class"], []).append(rule)
    rows = []
    for found in judged.values():
        recorded_on = found.row["recorded_on"]
        if recorded_on is None:
            continue
        for kind, applying in rules.items():
            if not has_records(found, kind):
                continue
            days = min(row["max_days"] for row in applying if row["max_days"] is not None)
            is_held = any(rule["is_legal_hold"] for rule in applying)
            due = None if is_held else recorded_on + timedelta(days=int(days))
            name = f"{kind}:{found.interview_id}"
            made = obligation(world, name, found.row["candidate_id"], "retention", found.row["completed_at"])
            rows.append(
                made
                | {
                    "field_class": kind,
                    "interview_id": found.interview_id,
                    "purge_due": due,
                    "state": "on_hold" if due is None else "overdue" if due < world.today else "kept",
                    "has_conflict": is_conflict(applying),
                }
            )
    return rows


def has_records(found: Judged, kind: str) -> bool:
    """Nothing is recorded of an interview in writing; texts of any other may be there, seen or not."""
    if kind == "scores":
        return any(competency.score is not None for competency in found.competencies.values())
    return kind == "texts" or (kind == "recordings" and found.row["modality"] != "text")


def is_conflict(rules: list[Row]) -> bool:
    """Whether a rule in force keeps longer than another lets it."""
    keep = max((row["min_days"] for row in rules if row["min_days"] is not None), default=0)
    purge = min((row["max_days"] for row in rules if row["max_days"] is not None), default=keep)
    return bool(keep > purge)
