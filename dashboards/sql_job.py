"""A query of the SQL page, on its way in a thread of its own: the page looks at it, and can stop it."""

from __future__ import annotations

import threading
import time
from functools import cache
from pathlib import Path

import pyarrow as pa

from dashboards.ask import marts, without_decimals
from warehouse import query_shelf
from warehouse.errors import ScorehouseError
from warehouse.export_cells import Hiding
from warehouse.logs import explain
from warehouse.marts import is_truncated
from warehouse.sandbox import Sandbox
from warehouse.settings import Settings
from warehouse.viewer import Viewer


@cache
def sandbox(home: str) -> Sandbox:
    """The one sandbox of this process: its workers stay warm from query to query."""
    return Sandbox(Settings(home=Path(home)), marts=marts(home))


class Job:
    """One query; what came of it is in `table` or `failure` when `is_done`."""

    def __init__(self, settings: Settings, viewer: Viewer, sql: str, standing: object = None) -> None:
        self.sql = sql
        # For which grants and published version it was asked (see `Questions.standing`).
        self.standing = standing
        self.viewer = viewer
        self.table: pa.Table | None = None
        self.failure: ScorehouseError | None = None
        self.is_broken = False
        self.hiding = Hiding()
        self.seconds = 0.0
        self._settings = settings
        self._began = time.monotonic()
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether it has ended, however."""
        return not self._thread.is_alive()

    @property
    def is_cut(self) -> bool:
        """Whether rows beyond the cap were left out."""
        return self.table is not None and is_truncated(self.table)

    @property
    def running_seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within this time."""
        self._thread.join(seconds)
        return self.is_done

    def cancel(self) -> None:
        """It ends within a second."""
        self._cancel.set()

    def _run(self) -> None:
        try:
            source = sandbox(str(self._settings.home))
            table = source.query(self.sql, viewer=self.viewer, cancel=self._cancel)
            self.hiding = Hiding(source.marts.prepare(self.sql, self.viewer).suppressible)
            kept = table.schema.metadata
            self.table = without_decimals(table).replace_schema_metadata(kept)
        except ScorehouseError as failure:
            self.failure = failure
        except Exception as error:
            explain(error, self._settings)
            self.is_broken = True
        self.seconds = self.running_seconds
        rows = None if self.table is None else self.table.num_rows
        query_shelf.remember(self._settings, self.viewer.name, self.sql, rows, self.seconds)
