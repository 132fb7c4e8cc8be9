"""What every reader gives: batches of rows with their numbers, and the rows that are no rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.errors import ScorehouseError

# A batch ends at whichever comes first, so that memory does not depend on the size of a row.
BATCH_ROWS = 65_536
BATCH_BYTES = 32 * 1024 * 1024
# The formats in which a row is a line or some: a line without end makes them no table.
LINE_FORMATS = ("CSV", "JSON Lines")
_SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "|": "bar", "^": "caret", "\t": "tab", "\x01": "\\x01"}


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
    # Whether no cell has marks around its text (see `cells`).
    is_tidy: bool = False

    @property
    def nbytes(self) -> int:
        """The memory that its values take, about."""
        return sum(array.nbytes for array in self.columns.values())


class HeaderKnower(Protocol):
    """Tells a header from other text: one contract's `HeaderReader`, or one that knows every contract."""

    def find(self, header: str) -> object | None:
        """Something when the header is known, else None."""
        ...


@dataclass(frozen=True)
class Layout:
    """How a file was found to be laid out; None where the format leaves nothing to find out."""

    format: str
    encoding: str | None = None
    separator: str | None = None
    # 1-based: the line of a text file (the row of a sheet) with the headers; None when there is none.
    header_row: int | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        """`CSV, GB18030, tab` for people and for the ledger."""
        separator = self.separator and _SEPARATOR_NAMES.get(self.separator, self.separator)
        return ", ".join(part for part in (self.format, self.encoding, separator, self.sheet) if part)


@dataclass(frozen=True)
class Hints:
    """What is known about a file before it is opened."""

    # Whether all of its bytes are UTF-8.
    is_utf8: bool
    headers: HeaderKnower
    # The headers of a file that has none of its own.
    given_headers: tuple[str, ...] | None = None
    # The sheet that is meant, of a workbook with several.
    sheet: str | None = None


class Reader(Protocol):
    """An open file of a known format."""

    @property
    def layout(self) -> Layout:
        """How the file is laid out."""
        ...

    @property
    def headers(self) -> tuple[str, ...] | None:
        """The headers, or None where each row names its own columns."""
        ...

    def batches(self) -> Iterator[RowBatch]:
        """The rows in file order; raises `UnreadableFileError` when the file turns out to be damaged."""
        ...
