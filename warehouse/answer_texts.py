"""The texts of one interview's answers, opened in memory for somebody who may read them, and nowhere kept.

`texts_of` gives of each counted answer exactly the version that was scored, with the evidence of the
published marts: places in it are code points of this text. A reading is recorded before anything is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from warehouse import audit
from warehouse.archive import ArchivedRun, ArchiveError, find_run
from warehouse.cipher import Sealer, SealError
from warehouse.errors import QueryRefusedError, ScorehouseError
from warehouse.grants import scope_of
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import Viewer

HR, CANDIDATE = "hr", "candidate"
_SOURCE = "answers"
_SIGHTINGS = "_sightings"
_RELEASE_MARK = "-r"
Row = dict[str, Any]


class TextsRefusedError(QueryRefusedError):
    """Somebody may not read these texts; `why` is for pages: role, second_factor, unknown."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


class TextState(StrEnum):
    """What became of the text of an answer."""

    HERE = "here"
    # Nothing was said, or the export brought no text.
    NOTHING_SAID = "nothing_said"
    NOT_DELIVERED = "not_delivered"
    # Erased at the person's wish, or purged when its time was over: nobody can open it again.
    GONE = "gone"
    DAMAGED = "damaged"
    # What lies in the raw layer is not what was scored: shown, its evidence would point at other words.
    DIFFERS = "differs"


@dataclass(frozen=True)
class AnswerText:
    """A counted answer. `text` is None unless `state` is HERE; evidence and denials are places in it."""

    state: TextState
    text: str | None = field(default=None, repr=False)
    evidence: Sequence[Mapping[str, Any]] = ()
    negated: Sequence[Mapping[str, Any]] = ()


_COUNTED = """
    select question_id, attempt, candidate_id, text_chars, is_skipped, is_missing, evidence, negated
    from marts.answer_scores where interview_id = $interview order by question_id
"""
_KNOWN = "select candidate_id, run_id from marts.interview_results where interview_id = $interview"
# The columns and the order of int_answers_counted: of equal attempts the later version counts.
_STORED = """
    select question_id, attempt, text_sealed, _seal_key_id, _content_hash, _file_id,
        {'at': coalesce(_exported_at, _arrived_at), 'seq': _arrival_seq, 'row': _row_number} as version
    from read_parquet($files, union_by_name = true)
    where interview_id = $interview and _arrival_seq <= $last_arrival
"""
_SEEN_AGAIN = """
    select _content_hash,
        max({'at': coalesce(_exported_at, _arrived_at), 'seq': _arrival_seq, 'row': _row_number}) as version
    from read_parquet($files, union_by_name = true)
    where _content_hash in (select _content_hash from stored) and _arrival_seq <= $last_arrival
    group by _content_hash
"""
_LATEST = """
    select question_id, attempt, text_sealed, _seal_key_id
    from stored left join seen_again using (_content_hash)
    qualify row_number() over (
        partition by question_id, attempt
        order by greatest(stored.version, seen_again.version) desc, _file_id desc
    ) = 1
"""
_ANY_ARRIVAL = 2**62


def texts_of(
    settings: Settings, interview_id: str, viewer: Viewer, *, marts: Marts | None = None
) -> dict[str, AnswerText]:
    """Question → the text of its counted answer, for HR with a second factor or for the person alone.

    `marts` is the reader that the process has already. Raises `TextsRefusedError`, one sentence, for
    everybody else; somebody else's interview and one that does not exist are the same to a candidate.
    """
    refuse_others(viewer)
    scope_of(settings, viewer)
    reader = marts or Marts(settings)
    try:
        known = _rows(reader, _KNOWN, interview_id, viewer)
        if not known:
            raise TextsRefusedError(f"There is no interview {interview_id} that you can read.", "unknown")
        counted = _rows(reader, _COUNTED, interview_id, viewer)
    finally:
        if marts is None:
            reader.close()
    audit.record(
        settings,
        who=viewer.name,
        role=viewer.role,
        action="view_text",
        subject=f"candidate:{known[0]['candidate_id']}",
        rows=len(counted),
    )
    if not counted:
        return {}
    stored = {(row["question_id"], row["attempt"]): row for row in _stored(settings, interview_id, known[0])}
    sealers = _sealers(settings, stored.values())
    return {
        row["question_id"]: _opened(
            interview_id, row, stored.get((row["question_id"], row["attempt"])), sealers
        )
        for row in counted
    }


def refuse_others(viewer: Viewer) -> None:
    """Who may not read any text at all is told so: `TextsRefusedError`."""
    if viewer.role not in (HR, CANDIDATE):
        raise TextsRefusedError("The text of an answer is for HR and for the person who gave it.", "role")
    if viewer.role == HR and not viewer.second_factor:
        raise TextsRefusedError(
            "The text of an answer needs a second factor: sign in with the code of your authenticator app.",
            "second_factor",
        )


def _rows(marts: Marts, sql: str, interview_id: str, viewer: Viewer) -> list[Row]:
    rows: list[Row] = marts.query(sql, {"interview": interview_id}, viewer=viewer).to_pylist()
    return rows


def _stored(settings: Settings, interview_id: str, known: Row) -> list[Row]:
    """The sealed texts of every attempt in its latest version of what the published run has read."""
    run = _run(settings, known["run_id"])
    last_arrival = _ANY_ARRIVAL if run is None else run.last_arrival
    files = _files(settings.raw / _SOURCE, run)
    if not files:
        return []
    wanted = {"interview": interview_id, "last_arrival": last_arrival}
    try:
        with duckdb.connect(config={"threads": 2, "temp_directory": ""}) as connection:
            connection.execute(
                f"create temp table stored as {_STORED}", {**wanted, "files": [str(file) for file in files]}
            )
            _note_sightings(connection, settings, run, last_arrival)
            found = connection.execute(_LATEST).to_arrow_table().to_pylist()
    except duckdb.Error as error:
        # DuckDB's own message may quote a value.
        raise ScorehouseError(
            f"The raw answers below {settings.raw / _SOURCE} cannot be read ({type(error).__name__}): "
            "ingest their source files again."
        ) from None
    rows: list[Row] = found
    return rows


def _note_sightings(
    connection: duckdb.DuckDBPyConnection, settings: Settings, run: ArchivedRun | None, last_arrival: int
) -> None:
    """When each content came again unchanged; asked only where there is more than one version."""
    connection.execute(
        "create temp table seen_again (_content_hash varchar, "
        'version struct("at" timestamptz, seq bigint, "row" bigint))'
    )
    several = "select 1 from stored group by question_id, attempt having count(*) > 1 limit 1"
    files = _files(settings.raw / _SIGHTINGS / _SOURCE, run)
    if files and connection.execute(several).fetchone():
        connection.execute(
            f"insert into seen_again {_SEEN_AGAIN}",
            {"files": [str(file) for file in files], "last_arrival": last_arrival},
        )


def _run(settings: Settings, run_id: str | None) -> ArchivedRun | None:
    """What the published run had read; None where nothing is archived of it: then all that there is."""
    try:
        return None if run_id is None else find_run(settings, run_id)
    except ArchiveError:
        return None


def _files(folder: Path, run: ArchivedRun | None) -> list[Path]:
    """The Parquet files of a source, without rows that were released after the run."""
    found = []
    for path in sorted(folder.glob("[!_.]*.parquet")):
        file_id, mark, number = path.stem.partition(_RELEASE_MARK)
        released = 0 if run is None else run.releases.get(f"{_SOURCE}/{file_id}", 0)
        if not mark or run is None or (number.isdecimal() and int(number) <= released):
            found.append(path)
    return found


def _sealers(settings: Settings, stored: Any) -> dict[str, Sealer]:
    key_ids = {row["_seal_key_id"] for row in stored if row["_seal_key_id"] and row["text_sealed"]}
    if not key_ids:
        return {}
    return {key_id: Sealer(key) for key_id, key in Vault.open(settings).open_keys(key_ids).items()}


def _opened(interview_id: str, counted: Row, stored: Row | None, sealers: Mapping[str, Sealer]) -> AnswerText:
    if stored is None or stored["text_sealed"] is None:
        return AnswerText(_without_text(counted, is_stored=stored is not None))
    sealer = sealers.get(stored["_seal_key_id"])
    if sealer is None:
        return AnswerText(TextState.GONE)
    place = f"{_SOURCE}|text|{interview_id}|{counted['question_id']}|{counted['attempt']}"
    try:
        text = sealer.unseal(stored["text_sealed"], place)
    except SealError:
        return AnswerText(TextState.DAMAGED)
    spans = [*(counted["evidence"] or ()), *(counted["negated"] or ())]
    if counted["text_chars"] != len(text) or any(span["end"] > len(text) for span in spans):
        return AnswerText(TextState.DIFFERS)
    if not text.strip():
        return AnswerText(TextState.NOTHING_SAID)
    return AnswerText(TextState.HERE, text, counted["evidence"] or (), counted["negated"] or ())


def _without_text(counted: Row, *, is_stored: bool) -> TextState:
    """Why there is no text: none was ever given, or there was one that could be scored."""
    if counted["text_chars"] or not is_stored:
        return TextState.GONE
    return TextState.NOTHING_SAID if counted["is_skipped"] else TextState.NOT_DELIVERED
