"""What a replay comes to: for each interview whether it is equal in every bit, and where it is not."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.kernel_code import code_version
from orchestration.replay.recompute import Recomputed, recompute
from warehouse.archive import ArchivedRun, ArchiveError, find_run
from warehouse.errors import NothingPublished
from warehouse.publish import CURRENT, published_file, run_id_of
from warehouse.result_archive import VALUES, results_of
from warehouse.settings import Settings
from warehouse.tombstones import read_tombstones

Verdict = Literal["equal", "differs", "altered", "erased", "damaged", "unknown"]
Record = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Difference:
    """A cell that is not the same: part and key of its row; a row that one side lacks has no column."""

    part: str
    key: str
    column: str | None
    published: Any
    replayed: Any


@dataclass(frozen=True)
class Outcome:
    """One interview.

    `published` and `replayed` are the values of its result; the digests are those of its parts (hex):
    `archived` when it was published, `replayed_digests` now. Records are all compared rows,
    `published_record` None when the published file is gone.
    """

    interview_id: str
    verdict: Verdict
    published: Mapping[str, Any]
    replayed: Mapping[str, Any]
    archived: Mapping[str, str]
    replayed_digests: Mapping[str, str]
    published_record: Record | None
    replayed_record: Record
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Replay:
    """A run with the outcomes of some of its interviews; `seed` repeats a random choice."""

    run: ArchivedRun
    outcomes: tuple[Outcome, ...]
    is_file_there: bool
    code_now: str
    not_compared: Mapping[str, tuple[str, ...]]
    seed: str | None = None

    @property
    def is_equal(self) -> bool:
        """Whether every interview is equal in every bit."""
        return all(outcome.verdict == "equal" for outcome in self.outcomes)

    @property
    def is_same_code(self) -> bool:
        """Whether the kernels of now are those that scored the run."""
        return self.run.scored_by.endswith(f"+{self.code_now}")


def replay(
    settings: Settings,
    interview_ids: Sequence[str],
    *,
    run_id: str | None = None,
    random: int = 0,
    seed: str | None = None,
) -> Replay:
    """Replays interviews of a run, by default of the published one, and `random` more of its results.

    Raises `NothingPublished`, `ArchiveError`, or what vault and seeds raise.
    """
    stones = read_tombstones(settings)
    for interview_id in interview_ids if stones else ():
        if erased_at := stones.erased_at("interview", interview_id):
            day = erased_at.astimezone(settings.timezone).date()
            raise ArchiveError(
                f"This interview was erased on {day}: nothing is left of it that could be replayed."
            )
    run = find_run(settings, run_id or _current_run(settings))
    archived = results_of(settings, run)
    seed = (seed or secrets.token_hex(4)) if random else None
    ids = list(dict.fromkeys([*interview_ids, *_sample(archived, random, seed or "")]))
    if not ids:
        raise ArchiveError(f"The run {run.run_id} has no completed interview: there is nothing to replay.")
    known = {row["interview_id"]: row for row in _rows_of(archived, ids)}
    file = published_file(settings, run.run_id)
    found = recompute(settings, run, [id_ for id_ in ids if id_ in known], file if file.is_file() else None)
    return Replay(
        run,
        tuple(_outcome(id_, known.get(id_), found) for id_ in ids),
        file.is_file(),
        code_version(),
        {part.mart: part.others for part in found.parts},
        seed,
    )


def _current_run(settings: Settings) -> str:
    link = settings.published / CURRENT
    if not link.exists():
        raise NothingPublished("No marts yet: run `make run` or `scorehouse build`.")
    return run_id_of(link.resolve())


def _sample(archived: pa.Table, count: int, seed: str) -> list[str]:
    """Some of the completed interviews, the same ones for a seed."""
    if not count:
        return []
    with duckdb.connect() as connection:
        connection.register("archived", archived)
        rows = connection.execute(
            "select interview_id from archived where status in ('scored', 'insufficient') "
            "order by md5(interview_id || '/' || ?), interview_id limit ?",
            [seed, count],
        ).fetchall()
    return [interview_id for (interview_id,) in rows]


def _rows_of(archived: pa.Table, ids: Sequence[str]) -> list[dict[str, Any]]:
    wanted = pa.array(ids, pa.string())
    return list(archived.filter(pc.is_in(archived["interview_id"], value_set=wanted)).to_pylist())


def _outcome(interview_id: str, row: Mapping[str, Any] | None, found: Recomputed) -> Outcome:
    if row is None:
        return Outcome(interview_id, "unknown", {}, {}, {}, {}, None, {}, ())
    names = [part.name for part in found.parts]
    archived = {name: digest.hex() for name in names if (digest := row[f"{name}_digest"]) is not None}
    replayed_digests = found.replayed.digests.get(interview_id, {})
    replayed_rows = found.replayed.rows.get(interview_id, {})
    published_rows = None if found.published is None else found.published.rows.get(interview_id, {})
    replayed = _values(replayed_rows)
    kept = {name: row[name] for name in VALUES}
    differences = () if published_rows is None else _differences(names, published_rows, replayed_rows)
    is_equal = archived == replayed_digests and kept == replayed and published_rows in (None, replayed_rows)
    is_altered = found.published is not None and (
        _values(published_rows or {}) != kept or found.published.digests.get(interview_id, {}) != archived
    )
    verdict: Verdict = "differs"
    if is_equal:
        verdict = "equal"
    elif interview_id in found.damaged:
        verdict = "damaged"
    elif interview_id in found.erased:
        verdict = "erased"
    elif is_altered:
        verdict = "altered"
    return Outcome(
        interview_id,
        verdict,
        kept if published_rows is None else _values(published_rows),
        replayed,
        archived,
        replayed_digests,
        None if published_rows is None else _record(names, published_rows),
        _record(names, replayed_rows),
        differences,
    )


def _values(rows: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The values of a result, as the archive keeps them."""
    result = json.loads(rows["result"][""]) if "result" in rows else {}
    return {name: result.get(name) for name in VALUES}


def _record(names: Sequence[str], rows: Mapping[str, Mapping[str, str]]) -> Record:
    return {name: [json.loads(row) for _, row in sorted(rows.get(name, {}).items())] for name in names}


def _differences(
    names: Sequence[str],
    published: Mapping[str, Mapping[str, str]],
    replayed: Mapping[str, Mapping[str, str]],
) -> tuple[Difference, ...]:
    found = []
    for name in names:
        before, now = published.get(name, {}), replayed.get(name, {})
        for key in sorted({*before, *now}):
            if before.get(key) == now.get(key):
                continue
            if key not in before or key not in now:
                found.append(Difference(name, key, None, key in before, key in now))
                continue
            old, new = json.loads(before[key]), json.loads(now[key])
            found += [
                Difference(name, key, column, old[column], new[column])
                for column in old
                if repr(old[column]) != repr(new[column])
            ]
    return tuple(found)
