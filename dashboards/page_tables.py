"""The table of a page that readers take along, as a file or by mail, and what of it may be mailed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from dashboards.ask import Questions, Value
from dashboards.download import FIELDS
from dashboards.frame import FEWEST
from warehouse.policy import policy

ROWS_IN_FILE = 100_000
# Parameters that no link sets.
_NO_CHOICE = ("row_limit", "fewest", "each_role")


@dataclass(frozen=True)
class PageTable:
    """The table of a page: `own` are the page's own choices with their defaults, as parameters.

    Rows without the number `n` are too small to be shown. `marts` tell the class of a field by the column of
    its name; `columns` name that of the others.
    """

    query: str
    fields: tuple[str, ...]
    marts: tuple[str, ...]
    own: Mapping[str, Value] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    n: str = ""


_NAMES = {"role_name": "marts.roles.name_zh", "department_name": "marts.departments.name_zh"}
_QUARTERS = PageTable(
    "quarters",
    (
        *("quarter", "role_name", "n", "mean", "ci_low", "ci_high", "median", "p10", "p90", "pass_rate"),
        *("share_80", "delta_mean"),
    ),
    ("marts.quarterly_trends",),
    {"each_role": True},
    {**_NAMES, "quarter": "marts.quarterly_trends.quarter_start"},
    n="n",
)
TABLES: Mapping[str, PageTable] = {
    "overview": _QUARTERS,
    "trend": _QUARTERS,
    "results": PageTable(
        "results",
        FIELDS,
        ("marts.interview_results", "people.candidates"),
        {
            "search": "",
            "grade": "all",
            "status": "all",
            "top10": False,
            "recommendation": "all",
            "flag": "all",
            "row_limit": ROWS_IN_FILE,
        },
        {**_NAMES, "local_date": "marts.interview_results.completed_local_date"},
    ),
    "batches": PageTable(
        "batches",
        (
            *("batch_id", "role_name", "scenario", "first_invited_on", "last_completed_on", "invited_n"),
            *("declined_n", "started_n", "completed_n", "pending_n", "abandoned_n", "participation"),
            *("completion", "interruptions_n", "anomalies_n", "median_minutes", "notify_late_n", "csat"),
        ),
        ("marts.batch_progress",),
        {"row_limit": ROWS_IN_FILE},
        _NAMES,
        n="invited_n",
    ),
    "requisitions": PageTable(
        "requisitions",
        (
            *("requisition_id", "role_name", "department_name", "requisition_status", "opened_on"),
            *("closed_on", "needed_n", "completed_n", "high_n", "supply_ratio"),
        ),
        ("marts.requisition_shortlists",),
        {"row_limit": ROWS_IN_FILE},
        _NAMES,
    ),
    "roles": PageTable(
        "summaries",
        (
            *("role_name", "n", "mean", "ci_low", "ci_high", "sd", "min", "p10", "p25", "p50", "p75", "p90"),
            *("max", "share_80", "top10_cutoff"),
        ),
        ("marts.role_score_summaries",),
        {"competency": "composite"},
        _NAMES,
        n="n",
    ),
    "questions": PageTable(
        "question_list",
        (
            *("question_id", "question", "role_name", "scenario", "version", "asked_n", "people_n", "n"),
            *("mean", "sd", "difficulty", "floor_share", "ceiling_share", "skip_rate", "repeated_rate"),
            *("short_rate", "median_seconds", "expected_seconds"),
        ),
        ("marts.question_health",),
        {},
        {**_NAMES, "question": "marts.questions.text_zh"},
        n="asked_n",
    ),
    "outcomes": PageTable(
        "outcome_grades",
        ("measure", "grade", "n", "hits", "value", "low", "high"),
        ("marts.interview_outcomes",),
        {"fewest": FEWEST},
        {
            "measure": "marts.interview_outcomes.outcome",
            "n": "marts.interview_outcomes.interview_id",
            "hits": "marts.interview_outcomes.outcome",
            **dict.fromkeys(("value", "low", "high"), "marts.interview_outcomes.performance_12m"),
        },
        n="n",
    ),
}


def shown(table: PageTable, answer: pa.Table, everything: str) -> pa.Table:
    """The rows that the page shows: without groups that are too small; totals are called `everything`."""
    if table.n:
        answer = answer.filter(pc.is_valid(answer.column(table.n)))
    if table.query == "quarters":
        place = answer.schema.get_field_index("role_name")
        named = pc.fill_null(answer.column(place), everything)
        answer = answer.set_column(place, "role_name", named)
    return answer


def seen_fields(table: PageTable, ask: Questions) -> list[str]:
    """The fields whose class the reader sees."""
    return [
        name for name in table.fields if (found := _class_of(table, name)) is not None and ask.sees(found)
    ]


def mailed_fields(table: PageTable, ask: Questions) -> list[str]:
    """The fields whose class may be mailed and is seen by the reader; one without a class is neither."""
    return [name for name in table.fields if _may_be_mailed(_class_of(table, name), ask)]


def left_out(table: PageTable, ask: Questions) -> list[str]:
    """The classes that the reader sees on the page and that stay in the house."""
    stays = [_class_of(table, name) for name in table.fields if name not in mailed_fields(table, ask)]
    return sorted({name for name in stays if name is not None and ask.sees(name)})


def own_parameters(table: PageTable, given: Mapping[str, str], role: str) -> dict[str, Value]:
    """The page's own choices as they stand in a link, as parameters of its query."""
    own: dict[str, Value] = {
        name: (given[name] == "1" if isinstance(default, bool) else given[name])
        if name in given and name not in _NO_CHOICE
        else default
        for name, default in table.own.items()
    }
    return own | ({"fewest": 0} if "fewest" in own and policy().roles[role].everything else {})


def _class_of(table: PageTable, name: str) -> str | None:
    places: Sequence[str] = (
        (table.columns[name],) if name in table.columns else [f"{m}.{name}" for m in table.marts]
    )
    for place in places:
        mart, _, column = place.rpartition(".")
        found = policy().marts[mart].class_of(column) if mart in policy().marts else None
        if found is not None:
            return found
    return None


def _may_be_mailed(name: str | None, ask: Questions) -> bool:
    return name is not None and name in policy().mail.classes and ask.sees(name)
