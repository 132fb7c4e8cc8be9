"""Downloads in the reader's words: files that Excel opens as Chinese and never runs as a formula.

A browser saves one file: CSV comes with its particulars in a ZIP, XLSX and Parquet hold them themselves.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import streamlit as st

from dashboards import access
from dashboards.catalogue import Words
from dashboards.frame import Visit
from warehouse import audit
from warehouse.export_cells import Hiding
from warehouse.export_files import SIDECAR, Shape, writer
from warehouse.export_info import Info
from warehouse.exports import to_csv
from warehouse.marts import is_truncated

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
CODED = (
    "scenario",
    "status",
    "recommendation",
    "next_stage",
    "source",
    "code",
    "state",
    "released_how",
    "pool_reason",
    "application_outcome",
    "decision",
    "verdict",
    "duty",
    "duty_state",
    "measure",
)


def as_csv(
    answer: pa.Table, words: Words, fields: Sequence[str] = FIELDS, timezone: ZoneInfo | None = None
) -> bytes:
    """These fields of an answer; headers and codes in words, numbers exact, moments (UTC) in `timezone`."""
    columns = [_column(answer, field, words, timezone) for field in fields]
    return to_csv(pa.table(columns, names=[words(f"csv.{field}") for field in fields]))


def in_words(answer: pa.Table, fields: Sequence[str], words: Words) -> pa.Table:
    """These columns with codes and flags as words; moments stay moments."""
    return pa.table([_column(answer, field, words, None) for field in fields], names=list(fields))


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


_NO_CHOICE = ("all", "", None, False)
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "application/zip",
    "parquet": "application/vnd.apache.parquet",
}


def offered(
    page: Visit,
    name: str,
    table: Callable[[], pa.Table],
    *,
    title: str,
    filters: Mapping[str, str],
    fields: Sequence[str] = (),
    query: str = "",
    hiding: Hiding | None = None,
    label: str = "",
) -> None:
    """A button that opens the three formats; a file is made when it is asked for, and then is audited.

    `fields` are written with their headers and codes in words; without them the table goes as it is.
    """
    words, token = page.words, access.token()

    def made(kind: str) -> bytes:
        access.who_saves(page, token)
        return _made(page, kind, name, table(), title, filters, fields, query, hiding)

    with st.popover(label or words("download.open"), icon=":material/download:", width="stretch"):
        for kind, mime in KINDS.items():
            st.download_button(
                words(f"download.{kind}"),
                data=partial(made, kind),
                file_name=f"{name}.{'csv.zip' if kind == 'csv' else kind}",
                mime=mime,
                key=f"download_{kind}_{name}",
                on_click="ignore",
                width="stretch",
            )


def chosen(page: Visit, own: Mapping[str, object]) -> dict[str, str]:
    """The choices that made a table smaller, by their names in links."""
    given = {**page.choices.parameters(), **own}
    return {name: str(value) for name, value in given.items() if name != "lang" and value not in _NO_CHOICE}


def _made(
    page: Visit,
    kind: str,
    name: str,
    table: pa.Table,
    title: str,
    filters: Mapping[str, str],
    fields: Sequence[str],
    query: str,
    hiding: Hiding | None,
) -> bytes:
    viewer = page.ask.viewer
    info = Info(
        title=title,
        viewer=viewer,
        at=datetime.now(UTC),
        timezone=page.settings.timezone,
        language=page.words.language,
        filters=filters,
        query=query,
        run=page.run,
    )
    audit.record(
        page.settings, who=viewer.name, role=viewer.role, action="export", rows=table.num_rows, format=kind
    )
    return as_file(
        kind, f"{name}.csv", table, page.words, info, fields, hiding or Hiding(), page.settings.exports
    )


def as_file(
    kind: str,
    name: str,
    table: pa.Table,
    words: Words,
    info: Info,
    fields: Sequence[str],
    hiding: Hiding,
    scratch: Path | None = None,
) -> bytes:
    """The content of a file; of a CSV, called `name`, with the particulars beside it in a ZIP."""
    headers: tuple[str, ...] | None = None
    cut = is_truncated(table)
    if fields:
        table = in_words(table, fields, words)
        headers = tuple(words(f"csv.{field}") for field in fields)
    buffer = io.BytesIO()
    made = writer(kind, buffer, Shape.of(table.schema, headers), info, hiding, scratch)
    for batch in table.to_batches(max_chunksize=10_000):
        made.write(batch)
    info = info.ended(made.rows, made.suppressed, cut)
    made.finish(info)
    if kind != "csv":
        return buffer.getvalue()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, buffer.getvalue())
        archive.writestr(f"{name}{SIDECAR}", info.as_json())
    return packed.getvalue()
