"""The tables that are mailed: which page, which query, which fields, and what of them may leave the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from dashboards.ask import Questions, Value
from dashboards.download import FIELDS
from warehouse.policy import policy

ROWS_IN_FILE = 100_000


@dataclass(frozen=True)
class MailTable:
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
TABLES: Mapping[str, MailTable] = {
    "overview": MailTable(
        "quarters",
        (
            *("quarter", "role_name", "n", "mean", "ci_low", "ci_high", "median", "p10", "p90", "pass_rate"),
            *("share_80", "delta_mean"),
        ),
        ("marts.quarterly_trends",),
        {"each_role": True},
        {**_NAMES, "quarter": "marts.quarterly_trends.quarter_start"},
        n="n",
    ),
    "results": MailTable(
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
    "batches": MailTable(
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
    "requisitions": MailTable(
        "requisitions",
        (
            *("requisition_id", "role_name", "department_name", "requisition_status", "opened_on"),
            *("closed_on", "needed_n", "completed_n", "high_n", "supply_ratio"),
        ),
        ("marts.requisition_shortlists",),
        {"row_limit": ROWS_IN_FILE},
        _NAMES,
    ),
}


def shown(table: MailTable, answer: pa.Table, everything: str) -> pa.Table:
    """The rows that the page shows: without groups that are too small; totals are called `everything`."""
    if table.n:
        answer = answer.filter(pc.is_valid(answer.column(table.n)))
    if table.query == "quarters":
        place = answer.schema.get_field_index("role_name")
        named = pc.fill_null(answer.column(place), everything)
        answer = answer.set_column(place, "role_name", named)
    return answer


def mailed_fields(table: MailTable, ask: Questions) -> list[str]:
    """The fields whose class may be mailed and is seen by the reader; one without a class is neither."""
    return [name for name in table.fields if _may_be_mailed(_class_of(table, name), ask)]


def left_out(table: MailTable, ask: Questions) -> list[str]:
    """The classes that the reader sees on the page and that stay in the house."""
    stays = [_class_of(table, name) for name in table.fields if name not in mailed_fields(table, ask)]
    return sorted({name for name in stays if name is not None and ask.sees(name)})


def own_parameters(table: MailTable, given: Mapping[str, str]) -> dict[str, Value]:
    """The page's own choices as they stand in a link, as parameters of its query."""
    return {
        name: (given[name] == "1" if isinstance(default, bool) else given[name])
        if name in given and name != "row_limit"
        else default
        for name, default in table.own.items()
    }


def _class_of(table: MailTable, name: str) -> str | None:
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
