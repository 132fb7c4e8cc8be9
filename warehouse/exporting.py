"""Writing what a query gives into a file, with its particulars, in flat memory; every export is audited."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import QueryFailedError, QueryRefusedError, UsageError
from warehouse.export_cells import Hiding
from warehouse.export_files import Shape, format_of, new_file, write_sidecar, writer
from warehouse.export_info import Info
from warehouse.marts import Marts
from warehouse.sandbox import Sandbox
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR, Viewer

_RUN = "select run_id, rubric_version, weights_version, data_as_of from marts.warehouse_run"
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
# As people call them.
SHORT_NAMES = {"results": "marts.interview_results", "candidates": "people.candidates"}


@dataclass(frozen=True)
class Wanted:
    """What is exported: a text with its parameters, what it is called, and the filters in it."""

    sql: str
    title: str
    params: Sequence[object] = ()
    filters: Mapping[str, str] | None = None
    is_written_by_hand: bool = False


def named(name: str, where: Iterable[str], columns: Mapping[str, Sequence[str]]) -> Wanted:
    """A published relation by its name with filters `column=value`; one column named twice takes either."""
    relation = _relation(name, columns)
    chosen: dict[str, list[str]] = {}
    for text in where:
        column, sign, value = text.partition("=")
        if not sign or column.strip() not in columns[relation]:
            raise UsageError(
                f"{text!r} is no filter of {relation}: write column=value with one of "
                f"{', '.join(columns[relation])}."
            )
        chosen.setdefault(column.strip(), []).append(_first_day(value.strip()))
    conditions = [
        f"coalesce(cast(\"{column}\" as varchar), '') in ({', '.join('?' for _ in values)})"
        for column, values in chosen.items()
    ]
    condition = f" where {' and '.join(conditions)}" if conditions else ""
    return Wanted(
        f"select * from {relation}{condition}",
        relation,
        [value for values in chosen.values() for value in values],
        {column: ", ".join(values) for column, values in chosen.items()},
    )


def to_file(
    sandbox: Sandbox, settings: Settings, wanted: Wanted, viewer: Viewer, path: Path, language: str
) -> Info:
    """Writes the rows of a query as `viewer` sees them; what the file says of itself comes back."""
    file_format = format_of(path)
    info = info_of(sandbox.marts, settings, wanted, viewer, language)
    with new_file(path) as file:
        with sandbox.rows(wanted.sql, wanted.params, viewer=viewer, action="export") as found:
            hiding = Hiding(found.prepared.suppressible)
            made = writer(file_format, file, Shape.of(found.schema), info, hiding, settings.exports)
            for batch in found.batches():
                made.write(batch)
            info = info.ended(made.rows, made.suppressed, found.is_truncated)
            made.finish(info)
        if file_format == "csv":
            write_sidecar(path, info)
    return info


def info_of(marts: Marts, settings: Settings, wanted: Wanted, viewer: Viewer, language: str) -> Info:
    """The particulars that are known before the first row."""
    return Info(
        title=wanted.title,
        viewer=viewer,
        at=dt.datetime.now(dt.UTC),
        timezone=settings.timezone,
        language=language,
        filters=wanted.filters or {},
        query=wanted.sql if wanted.is_written_by_hand else "",
        run=run_of(marts),
    )


def run_of(marts: Marts) -> Mapping[str, object]:
    """Versions and dates of what is published; nothing where the file does not say."""
    try:
        rows: list[dict[str, object]] = marts.query(_RUN, viewer=OPERATOR).to_pylist()
    except (QueryRefusedError, QueryFailedError):
        return {}
    return rows[0] if rows else {}


def _relation(name: str, columns: Mapping[str, Sequence[str]]) -> str:
    wanted = name.lower().strip()
    for candidate in (SHORT_NAMES.get(wanted, wanted), f"marts.{wanted}", f"people.{wanted}"):
        if candidate in columns:
            return candidate
    raise UsageError(f"There is no result named {name!r}: there are {', '.join(sorted(columns))}.")


def _first_day(value: str) -> str:
    """`2026-Q3` as marts have quarters: by their first day."""
    found = _QUARTER.fullmatch(value)
    return f"{found[1]}-{3 * int(found[2]) - 2:02d}-01" if found else value
