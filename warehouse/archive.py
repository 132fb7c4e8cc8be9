"""What a published run was made of: its seeds, its models and which rows had arrived, kept for good.

`archive/seeds/<version>/` holds the CSVs of a set of seeds, `archive/models/<hash>.json` the SQL of a state
of the models: each is written once, however many runs share it, and its hash stands in the record of every
run, `archive/runs/<number>_<run>.json`. Nothing here is about a person.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.errors import ScorehouseError
from warehouse.seeds import rubric_version, weights_version
from warehouse.settings import Settings

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_SHOWN_RUNS = 3


class ArchiveError(ScorehouseError):
    """The archive lacks something, or something in it was changed."""


@dataclass(frozen=True)
class ArchivedRun:
    """One run. `number` counts runs; `started_at` is ISO 8601 in UTC.

    Of the raw layer it saw the files with an arrival up to `last_arrival`, and of rows released later from
    the quarantine those of the first `releases[source/file_id]` releases of a file. `scored_by` names the
    kernels' seeds and code; `seeds` leads from file names to SHA-256.
    """

    number: int
    run_id: str
    started_at: str
    rubric_version: str
    weights_version: str
    scored_by: str
    engine: str
    seeds: Mapping[str, str]
    models: str
    last_arrival: int
    releases: Mapping[str, int]
    variables: Mapping[str, Any]

    @property
    def stem(self) -> str:
        """The name of its files: sorts by the order of the runs."""
        return f"{self.number:08d}_{self.run_id}"

    @property
    def seeds_folder(self) -> str:
        """The name of its set of seeds: the rubric version, and a hash over every seed."""
        return f"{self.rubric_version}-{_digest(_canonical(dict(self.seeds)))[:16]}"


def stems(settings: Settings) -> list[str]:
    """`<number>_<run>` of every archived run, oldest first."""
    return sorted(path.stem for path in (settings.archive / "runs").glob("[!.]*_*.json"))


def find_run(settings: Settings, run_id: str) -> ArchivedRun:
    """The run of this id. `ArchiveError` names the latest ones when there is none."""
    known = stems(settings)
    for stem in reversed(known):
        if stem.partition("_")[2] == run_id:
            return _read_run(settings.archive / "runs" / f"{stem}.json")
    if not known:
        raise ArchiveError("No run has been archived yet: run `scorehouse build --full-refresh`.")
    latest = ", ".join(stem.partition("_")[2] for stem in reversed(known[-_SHOWN_RUNS:]))
    raise ArchiveError(f"There is no archived run {run_id!r}; the latest are {latest}.")


def next_number(settings: Settings, run_id: str) -> int:
    """The place of a new run behind all others; a run that was archived and not published keeps its own."""
    if not _RUN_ID.fullmatch(run_id):
        raise ArchiveError(f"{run_id!r} cannot name a run: use letters, digits, - and _.")
    known = stems(settings)
    if not known:
        return 1
    number, _, last_id = known[-1].partition("_")
    return int(number) + (last_id != run_id)


def keep_run(settings: Settings, run: ArchivedRun) -> None:
    """Writes the record of a run, whole or not at all."""
    _write(settings.archive / "runs" / f"{run.stem}.json", _canonical(asdict(run)))


def hash_seeds(directory: Path) -> dict[str, str]:
    """SHA-256 of every CSV of `directory`, by file name."""
    return {path.name: _digest(path.read_bytes()) for path in sorted(directory.glob("*.csv"))}


def keep_seeds(settings: Settings, run: ArchivedRun) -> Path:
    """Copies the seeds of now, which must be those of `run`, into their folder, unless they are there."""
    folder = settings.archive / "seeds" / run.seeds_folder
    if folder.is_dir() and hash_seeds(folder) == run.seeds:
        return folder
    temporary = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    temporary.mkdir(mode=0o700)
    for name in run.seeds:
        shutil.copyfile(settings.seeds / name, temporary / name)
    if hash_seeds(temporary) != run.seeds:
        raise ArchiveError("A seed was changed while the build ran: run `scorehouse build` again.")
    shutil.rmtree(folder, ignore_errors=True)
    temporary.replace(folder)
    return folder


def seeds_of(settings: Settings, run: ArchivedRun) -> Path:
    """The folder with the seeds of a run, verified; `ArchiveError` names what is missing or changed."""
    folder = settings.archive / "seeds" / run.seeds_folder
    there = hash_seeds(folder)
    for name, digest in run.seeds.items():
        if name not in there:
            raise ArchiveError(
                f"The archived seed {folder / name} is missing: restore it from a backup; "
                f"without it the run {run.run_id} cannot be replayed."
            )
        if there[name] != digest:
            raise ArchiveError(
                f"The archived seed {folder / name} was changed since the run {run.run_id}: "
                "restore it from a backup."
            )
    if extra := sorted(set(there) - set(run.seeds)):
        raise ArchiveError(f"{folder / extra[0]} is no seed of the run {run.run_id}: remove it.")
    if (rubric_version(folder), weights_version(folder)) != (run.rubric_version, run.weights_version):
        raise ArchiveError(
            f"The seeds in {folder} are not the versions that the run {run.run_id} names: "
            "its record was changed; restore it from a backup."
        )
    return folder


def keep_models(settings: Settings, models: Mapping[str, Any]) -> str:
    """Writes a state of the models (plain values), unless it is there; returns its name."""
    content = _canonical(models)
    name = _digest(content)
    path = _models_path(settings, name)
    if not path.is_file() or _digest(path.read_bytes()) != name:
        _write(path, content)
    return name


def models_of(settings: Settings, run: ArchivedRun) -> dict[str, Any]:
    """The models of a run as they were kept, verified; `ArchiveError` when they are missing or changed."""
    path = _models_path(settings, run.models)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ArchiveError(
            f"The archived models {path} are missing: restore them from a backup; "
            f"without them the run {run.run_id} cannot be replayed."
        ) from None
    if _digest(content) != run.models:
        raise ArchiveError(
            f"The archived models {path} were changed since the run {run.run_id}: restore them from a backup."
        )
    return dict(json.loads(content))


def started_at(run: ArchivedRun) -> datetime:
    """When the run began, UTC."""
    return datetime.fromisoformat(run.started_at)


def _models_path(settings: Settings, name: str) -> Path:
    return settings.archive / "models" / f"{name}.json"


def _read_run(path: Path) -> ArchivedRun:
    try:
        return ArchivedRun(**json.loads(path.read_bytes()))
    except (ValueError, TypeError):
        raise ArchiveError(f"The record of a run {path} is damaged: restore it from a backup.") from None


def _canonical(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
