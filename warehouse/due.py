"""What is past its last day, class by class: ids, or names of files, of what began before a day."""

from __future__ import annotations

import datetime as dt

import duckdb
import pyarrow.parquet as pq

from warehouse.old_files import files_before, old_originals, quarantined_before
from warehouse.retention import RECORDINGS, TEXTS
from warehouse.settings import Settings

# An interview begins its clock when it was completed; one that never was, with the last that is known of it.
_LAST_SEEN = """
    with interviews as (
        select * from read_parquet($interviews, union_by_name = true)
        where interview_id is not null
        qualify row_number() over (partition by interview_id order by
            coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc) = 1
    ),
    seen as (
        select interview_id, candidate_id, modality, status = 'completed' as is_completed,
            cast(timezone($zone, coalesce(
                completed_at, started_at, accepted_at, invited_at, created_at, _arrived_at
            )) as date) as day
        from interviews
    )
"""
_DUE = _LAST_SEEN + "select interview_id, modality, is_completed from seen where day < $before order by 1"
_ALONE = """
    select interview_id from read_parquet($answers, union_by_name = true)
    where interview_id not in (select interview_id from read_parquet($interviews, union_by_name = true))
    group by interview_id having max(cast(timezone($zone, _arrived_at) as date)) < $before
"""
_WITH_TEXT = """
    select distinct interview_id from read_parquet($rows, union_by_name = true)
    where interview_id is not null and ({condition})
"""
_CONTACT = (
    _LAST_SEEN
    + """,
    days as (
        select candidate_id, day from seen
        union all
        select candidate_id, cast(timezone($zone, greatest(
            coalesce(applied_at, _arrived_at), coalesce(stage_entered_at, applied_at, _arrived_at),
            coalesce(offered_at, applied_at, _arrived_at)
        )) as date) from read_parquet($applications, union_by_name = true)
        union all
        select candidate_id, cast(timezone($zone, coalesce(consented_at, _arrived_at)) as date)
        from read_parquet($candidates, union_by_name = true)
    )
    select candidate_id from days
    where candidate_id not in (
        select candidate_id from read_parquet($employees, union_by_name = true) where candidate_id is not null
    )
    group by candidate_id having max(day) < $before order by 1
"""
)


def texts(settings: Settings, before: dt.date) -> list[str]:
    """Interviews whose texts are due: those that have some, and completed ones that the ledger waits for."""
    with _connection() as connection:
        due = {row[0]: row[2] for row in _interviews(settings, connection, before)}
        given = {
            **_files(settings, "answers", "interviews"),
            "zone": str(settings.timezone),
            "before": before,
        }
        due |= {row[0]: False for row in connection.execute(_ALONE, given).fetchall()}
        have: set[str] = set()
        for source in ("interviews", "answers", "comments"):
            have |= _with_text(settings, connection, source)
    noted = _noted(settings, TEXTS)
    return sorted(
        id_ for id_, is_completed in due.items() if id_ in have or (is_completed and id_ not in noted)
    )


def recordings(settings: Settings, before: dt.date) -> list[str]:
    """Completed interviews with sound or picture, which is nowhere stored here: their day is noted."""
    noted = _noted(settings, RECORDINGS)
    with _connection() as connection:
        return [
            id_
            for id_, modality, is_completed in _interviews(settings, connection, before)
            if is_completed and modality != "text" and id_ not in noted
        ]


def scores(settings: Settings, before: dt.date) -> list[str]:
    """Interviews whose scores are due, with all their rows."""
    with _connection() as connection:
        return [row[0] for row in _interviews(settings, connection, before)]


def contact(settings: Settings, before: dt.date) -> list[str]:
    """Candidates who have not been seen for so long and still have a name or contact data; no employees."""
    given = _files(settings, "interviews", "applications", "candidates", "employees")
    with _connection() as connection:
        rows = connection.execute(_CONTACT, {**given, "zone": str(settings.timezone), "before": before})
        due = {id_ for (id_,) in rows.fetchall()}
        names = set(pq.read_schema(settings.raw / "candidates" / "_schema.parquet").names)
        personal = [
            name
            for base in ("name", "email", "phone", "gender", "birth_year", "ethnicity")
            for name in (base, f"{base}_sealed")
            if name in names
        ]
        condition = " or ".join(f"{name} is not null" for name in personal)
        found = connection.execute(
            f"select distinct candidate_id from read_parquet($rows, union_by_name = true) where {condition}",
            {"rows": given["candidates"]},
        )
        return sorted(due & {id_ for (id_,) in found.fetchall()})


def quarantine(settings: Settings, before: dt.date) -> list[str]:
    """Files of the quarantine with rows that still say something, and rejected files."""
    return [str(path) for path in quarantined_before(settings, before)]


def originals(settings: Settings, before: dt.date) -> list[str]:
    """Originals that were taken in before that day."""
    return [path.stem for path in old_originals(settings, before)]


def exports(settings: Settings, before: dt.date) -> list[str]:
    """Exported files."""
    return [str(path) for path in files_before(settings, settings.exports, before)]


def outbox(settings: Settings, before: dt.date) -> list[str]:
    """Notices that were never sent."""
    return [str(path) for path in files_before(settings, settings.outbox, before)]


def logs(settings: Settings, before: dt.date) -> list[str]:
    """Logs, and what Dagster keeps of each run."""
    runs = settings.home / "dagster" / "history" / "runs"
    found = [
        *files_before(settings, settings.logs, before),
        *files_before(settings, settings.home / "dagster" / "storage", before),
        *(path for path in files_before(settings, runs, before) if path.name != "index.db"),
    ]
    return [str(path) for path in found]


def _interviews(
    settings: Settings, connection: duckdb.DuckDBPyConnection, before: dt.date
) -> list[tuple[str, str | None, bool]]:
    given = {**_files(settings, "interviews"), "zone": str(settings.timezone), "before": before}
    return connection.execute(_DUE, given).fetchall()


def _with_text(settings: Settings, connection: duckdb.DuckDBPyConnection, source: str) -> set[str]:
    names = pq.read_schema(settings.raw / source / "_schema.parquet").names
    sealed = [name for name in names if name.endswith("_sealed") and name != "_extra_sealed"]
    if not sealed:
        return set()
    condition = " or ".join(f"octet_length({name}) > 0" for name in sealed)
    rows = connection.execute(
        _WITH_TEXT.format(condition=condition), {"rows": _files(settings, source)[source]}
    )
    return {id_ for (id_,) in rows.fetchall()}


def _noted(settings: Settings, field_class: str) -> set[str]:
    paths = sorted((settings.privacy / "purged").glob("[!_.]*.parquet"))
    return {
        row["interview_id"]
        for path in paths
        for row in pq.ParquetFile(path).read().to_pylist()
        if row["field_class"] == field_class
    }


def _files(settings: Settings, *sources: str) -> dict[str, list[str]]:
    """The raw files of each source, with the one that only says which columns there are."""
    return {
        source: [str(path) for path in sorted((settings.raw / source).glob("*.parquet"))]
        for source in sources
    }


def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"memory_limit": "1GB"})
    connection.execute("set TimeZone = 'UTC'")
    return connection
