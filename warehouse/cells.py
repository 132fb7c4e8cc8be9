"""Which cells of the policy's cubes a viewer may be shown: people are counted in the published rows.

A cell is sensitive when fewer people than the policy says stand behind it, when fewer than that remain after
taking out the rows that the viewer sees one by one, or when one person makes up most of its pay. What else
must be hidden with it is decided in `suppression`.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.policy import Cube, Policy

if TYPE_CHECKING:
    from warehouse.suppression import Counts, Mask

# How the marts name a total.
TOTAL = "all"
Label = Hashable


@dataclass(frozen=True)
class _Block:
    """One table of people: along each dimension the labels, then the total."""

    labels: tuple[tuple[Label, ...], ...]
    people: Counts
    sensitive: Mask


class ShownCells:
    """The cells of every cube that may be shown; each cube is counted and solved once."""

    def __init__(
        self, policy: Policy, own_rows: str | None, own_people: int, cursor: duckdb.DuckDBPyConnection
    ) -> None:
        self._policy = policy
        self._own_rows = own_rows or "false"
        self._own_people = own_people
        self._cursor = cursor
        self._lock = threading.Lock()
        self._solved: dict[str, dict[Label, tuple[_Block, Mask]]] = {}

    def table(self, cube: str, at: Sequence[str]) -> pa.Table | None:
        """The columns `at` of each cell that may be shown, totals as 'all'.

        None when people cannot be counted, because the published file lacks what the cube needs.
        """
        with self._lock:
            try:
                kinds = self._kinds(self._policy.cubes[cube])
                solved = self._solve(cube)
            except duckdb.Error:
                return None
        rows = [row for block, found in solved.items() for row in self._shown(cube, at, block, *found, kinds)]
        fields = [pa.field(column, kinds.field(column).type) for column in at]
        return pa.table(
            [pa.array([row[number] for row in rows], field.type) for number, field in enumerate(fields)],
            schema=pa.schema(fields),
        )

    def _shown(
        self,
        cube: str,
        at: Sequence[str],
        block: Label,
        counted: _Block,
        hidden: Mask,
        kinds: pa.Schema,
    ) -> list[tuple[Label, ...]]:
        definition = self._policy.cubes[cube]
        dimensions = definition.dimensions
        ranges: list[Sequence[int]] = []
        for name, labels in zip(dimensions, counted.labels, strict=True):
            has_total = pa.types.is_string(kinds.field(name).type)
            of_parts = range(len(labels) + 1 if has_total else len(labels))
            ranges.append(of_parts if name in at else [len(labels)])
        rows: list[tuple[Label, ...]] = []
        for place in product(*ranges):
            if counted.people[place] and not hidden[place]:
                values: dict[str, Label] = {
                    name: labels[number] if number < len(labels) else TOTAL
                    for name, labels, number in zip(dimensions, counted.labels, place, strict=True)
                }
                if definition.block is not None:
                    values[definition.block] = block
                rows.append(tuple(values[column] for column in at))
        return rows

    def _solve(self, cube: str) -> dict[Label, tuple[_Block, Mask]]:
        if cube not in self._solved:
            definition = self._policy.cubes[cube]
            self._solved[cube] = {
                block: (counted, self._hidden(definition, block, counted))
                for block, counted in self._count(definition).items()
            }
        return self._solved[cube]

    def _hidden(self, cube: Cube, block: Label, counted: _Block) -> Mask:
        # It brings scipy along, for which whoever sees everything need not wait.
        from warehouse.suppression import hidden_cells

        fewest = self._policy.fewest_people
        if cube.splits is None:
            return hidden_cells(counted.people, counted.sensitive, fewest)
        # The groups first: they are shown in other marts too, which do not know the split.
        if cube.same_groups is not None and cube.same_groups.block == block:
            groups = self._groups_of(cube.same_groups.cube, cube, counted)
        else:
            groups = hidden_cells(counted.people[..., -1], counted.sensitive[..., -1], fewest)
        sensitive = counted.sensitive.copy()
        sensitive[..., -1] = groups
        fixed = np.zeros_like(sensitive)
        fixed[..., -1] = True
        return hidden_cells(counted.people, sensitive, fewest, fixed)

    def _groups_of(self, other: str, cube: Cube, counted: _Block) -> Mask:
        """The hidden groups as the other cube has them, over all of the dimensions that only it has."""
        (block, hidden), *_ = self._solve(other).values()
        dimensions = self._policy.cubes[other].dimensions
        axes = [dimensions.index(name) for name in cube.adds_up]
        numbers = [{label: number for number, label in enumerate(block.labels[axis])} for axis in axes]
        found: Mask = np.ones(counted.people.shape[:-1], bool)
        for place in np.ndindex(found.shape):
            at = [len(labels) for labels in block.labels]
            known = True
            for axis, number, names, labels in zip(axes, place, numbers, counted.labels, strict=False):
                if number < len(labels):
                    known &= labels[number] in names
                    at[axis] = names.get(labels[number], 0)
            found[place] = not known or bool(hidden[tuple(at)])
        return found

    def _kinds(self, cube: Cube) -> pa.Schema:
        return self._cursor.execute(f"from ({cube.people}) as p limit 0").to_arrow_table().schema

    def _count(self, cube: Cube) -> dict[Label, _Block]:
        """People, people beyond the viewer's own rows, and the largest share of pay, of every cell."""
        names = ", ".join(f'p."{name}"' for name in cube.dimensions)
        block = f'p."{cube.block}"' if cube.block else "null"
        pay = "sum(p.pay)" if "pay" in self._kinds(cube).names else "null"
        plain = ", ".join(f'persons."{name}"' for name in cube.dimensions)
        rows = self._cursor.execute(
            f"""
            with persons as (
                select {block} as of_block, {names}, grouping({names}) as level, p.person,
                    bool_and(coalesce({self._own_rows}, false)) as is_own, {pay} as pay
                from ({cube.people}) as p
                group by {block}, cube ({names}), p.person
            )
            select persons.of_block, {plain}, persons.level, count(*),
                count(*) filter (where not persons.is_own), max(persons.pay) / nullif(sum(persons.pay), 0)
            from persons group by all
            """
        ).fetchall()
        by_block: dict[Label, list[tuple[object, ...]]] = {}
        for row in rows:
            by_block.setdefault(row[0], []).append(row[1:])
        return {found: self._block(cube, of_block) for found, of_block in by_block.items()}

    def _block(self, cube: Cube, rows: list[tuple[object, ...]]) -> _Block:
        size = len(cube.dimensions)
        # The first dimension is the highest bit of the level; a bit that is set means a total.
        parts = [
            {row[axis] for row in rows if not int(str(row[size])) >> (size - 1 - axis) & 1}
            for axis in range(size)
        ]
        labels = tuple(tuple(sorted(found, key=str)) for found in parts)
        numbers = [{label: number for number, label in enumerate(known)} for known in labels]
        people: Counts = np.zeros([len(known) + 1 for known in labels], np.int64)
        sensitive: Mask = np.zeros(people.shape, bool)
        fewest, largest = self._policy.fewest_people, self._policy.largest_share_of_pay
        for row in rows:
            level, count, others = (int(str(value)) for value in row[size : size + 3])
            place = tuple(
                len(labels[axis]) if level >> (size - 1 - axis) & 1 else numbers[axis][row[axis]]
                for axis in range(size)
            )
            others -= self._own_people
            share = row[size + 3]
            people[place] = count
            sensitive[place] = (
                count < fewest or 0 < others < fewest or (share is not None and float(str(share)) > largest)
            )
        return _Block(labels, people, sensitive)
