"""Scores what is new: raw answers (sealed) to scores (no text), piece by piece, in worker processes.

A score file is made once for each raw file and kernel version (seeds and code); both are kept in the file's
metadata. It appears whole or not at all, with the same bytes however many processes made it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.answer_scorer import SCORE_FILE_SCHEMA as SCORE_FILE_SCHEMA
from orchestration.answer_scorer import Piece, Policies, Scored, unreadable
from orchestration.answer_scorer import ScoringError as ScoringError
from orchestration.kernel_code import code_version
from orchestration.score_files import (
    carried_over,
    earlier_scores,
    footer_of,
    made_of,
    tidy,
    write_scores,
)
from orchestration.scoring_pool import processes_for, score_in_order
from orchestration.scoring_report import ScoringReport as ScoringReport
from scoring_udfs.errors import KernelError
from warehouse.seeds import kernel_version, read_seeds
from warehouse.settings import Settings

# Rows of a piece: small enough that the last ones end together, large enough that handing over costs nothing.
MOST_ROWS = 32_768
LEAST_ROWS = 4_096
_PIECES_A_PROCESS = 8


def score_new(
    settings: Settings,
    *,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    anew: bool = False,
) -> ScoringReport:
    """Brings `scores/answers/` up to date with `raw/answers/`, the seeds and the kernels.

    `workers`: processes, by default one a core. `on_progress(done, total)` is told in answers. Memory depends
    on workers, not on the number of answers. `anew` scores again what is up to date. What was scored while
    there was a text keeps its score when the text is gone. Raises `ScoringError`, or what seeds and vault
    raise.
    """
    started = time.monotonic()
    kernel = f"{kernel_version(settings.seeds)}+{code_version()}"
    try:
        policies = Policies.of(read_seeds(settings.seeds))
    except KernelError as error:
        raise ScoringError(f"The seeds at {settings.seeds} cannot be used: {error}") from error
    folder = settings.scores / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    raw_files = sorted((settings.raw / "answers").glob("[!_.]*.parquet"))
    tidy(folder, {path.name for path in raw_files})
    write_scores(folder / "_schema.parquet", kernel, "", ())
    footers = {path: footer_of(path) for path in raw_files}
    due = [path for path in raw_files if anew or made_of(folder / path.name) != (kernel, footers[path])]
    sizes = {path: _row_groups(path) for path in due}
    total = sum(map(sum, sizes.values()))
    at_most = rows_of_a_piece(total, processes_for(workers))
    pieces = {path: cut(path, groups, at_most) for path, groups in sizes.items()}
    answers = erased = 0

    def tables(path: Path, results: Iterator[Scored], number: int) -> Iterator[pa.Table]:
        nonlocal answers, erased
        earlier: pa.Table | None = None
        for scored in islice(results, number):
            if scored.erased and earlier is None:
                earlier = earlier_scores(folder / path.name)
            yield carried_over(scored.table, scored.lost, earlier)
            answers += scored.table.num_rows
            erased += scored.erased
            if on_progress is not None:
                on_progress(answers, total)

    all_pieces = [piece for cuts in pieces.values() for piece in cuts]
    with closing(score_in_order(settings, policies, all_pieces, workers)) as results:
        for path, cuts in pieces.items():
            write_scores(folder / path.name, kernel, footers[path], tables(path, results, len(cuts)))
    return ScoringReport(len(due), answers, time.monotonic() - started, len(raw_files) - len(due), erased)


def rows_of_a_piece(total: int, processes: int) -> int:
    """Several pieces a process, so that all of them end at about the same time."""
    return min(MOST_ROWS, max(LEAST_ROWS, total // (processes * _PIECES_A_PROCESS)))


def cut(raw_file: Path, row_groups: list[int], at_most: int) -> list[Piece]:
    """Pieces of at most so many rows, in order: small row groups together, large ones in equal parts."""
    pieces: list[Piece] = []
    together: list[int] = []
    for number, rows in enumerate(row_groups):
        if together and sum(row_groups[group] for group in together) + rows > at_most:
            pieces += _equal_parts(raw_file, together, row_groups, at_most)
            together = []
        together.append(number)
    return pieces + _equal_parts(raw_file, together, row_groups, at_most)


def _equal_parts(raw_file: Path, groups: list[int], row_groups: list[int], at_most: int) -> list[Piece]:
    rows = sum(row_groups[group] for group in groups)
    parts = -(-rows // at_most)
    ends = [rows * part // parts for part in range(parts + 1)] if parts else []
    return [Piece(raw_file, tuple(groups), start, end - start) for start, end in pairwise(ends)]


def _row_groups(raw_file: Path) -> list[int]:
    """The number of rows of each."""
    try:
        footer = pq.read_metadata(raw_file)
    except (OSError, pa.ArrowInvalid) as error:
        raise unreadable(raw_file, error) from error
    return [footer.row_group(number).num_rows for number in range(footer.num_row_groups)]
