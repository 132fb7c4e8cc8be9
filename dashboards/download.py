"""Downloads in the reader's words: CSV that Excel opens as Chinese and never runs as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

import pyarrow as pa

from dashboards.catalogue import Words
from warehouse.exports import to_csv

FIELDS = (
    "interview_id",
    "candidate_id",
    "name",
    "role_name",
    "department_name",
    "scenario",
    "attempt",
    "status",
    "local_date",
    "composite_score",
    "grade",
    "coverage",
    "cohort_rank",
    "cohort_n",
    "is_top10",
    "recommendation",
    "next_stage",
    "fit_score",
    "assessment_score",
    "combined_score",
    "pay_min",
    "pay_max",
    "pay_currency",
    "flags",
    "rubric_version",
    "weights_version",
    "run_id",
)
QUARANTINE = (
    "source",
    "file",
    "row_number",
    "column_name",
    "value",
    "code",
    "reason",
    "contract_version",
    "quarantined_at",
    "state",
    "released_at",
    "released_how",
    "released_by",
)
PROPOSAL = (
    "interview_id",
    "candidate_id",
    "name",
    "move",
    "grade_before",
    "grade_after",
    "score_before",
    "score_after",
    "recommendation_before",
    "recommendation_after",
)
CODED = ("scenario", "status", "recommendation", "next_stage", "source", "code", "state", "released_how")


def as_csv(
    answer: pa.Table, words: Words, fields: Sequence[str] = FIELDS, timezone: ZoneInfo | None = None
) -> bytes:
    """These fields of an answer; headers and codes in words, numbers exact, moments (UTC) in `timezone`."""
    columns = [_column(answer, field, words, timezone) for field in fields]
    return to_csv(pa.table(columns, names=[words(f"csv.{field}") for field in fields]))


def _column(
    answer: pa.Table, field: str, words: Words, timezone: ZoneInfo | None
) -> pa.ChunkedArray | pa.Array:
    column = answer.column(field)
    if field in CODED:
        return pa.array([words.of(field, value) for value in column.to_pylist()], pa.string())
    if field == "flags":
        comma = words("format.comma")
        lists = ([words.of("flag", flag) for flag in flags or []] for flags in column.to_pylist())
        return pa.array([comma.join(flags) for flags in lists], pa.string())
    if pa.types.is_boolean(column.type):
        named = {True: words("format.yes"), False: words("format.no"), None: None}
        return pa.array([named[value] for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(column.type) and timezone is not None:
        moments = (at and at.replace(tzinfo=UTC).astimezone(timezone) for at in column.to_pylist())
        return pa.array([at and f"{at:%Y-%m-%d %H:%M:%S}" for at in moments], pa.string())
    return column
