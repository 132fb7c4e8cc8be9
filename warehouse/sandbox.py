"""Queries that a person wrote: checked and filtered as all are, run in a process of their own, audited.

    with closing(Sandbox(settings)) as sandbox:
        table = sandbox.query("select …", viewer=viewer)

A worker that runs out of memory, hangs or crashes costs one sentence; the next query gets another one.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from warehouse import audit
from warehouse import sandbox_wire as wire
from warehouse.connections import TRUNCATED, Params
from warehouse.database_files import file_key, is_encrypted
from warehouse.errors import QueryFailedError, QueryRefusedError
from warehouse.marts import Marts
from warehouse.policy import SandboxLimits, policy
from warehouse.prepared import Prepared
from warehouse.sandbox_pool import Pool
from warehouse.sandbox_process import Answer, Limits, QueryStoppedError, Start, WorkerGoneError
from warehouse.settings import Settings
from warehouse.sql_functions import NO_MORE, ExtraFunctions
from warehouse.viewer import Viewer

_TRIES = 3
_MIB = 1 << 20
_LONGEST_LIST = 200
_READ_AHEAD = 1 << 20


@dataclass(frozen=True)
class Loader:
    """Functions beyond DuckDB's own: known to the gateway here, loaded in the worker.

    `function` is `module:name` of what gives `ExtraFunctions` for `argument`.
    """

    functions: ExtraFunctions = NO_MORE
    function: str = ""
    argument: str = ""


class Rows:
    """A result as it comes: `schema`, then `batches()`; what is known at its end is in the attributes."""

    def __init__(self, reader: pa.RecordBatchReader, prepared: Prepared, answer: Answer) -> None:
        self._reader = reader
        self._answer = answer
        self.prepared = prepared
        self._names = prepared.names(reader.schema)
        self.schema: pa.Schema = reader.schema.empty_table().rename_columns(self._names).schema
        self.rows = 0

    @property
    def is_truncated(self) -> bool:
        """Whether rows beyond a cap were left out, so far as is known."""
        return self._answer.is_cut

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows; can be read once."""
        for batch in self._reader:
            self.rows += batch.num_rows
            yield batch.rename_columns(self._names)
        self._answer.finish()


class Sandbox:
    """The sandbox of one installation; threads may share one."""

    def __init__(
        self,
        settings: Settings,
        *,
        marts: Marts | None = None,
        loader: Loader | None = None,
        limits: SandboxLimits | None = None,
    ) -> None:
        self._settings = settings
        self._loader = loader or Loader()
        self._owns_marts = marts is None
        self._marts = marts or Marts(settings, functions=self._loader.functions)
        self._limits = limits or policy().sandbox
        self._pool = Pool(self._limits)

    def query(
        self,
        sql: str,
        params: Params = (),
        *,
        viewer: Viewer,
        max_rows: int | None = -1,
        cancel: threading.Event | None = None,
    ) -> pa.Table:
        """As `Marts.query`; of a result beyond the caps of `policy.yml` the first rows come."""
        capped = self._limits.rows if max_rows == -1 else max_rows
        size = self._limits.result_mb * _MIB
        with self.rows(sql, params, viewer=viewer, max_rows=capped, max_bytes=size, cancel=cancel) as found:
            table = pa.Table.from_batches(list(found.batches()), found.schema)
        return table.replace_schema_metadata({TRUNCATED: b"1"}) if found.is_truncated else table

    @contextmanager
    def rows(
        self,
        sql: str,
        params: Params = (),
        *,
        viewer: Viewer,
        max_rows: int | None = None,
        max_bytes: int | None = None,
        cancel: threading.Event | None = None,
        action: str = "query",
        explain: bool = False,
    ) -> Iterator[Rows]:
        """The rows as they come; a reader that goes away stops the query. One line of the audit log."""
        limits = Limits(self._limits.seconds, max_rows, max_bytes, cancel or threading.Event())
        outcome, found = "refused", None
        prepared: Prepared | None = None
        try:
            prepared = self._marts.prepare(sql, viewer)
            outcome = "failed"
            with self._asked(prepared, sql, params, viewer, limits, explain) as found:
                yield found
            outcome = "cut" if found.is_truncated else "done"
        except QueryStoppedError:
            outcome = "stopped"
            raise
        except QueryRefusedError:
            outcome = "refused"
            raise
        finally:
            rows = found.rows if found is not None else 0
            self._record(viewer, sql, prepared, rows, action, outcome)

    @property
    def marts(self) -> Marts:
        """Reads the same published files in this process."""
        return self._marts

    def close(self) -> None:
        """Ends the processes."""
        self._pool.close()
        if self._owns_marts:
            self._marts.close()

    @contextmanager
    def _asked(
        self, prepared: Prepared, sql: str, params: Params, viewer: Viewer, limits: Limits, explain: bool
    ) -> Iterator[Rows]:
        for attempt in range(1, _TRIES + 1):
            if attempt > 1:
                # A publish may have taken the file away that the last one was for.
                prepared = self._marts.prepare(sql, viewer)
            try:
                worker = self._pool.take(self._start(prepared), viewer.name, limits.cancel)
            except WorkerGoneError:
                if attempt == _TRIES:
                    raise QueryFailedError(
                        "The process for queries cannot be started: see `scorehouse status`."
                    ) from None
                continue
            answer = None
            try:
                text = f"explain {prepared.sql}" if explain else prepared.sql
                answer = worker.ask(text, _plain(params), prepared.tables, limits)
                yield _reading(answer, prepared)
                return
            except WorkerGoneError:
                if attempt == _TRIES:
                    raise QueryFailedError("The process for queries ended: try again.") from None
            except QueryFailedError as failure:
                raise prepared.explained(failure) from None
            finally:
                if answer is not None:
                    answer.end()
                is_usable = answer is not None and worker.is_alive
                self._pool.give(worker, viewer.name, is_usable=is_usable)

    def _start(self, prepared: Prepared) -> Start:
        version = prepared.version
        return Start(
            str(version.path),
            version.identity,
            {"memory_limit": f"{self._limits.memory_mb}MB", "threads": self._limits.threads},
            self._limits.hard_memory_mb,
            self._limits.idle_seconds,
            self._loader.function,
            self._loader.argument,
            self._file_key if is_encrypted(version.path) else None,
        )

    @cached_property
    def _file_key(self) -> str:
        """Asked of the vault once: it stays the same, whatever becomes of the master key."""
        return file_key(self._settings)

    def _record(
        self, viewer: Viewer, sql: str, prepared: Prepared | None, rows: int, action: str, outcome: str
    ) -> None:
        marts = ",".join(sorted(prepared.relations)) if prepared else ""
        audit.record(
            self._settings,
            who=viewer.name,
            role=viewer.role,
            action=action,
            rows=rows,
            sql=hashlib.sha256(sql.encode("utf-8", "surrogatepass")).hexdigest(),
            marts=marts[:_LONGEST_LIST],
            outcome=outcome,
        )


def _reading(answer: Answer, prepared: Prepared) -> Rows:
    source = io.BufferedReader(wire.Receiving(answer.next_piece), _READ_AHEAD)
    return Rows(pa.ipc.open_stream(source), prepared, answer)


def _plain(params: Params) -> object:
    """Parameters as JSON has them."""
    return dict(params) if hasattr(params, "keys") else list(params)
