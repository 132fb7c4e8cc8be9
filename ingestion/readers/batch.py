"""What every reader gives: batches of rows with their numbers, and the rows that are no rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.headers import HeaderReader
from warehouse.errors import ScorehouseError

# A batch ends at whichever comes first, so that memory does not depend on the size of a row.
BATCH_ROWS = 65_536
BATCH_BYTES = 32 * 1024 * 1024


class UnreadableFileError(ScorehouseError):
    """A file that is not read at all; the text is the end of a sentence that begins with the file's name."""


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be taken apart: its number, why (a sentence and a code), and what it says."""

    number: int
    reason: str
    content: str
    code: str = "broken"
    # Where one column is to blame; and whether `content` is the whole row as a JSON object already.
    column: str | None = None
    is_row: bool = False


@dataclass(frozen=True)
class RowBatch:
    """Rows as the file has them: header → values (texts, or the types of the format), all of one length."""

    columns: dict[str, pa.Array]
    # 1-based number of each row in the file; broken rows count as well, headers and blank lines do not.
    numbers: npt.NDArray[np.int64]
    broken: tuple[BrokenRow, ...] = field(default=())
    # The rows under the headers of the file, where `columns` has been mapped from another system's shape.
    original: dict[str, pa.Array] | None = None


class Reader(Protocol):
    """An open file of a known format."""

    @property
    def headers(self) -> tuple[str, ...] | None:
        """The headers, or None where each row names its own columns."""
        ...

    def batches(self) -> Iterator[RowBatch]:
        """The rows in file order; raises `UnreadableFileError` when the file turns out to be damaged."""
        ...


class Format(Protocol):
    """One format that the registry knows."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with `head` is of this format."""
        ...

    def open(self, path: Path, is_utf8: bool, headers: HeaderReader) -> Reader:
        """Opens the file; `headers` tells which of several possible readings makes sense."""
        ...
