"""A query that was checked and filtered, ready to run: in this process or in one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from warehouse.errors import QueryFailedError, ScorehouseError
from warehouse.policy import policy
from warehouse.projections import Access, FilteredQuery


@dataclass(frozen=True)
class PublishedVersion:
    """A published file; `identity` differs whenever another file stands behind the same path."""

    path: Path
    run_id: str
    identity: tuple[int, int, int]


@dataclass(frozen=True)
class Prepared:
    """Its effective text, what it reads, and what else a connection must know for it."""

    version: PublishedVersion
    sql: str
    relations: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    access: Access | None = None
    filtered: FilteredQuery | None = None

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """What must be registered, by name."""
        return {} if self.filtered is None else self.filtered.tables

    def names(self, schema: pa.Schema) -> list[str]:
        """The names of a result's columns, after what the query says."""
        if self.filtered is None:
            return list(schema.names)
        return list(self.filtered.with_names(schema.empty_table()).schema.names)

    def explained(self, failure: QueryFailedError) -> ScorehouseError:
        """The failure, or why a column is not there for this viewer."""
        if self.access is None or self.filtered is None:
            return failure
        return self.access.explained(failure, self.filtered)

    @property
    def suppressible(self) -> frozenset[str]:
        """Columns of the marts read whose cells may be hidden from this viewer, because few stand behind."""
        if self.access is None:
            return frozenset()
        marts = (policy().marts[name] for name in self.relations if name in policy().marts)
        return frozenset(column for mart in marts for cells in mart.cells for column in cells.hide)
