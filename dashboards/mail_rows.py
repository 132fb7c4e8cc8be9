"""The first rows of a mailed table as its HTML shows them: cells of the attached file, written for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from dashboards.frame import FEWEST, Visit
from dashboards.mail_sheet import Rows
from warehouse.export_cells import kind_of, written

# What a mailbox shows without scrolling; the file holds the rest.
MOST_ROWS = 8
MOST_COLUMNS = 6
_NUMBERS = ("share", "money", "count", "number")


def first_rows(page: Visit, answer: pa.Table, fields: Sequence[str]) -> Rows:
    """The first rows and columns of a table that is in words already (`download.in_words`).

    A cell without a value says so, and the note says what that may mean.
    """
    if not answer.num_rows or not fields:
        return Rows()
    words = page.words
    shown = list(fields)[:MOST_COLUMNS]
    kinds = [kind_of(name, answer.schema.field(name).type) for name in shown]
    columns = [
        [_shown(page, value, name, kind) for value in answer.column(name).slice(0, MOST_ROWS).to_pylist()]
        for name, kind in zip(shown, kinds, strict=True)
    ]
    cells = tuple(zip(*columns, strict=True))
    is_whole = len(cells) == answer.num_rows and len(shown) == len(fields)
    notes = [
        "" if is_whole else words("mail.first_rows", n=page.formats.count(len(cells))),
        words("mail.empty_cells", mark=words("format.none"), fewest=FEWEST)
        if any(words("format.none") in row for row in cells)
        else "",
    ]
    return Rows(
        tuple(words(f"csv.{name}") for name in shown),
        tuple(kind in _NUMBERS for kind in kinds),
        cells,
        words("format.join").join(filter(None, notes)),
    )


def _shown(page: Visit, value: Any, name: str, kind: str) -> str:
    if value is None or value == "":
        return page.words("format.none")
    formats = page.formats
    if name == "quarter":
        return formats.quarter(str(value))
    ways: dict[str, Callable[[Any], str]] = {
        "share": formats.percent,
        "count": formats.count,
        "number": formats.score,
        "date": formats.day,
        "moment": formats.moment,
        "money": formats.count,
    }
    return str(ways.get(kind, written)(value))
