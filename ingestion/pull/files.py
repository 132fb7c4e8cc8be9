"""Export files of a pull: written beside landing, moved into it whole."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
from pathlib import Path
from typing import IO, Any, Protocol

import pyarrow.parquet as pq

from ingestion.pull.columns import to_table

Row = dict[str, Any]
_OVERHEAD_BYTES = 40


class Writer(Protocol):
    """Collects the rows of one file."""

    suffix: str

    def add(self, row: Row) -> int:
        """Takes a row; about how many bytes it needs."""
        ...

    def close(self) -> Path:
        """The finished file, on disk for good."""
        ...


class JsonLinesWriter:
    """Rows as they came, one JSON object a line; nothing stays in memory."""

    suffix = ".jsonl"

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"rows{self.suffix}"
        self._file: IO[bytes] | None = None

    def add(self, row: Row) -> int:
        """Writes the row."""
        if self._file is None:
            self._file = _open(self._path)
        return self._file.write(
            json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        )

    def close(self) -> Path:
        """The file, empty for no rows."""
        file, self._file = self._file or _open(self._path), None
        with file:
            _sync(file)
        return self._path


class ParquetWriter:
    """Rows with the types of the database; they wait in memory until the file is closed."""

    suffix = ".parquet"

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"rows{self.suffix}"
        self._rows: list[Row] = []

    def add(self, row: Row) -> int:
        """Keeps the row."""
        self._rows.append(row)
        return sum(
            len(value) + _OVERHEAD_BYTES if isinstance(value, str | bytes | list | dict) else _OVERHEAD_BYTES
            for value in row.values()
        )

    def close(self) -> Path:
        """The file; its columns have the types that all of its rows share."""
        rows, self._rows = self._rows, []
        with _open(self._path) as file:
            pq.write_table(to_table(rows), file, compression="zstd")
            _sync(file)
        return self._path


class Landing:
    """The folder `landing/<source or profile>/pull/` and the names in it."""

    def __init__(self, folder: Path, name: str, now: dt.datetime) -> None:
        self._folder = folder
        self._stem = f"{name}-{now.astimezone(dt.UTC):%Y%m%dT%H%M%S}"
        self._number = 0
        self.files: list[Path] = []

    def land(self, finished: Path) -> Path:
        """Moves a finished file in, under a name that no other file has; it appears whole or not at all."""
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        target = self._next(finished.suffix)
        try:
            finished.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # Landing lies on another disk: the copy gets its name when it is complete.
            beside = target.with_name(f".{target.name}.tmp")
            shutil.copyfile(finished, beside)
            beside.chmod(0o600)
            beside.replace(target)
            finished.unlink()
        _sync_folder(self._folder)
        self.files.append(target)
        return target

    def _next(self, suffix: str) -> Path:
        while True:
            self._number += 1
            target = self._folder / f"{self._stem}-{self._number}{suffix}"
            if not target.exists():
                return target


def staging(folder: Path) -> Path:
    """An empty folder of one pull's own; what a killed pull left there never landed and is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def _open(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
