"""Rows that look like rows and are none: totals, remarks below the table, headers that come again."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers.batch import HeaderKnower, RowBatch
from ingestion.readers.cells import without_rows
from ingestion.readers.header_row import known_cells
from ingestion.values.arrays import as_text

_TOTALS = ("合计", "总计", "小计", "共计", "总和", "Total", "TOTAL", "total", "Subtotal", "Grand Total")
_TOTAL_WORDS = pa.array([word + mark for word in _TOTALS for mark in ("", ":", "：")])
_REMARK = re.compile(
    r"(?:制表|审核|复核|导出|打印|填表|备注|说明|注|生成|下载|统计)[^\d,，]{0,6}[:：].*"
    r"|共\s*[\d,]+\s*(?:条|行|人|笔|项).*|[\d,]+ (?:rows?|records?)\b.*|[-=—*_]{3,}",
    re.IGNORECASE | re.DOTALL,
)
# Where so many rows begin without a digit, only those are asked that begin like the header.
_MOST_ASKED = 2_000
_TOTAL = "the row is a total, not one of the rows it sums up"
_BELOW = "the row is a remark below the table"
_OTHER = "a second header row with other columns"
_AGAIN = "the row is the header once more"


class Apart:
    """Goes through the batches of one file; a header is a row of which half the cells are known headers."""

    def __init__(self, headers: tuple[str, ...], knower: HeaderKnower) -> None:
        self._headers = headers
        self._knower = knower
        self._texts = pa.array(headers, pa.string())
        # The number of a header row with other columns: what stands below it means something else.
        self._other: int | None = None

    def part(self, batch: RowBatch) -> RowBatch:
        """The batch without them; all are broken rows but a second header line right below the first."""
        if not len(batch.numbers):
            return batch
        columns = [as_text(column) for column in batch.columns.values()]
        reasons = self._no_rows(columns)
        headers = self._header_rows(columns)
        if not reasons and not headers and self._other is None:
            return batch
        drop: set[int] = set()
        for row, number in enumerate(batch.numbers.tolist()):
            if row in headers:
                reasons.pop(row, None)
                self._other = None if headers[row] else number
                if headers[row] and number == 1:
                    drop.add(row)
                elif headers[row]:
                    reasons[row] = _AGAIN
                else:
                    reasons[row] = f"{_OTHER}; put what is below it into a file of its own"
            elif self._other is not None:
                reasons[row] = f"the row stands below {_OTHER} (row {self._other})"
        return without_rows(batch, reasons, drop=sorted(drop))

    def _no_rows(self, columns: list[pa.Array]) -> dict[int, str]:
        """Totals and remarks by their place in the batch."""
        found: dict[int, str] = {}
        for column in columns[:2]:
            totals = pc.is_in(pc.utf8_trim_whitespace(column), _TOTAL_WORDS)
            if column is not columns[0]:
                # Behind an id, it is what somebody is called or has answered.
                totals = pc.and_(totals, pc.is_null(columns[0]))
            if pc.any(totals).as_py():
                found |= {int(row): _TOTAL for row in _places(totals)}
        if len(columns) < 3:
            return found
        alone = np.ones(len(columns[0]), dtype=bool)
        for column in columns[1:]:
            if not column.null_count:
                return found
            alone &= column.is_null().to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(alone):
            text = columns[0][int(row)].as_py()
            if text and _REMARK.fullmatch(text.strip()):
                found[int(row)] = _BELOW
        return found

    def _header_rows(self, columns: list[pa.Array]) -> dict[int, bool]:
        """Rows that are headers, and whether they say what the file's own header says."""
        first = columns[0]
        asked = _places(pc.invert(pc.fill_null(pc.match_substring_regex(first, "[0-9]"), False)))
        if len(asked) > _MOST_ASKED:
            asked = _places(pc.is_in(pc.utf8_trim_whitespace(first), self._texts))
        found: dict[int, bool] = {}
        for row in asked:
            cells = [column[int(row)].as_py() or "" for column in columns]
            if cells[0] and self._knower.find(cells[0]) is None and cells[0] not in self._headers:
                continue
            filled = sum(map(bool, cells))
            known = known_cells(cells, self._knower)
            if tuple(cell.strip() for cell in cells) == self._headers:
                found[int(row)] = True
            elif known >= 2 and 2 * known > filled:
                found[int(row)] = self._says_the_same(cells)
        return found

    def _says_the_same(self, cells: list[str]) -> bool:
        find = self._knower.find
        return all(
            # Two names that nobody knows over one column are its key and its label.
            cell.strip() == header or _column(find(cell)) == _column(find(header))
            for cell, header in zip(cells, self._headers, strict=True)
            if cell
        )


def _column(found: object | None) -> object | None:
    """The column behind a header, without how good a match it is."""
    return found[0] if isinstance(found, tuple) else found


def _places(mask: pa.Array) -> npt.NDArray[np.int64]:
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False))
