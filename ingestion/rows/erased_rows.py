"""Rows of people who were erased: a later export names them again, and they stay out, counted and emptied."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.rows.row_shapes import BadRow, TypedRows
from warehouse.erasure.columns import CANDIDATE, EMPLOYEE, ERASED, INTERVIEW, KINDS_OF, OWNING
from warehouse.erasure.layers import REASON
from warehouse.tombstones import Tombstones

_KINDS = (CANDIDATE, EMPLOYEE, INTERVIEW)


class ErasedPeople:
    """Tells the rows of erased people from others; interviews that an erased candidate has are erased too.

    Threads may ask it at the same time.
    """

    def __init__(self, stones: Tombstones) -> None:
        self._stones = stones
        self._is_erased: dict[tuple[str, str], bool] = {}
        # Interviews that an export names of an erased candidate and that nobody knew.
        self.new_interviews: set[str] = set()

    def apart(self, rows: TypedRows) -> TypedRows:
        """The rows of others; those of erased people go to the bad ones, without a word of what they say."""
        if not self._stones:
            return rows
        bad = tuple(self._emptied(row) if self._tells(row) else row for row in rows.bad)
        own = self._owned(rows.table)
        if own.true_count:
            self._note_interviews(rows.table.filter(own))
            numbers = rows.numbers[own.to_numpy(zero_copy_only=False)]
            bad += tuple(_entry(int(number)) for number in numbers)
            others = pc.invert(own)
            is_other = others.to_numpy(zero_copy_only=False)
            extra = [text for text, keep in zip(rows.extra, is_other, strict=True) if keep]
            rows = TypedRows(
                rows.table.filter(others), rows.numbers[is_other], rows.exported_at.filter(others), extra, bad
            )
        return replace(rows, bad=tuple(sorted(bad, key=lambda row: row.number)))

    def _owned(self, table: pa.Table) -> pa.BooleanArray:
        mask = pa.array([False] * table.num_rows, pa.bool_())
        for column in OWNING:
            if column in table.column_names and table.num_rows:
                values = table[column].unique().drop_null().to_pylist()
                erased = [value for value in values if self._any(KINDS_OF[column], value)]
                if erased:
                    own = pc.is_in(table[column], value_set=pa.array(erased, pa.string()))
                    mask = pc.or_(mask, pa.array(own.to_pylist(), pa.bool_()))
        return mask

    def _any(self, kinds: Iterable[str], value: str) -> bool:
        return any(self._one(kind, value) for kind in kinds)

    def _one(self, kind: str, value: str) -> bool:
        known = self._is_erased.get((kind, value))
        if known is None:
            known = self._stones.erased_at(kind, value) is not None
            self._is_erased[kind, value] = known
        return known

    def _note_interviews(self, own: pa.Table) -> None:
        """What belongs to such an interview comes in other files, which name the interview alone."""
        if not {"interview_id", "candidate_id"} <= set(own.column_names):
            return
        for interview in own["interview_id"].unique().drop_null().to_pylist():
            if not self._one(INTERVIEW, interview):
                self._is_erased[INTERVIEW, interview] = True
                self.new_interviews.add(interview)

    def _tells(self, row: BadRow) -> bool:
        try:
            content = json.loads(row.content)
        except ValueError:
            return False
        cells = content.values() if isinstance(content, dict) else ()
        return any(self._any(_KINDS, cell.strip()) for cell in cells if isinstance(cell, str))

    def _emptied(self, row: BadRow) -> BadRow:
        return _entry(row.number)


def _entry(number: int) -> BadRow:
    return BadRow(number, None, None, REASON, "", ERASED)
