"""What came of each run, kept when its published file is gone: a row an interview, if anything changed.

`archive/results/<number>_<run>.parquet` holds scores and digests of those interviews whose result differs
from the run before; of an interview that is no more it says so. No name, no text, no answer stands in it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.archive import ArchivedRun, ArchiveError, stems
from warehouse.database_files import attach
from warehouse.result_records import Part, digests_sql, marks_sql
from warehouse.settings import Settings
from warehouse.touched import Held, noted_marts, touched_sql

# Shown when only the archive is left; the digests stand for all the rest.
VALUES = ("status", "composite_score", "grade", "coverage", "basis", "recommendation", "fit_score")
_MEMORY = "2GB"
_STATE = """
    select * exclude (filename)
    from read_parquet($results, filename = true, union_by_name = true)
    {where}
    qualify row_number() over (partition by interview_id order by filename desc) = 1
"""


@dataclass(frozen=True)
class Archived:
    """A database with the marts whose results were archived, as the same parts, for the run `stem`.

    `held`: the state of the build that they are of, where that is known: increments' notes of what they
    touched since are believed then.
    """

    stem: str
    database: Path
    held: Held | None = None


def keep_results(
    settings: Settings,
    run: ArchivedRun,
    parts: Sequence[Part],
    database: Path,
    archived: Archived | None = None,
) -> int:
    """Archives the marts of `database` as far as they differ from the run before; how many rows that were.

    Where the marts of the run before are at hand (`archived`), only the interviews that differ from them are
    looked at; all others stand in the archive as they are.
    """
    folder = settings.archive / "results"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{run.stem}.parquet"
    temporary = folder / f".{target.name}.tmp"
    earlier = [str(path) for path in _files(settings) if path.name < target.name]
    is_at_hand = archived is not None and bool(earlier) and Path(earlier[-1]).stem == archived.stem
    with _connection(settings) as connection:
        attach(connection, settings, database, "made", read_only=True)
        if archived and is_at_hand:
            attach(connection, settings, archived.database, "archived", read_only=True)
            connection.execute("create temp table differ (interview_id varchar)")
            noted = noted_marts(connection, "made") if archived.held else frozenset()
            for part in parts:
                seen = archived.held.builds if archived.held and part.mart in noted else None
                differing = _differing_sql(part) if seen is None else touched_sql("made", part.mart, seen)
                connection.execute(f"insert into differ {differing}")
            where = "where interview_id in (from differ)"
        else:
            where = ""
        if earlier:
            state = _STATE.format(where=where)
            connection.execute(f"create temp table before as {state}", {"results": earlier})
        for part in parts:
            digests = digests_sql(part, "made.marts", where)
            connection.execute(f"create temp table {part.name} as {digests}")
        connection.execute(f"create temp table now as {_now_sql(parts, where)}")
        if earlier:
            changed = _changed_sql([*VALUES, *(f"{part.name}_digest" for part in parts)])
        else:
            changed = "select *, false as is_gone from now"
        try:
            (rows,) = connection.execute(
                f"copy ({changed} order by interview_id) to '{_quoted(temporary)}' "
                "(format parquet, compression zstd)"
            ).fetchone() or (0,)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return int(rows)


def results_of(settings: Settings, run: ArchivedRun) -> pa.Table:
    """`interview_id`, the `VALUES` and a `<part>_digest` a part of every interview of a run."""
    folder = settings.archive / "results"
    files = [str(folder / f"{stem}.parquet") for stem in stems(settings) if stem <= run.stem]
    for file in files:
        if not Path(file).is_file():
            raise ArchiveError(f"The archived results {file} are missing: restore them from a backup.")
    try:
        with _connection(settings) as connection:
            return connection.execute(
                f"select * exclude (is_gone) from ({_STATE.format(where='')}) "
                "where not is_gone order by interview_id",
                {"results": files},
            ).to_arrow_table()
    except duckdb.Error:
        raise ArchiveError(
            f"The archived results in {settings.archive / 'results'} cannot be read: "
            "restore them from a backup."
        ) from None


def forget(settings: Settings, interview_ids: Collection[str]) -> int:
    """Removes interviews from the results of every run, for good; how many rows there were."""
    gone = 0
    wanted = pa.array(list(interview_ids), pa.string())
    for path in _files(settings):
        table = pq.ParquetFile(path).read()
        kept = table.filter(pc.invert(pc.is_in(table["interview_id"], value_set=wanted)))
        if kept.num_rows == table.num_rows:
            continue
        gone += table.num_rows - kept.num_rows
        temporary = path.with_name(f".{path.name}.tmp")
        pq.write_table(kept, temporary, compression="zstd")
        temporary.replace(path)
    return gone


def _differing_sql(part: Part) -> str:
    """The interviews of which a row of the part is another one, new, or gone."""
    return f"""
        select coalesce(now.interview_id, earlier.interview_id) as interview_id
        from ({marks_sql(part, "made.marts")}) as now
        full join ({marks_sql(part, "archived.marts")}) as earlier on now.interview_id = earlier.interview_id
        where now.mark is distinct from earlier.mark
    """


def _now_sql(parts: Sequence[Part], where: str) -> str:
    """One row an interview: the values, and the digest of each part (null where it has no rows)."""
    values = ", ".join(f"results.{name}" for name in VALUES)
    digests = ", ".join(f"{part.name}.digest as {part.name}_digest" for part in parts)
    joins = " ".join(f"left join {part.name} using (interview_id)" for part in parts)
    results = f"made.marts.interview_results as results {joins} {where}"
    return f"select interview_id, {values}, {digests} from {results}"


def _changed_sql(columns: Sequence[str]) -> str:
    differs = " or ".join(f"now.{name} is distinct from before.{name}" for name in columns)
    gone = ", ".join(f"null as {name}" for name in columns)
    return f"""
        select now.*, false as is_gone
        from now left join before using (interview_id)
        where before.interview_id is null or before.is_gone or {differs}
        union all by name
        select before.interview_id, {gone}, true as is_gone
        from before anti join now using (interview_id)
        where not before.is_gone
    """


def _connection(settings: Settings) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": _MEMORY,
            "temp_directory": str(settings.build / "archive_spill"),
            "temp_file_encryption": True,
            "preserve_insertion_order": False,
        },
    )
    connection.execute("set enable_progress_bar = false")
    return connection


def _files(settings: Settings) -> list[Path]:
    return sorted((settings.archive / "results").glob("[!.]*.parquet"))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
