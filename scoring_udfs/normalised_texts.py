"""Normalises a whole column of texts at once, and leads positions of it back to the originals.

The outcome is that of `normalise.normalise` row by row. A row of characters that do not join their neighbours
(nearly every row) is normalised by a table in machine code; every other row goes the exact way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring_udfs.characters import character_table
from scoring_udfs.code_points import Flags, Offsets, Points, Texts, points_of, string_of
from scoring_udfs.normalise import Normalised, normalise
from scoring_udfs.normalising import BLOCK, DONE, NO_EDITS, Lines, lead_back, normalise_rows

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class NormalisedTexts:
    """Row r is `points[offsets[r]:offsets[r + 1]]`, normalised code points; nothing where it is null.

    `characters`: code points of each original (0 for null). Edits `edit_offsets[r]` to `edit_offsets[r + 1]`
    lead back: a line (new start, new end, old start, old end) of `edits` says from where in row r's original
    that stretch was made; all between them only moved.
    """

    points: Points
    offsets: Offsets
    is_null: Flags
    characters: Positions
    edits: Positions
    edit_offsets: Offsets

    def __len__(self) -> int:
        return len(self.is_null)

    @property
    def lengths(self) -> Positions:
        """Code points of each normalised row."""
        return np.diff(self.offsets)

    @property
    def is_blank(self) -> Flags:
        """Whether a row that is not null holds nothing but white space."""
        lengths = self.lengths
        blank = ~self.is_null & (lengths < 2)
        single = np.flatnonzero(blank & (lengths == 1))
        blank[single] = self.points[self.offsets[single]] == ord(" ")
        return blank

    def slice(self, start: int, end: int) -> NormalisedTexts:
        """The rows `[start, end)`; nothing is copied."""
        return NormalisedTexts(
            self.points,
            self.offsets[start : end + 1],
            self.is_null[start:end],
            self.characters[start:end],
            self.edits,
            self.edit_offsets[start : end + 1],
        )

    def text(self, row: int) -> str | None:
        """One row as a Python string."""
        if self.is_null[row]:
            return None
        return string_of(self.points[self.offsets[row] : self.offsets[row + 1]])

    def lead_back(self, begins: Offsets, lines: Lines) -> None:
        """Makes spans of normalised rows spans of the originals, in place.

        Lines `begins[r]` to `begins[r + 1]` (anything, start, end; start < end) are of row r. Where a segment
        was composed, split or folded, the whole of it is covered.
        """
        if self.edit_offsets[-1] > self.edit_offsets[0]:
            lead_back(self.edits, self.edit_offsets, begins, lines)


def normalise_column(texts: Texts) -> NormalisedTexts:
    """Every row normalised (scoring.md, section 1); time and memory linear in their length."""
    table, rows = character_table(), len(texts)
    offsets, edit_offsets = np.zeros(rows + 1, np.int64), np.zeros(rows + 1, np.int64)
    characters, states = np.zeros(rows, np.int64), np.empty(rows, np.uint8)
    points = np.empty(int(texts.offsets[-1] - texts.offsets[0]) + BLOCK, np.uint32)
    edits = np.empty((256, 4), np.int64)
    row = 0
    while True:
        row = normalise_rows(
            (texts.data, texts.offsets, texts.is_null),
            (table.values, table.expansions, table.expansion_offsets),
            (points, offsets, characters, edits, edit_offsets, states),
            row,
        )
        if row == rows:
            break
        if states[row] == NO_EDITS:
            edits = np.concatenate([edits, edits])
        else:
            points = np.concatenate([points, points])
    result = NormalisedTexts(points[: offsets[-1]], offsets, texts.is_null, characters, edits, edit_offsets)
    left = np.flatnonzero(states != DONE)
    return _with_exact_rows(result, texts, left) if len(left) else result


def _with_exact_rows(fast: NormalisedTexts, texts: Texts, left: Positions) -> NormalisedTexts:
    """Normalises the rows that were left the exact way, and puts them between the others, which are moved in
    whole stretches."""
    points: list[Points] = []
    edits: list[Positions] = []
    lengths, edit_counts, characters = fast.lengths, np.diff(fast.edit_offsets), fast.characters
    done = 0
    for row in left.tolist():
        text = texts.text(row)
        exact = normalise(text)
        row_edits = edits_of(exact)
        points += (fast.points[fast.offsets[done] : fast.offsets[row]], points_of(exact.text))
        edits += (fast.edits[fast.edit_offsets[done] : fast.edit_offsets[row]], row_edits)
        lengths[row], edit_counts[row], characters[row] = len(exact.text), len(row_edits), len(text)
        done = row
    points.append(fast.points[fast.offsets[done] :])
    edits.append(fast.edits[fast.edit_offsets[done] : fast.edit_offsets[-1]])
    return NormalisedTexts(
        np.concatenate(points),
        np.concatenate([np.zeros(1, np.int64), lengths.cumsum()]),
        fast.is_null,
        characters,
        np.concatenate(edits),
        np.concatenate([np.zeros(1, np.int64), edit_counts.cumsum()]),
    )


def edits_of(normalised: Normalised) -> Positions:
    """The maps of a text as lines (new start, new end, old start, old end), one a position that did not
    just move."""
    length = len(normalised.text)
    if not normalised.maps:
        return np.zeros((0, 4), np.int64)
    starts = np.arange(length, dtype=np.int64)
    ends = starts + 1
    for offset_map in reversed(normalised.maps):
        starts, ends = offset_map.origins(starts)[0], offset_map.origins(ends - 1)[1]
    before = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    edited = np.flatnonzero((starts != before) | (ends - starts != 1))
    return np.stack([edited, edited + 1, starts[edited], ends[edited]], axis=1)
