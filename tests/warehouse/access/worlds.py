"""Published marts of invented people, with every mart and column that the project promises.

Two worlds differ in everything that one role must not see, and in nothing that it may see: whatever a
query of that role gives, a refusal included, must be the same in both. What a role may see is written down
here once more, independently of the policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse.policy import policy
from warehouse.settings import REPOSITORY, Settings

CONTRACT = REPOSITORY / "dbt_project" / "contracts" / "marts.json"
DEPARTMENT = "sales"
CANDIDATE = "c3"
PEOPLE = 16
ROLES = ("department_head", "analyst", "candidate")

_PAY = re.compile(
    r"pay_|salary|^raise_|mean_offer|compa_ratio|penetration|monthly_cost|^currency$|out_of_band"
)
_PERSONAL = frozenset(
    {"name", "manager_id", "file", "last_file", "message", "author_id", "mentions", "requested_by"}
)
_REVIEW = frozenset(
    {
        "flags",
        "recommendation",
        "next_stage",
        "interruptions",
        "assessment_score",
        "combined_score",
        "unknown_answers_n",
        "is_repeated",
        "duration_vs_median",
        "vendor_score",
        "department_id_then",
        "role_id_then",
        "department_id_now",
        "role_id_now",
        "created_at",
        "slot_start",
        "notified_at",
        "archived_at",
        "background_check",
        "round2_score",
    }
)
# Who made use of a right.
_FOR_AUDITS = frozenset({"is_refusal"})
_OWN_BAND = frozenset({"pay_min", "pay_max", "pay_currency"})
_REFERENCE = frozenset(
    {"roles", "departments", "competencies", "courses", "grades", "role_requirements", "retention_rules"}
)
_OF_THE_CANDIDATE = frozenset(
    {
        "application_history",
        "interview_results",
        "competency_scores",
        "answer_scores",
        "loss_points",
        "next_bands",
        "next_band_steps",
        "development_plans",
    }
)
# Groups of people: what small ones hide is for other tests.
GROUPS = frozenset(
    {
        "batch_progress",
        "grade_bands",
        "quarterly_trends",
        "role_score_summaries",
        "role_score_distributions",
        "claims_ledger",
        "claims_observed",
        "pay_review_budgets",
        "pay_positions",
        "pay_band_checks",
        "role_benchmarks",
        "question_health",
        "refusal_parity",
        "unmatched_people",
    }
)
_FOR_HR = frozenset({"candidates", "employees", "quarantine", "unmatched_people"})
_NOT_FOR_HEADS = frozenset(
    {"claims_ledger", "claims_observed", "question_health", "refusal_parity", "unmatched_people"}
)
_OPERATIONS = frozenset({"ingest_health", "source_health", "quarantine", "privacy_ledger"})


def columns() -> dict[str, dict[str, str]]:
    """Types of the columns of each published relation, as promised, as far as the policy has come."""
    marts = policy().marts
    promised = json.loads(CONTRACT.read_text("utf-8"))
    return {
        name: {column: kind for column, kind in kinds.items() if marts[name].class_of(column)}
        for name, kinds in ((name, entry["columns"]) for name, entry in promised.items())
        if name in marts
    }


# Which columns changed tells a candidate of a second round's score that they may not see.
_REVIEW_OF = {"application_history": frozenset({"changed_columns"})}


def may_see_column(role: str, mart: str, column: str) -> bool:
    """As docs/security.md says it in words."""
    if column in _FOR_AUDITS:
        return False
    if role == "department_head":
        return True
    if column in _OWN_BAND and mart == "interview_results":
        return role == "candidate"
    if _PAY.search(column) and mart != "quarterly_trends":
        return False
    if column in _PERSONAL:
        return role == "candidate" and mart in ("candidates", "employees")
    if role == "candidate" and mart == "warehouse_run":
        return not column.endswith("_n")
    weighed = _REVIEW | _REVIEW_OF.get(mart, frozenset())
    return not (role == "candidate" and column in weighed and mart not in _REFERENCE)


def rows_of(role: str, mart: str) -> str:
    """SQL over a mart's columns: which rows the role may see."""
    if mart in _REFERENCE:
        return "true"
    if mart == "questions":
        return "true" if role != "candidate" else f"question_id in ({_answered()})"
    if role == "analyst":
        return "false" if mart in _FOR_HR else "true"
    if mart == "warehouse_run":
        return "true"
    if role == "candidate":
        own = mart in _OF_THE_CANDIDATE or mart in ("candidates", "employees", "privacy_ledger")
        return f"candidate_id = '{CANDIDATE}'" if own else "false"
    if mart in ("candidates", "employees"):
        return "candidate_id in (" + ", ".join(f"'c{n}'" for n in range(PEOPLE) if n % 2) + ")"
    if mart == "pay_band_checks":
        return "true"
    if mart in GROUPS - _NOT_FOR_HEADS - {"batch_progress", "pay_review_budgets"}:
        return "role_id = 'role1'"
    return "false" if mart in _OPERATIONS | _NOT_FOR_HEADS else f"department_id = '{DEPARTMENT}'"


def _answered() -> str:
    return ", ".join(f"'question_id{n}'" for n in (3,))


def publish_world(home: Path, hidden_from: str | None = None) -> Settings:
    """A published home; what `hidden_from` must not see is something else than in the world without it."""
    settings = Settings(home=home).ensure()
    path = settings.published / "marts_world.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema people")
        for relation, kinds in columns().items():
            connection.execute(f"create table {relation} as {_rows(relation, kinds, hidden_from)}")
    (settings.published / "current.duckdb").symlink_to(path.name)
    return settings


def copy_for(role: str, settings: Settings, path: Path) -> duckdb.DuckDBPyConnection:
    """A database that holds what the role may see and nothing else, where any query may run."""
    connection = duckdb.connect(str(path))
    connection.execute(f"attach '{settings.published}/marts_world.duckdb' as world (read_only)")
    connection.execute("create schema marts; create schema people")
    for relation, kinds in columns().items():
        mart = relation.rpartition(".")[2]
        seen = [f'"{column}"' for column in kinds if may_see_column(role, mart, column)]
        connection.execute(
            f"create table {relation} as select {', '.join(seen)} from world.{relation}"
            f" where {rows_of(role, mart)}"
        )
    connection.execute("detach world; set search_path = 'marts'; set threads = 1; set timezone = 'UTC'")
    return connection


def _rows(relation: str, kinds: dict[str, str], hidden_from: str | None) -> str:
    mart = relation.rpartition(".")[2]
    plain = ", ".join(f'{_value(name, kind, mart)} as "{name}"' for name, kind in kinds.items())
    rows = f"select {plain} from range({PEOPLE}) t(i)"
    if mart in _REFERENCE:
        rows = f"select {plain} from range(4) t(i)"
    if hidden_from is None:
        return rows
    return " union all ".join(_changed(rows, mart, kinds, hidden_from))


def _changed(rows: str, mart: str, kinds: dict[str, str], role: str) -> Iterator[str]:
    """The rows that may be seen with hidden columns changed; the others with everything but keys changed."""
    condition = rows_of(role, mart)
    for chosen, everything in ((condition, False), (f"not coalesce({condition}, false)", True)):
        picked = ", ".join(
            _another(name, kind)
            if (everything and name not in _KEPT) or not may_see_column(role, mart, name)
            else f'"{name}"'
            for name, kind in kinds.items()
        )
        yield f"select {picked} from ({rows}) where {chosen}"
    # One more that must not be seen, where there are such at all.
    if condition != "true" and mart not in (
        "interview_results",
        "competency_scores",
        "offers",
        "pay_reviews",
    ):
        yield f"select * from (from ({rows}) where not coalesce({condition}, false) limit 1)"


# By these a row is known to be hidden, or people are counted: changed, it would be another row.
_KEPT = frozenset(
    """department_id candidate_id employee_id role_id question_id is_current scenario status quarter_start
    competency_id grade review_state""".split()  # noqa: SIM905
)


def _value(name: str, kind: str, mart: str) -> str:
    """A value for row i: people with odd numbers are of the one department and role that is granted."""
    fixed = {
        "department_id": f"case when i % 2 = 1 then '{DEPARTMENT}' else 'technology' end",
        "role_id": "'role' || (i % 2)::varchar",
        "candidate_id": "'c' || i",
        "employee_id": "'e' || i",
        "interview_id": "'I' || i",
        "scenario": "'external'",
        "status": "'scored'",
        "review_state": "'reviewed'",
        "quarter_start": "date '2026-01-01'",
        "grade": "'A'",
        "is_current": "true",
        "competency_id": "'logic'",
    }
    if name in fixed:
        return fixed[name]
    if kind.startswith("struct"):
        return f"cast([] as {kind})" if kind.endswith("[]") else f"cast(null as {kind})"
    return {
        "varchar": f"'{name}' || i",
        "varchar[]": f"['{name}' || i]",
        "boolean": "i % 3 = 0",
        "date": "date '2026-01-01' + i::integer",
        "timestamp": "timestamp '2026-01-01 08:00:00' + interval (i) hour",
    }.get(kind, f"cast(40 + i as {kind})")


def _another(name: str, kind: str) -> str:
    """Something else of the same type."""
    if kind.startswith("struct"):
        return f'"{name}"'
    changed = {
        "varchar": f"'changed ' || coalesce(\"{name}\", '')",
        "varchar[]": "['changed']",
        "boolean": f'not "{name}"',
        "date": f'"{name}" + 1000',
        "timestamp": f'"{name}" + interval 1000 hour',
    }.get(kind, f'cast("{name}" * 2 + 7 as {kind})')
    return f'{changed} as "{name}"'
