"""Scores what is new: raw answers (sealed) to scores (no text), row group by row group, in a process pool.

A score file is made once for each raw file and kernel version (seeds and code); both are kept in the file's
metadata. It appears whole or not at all. Texts are opened only in the memory of the worker that scores them.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import threading
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import scoring_udfs
from scoring_udfs.errors import KernelError
from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.score import SCORE_SCHEMA, score_answers
from warehouse.cipher import unseal_many
from warehouse.errors import ScorehouseError
from warehouse.seeds import kernel_version, read_seeds
from warehouse.settings import Settings
from warehouse.vault import Vault

KERNEL_METADATA = b"scorehouse.kernel"
RAW_METADATA = b"scorehouse.raw"
FINGERPRINT_PURPOSE = "text fingerprint"
# Below this, starting a pool takes longer than the work.
IN_PROCESS_ANSWERS = 20_000
_FOOTER_BYTES = 16_384

# raw column → column of the score file, before and after those of the kernels
_ANSWER = {
    "interview_id": pa.field("interview_id", pa.string()),
    "question_id": pa.field("question_id", pa.string()),
    "attempt": pa.field("attempt", pa.int64()),
    "skipped": pa.field("skipped_by_source", pa.bool_()),
    "repeated": pa.field("repeated_by_source", pa.bool_()),
    "answer_seconds": pa.field("answer_seconds", pa.float64()),
    "pause_seconds": pa.field("pause_seconds", pa.float64()),
}
_LINEAGE = {
    "_file_id": pa.field("_file_id", pa.string()),
    "_row_number": pa.field("_row_number", pa.int64()),
    "_exported_at": pa.field("_exported_at", pa.timestamp("us", tz="UTC")),
    "_arrived_at": pa.field("_arrived_at", pa.timestamp("us", tz="UTC")),
    "_arrival_seq": pa.field("_arrival_seq", pa.int64()),
}
_RAW_COLUMNS = (*_ANSWER, "lang", "text_sealed", "_seal_key_id", *_LINEAGE)
SCORE_FILE_SCHEMA = pa.schema([*_ANSWER.values(), *SCORE_SCHEMA, *_LINEAGE.values()])


class ScoringError(ScorehouseError):
    """Answers cannot be scored."""


@dataclass(frozen=True)
class ScoringReport:
    """What a pass did: files and answers scored, files left as they were, texts whose key was erased."""

    files: int
    answers: int
    seconds: float
    skipped_files: int
    erased: int


@dataclass(frozen=True)
class _Task:
    """One row group of a raw file."""

    raw_file: Path
    row_group: int
    rows: int


@dataclass(frozen=True)
class _Scored:
    """The scores of one task, as `SCORE_FILE_SCHEMA`, and how many of its texts are erased."""

    table: pa.Table
    erased: int


@dataclass(frozen=True)
class _Scorer:
    """What it takes to score a row group; each process makes its own."""

    rubrics: RubricSet
    vault: Vault
    fingerprint_key: bytes

    @classmethod
    def make(cls, settings: Settings, rubrics: RubricSet) -> _Scorer:
        vault = Vault.open(settings)
        return cls(rubrics, vault, vault.system_key(FINGERPRINT_PURPOSE))

    def score(self, task: _Task) -> _Scored:
        answers = pq.ParquetFile(task.raw_file).read_row_group(task.row_group, columns=list(_RAW_COLUMNS))
        for name in _RAW_COLUMNS:
            if name not in answers.column_names:
                raise ScoringError(f"{task.raw_file} has no column {name}: ingest its source file again.")
        texts, erased = self._open_texts(answers)
        try:
            scores = score_answers(answers, self.rubrics, self.fingerprint_key, texts)
        except KernelError as error:
            raise ScoringError(f"{task.raw_file} cannot be scored: {error}") from error
        columns = [
            *(answers.column(name).cast(field.type) for name, field in _ANSWER.items()),
            *scores.columns,
            *(answers.column(name).cast(field.type) for name, field in _LINEAGE.items()),
        ]
        return _Scored(pa.Table.from_arrays(columns, schema=SCORE_FILE_SCHEMA), erased)

    def _open_texts(self, answers: pa.Table) -> tuple[list[str | None], int]:
        sealed = answers.column("text_sealed").to_pylist()
        key_ids = answers.column("_seal_key_id").to_pylist()
        opened = self.vault.open_keys({key_id for key_id in key_ids if key_id is not None})
        keys = [opened.get(key_id) for key_id in key_ids]
        row_keys = (answers.column(name).to_pylist() for name in ("interview_id", "question_id", "attempt"))
        aads = [f"answers|text|{'|'.join(map(str, row_key))}" for row_key in zip(*row_keys, strict=True)]
        erased = sum(key is None and value is not None for key, value in zip(keys, sealed, strict=True))
        return unseal_many(keys, sealed, aads), erased


def score_new(
    settings: Settings,
    *,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> ScoringReport:
    """Brings `scores/answers/` up to date with `raw/answers/`, the seeds and the kernels.

    `workers`: processes, by default one a core. `on_progress(done, total)` is told in answers. Memory depends
    on workers and the size of row groups, not on the number of answers. Raises `ScoringError`, or what seeds
    and vault raise.
    """
    started = time.monotonic()
    kernel = f"{kernel_version(settings.seeds)}+{_code_version()}"
    try:
        rubrics = compile_rubrics(read_seeds(settings.seeds))
    except KernelError as error:
        raise ScoringError(f"The seeds at {settings.seeds} cannot be used: {error}") from error
    folder = settings.scores / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    raw_files = sorted((settings.raw / "answers").glob("[!_.]*.parquet"))
    _tidy(folder, {path.name for path in raw_files})
    _write(folder / "_schema.parquet", (kernel, ""), ())
    made_of = {path: (kernel, _footer(path)) for path in raw_files}
    due = {path: _tasks(path) for path in raw_files if _made_of(folder / path.name) != made_of[path]}
    total = sum(task.rows for tasks in due.values() for task in tasks)
    answers = erased = 0

    def tables(results: Iterator[_Scored], number: int) -> Iterator[pa.Table]:
        nonlocal answers, erased
        for scored in islice(results, number):
            yield scored.table
            answers += scored.table.num_rows
            erased += scored.erased
            if on_progress is not None:
                on_progress(answers, total)

    all_tasks = [task for tasks in due.values() for task in tasks]
    with closing(_score_in_order(settings, rubrics, all_tasks, workers)) as results:
        for path, tasks in due.items():
            _write(folder / path.name, made_of[path], tables(results, len(tasks)))
    return ScoringReport(len(due), answers, time.monotonic() - started, len(raw_files) - len(due), erased)


def _code_version() -> str:
    """`c-` and 8 hex characters over the kernels' sources and Python's Unicode tables."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for source in sorted(Path(scoring_udfs.__path__[0]).glob("*.py")):
        digest.update(source.read_bytes())
    return f"c-{digest.hexdigest()[:8]}"


def _tasks(raw_file: Path) -> list[_Task]:
    footer = pq.read_metadata(raw_file)
    return [
        _Task(raw_file, group, footer.row_group(group).num_rows) for group in range(footer.num_row_groups)
    ]


def _tidy(folder: Path, raw_names: set[str]) -> None:
    """Drops what a killed pass left behind, and the scores of raw files that are gone."""
    for path in folder.iterdir():
        if path.name.endswith(".tmp") or (path.name[0] != "_" and path.name not in raw_names):
            path.unlink()


def _footer(raw_file: Path) -> str:
    """16 hex characters over the end of a raw file, where Parquet keeps what is in each column.

    A file that a killed pass left and a later one wrote anew has the same name and other rows.
    """
    with raw_file.open("rb") as file:
        file.seek(-min(_FOOTER_BYTES, raw_file.stat().st_size), os.SEEK_END)
        return hashlib.sha256(file.read()).hexdigest()[:16]


def _made_of(score_file: Path) -> tuple[str, str] | None:
    """Kernel version and raw footer that a score file was made of; None when there is no whole file."""
    try:
        metadata: dict[bytes, bytes] = pq.read_metadata(score_file).metadata or {}
    except (FileNotFoundError, pa.ArrowInvalid):
        return None
    return metadata.get(KERNEL_METADATA, b"").decode(), metadata.get(RAW_METADATA, b"").decode()


def _write(path: Path, made_of: tuple[str, str], tables: Iterable[pa.Table]) -> None:
    """A score file under a temporary name, then renamed: a reader sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    kernel, raw = made_of
    schema = SCORE_FILE_SCHEMA.with_metadata({KERNEL_METADATA: kernel.encode(), RAW_METADATA: raw.encode()})
    try:
        with temporary.open("wb") as file:
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                for table in tables:
                    writer.write_table(table.replace_schema_metadata(schema.metadata))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _score_in_order(
    settings: Settings, rubrics: RubricSet, tasks: Sequence[_Task], workers: int | None
) -> Generator[_Scored, None, None]:
    """One result a task, in order; closing it ends the pool."""
    processes = min(workers or os.cpu_count() or 1, len(tasks))
    if processes < 2 or (workers is None and sum(task.rows for task in tasks) < IN_PROCESS_ANSWERS):
        scorer = _Scorer.make(settings, rubrics)
        yield from map(scorer.score, tasks)
        return
    # A wrong master key is told here, in one sentence, not by every worker.
    Vault.open(settings)
    # Spawned, not forked: a fork of a process with threads (Dagster's, Arrow's) may hang.
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), _start_worker, (settings, rubrics)
    )
    try:
        waiting: deque[Future[_Scored]] = deque()
        for task in tasks:
            waiting.append(pool.submit(_score_in_worker, task))
            # Two more than there are workers keep them busy; all at once would hold every result.
            if len(waiting) >= processes + 2:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise ScoringError(
            "A scoring process ended early, probably for want of memory; run it again with fewer workers."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_scorer: _Scorer | None = None


def _start_worker(settings: Settings, rubrics: RubricSet) -> None:
    """Runs first in each worker: Ctrl-C is the parent's to handle, and without a parent there is no work."""
    global _scorer
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    _scorer = _Scorer.make(settings, rubrics)


def _end_with_parent() -> None:
    """Workers of a killed parent would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _score_in_worker(task: _Task) -> _Scored:
    if _scorer is None:
        raise ScoringError("A scoring process was not set up.")
    return _scorer.score(task)
