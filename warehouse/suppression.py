"""Which cells of a table of people must not be shown, so that no small group can be read or worked out.

A table is an array of people counts; along every axis the last index is the total of the others. Cells that
are sensitive (too few people, or one who is most of the pay) are hidden, and then more, the smallest first,
until (1) no line of the table shows a total beside hidden cells of fewer than `fewest` people together, and
(2) no sensitive cell follows from the shown ones by adding and subtracting whole lines, in any combination.
Cells without people are known to be empty; they are never hidden and protect nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsmr

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# A value that the shown cells determine has no part in the directions that they leave open.
_DETERMINED = 1e-6
_SEED = 20260930


def hidden_cells(people: Counts, sensitive: Mask, fewest: int, fixed: Mask | None = None) -> Mask:
    """What to hide, of the shape of `people`; `fixed` cells stay as `sensitive` has them."""
    may_hide = people > 0
    if fixed is not None:
        may_hide &= ~fixed
    hidden: Mask = sensitive & (people > 0)
    while True:
        hidden = _with_lines(people, hidden, may_hide, fewest)
        exposed = determined(people, hidden) & sensitive
        if not exposed.any():
            return hidden
        more = _next_in_lines_of(exposed, people, hidden, may_hide)
        if more is None:
            # Nothing small is left that helps: the whole table goes.
            return hidden | may_hide
        hidden[more] = True


def determined(people: Counts, hidden: Mask) -> Mask:
    """The hidden cells whose value follows exactly from the shown ones and the totals."""
    found: Mask = np.zeros_like(hidden)
    cells = np.flatnonzero(hidden)
    if not len(cells):
        return found
    lines = _lines(people.shape, hidden)
    if not lines.shape[0]:
        return found
    matrix = lines[:, cells]
    # A random direction, less its part in the span of the lines: zero where, and only where, a cell is
    # determined (with probability one).
    direction = np.random.default_rng(_SEED).standard_normal(len(cells))
    weights = lsmr(matrix.T, direction, atol=1e-13, btol=1e-13, maxiter=20 * len(cells) + 1000)[0]
    found.flat[cells] = np.abs(direction - matrix.T @ weights) < _DETERMINED
    return found


def _lines(shape: tuple[int, ...], hidden: Mask) -> csr_matrix:
    """A row for each line that holds a hidden cell: parts count 1, the total -1."""
    numbers = np.arange(hidden.size).reshape(shape)
    rows: list[npt.NDArray[np.int64]] = []
    columns: list[npt.NDArray[np.int64]] = []
    signs: list[npt.NDArray[np.int64]] = []
    count = 0
    for axis in range(len(shape)):
        of_line = np.moveaxis(numbers, axis, -1).reshape(-1, shape[axis])
        of_line = of_line[np.moveaxis(hidden, axis, -1).reshape(-1, shape[axis]).any(axis=1)]
        rows.append(np.repeat(np.arange(len(of_line)) + count, shape[axis]))
        columns.append(of_line.ravel())
        signs.append(np.tile(np.r_[np.ones(shape[axis] - 1), -1], len(of_line)).astype(np.int64))
        count += len(of_line)
    parts = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return csr_matrix(parts, shape=(count, hidden.size), dtype=float)


def _with_lines(people: Counts, hidden: Mask, may_hide: Mask, fewest: int) -> Mask:
    """Hides more until every line is safe by itself, or has nothing left to hide."""
    hidden = hidden.copy()
    changed = True
    while changed:
        changed = False
        for axis in range(people.ndim):
            for line, counts, open_ in _unsafe(people, hidden, may_hide, fewest, axis):
                line[_smallest(counts, open_)] = True
                changed = True
    return hidden


def _unsafe(
    people: Counts, hidden: Mask, may_hide: Mask, fewest: int, axis: int
) -> Iterator[tuple[Mask, Counts, Mask]]:
    """Each line (as a view) that gives away what it hides and still has a cell to hide."""
    hides = np.moveaxis(hidden, axis, -1)
    counts = np.moveaxis(people, axis, -1)
    is_open = np.moveaxis(may_hide, axis, -1) & ~hides
    is_alone = hides.sum(axis=-1) == 1
    in_parts = np.where(hides, counts, 0)[..., :-1].sum(axis=-1)
    is_small = ~hides[..., -1] & (in_parts > 0) & (in_parts < fewest)
    for place in np.argwhere((is_alone | is_small) & is_open.any(axis=-1)):
        at = tuple(place)
        yield hides[at], counts[at], is_open[at]


def _smallest(counts: Counts, open_: Mask) -> int:
    """The smallest open cell of a line; the total only when nothing else is left."""
    if open_[:-1].any():
        return int(np.argmin(np.where(open_[:-1], counts[:-1], np.iinfo(np.int64).max)))
    return len(counts) - 1


def _next_in_lines_of(
    exposed: Mask, people: Counts, hidden: Mask, may_hide: Mask
) -> tuple[np.int64, ...] | None:
    """The smallest cell that can still be hidden in a line through an exposed cell, else anywhere."""
    reach: Mask = np.zeros_like(hidden)
    for axis in range(people.ndim):
        reach |= exposed.any(axis=axis, keepdims=True)
    for candidates in (reach & may_hide & ~hidden, may_hide & ~hidden):
        if candidates.any():
            number = np.argmin(np.where(candidates, people, np.iinfo(np.int64).max))
            return tuple(np.unravel_index(number, people.shape))
    return None
