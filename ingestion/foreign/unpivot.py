"""Columns into rows: a table with a column a rater or a competency becomes one row each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.foreign.foreign_rows import find_header
from ingestion.foreign.profile_tables import Unpivot
from ingestion.readers.batch import RowBatch
from ingestion.values.arrays import as_text, plain, tidy


def unpivoted(batch: RowBatch, unpivot: Unpivot, is_again: bool = False) -> RowBatch:
    """N rows × K columns → a row for each cell that says something, under `names_to` and `values_to`.

    Each row carries only its own cell, so that a quarantined one can be read again alone. Row n gives rows
    with the numbers (n − 1)·K + 1 … n·K; rows that are read again (`is_again`) keep theirs.
    """
    count, width = len(batch.numbers), len(unpivot.columns)
    cells = []
    for header in unpivot.columns:
        found = find_header(batch.columns, header)
        array = pa.nulls(count, pa.string()) if found is None else as_text(plain(batch.columns[found]))
        cells.append(tidy(array).combine_chunks() if isinstance(array, pa.ChunkedArray) else tidy(array))
    matrix = pa.concat_arrays(cells)  # Column after column.
    order = np.arange(count * width).reshape(width, count).T.ravel()  # Row after row.
    values = matrix.take(pa.array(order))
    said = pc.is_valid(values).to_numpy(zero_copy_only=False)
    rows, places = np.repeat(np.arange(count), width)[said], np.tile(np.arange(width), count)[said]
    kept = values.filter(pa.array(said))
    taken = {header: plain(array).take(pa.array(rows)) for header, array in batch.columns.items()}
    for place, header in enumerate(unpivot.columns):
        found = find_header(batch.columns, header)
        if found is not None:
            taken[found] = pc.if_else(pa.array(places == place), kept, pa.scalar(None, pa.string()))
    taken[unpivot.names_to] = pa.array(list(unpivot.columns.values()), pa.string()).take(pa.array(places))
    taken[unpivot.values_to] = kept
    before = batch.numbers[rows]
    numbers = before if is_again else (before - 1) * width + places + 1
    broken = tuple(
        row if is_again else replace(row, number=(row.number - 1) * width + 1) for row in batch.broken
    )
    return RowBatch(taken, numbers, broken)
