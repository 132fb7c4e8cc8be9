"""Which files there are to read: `landing/<source>/…`, or the paths that somebody named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import SOURCES
from warehouse.errors import UsageError

# Hidden files, and files that somebody is still writing.
_UNFINISHED = (".tmp", ".part", ".crdownload", ".filepart")
_NAMES = ", ".join(SOURCES)


@dataclass(frozen=True)
class Found:
    """One file of a source; `file` is what it is called in reports and in the ledger."""

    source: str
    path: Path
    file: str


@dataclass(frozen=True)
class Misplaced:
    """Something in landing that belongs to no source, and the sentence that says so."""

    file: str
    message: str


@dataclass(frozen=True)
class Landing:
    """Everything that a pass has to look at, in its order: by source, then by path."""

    files: tuple[Found, ...]
    misplaced: tuple[Misplaced, ...]


def look_around(landing: Path, paths: Sequence[Path] = (), source: str | None = None) -> Landing:
    """The files of landing (of one source, when named), or of `paths` (files or folders).

    Raises `UsageError` for a source that does not exist and for a path whose source nobody can tell.
    """
    if source is not None and source not in SOURCES:
        raise UsageError(f"There is no source {source!r}; the sources are {_NAMES}.")
    if paths:
        found = [file for path in paths for file in _named(landing, path, source)]
        return Landing(_in_order(found), ())
    found = []
    misplaced = []
    for path in sorted(landing.iterdir()) if landing.is_dir() else ():
        if _is_ignored(path):
            continue
        if path.is_dir() and path.name in SOURCES:
            if source in (None, path.name):
                found += [Found(path.name, file, _name(landing, file)) for file in _files(path)]
        elif source is None and (message := _misplaced(path)):
            misplaced.append(Misplaced(_name(landing, path), message))
    return Landing(_in_order(found), tuple(misplaced))


def _named(landing: Path, path: Path, source: str | None) -> list[Found]:
    """The files of a path from the command line; a missing file is reported when it is read."""
    path = path.absolute()
    files = _files(path) if path.is_dir() else [path]
    found = []
    for file in files:
        of = source or _source_of(landing, file)
        if of is None:
            raise UsageError(
                f"{file} lies in no source's folder: name its source with --source (one of {_NAMES})."
            )
        found.append(Found(of, file, _name(landing, file)))
    return found


def _source_of(landing: Path, file: Path) -> str | None:
    """The folder below landing, or else the nearest folder that is called like a source."""
    try:
        first = _real(file).relative_to(_real(landing)).parts[0]
        return first if first in SOURCES else None
    except ValueError:
        return next((parent.name for parent in file.parents if parent.name in SOURCES), None)


def _misplaced(path: Path) -> str | None:
    """What to say about a file or folder of landing that is no source's."""
    if not path.is_dir():
        return f"It lies in landing itself; move it into the folder of its source (one of {_NAMES})."
    files = len(_files(path))
    if not files:
        return None
    count = "its file was" if files == 1 else f"its {files} files were"
    return f"No source has this name, so {count} not read; the sources are {_NAMES}."


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if not path.is_dir() and not any(_is_ignored(Path(part)) for part in path.relative_to(folder).parts)
    ]


def _is_ignored(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.name.lower().endswith(_UNFINISHED)


def _name(landing: Path, file: Path) -> str:
    try:
        name = _real(file).relative_to(_real(landing)).as_posix()
    except ValueError:
        name = file.name
    # Bytes of a name that are no text would stop every file that mentions it.
    return name.encode("utf-8", "backslashreplace").decode()


def _real(path: Path) -> Path:
    """Where a path lies; a link keeps its own name there, also one that leads nowhere or to itself."""
    return Path(os.path.realpath(path.parent)) / path.name


def _in_order(found: Sequence[Found]) -> tuple[Found, ...]:
    once = {(item.source, item.path): item for item in found}
    return tuple(
        sorted(once.values(), key=lambda item: (SOURCES.index(item.source), item.file, str(item.path)))
    )
