"""Pieces to scores in worker processes: results in the order of the pieces, a bounded number at a time."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

import pyarrow as pa

from orchestration import answer_scorer
from orchestration.answer_scorer import Piece, Policies, Scored, Scorer, ScoringError
from orchestration.score_files import unwritable
from warehouse.settings import Settings

# Below this, starting processes takes longer than the work.
IN_PROCESS_ANSWERS = 50_000


def processes_for(workers: int | None) -> int:
    """So many were asked for, or one a core that this process may use."""
    if workers is not None:
        return workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def score_in_order(
    settings: Settings, policies: Policies, pieces: Sequence[Piece], workers: int | None
) -> Generator[Scored, None, None]:
    """One result a piece, in order, the same whatever `workers` is; closing it ends the processes.

    `workers`: how many processes; None is one a core, this process scoring until the first of them has
    started, and few answers without any. The first piece is always scored here. Raises `ScoringError`.
    """
    # A wrong master key is told here, in one sentence, not by every worker.
    scorer = Scorer.make(settings, policies)
    processes = min(processes_for(workers), len(pieces))
    if processes < 2 or (workers is None and sum(piece.rows for piece in pieces) < IN_PROCESS_ANSWERS):
        yield from map(scorer.score, pieces)
        return
    # Not forked from here: a fork of a process with threads (Dagster's, Arrow's) may hang.
    context = multiprocessing.get_context("forkserver")
    workshop = _empty(settings.scores / ".pieces")
    context.set_forkserver_preload(["__main__", answer_scorer.__name__, "orchestration.worker_preload"])
    given = (settings, policies, workshop, dict(os.environ))
    pool = ProcessPoolExecutor(processes, context, _start_worker, given)
    # The first process waits until their server has loaded everything: seconds, in which this one can score.
    starter = ThreadPoolExecutor(1, "scoring-start")
    try:
        # As many as there are to be processes: each of these starts one.
        started = starter.submit(lambda: [pool.submit(_is_started) for _ in range(processes)])
        starter.shutdown(wait=False)
        waiting: deque[Future[_Sent]] = deque()
        for number, piece in enumerate(pieces):
            if number == 0 or (workers is None and not _any_is_done(started)):
                yield scorer.score(piece)
                continue
            started.result()
            waiting.append(pool.submit(_score_in_worker, number, piece))
            # Two more than there are workers keep them busy; all at once would hold every result.
            if len(waiting) >= processes + 2:
                yield _received(waiting.popleft().result())
        while waiting:
            yield _received(waiting.popleft().result())
    except BrokenProcessPool as error:
        raise ScoringError(
            "A scoring process ended early, probably for want of memory; run it again with fewer workers."
        ) from error
    finally:
        starter.shutdown(wait=True)
        pool.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(workshop)


def _empty(folder: Path) -> Path:
    """An empty folder of that name; what a killed pass left there is dropped."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


# Where a worker left its scores (Arrow's own stream: mapped, not copied), and how many texts are erased.
_Sent = tuple[Path, pa.Array]
_scorer: Scorer | None = None
_workshop = Path()


def _start_worker(
    settings: Settings, policies: Policies, workshop: Path, environment: dict[str, str]
) -> None:
    """Runs first in each worker: Ctrl-C is the parent's to handle, and without a parent there is no work."""
    global _scorer, _workshop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    # The server may have been started under another one, before this pass.
    os.environ.clear()
    os.environ.update(environment)
    _workshop = workshop
    _scorer = Scorer.make(settings, policies)


def _end_with_parent() -> None:
    """Workers of a killed parent would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _any_is_done(started: Future[list[Future[bool]]]) -> bool:
    """Whether a worker has answered; what kept them from starting is raised."""
    return started.done() and any(worker.done() for worker in started.result())


def _is_started() -> bool:
    return _scorer is not None


def _score_in_worker(number: int, piece: Piece) -> _Sent:
    if _scorer is None:
        raise ScoringError("A scoring process was not set up.")
    scored = _scorer.score(piece)
    path = _workshop / f"{number}.arrow"
    try:
        with path.open("wb") as file, pa.ipc.new_stream(file, scored.table.schema) as stream:
            stream.write_table(scored.table)
    except OSError as error:
        raise unwritable(path, error) from error
    return path, scored.lost


def _received(sent: _Sent) -> Scored:
    path, lost = sent
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_stream(file).read_all()
    # What is mapped stays until the table is let go.
    path.unlink()
    return Scored(table, lost)
