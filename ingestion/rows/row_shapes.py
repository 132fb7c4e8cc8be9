"""What a batch becomes when it is read through its contract: accepted rows, bad rows, and what they tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa


@dataclass(frozen=True)
class SeenColumn:
    """A header of a file, the column it stands for, and the kind of its first values (see `kind_of`)."""

    header: str
    column: str | None
    kind: str


@dataclass(frozen=True)
class BadRow:
    """A row for the quarantine. `value` is None where it must not be shown; `content` is the row as JSON."""

    number: int
    column: str | None
    value: str | None
    reason: str
    content: str
    code: str
    # The values of the row key joined (see `row_keys`); None where one of them cannot be read.
    key: str | None = None
    # The export's own time, where there is one that can be read.
    exported_at: dt.datetime | None = None

    @property
    def sentence(self) -> str:
        """`row 17, column score: '120' is outside 0–100`."""
        where = f", column {self.column}" if self.column else ""
        return f"row {self.number}{where}: {self.reason}"


@dataclass(frozen=True)
class TypedRows:
    """N accepted rows (`table`: the contract's columns, in clear) and the rows that are not."""

    table: pa.Table
    numbers: npt.NDArray[np.int64]
    exported_at: pa.Array
    # JSON of the columns that the contract does not know; None where a row has none.
    extra: Sequence[str | None]
    bad: tuple[BadRow, ...]


@dataclass(frozen=True)
class Told:
    """What a batch tells about its file: its headers, the kinds of its values, and what was kept aside."""

    headers: tuple[str, ...]
    kinds: Mapping[str, str]
    # Headers that stand for a column beside a better one and yet say something of their own.
    beside: tuple[str, ...]
