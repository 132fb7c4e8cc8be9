"""Small groups cannot be read, nor worked out from what is shown."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from warehouse.suppression import Counts, Mask, determined, hidden_cells

FEWEST = 5


def with_totals(parts: np.ndarray) -> Counts:
    """A table of people with the totals of every axis at its end."""
    table = parts
    for axis in range(parts.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table.astype(np.int64)


def hide(parts: list[int] | list[list[int]]) -> list[object]:
    people = with_totals(np.array(parts))
    shown = np.where(hidden_cells(people, people < FEWEST, FEWEST), -1, people)
    return list(shown.tolist())


def test_a_table_without_small_groups_is_shown_whole() -> None:
    assert hide([7, 5, 12]) == [7, 5, 12, 24]


def test_with_one_small_group_the_next_smallest_is_hidden_too() -> None:
    assert hide([3, 20, 9, 30]) == [-1, 20, -1, 30, 62]


def test_two_groups_of_two_are_four_people_together_and_need_a_third() -> None:
    assert hide([2, 2, 6, 30]) == [-1, -1, -1, 30, 40]


def test_two_small_groups_that_are_many_together_need_no_third() -> None:
    assert hide([3, 3, 6, 30]) == [-1, -1, 6, 30, 42]


def test_nobody_is_no_secret_and_hides_nobody() -> None:
    assert hide([0, 3, 0, 8]) == [0, -1, 0, -1, 11]


def test_a_group_alone_hides_the_total_that_it_is() -> None:
    assert hide([0, 3, 0]) == [0, -1, 0, -1]


def test_in_two_directions_a_small_cell_takes_three_others_with_it() -> None:
    shown = np.array(hide([[3, 20, 30], [20, 8, 30], [30, 30, 30]]))
    assert (shown == -1).sum() == 4
    assert shown[0, 0] == -1
    assert (shown[-1] > 0).all() and (shown[:, -1] > 0).all()


def test_a_cell_between_two_hidden_blocks_does_not_follow_from_their_sums() -> None:
    """Each line hides two cells or three; yet the rows of a block less its columns leave the one between."""
    parts = np.full((4, 4), 50)
    for cell in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)]:
        parts[cell] = 3
    people = with_totals(parts)
    small = people < FEWEST
    assert by_elimination(people, small)[1, 2]
    assert not (by_elimination(people, hidden_cells(people, small, FEWEST)) & small).any()


def test_what_is_fixed_stays_shown() -> None:
    people = with_totals(np.array([[3, 20], [9, 30]]))
    fixed = np.zeros_like(people, bool)
    fixed[:, -1] = True
    hidden = hidden_cells(people, people < FEWEST, FEWEST, fixed)
    assert not hidden[:, -1].any()
    assert hidden[0, 0]


def by_elimination(people: Counts, hidden: Mask) -> Mask:
    """Independently: a hidden cell is determined when no change of the hidden ones keeps all lines true."""
    cells = [tuple(place) for place in np.argwhere(hidden)]
    rows = []
    for axis in range(people.ndim):
        others = [range(size) for number, size in enumerate(people.shape) if number != axis]
        for place in product(*others):
            line = [(*place[:axis], number, *place[axis:]) for number in range(people.shape[axis])]
            row = [0.0] * len(cells)
            for cell in line:
                if hidden[cell]:
                    row[cells.index(cell)] = -1.0 if cell[axis] == people.shape[axis] - 1 else 1.0
            rows.append(row)
    found: Mask = np.zeros_like(hidden)
    matrix = np.array(rows)
    rank = np.linalg.matrix_rank(matrix)
    for number, cell in enumerate(cells):
        unit = np.zeros(len(cells))
        unit[number] = 1
        found[cell] = np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
    return found


TABLES = arrays.arrays(
    np.int64,
    st.one_of(
        st.tuples(st.integers(1, 6)),
        st.tuples(st.integers(1, 4), st.integers(1, 4)),
        st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    ),
    elements=st.one_of(st.integers(0, 8), st.integers(0, 60)),
)


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_hidden_small_group_follows_from_what_is_shown(parts: np.ndarray) -> None:
    people = with_totals(parts)
    small = (people > 0) & (people < FEWEST)
    hidden = hidden_cells(people, small, FEWEST)
    assert hidden[small].all()
    assert not (hidden & (people == 0)).any()
    exposed = by_elimination(people, hidden) & small
    assert not exposed.any()


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_line_leaves_a_small_rest(parts: np.ndarray) -> None:
    people = with_totals(parts)
    hidden = hidden_cells(people, people < FEWEST, FEWEST)
    for axis in range(people.ndim):
        lines = np.moveaxis(people, axis, -1).reshape(-1, people.shape[axis])
        masks = np.moveaxis(hidden, axis, -1).reshape(-1, people.shape[axis])
        for line, mask in zip(lines, masks, strict=True):
            if not mask[-1] and mask.any():
                assert line[:-1][mask[:-1]].sum() >= FEWEST


@settings(max_examples=60, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_what_is_determined_agrees_with_elimination(parts: np.ndarray, random: object) -> None:
    people = with_totals(parts)
    choose = np.random.default_rng(parts.sum())
    hidden = (choose.random(people.shape) < 0.5) & (people > 0)
    assert (determined(people, hidden) == by_elimination(people, hidden)).all()


@pytest.mark.parametrize("shape", [(20, 4, 12, 5)])
def test_a_table_of_a_large_company_takes_seconds(shape: tuple[int, ...]) -> None:
    people = with_totals(np.random.default_rng(1).poisson(4, shape))
    hidden = hidden_cells(people, people < FEWEST, FEWEST)
    assert hidden[(people > 0) & (people < FEWEST)].all()
