"""Where the headers of a table are: below titles and remarks, told by the names that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingestion.readers.batch import HeaderKnower, UnreadableFileError
from ingestion.readers.encoding import UNDECODABLE

ROWS_ASKED = 20
# What Excel has at most.
MOST_COLUMNS = 16_384
_LONGEST_HEADER = 200
# One word that is known may stand in a title; two in a row are headers.
_ENOUGH = 2


def known_cells(row: Sequence[str], headers: HeaderKnower) -> int:
    """How many cells of a row are known headers."""
    return sum(
        bool(cell) and len(cell) <= _LONGEST_HEADER and headers.find(cell) is not None
        for cell in row[:MOST_COLUMNS]
    )


def find_header(rows: Sequence[Sequence[str]], headers: HeaderKnower) -> tuple[int, int]:
    """Which of the first rows has the headers, and how many of them are known.

    The first of those with the most known ones, when these are two at least. Else the first row with as many
    filled cells as most rows have: titles above a table fill fewer.
    """
    known = [known_cells(row, headers) for row in rows[:ROWS_ASKED]]
    best = max(known, default=0)
    if best >= _ENOUGH:
        return known.index(best), best
    widths = [len(row) for row in rows]
    usual = Counter(widths).most_common(1)[0][0] if rows else 0
    at = next((at for at, width in enumerate(widths[:ROWS_ASKED]) if width == usual and usual > 1), 0)
    return (at, known[at]) if known else (0, 0)


def distinct(cells: Sequence[str]) -> tuple[str, ...]:
    """The headers, an empty one by its place; `UnreadableFileError` when one comes twice or too many come."""
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFileError(f"has {len(cells):,} columns; at most {MOST_COLUMNS:,} are read")
    # A byte that does not decode makes a header that nobody knows, not a file that nobody reads.
    texts = (UNDECODABLE.sub("\ufffd", cell).strip() for cell in cells)
    named = [text or f"column {place}" for place, text in enumerate(texts, 1)]
    places: dict[str, int] = {}
    for place, header in enumerate(named, 1):
        earlier = places.setdefault(header, place)
        if earlier != place:
            # Not the header itself: of a file without headers it would be a person's data.
            raise UnreadableFileError(
                f"has the same header over columns {earlier} and {place}; rename or remove one"
            )
    return tuple(named)
