"""How far a pull has come: one small file, replaced as a whole, and only after its rows have landed."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.pull.cursor import Value, read, write
from ingestion.pull.errors import PullError

DIGEST_BYTES = 16
_VERSION = 1
# Where a paged endpoint goes on: what is in it is the business of the paging style.
Position = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """A pull of a paged endpoint that was cut short: where it goes on, and what it has met so far."""

    position: Position
    highest: Value
    began_at: dt.datetime


@dataclass(frozen=True)
class State:
    """The highest cursor, and the digests of the landed rows that the next pull meets again."""

    identity: str
    cursor: Value = None
    # (cursor value, digests of 16 bytes each, one behind the other)
    seen: tuple[tuple[Value, bytes], ...] = ()
    columns: tuple[str, ...] = ()
    progress: Progress | None = None
    pulled_at: dt.datetime | None = None

    def digests(self) -> frozenset[bytes]:
        """The rows that need not land again."""
        return frozenset(digest for _, joined in self.seen for digest in split(joined))


def split(joined: bytes) -> Iterator[bytes]:
    """The digests of a group, one by one."""
    return (joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES))


def load_state(path: Path, identity: str) -> tuple[State, bool]:
    """The state for a configuration, and whether one of another configuration had to be set aside.

    Raises `PullError` for a file that is no state.
    """
    fresh = State(identity)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return fresh, False
    try:
        kept = json.loads(text)
        if kept["version"] != _VERSION or kept["identity"] != identity:
            return fresh, True
        return State(
            identity,
            read(kept["cursor"]),
            tuple(_read_groups(kept["seen"])),
            tuple(kept["columns"]),
            _read_progress(kept["progress"]),
            _moment(kept["pulled_at"]),
        ), False
    except (ValueError, KeyError, TypeError, StopIteration):
        raise PullError(
            f"its state {path} is damaged; remove that file, and the next pull fetches everything again"
        ) from None


def save_state(path: Path, state: State, is_secret: Callable[[str], bool]) -> None:
    """Replaces the file; after a crash the old state or the new one is there, never half of one.

    Raises `PullError` when a cursor or a column name holds a secret: a server may send back what it was sent.
    """
    progress = state.progress
    kept = {
        "version": _VERSION,
        "identity": state.identity,
        "cursor": write(state.cursor),
        "seen": [[write(value), base64.b64encode(joined).decode()] for value, joined in state.seen],
        "columns": list(state.columns),
        "progress": progress
        and {
            "position": progress.position,
            "highest": write(progress.highest),
            "began_at": progress.began_at.isoformat(),
        },
        "pulled_at": state.pulled_at and state.pulled_at.isoformat(),
    }
    text = json.dumps(kept, ensure_ascii=False)
    if is_secret(text):
        raise PullError("the answers hold a secret that was sent with the request, so its state was not kept")
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read_groups(written: Iterable[Any]) -> Iterator[tuple[Value, bytes]]:
    for value, joined in written:
        yield read(value), base64.b64decode(joined, validate=True)


def _read_progress(kept: dict[str, Any] | None) -> Progress | None:
    if kept is None:
        return None
    return Progress(
        dict(kept["position"]), read(kept["highest"]), dt.datetime.fromisoformat(kept["began_at"])
    )


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
