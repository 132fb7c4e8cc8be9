"""Downloads: CSV that Excel opens as Chinese and never runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from dashboards.ask import Row
from dashboards.frame import Visit

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
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


def as_csv(page: Visit, rows: Sequence[Row]) -> bytes:
    """The rows in UTF-8 with a byte-order mark; headers and codes in the reader's words, numbers exact."""
    words = page.words
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([words(f"csv.{field}") for field in FIELDS])
    for row in rows:
        writer.writerow([_safe(_cell(page, field, row[field])) for field in FIELDS])
    return file.getvalue().encode("utf-8-sig")


def _cell(page: Visit, field: str, value: object) -> object:
    words = page.words
    if value is None:
        return ""
    if field in CODED:
        return words.of(field, value)
    if field == "flags" and isinstance(value, list):
        return words("format.comma").join(words.of("flag", flag) for flag in value)
    if isinstance(value, bool):
        return words("format.yes" if value else "format.no")
    return value


def _safe(value: object) -> object:
    """A text that a spreadsheet would run starts with an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
