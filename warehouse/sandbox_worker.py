"""The process in which a query that a person wrote runs: one published file, no more files, little memory.

Started by `sandbox_process`, which speaks to it over pipes. After it has opened the file it can open no
other descriptor (neither files nor sockets), write no file and leave no core; what it allocates beyond its
limit fails. It ends when its owner does, when nobody asks for a while, and after a query that made it large.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import duckdb
import pyarrow as pa

from warehouse import sandbox_wire as wire
from warehouse.connections import open_closed, sentence
from warehouse.database_files import cursor_of
from warehouse.errors import ScorehouseError

_MIB = 1 << 20
_BATCH_ROWS = 8192
# So often an idle process looks whether its file is still there.
_LOOK_SECONDS = 1.0
_BUFFER = 256 * 1024
_NO_MEMORY = "The query needs more memory than it may use: filter more, or aggregate before joining."


class TooLargeError(Exception):
    """Not even the first rows fit into the result."""


def _statm() -> int | None:
    try:
        return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


# Held open: once the process is shut it can open nothing.
_STATM = _statm()


class Worker:
    """One connection, one query at a time."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO, start: dict[str, Any]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._start = start
        self._relate: Any = None
        self._connection = self._opened()
        self._base = _address_space()
        self._queries: queue.Queue[tuple[dict[str, Any], dict[str, pa.Table]]] = queue.Queue()
        self._lock = threading.Lock()
        self._running: tuple[int, duckdb.DuckDBPyConnection] | None = None
        self._cancelled = 0

    def _opened(self) -> duckdb.DuckDBPyConnection:
        start = self._start
        connection = open_closed(Path(start["path"]), key=start["key"], **start["options"])
        if start["functions"]:
            module, name = start["functions"].split(":")
            found = getattr(importlib.import_module(module), name)(start["argument"])
            found.register(connection)
            self._relate = found.relate
        # Whatever is loaded when it is first needed must be there before no file can be opened any more.
        warm = cursor_of(connection)
        warm.execute("select ? as n, [1] as l, timestamptz '2026-01-01' as t", [1])
        warm.to_arrow_reader(1).read_all()
        with suppress(duckdb.Error):
            connection.cursor().execute("select no_such_column")
        return connection

    def serve(self) -> NoReturn:
        """Answers until there is no owner, no question, or no room."""
        _shut(self._base + self._start["hard_memory_mb"] * _MIB)
        threading.Thread(target=self._listen, daemon=True).start()
        wire.write(self._outgoing, wire.READY)
        while True:
            query, tables = self._next()
            is_spent = self._answer(query, tables)
            if is_spent or _address_space() - self._base > self._start["hard_memory_mb"] * _MIB // 2:
                os._exit(0)

    def _next(self) -> tuple[dict[str, Any], dict[str, pa.Table]]:
        """The next question; the end when none comes for long, or when the file was taken away meanwhile.

        Whoever was erased is in the file that was published before: it must not stay open.
        """
        deadline = time.monotonic() + self._start["idle_seconds"]
        while time.monotonic() < deadline and _is_there(self._start["path"], self._start["identity"]):
            with suppress(queue.Empty):
                return self._queries.get(timeout=min(_LOOK_SECONDS, self._start["idle_seconds"]))
        os._exit(0)

    def _listen(self) -> None:
        """Reads questions and cancels; the end of the pipe is the end of the owner.

        A table stays under its name until another one comes; a question has those that it names, no others.
        """
        tables: dict[str, pa.Table] = {}
        try:
            while True:
                kind, payload = wire.read(self._incoming)
                if kind == wire.TABLE:
                    name, _, content = payload.partition(b"\n")
                    tables[name.decode()] = pa.ipc.open_stream(content).read_all()
                elif kind == wire.CANCEL:
                    self._cancel(int(payload))
                elif kind == wire.QUERY:
                    query = json.loads(payload)
                    self._queries.put((query, {name: tables[name] for name in query["tables"]}))
        finally:
            os._exit(0)

    def _cancel(self, number: int) -> None:
        with self._lock:
            self._cancelled = number
            if self._running is not None and self._running[0] == number:
                with suppress(duckdb.Error):
                    self._running[1].interrupt()

    def _answer(self, query: dict[str, Any], tables: dict[str, pa.Table]) -> bool:
        """Sends the rows or the reason; whether the process should not be used again."""
        wire.write(self._outgoing, wire.READY)
        cursor = cursor_of(self._connection)
        try:
            for name, table in tables.items():
                cursor.register(name, table)
            if self._relate is not None:
                self._relate(cursor)
            with self._lock:
                self._running = (query["number"], cursor)
            is_cut = self._send(cursor, query)
            self._reply(wire.DONE, {"is_cut": is_cut})
        except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
            self._reply(wire.FAILED, {"kind": "memory", "sentence": _NO_MEMORY})
            return True
        except duckdb.InterruptException:
            self._reply(wire.FAILED, {"kind": "stopped", "sentence": "The query was stopped."})
        except TooLargeError as error:
            self._reply(wire.FAILED, {"kind": "large", "sentence": str(error)})
        except (duckdb.Error, pa.ArrowException, RuntimeError) as error:
            # A failed allocation inside a library arrives under several names.
            if "bad_alloc" in str(error) or "bad allocation" in str(error):
                self._reply(wire.FAILED, {"kind": "memory", "sentence": _NO_MEMORY})
                return True
            self._reply(wire.FAILED, {"kind": "failed", "sentence": sentence(error)})
        finally:
            with self._lock:
                self._running = None
            with suppress(duckdb.Error):
                cursor.close()
        return False

    def _reply(self, kind: bytes, fields: dict[str, Any]) -> None:
        wire.write(self._outgoing, kind, wire.text(fields))

    def _send(self, cursor: duckdb.DuckDBPyConnection, query: dict[str, Any]) -> bool:
        """Sends the rows as they come, up to the caps; whether rows were left out."""
        cursor.execute(query["sql"], query["params"] or None)
        reader = cursor.to_arrow_reader(_BATCH_ROWS)
        sink = _Buffered(wire.Sending(self._outgoing), _BUFFER)
        is_cut = False
        with pa.ipc.new_stream(sink, reader.schema) as writer:
            for batch, cut in _capped(reader, query["max_rows"], query["max_bytes"]):
                if self._cancelled == query["number"]:
                    raise duckdb.InterruptException("cancelled")
                is_cut = is_cut or cut
                if batch is not None:
                    writer.write_batch(batch)
        sink.flush()
        return is_cut


class _Buffered:
    """Collects small writes; a failure in mid-stream leaves nothing half written behind when it goes."""

    closed = False

    def __init__(self, sending: wire.Sending, size: int) -> None:
        self._sending = sending
        self._size = size
        self._held = bytearray()

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self._held += view
        if len(self._held) >= self._size:
            self.flush()
        return int(view.nbytes)

    def flush(self) -> None:
        if self._held:
            self._sending.write(self._held)
            self._held = bytearray()


def _capped(
    reader: pa.RecordBatchReader, max_rows: int | None, max_bytes: int | None
) -> Iterator[tuple[pa.RecordBatch | None, bool]]:
    """Batches until a cap is reached; the second value says that rows beyond it were left out."""
    rows = size = 0
    for batch in reader:
        if max_rows is not None and rows + batch.num_rows > max_rows:
            yield batch.slice(0, max_rows - rows), True
            return
        size += batch.nbytes
        if max_bytes is not None and size > max_bytes:
            if not rows:
                raise TooLargeError(
                    f"The result is larger than {max_bytes // _MIB} MB: choose fewer columns, shorter texts, "
                    "or aggregate."
                )
            yield None, True
            return
        rows += batch.num_rows
        yield batch, False


def _is_there(path: str, identity: Sequence[int]) -> bool:
    """Whether the file still has its name: to look needs no descriptor."""
    try:
        status = os.stat(path)  # noqa: PTH116 - no object a look
    except OSError:
        return False
    return [status.st_ino, status.st_mtime_ns, status.st_size] == list(identity)


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    if _STATM is None:
        return 0
    return int(os.pread(_STATM, 64, 0).split()[0]) * resource.getpagesize()


def _shut(address_space: int) -> None:
    """No further descriptor, no byte into a file, no core, no more memory than that."""
    highest = max(int(name) for name in os.listdir("/dev/fd"))  # noqa: PTH208 - a folder of descriptors
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(highest + 1):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(nothing, number)
    if nothing > highest:
        os.close(nothing)
    for kind, limit in (
        (resource.RLIMIT_NOFILE, highest + 1),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, address_space),
    ):
        resource.setrlimit(kind, (limit, limit))


def _first_to_go() -> None:
    """When the machine runs out of memory, it ends this process before others."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def main() -> None:
    """Takes the pipes, reads how to start, answers until the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    _first_to_go()
    kind, payload = wire.read(incoming)
    if kind != wire.START:
        return
    try:
        worker = Worker(incoming, outgoing, json.loads(payload))
    except ScorehouseError as error:
        wire.write(outgoing, wire.FAILED, wire.text({"kind": "start", "sentence": str(error)}))
        return
    except duckdb.Error:
        # The owner looks which file is published now.
        return
    worker.serve()


if __name__ == "__main__":
    main()
