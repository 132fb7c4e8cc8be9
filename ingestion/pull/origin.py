"""What both kinds of pull give: chunks of rows, in an order in which they may land."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ingestion.pull.cursor import Value
from ingestion.pull.files import Writer
from ingestion.pull.state import Position


@dataclass(frozen=True)
class Chunk:
    """Some rows, whole; `position` is where to go on once they have landed (None: at the cursor alone)."""

    rows: list[dict[str, Any]]
    position: Position | None = None
    # The clock of the other side when it answered.
    said_at: dt.datetime | None = None


class Origin(Protocol):
    """Where rows come from."""

    # Rows come in the order of the cursor: what has landed is done with, also when the pull is cut short.
    is_ordered: bool

    def chunks(self, since: Value, position: Position | None) -> Iterator[Chunk]:
        """Rows at and after `since`, from `position` on; raises `PullError`, also between chunks."""
        ...

    def writer(self, folder: Path) -> Writer:
        """What writes these rows to files."""
        ...

    def notes(self) -> list[str]:
        """Sentences about what was odd but did not stop the pull."""
        ...

    def close(self) -> None:
        """Lets go of connections."""
        ...


def value_at(row: dict[str, Any], place: str) -> Any:
    """The value of a column, or what stands below it at a dotted place; None where there is nothing."""
    if place in row:
        return row[place]
    value: Any = row
    for key in place.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def has(row: dict[str, Any], place: str) -> bool:
    """Whether a row has the column, or a value below it where the place is dotted."""
    return place in row or value_at(row, place) is not None
