"""One pull: rows arrive, those that are new land as export files, then the state moves on, in this order."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.pull.config import Pull
from ingestion.pull.cursor import Window, text_of
from ingestion.pull.errors import ExpiredError, LoopError, PullError
from ingestion.pull.files import Landing
from ingestion.pull.origin import Chunk, Origin, has, value_at
from ingestion.pull.report import PullReport
from ingestion.pull.secret_values import Secrets
from ingestion.pull.state import DIGEST_BYTES, Position, Progress, State, save_state, split

EXPORTED_AT = "exported_at"
_SHOWN_COLUMNS = 10


@dataclass(frozen=True)
class Limits:
    """How large one file may become, and how many rows are remembered from one pull to the next."""

    file_rows: int = 50_000
    file_bytes: int = 32 * 1024 * 1024
    remembered_rows: int = 1_000_000


class OnePull:
    """The work of one pull; what it counted stays readable when it fails."""

    def __init__(
        self,
        pull: Pull,
        origin: Origin,
        landing: Landing,
        *,
        staging: Path,
        state_path: Path,
        state: State,
        zone: ZoneInfo,
        key: bytes,
        now: dt.datetime,
        limits: Limits,
        secrets: Secrets,
    ) -> None:
        self._secrets = secrets
        self._pull, self._origin, self._landing = pull, origin, landing
        self._state_path, self._state = state_path, state
        self._zone, self._key, self._now, self._limits = zone, key, now, limits
        self._writer = origin.writer(staging)
        self._waiting_rows = self._waiting_bytes = 0
        self._rows = self._known = 0
        self._columns: dict[str, None] = {}
        self._notes: list[str] = []
        self._window = self._new_window(state)
        self._position: Position | None = None

    @property
    def landed(self) -> str:
        """How many rows landed and whether the next pull goes on there: the end of a clause, or empty."""
        if not self._rows:
            return ""
        is_ordered = self._origin.is_ordered and self._pull.cursor is not None
        goes_on = ", the next pull goes on there" if is_ordered or self._state.progress else ""
        return f"; {self._rows:,} row{'' if self._rows == 1 else 's'} of it landed{goes_on}"

    def note(self, sentence: str) -> None:
        """Something odd that does not stop it."""
        self._notes.append(sentence)

    def report(self, failure: str | None = None) -> PullReport:
        """What it did so far."""
        cursor = self._state.cursor
        return PullReport(
            self._pull.name,
            self._pull.target,
            self._rows,
            tuple(self._landing.files),
            self._known,
            None if cursor is None else text_of(cursor),
            failure,
            (*self._notes, *self._origin.notes()),
        )

    def run(self) -> None:
        """Pulls what is new. Raises `PullError`: what came before has landed, the next pull goes on there."""
        try:
            self._run(self._state)
        except ExpiredError as error:
            self._notes.append(f"It began again, since {error}.")
            self._window = self._new_window(replace(self._state, progress=None))
            self._run(replace(self._state, progress=None))

    def _run(self, begun: State) -> None:
        known = begun.digests()
        progress = begun.progress
        self._position = progress.position if progress else None
        chunks = self._origin.chunks(begun.cursor, self._position)
        any_chunk = False
        try:
            with closing(chunks):  # type: ignore[type-var]
                while (chunk := next(chunks, None)) is not None:
                    any_chunk = True
                    self._take(chunk, known)
                    if self._is_file_full():
                        self._land()
                        self._save(self._checkpoint())
        except PullError as error:
            if any_chunk:
                self._land()
                self._save(
                    replace(self._checkpoint(), progress=None)
                    if isinstance(error, LoopError)
                    else self._checkpoint()
                )
            raise
        self._finish()

    def _finish(self) -> None:
        self._land()
        self._say_what_is_odd()
        window = self._window
        self._save(
            State(
                self._state.identity,
                window.highest,
                tuple(window.groups()),
                self._known_columns(),
                pulled_at=self._now,
            )
        )

    def _take(self, chunk: Chunk, known: frozenset[bytes]) -> None:
        """The rows of a chunk: remembered for the next pull, and written unless they have landed before."""
        window, cursor = self._window, self._pull.cursor
        if chunk.said_at is not None and window.ceiling is not None:
            window.ceiling = min(window.ceiling, chunk.said_at)
        self._look_at_columns(chunk)
        for row in chunk.rows:
            digest = self._digest(row)
            window.add(value_at(row, cursor.column) if cursor else None, digest)
            if digest in known:
                self._known += 1
                continue
            self._waiting_bytes += self._writer.add(self._with_export_time(row))
            self._waiting_rows += 1
        self._position = chunk.position

    def _with_export_time(self, row: dict[str, Any]) -> dict[str, Any]:
        place = self._pull.exported_at
        return row if place is None else {**row, EXPORTED_AT: value_at(row, place)}

    def _look_at_columns(self, chunk: Chunk) -> None:
        """Raises `PullError` when a column that the configuration names is nowhere in the rows."""
        first = not self._columns
        self._columns |= dict.fromkeys(key for row in chunk.rows for key in row)
        named = [self._pull.cursor.column if self._pull.cursor else None, self._pull.exported_at]
        for column in filter(None, named if first and chunk.rows else []):
            if not any(has(row, column) for row in chunk.rows):
                there = ", ".join(list(self._columns)[:_SHOWN_COLUMNS])
                raise PullError(
                    f"no row has the column {column}, which its configuration names; there are {there}"
                )

    def _is_file_full(self) -> bool:
        limits = self._limits
        return self._waiting_rows >= limits.file_rows or self._waiting_bytes >= limits.file_bytes

    def _land(self) -> None:
        if self._waiting_rows:
            self._landing.land(self._writer.close())
            self._rows += self._waiting_rows
            self._waiting_rows = self._waiting_bytes = 0

    def _checkpoint(self) -> State:
        """Everything met so far has landed; where the next pull goes on if this one ends here."""
        window, before = self._window, self._state
        seen = tuple(window.groups())
        if self._origin.is_ordered:
            return replace(before, cursor=window.highest, seen=seen, progress=None)
        progress = None
        if self._position is not None:
            progress = Progress(self._position, window.highest, window.ceiling or self._now)
        return replace(before, seen=seen, progress=progress)

    def _save(self, state: State) -> None:
        save_state(self._state_path, state, self._secrets.are_in)
        self._state = state

    def _new_window(self, state: State) -> Window:
        """As empty as the pull's beginning, or as full as it was when it was cut short."""
        cursor, progress = self._pull.cursor, state.progress
        window = Window(
            self._zone,
            highest=progress.highest if progress else state.cursor,
            unit=cursor.unit if cursor else None,
            overlap_minutes=cursor.overlap_minutes if cursor else 0,
            ordered=self._origin.is_ordered,
            limit=self._limits.remembered_rows,
        )
        window.ceiling = progress.began_at if progress else self._now
        for value, joined in state.seen if progress else ():
            for digest in split(joined):
                window.add(value, digest)
        return window

    def _digest(self, row: dict[str, Any]) -> bytes:
        """A keyed digest (BLAKE2b) of everything in the row."""
        content = json.dumps(row, sort_keys=True, ensure_ascii=False, default=repr).encode(
            "utf-8", "surrogatepass"
        )
        return hashlib.blake2b(content, key=self._key, digest_size=DIGEST_BYTES).digest()

    def _known_columns(self) -> tuple[str, ...]:
        """What the next pull compares with: objects may leave keys out, tables have all of theirs."""
        if self._origin.is_ordered:
            return tuple(self._columns) or self._state.columns
        return tuple({**dict.fromkeys(self._state.columns), **self._columns})

    def _say_what_is_odd(self) -> None:
        window, cursor, before = self._window, self._pull.cursor, self._state.columns
        if before and self._columns:
            new = [name for name in self._columns if name not in before]
            gone = [name for name in before if name not in self._columns] if self._origin.is_ordered else []
            for what, names in (("New", new), ("No longer there", gone)):
                if names:
                    shown = ", ".join(names[:_SHOWN_COLUMNS]) + (" …" if len(names) > _SHOWN_COLUMNS else "")
                    self._notes.append(f"{what} since the last pull: {shown}.")
        if window.is_full:
            advice = "wait for the cursor to move" if cursor else "name a cursor"
            self._notes.append(
                f"More than {self._limits.remembered_rows:,} rows will land again next time: {advice}."
            )
        if cursor is None:
            return
        if window.without:
            self._notes.append(
                _count(window.without, "has", "have") + f" no {cursor.column}, so every pull fetches them."
            )
        if window.future:
            self._notes.append(
                _count(window.future, "has", "have")
                + f" a {cursor.column} after the beginning of this pull; the cursor stays before it."
            )
        if window.before:
            self._notes.append(
                _count(window.before, "was", "were")
                + f" older than asked for: does the endpoint know the parameter {cursor.parameter}?"
            )


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} row{'' if number == 1 else 's'} {one if number == 1 else many}"
