"""The policies as tables: reads the CSV seeds, and names the version that a score was made under.

A version is a hash over contents, not over files: line ends, quoting and a byte-order mark change
nothing; a changed weight, phrase or the order of the rows does.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from warehouse.seed_rules import COLUMNS as COLUMNS
from warehouse.seed_rules import SeedError as SeedError
from warehouse.seed_rules import faults

# Those of scoring.md: the rubric version covers them all.
SCORING_SEEDS = tuple(COLUMNS)
# Those that the kernels read: a change elsewhere needs no new scoring of answers.
KERNEL_SEEDS = ("questions", "criteria", "phrases", "stage_cues", "negation_cues", "pace_bands")
# Those by which they describe an answer beside its score: without one of them less is said.
SIGNAL_SEEDS = ("function_words",)
WEIGHT_SEEDS = ("role_weights",)


def read_seeds(directory: Path) -> dict[str, pa.Table]:
    """Every CSV of `directory` by name, all columns strings, '' as null, rows in the file's order.

    Raises `SeedError` when a seed of scoring.md is missing, or holds what no score can be made from: a
    missing column, a ragged row, a number that is none, a key twice, an unknown kind or reference.
    """
    tables, wrong = read_what_can_be(directory)
    if wrong:
        raise wrong[0]
    return tables


def read_what_can_be(directory: Path) -> tuple[dict[str, pa.Table], list[SeedError]]:
    """The seeds that are tables, and everything for which `read_seeds` would refuse, files first."""
    if not directory.is_dir():
        sentence = f"There are no seeds at {directory}: the folder is missing."
        return {}, [SeedError(sentence, "no_folder", folder=str(directory))]
    tables: dict[str, pa.Table] = {}
    wrong: list[SeedError] = []
    for path in sorted(directory.glob("*.csv")):
        try:
            tables[path.stem] = _read(path)
        except SeedError as error:
            wrong.append(error)
    wrong += [_missing(directory, name) for name in SCORING_SEEDS if not _path(directory, name).exists()]
    for name in SCORING_SEEDS:
        if name in tables:
            wrong += faults(_path(directory, name), tables)
    return tables, wrong


def rubric_version(directory: Path) -> str:
    """`r-` and 8 hex characters over every seed that scoring.md lists."""
    return f"r-{_digest(directory, SCORING_SEEDS)}"


def weights_version(directory: Path) -> str:
    """`w-` and 8 hex characters over role_weights."""
    return f"w-{_digest(directory, WEIGHT_SEEDS)}"


def kernel_version(directory: Path) -> str:
    """`k-` and 8 hex characters over the seeds that the kernels read, those of signals where they are."""
    signals = tuple(name for name in SIGNAL_SEEDS if _path(directory, name).exists())
    return f"k-{_digest(directory, KERNEL_SEEDS + signals)}"


def _digest(directory: Path, names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        path = _path(directory, name)
        if not path.exists():
            raise _missing(directory, name)
        for cells in [[name], *_rows(path)]:
            # Lengths make it unambiguous which text stands in which cell.
            digest.update("".join(f"{len(cell)}:{cell}" for cell in cells).encode() + b"\n")
    return digest.hexdigest()[:8]


def _path(directory: Path, name: str) -> Path:
    return directory / f"{name}.csv"


def _missing(directory: Path, name: str) -> SeedError:
    return SeedError(f"The seed {_path(directory, name)} is missing.", "no_seed", name)


def _rows(path: Path) -> list[list[str]]:
    seed = path.stem
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        sentence = f"{path}, line {line}: not UTF-8; save the file as UTF-8."
        raise SeedError(sentence, "not_utf8", seed, line) from None
    except OSError as error:
        sentence = f"{path} cannot be read ({error.strerror})."
        raise SeedError(sentence, "unreadable", seed, why=str(error.strerror)) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [row for row in reader if row]
    except csv.Error as error:
        sentence = f"{path}, line {reader.line_num}: not a CSV file ({error})."
        raise SeedError(sentence, "not_csv", seed, reader.line_num, why=str(error)) from None


def _read(path: Path) -> pa.Table:
    rows, seed = _rows(path), path.stem
    if not rows:
        raise SeedError(f"{path} is empty: its first line must name the columns.", "no_header", seed)
    header = [name.strip() for name in rows[0]]
    if len(set(header)) < len(header) or "" in header:
        raise SeedError(f"{path}, row 1: every column needs a name of its own.", "header_names", seed, 1)
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            found, wanted = len(row), len(header)
            sentence = f"{path}, row {number}: {found} cells where the header has {wanted}."
            raise SeedError(sentence, "ragged", seed, number, cells=found, width=wanted)
    columns = {
        name: pa.array([row[index] or None for row in rows[1:]], pa.string())
        for index, name in enumerate(header)
    }
    return pa.table(columns)
