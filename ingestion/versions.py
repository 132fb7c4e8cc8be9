"""Which rows are new: every key with the content that it had last, in a database of bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.contract import Contract
from ingestion.raw_layer import SCHEMA_FILE

_MEMORY = "384MB"
_THREADS = 2
# The latest of a key's versions: the export's own time where it has one, else arrival; then order of arrival.
_TABLE = """
create table known_{source} (
    key uhugeint, content uhugeint, version_at timestamptz, arrival_seq bigint, row_number bigint
)
"""
_LOOK_UP = """
select candidates.place, arg_max(known.content, (known.version_at, known.arrival_seq, known.row_number)),
       max((known.version_at, known.arrival_seq, known.row_number))
from candidates join known_{source} as known on known.key = candidates.key
group by candidates.place
"""


@dataclass(frozen=True)
class Arrivals:
    """N rows that arrive: key and content as hex digests, and what orders versions of a key."""

    keys: pa.Array
    contents: pa.Array
    version_at: pa.Array
    numbers: npt.NDArray[np.int64]
    arrival_seq: int


Order = tuple[int, int, int]
