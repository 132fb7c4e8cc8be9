"""One row of features an answer, from its normalised text and its scores."""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring_udfs.errors import ColumnError
from scoring_udfs.signals import kernel
from scoring_udfs.signals.characters import KINDS
from scoring_udfs.signals.function_words import FunctionWords
from scoring_udfs.signals.kernel import Counts, Flags, Numbers, Offsets, Points, Shares

SIGNAL_SCHEMA = pa.schema(
    [
        # share of the original's code points that lie in spans of the rubric, negated or not
        ("phrase_density", pa.float64()),
        # share of the units that are function words; null without the seed
        ("function_share", pa.float64()),
        # most units in a row without a function word, and without a mark that parts clauses
        ("longest_run", pa.int32()),
        ("longest_clause", pa.int32()),
        # distinct shingles as a share of all, and their number
        ("distinct_share", pa.float64()),
        ("shingles", pa.int32()),
        # near-duplicates share a band and differ in few bits; null for texts too short to be recognised by.
        # A sketch of level l took one of 2^l shingles.
        ("sketch_level", pa.int32()),
        *((f"sketch_{number}", pa.uint64()) for number in range(1, kernel.SKETCH_WORDS + 1)),
        ("bands", pa.list_(pa.uint32())),
    ]
)
_SECRETS = 8
_Spans = tuple[Counts, Counts, Counts]


class Normalised(Protocol):
    """Normalised texts as code points: row r is points[offsets[r]:offsets[r + 1]]."""

    @property
    def points(self) -> Points: ...
    @property
    def offsets(self) -> Offsets: ...
    @property
    def is_null(self) -> Flags: ...


def signal_features(normalised: Normalised, scores: pa.Table, key: bytes, words: FunctionWords) -> pa.Table:
    """The features of each answer, as `SIGNAL_SCHEMA`; all null without a text or for a skipped answer.

    `scores`: the same rows as `SCORE_SCHEMA` (text_chars, is_skipped, evidence and negated are read).
    Each row by itself, whatever the batch. `key`: up to 64 bytes. Raises `ColumnError` when the numbers of
    rows differ.
    """
    rows = len(normalised.is_null)
    if scores.num_rows != rows:
        raise ColumnError(f"{scores.num_rows} scores were given for {rows} texts.")
    is_silent = normalised.is_null | _without_nulls(scores, "is_skipped").astype(np.bool_)
    counts = np.zeros((rows, kernel.COUNTS), dtype=np.int32)
    sketches = np.zeros((rows, kernel.SKETCH_WORDS), dtype=np.uint64)
    bands = np.zeros((rows, kernel.BANDS), dtype=np.uint32)
    longest = int(np.diff(normalised.offsets).max(initial=0))
    units_of, slots, mins = kernel.room(longest)
    kernel.fill(
        normalised.points,
        normalised.offsets,
        is_silent,
        KINDS,
        words.characters,
        words.words,
        _secrets(key),
        units_of,
        slots,
        mins,
        counts,
        sketches,
        bands,
    )
    units, functions, run, clause, shingles, distinct, level = counts.T
    is_empty = is_silent | (units == 0)
    is_unheld = is_empty | words.is_empty
    is_short = is_silent | (distinct < kernel.MIN_SHINGLES)
    columns = [
        pa.array(_phrase_densities(scores), mask=is_silent),
        pa.array(_shares(functions, units), mask=is_unheld),
        pa.array(np.ascontiguousarray(run), mask=is_unheld),
        pa.array(np.ascontiguousarray(clause), mask=is_empty),
        pa.array(_shares(distinct, shingles), mask=is_silent | (shingles == 0)),
        pa.array(np.ascontiguousarray(distinct), mask=is_silent),
        pa.array(np.ascontiguousarray(level), mask=is_short),
        *(pa.array(np.ascontiguousarray(part), mask=is_short) for part in sketches.T),
        _lists(bands, is_short),
    ]
    return pa.Table.from_arrays(columns, schema=SIGNAL_SCHEMA)


def _secrets(key: bytes) -> Numbers:
    """Eight odd 64-bit numbers that nobody knows without the key."""
    digest = hashlib.blake2b(b"signals", key=key, digest_size=8 * _SECRETS).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64) | np.uint64(1)


def _phrase_densities(scores: pa.Table) -> Shares:
    chars = _without_nulls(scores, "text_chars").astype(np.int64)
    shares = np.zeros(len(chars), dtype=np.float64)
    edges = np.zeros(int(chars.max(initial=0)) + 1, dtype=np.int32)
    kernel.cover(*_spans(scores, "evidence"), *_spans(scores, "negated"), chars, edges, shares)
    return shares


def _spans(scores: pa.Table, name: str) -> _Spans:
    """Where the spans of each row begin in the two flat columns start and end."""
    lists = scores.column(name).combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], lists.type)
    spans = lists.values
    starts, ends = (spans.field(edge).to_numpy(zero_copy_only=False) for edge in ("start", "end"))
    return lists.offsets.to_numpy(), starts, ends


def _without_nulls(scores: pa.Table, name: str) -> npt.NDArray[Any]:
    """A column with null as false or 0."""
    column = scores.column(name)
    filled = column.fill_null(pa.scalar(False if pa.types.is_boolean(column.type) else 0, column.type))
    values: npt.NDArray[Any] = filled.to_numpy()
    return values


def _shares(part: Counts, whole: Counts) -> Shares:
    shares: Shares = part / np.maximum(whole, 1)
    return shares


def _lists(values: npt.NDArray[np.uint32], is_null: Flags) -> pa.Array:
    """Each row of (N, K) values as a list, null where told."""
    lengths = np.where(is_null, 0, values.shape[1])
    offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))).astype(np.int32))
    return pa.ListArray.from_arrays(offsets, pa.array(values[~is_null].ravel()), mask=pa.array(is_null))
