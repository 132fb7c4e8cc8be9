"""Rates many answers in several processes; the result is the same whatever their number.

A row is rated by itself. Texts go to the processes through memory and never lie on a disk.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

import pyarrow as pa

from orchestration.rating.errors import PredictionError
from orchestration.rating.model_folder import load
from orchestration.scoring_pool import processes_for
from scoring_udfs.rating import FittedModel

# Below this, starting processes takes longer than the work.
IN_PROCESS_ANSWERS = 6000
_ROWS = 1000


def predict_rows(folder: Path, rows: pa.Table, workers: int | None = None) -> pa.Table:
    """The predictions of a model's folder, in the order of `rows` (model.FittedModel.predict).

    `workers`: processes with this one; None is one a core, and few answers are rated in this one alone.
    """
    model = FittedModel.from_state(load(folder))
    processes = processes_for(workers)
    if processes < 2 or (workers is None and rows.num_rows < IN_PROCESS_ANSWERS):
        return model.predict(rows)
    pieces = [rows.slice(start, _ROWS) for start in range(0, rows.num_rows, _ROWS)]
    if len(pieces) < 2:
        return model.predict(rows)
    # Not forked from here: a fork of a process with threads may hang.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(
        min(processes, len(pieces)) - 1, context, _start_worker, (folder, dict(os.environ))
    ) as pool:
        try:
            sent = [pool.submit(_predicted, piece) for piece in pieces]
            return pa.concat_tables(_with_own_work(model, pieces, sent))
        except BrokenProcessPool as error:
            raise PredictionError(
                "A process that rated answers ended early, probably for want of memory: rate fewer at a time."
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _with_own_work(
    model: FittedModel, pieces: list[pa.Table], sent: list[Future[pa.Table]]
) -> list[pa.Table]:
    """While others start and work from the front, this process takes from the back what none has begun."""
    own = {}
    for number in reversed(range(len(pieces))):
        if sent[number].cancel():
            own[number] = model.predict(pieces[number])
    return [own[number] if number in own else one.result() for number, one in enumerate(sent)]


_model: FittedModel | None = None


def _start_worker(folder: Path, environment: dict[str, str]) -> None:
    """Runs first in each process: Ctrl-C is the parent's to handle, and without a parent there is no work."""
    global _model
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    # The server that it is forked from may have been started under another environment.
    os.environ.clear()
    os.environ.update(environment)
    _model = FittedModel.from_state(load(folder))


def _end_with_parent() -> None:
    """Processes of a killed parent would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _predicted(rows: pa.Table) -> pa.Table:
    if _model is None:
        raise PredictionError("A process that was to rate answers was not set up.")
    return _model.predict(rows)
