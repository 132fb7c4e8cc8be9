"""Downloads in the reader's words: CSV that Excel opens as Chinese and never runs as a formula."""

from __future__ import annotations

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
CODED = ("scenario", "status", "recommendation", "next_stage")


def as_csv(results: pa.Table, words: Words) -> bytes:
    """Rows of the query `results`; headers and codes in words, numbers exact."""
    columns = [_column(results, field, words) for field in FIELDS]
    return to_csv(pa.table(columns, names=[words(f"csv.{field}") for field in FIELDS]))


def _column(results: pa.Table, field: str, words: Words) -> pa.ChunkedArray | pa.Array:
    column = results.column(field)
    if field in CODED:
        return pa.array([words.of(field, value) for value in column.to_pylist()], pa.string())
    if field == "flags":
        comma = words("format.comma")
        lists = ([words.of("flag", flag) for flag in flags or []] for flags in column.to_pylist())
        return pa.array([comma.join(flags) for flags in lists], pa.string())
    if pa.types.is_boolean(column.type):
        named = {True: words("format.yes"), False: words("format.no"), None: None}
        return pa.array([named[value] for value in column.to_pylist()], pa.string())
    return column
