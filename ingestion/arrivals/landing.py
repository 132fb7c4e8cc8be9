"""Which files there are to read: the folders of landing, or the paths that somebody named."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import SOURCES
from warehouse.errors import UsageError

# Where files lie whose headers say whose they are; the ledger has those of no source under this name.
INBOX = "inbox"
# Between an archive and a file in it, in what that file is called.
INSIDE = " › "
# Hidden files, and files that somebody is still writing.
_UNFINISHED = (".tmp", ".part", ".crdownload", ".filepart")
_NAMES = ", ".join(SOURCES)


@dataclass(frozen=True)
class Found:
    """One file; `file` is what it is called in reports and in the ledger.

    `source` is None where no folder says it: then `profile` names the system whose table it is, or, without
    one, its headers decide.
    """

    source: str | None
    path: Path
    file: str
    profile: str | None = None

    @property
    def owner(self) -> str:
        """Under what the ledger has a file that comes to nothing: its source, its profile or the inbox."""
        return self.source or self.profile or INBOX


@dataclass(frozen=True)
class Misplaced:
    """A folder in landing that belongs to nobody, its files, and a folder whose name is much like its own."""

    file: str
    files: tuple[Path, ...]
    alike: str | None = None

    def sentence(self, nearest: str | None = None) -> str:
        """Why nothing of it was read; `nearest`: the folder where its first file seems to belong."""
        count = "its file was" if len(self.files) == 1 else f"its {len(self.files)} files were"
        hint = ""
        if nearest is not None:
            hint = f"{self.files[0].name} looks like {nearest}: its place is landing/{nearest}; "
        elif self.alike is not None:
            hint = f"if it is meant for {self.alike}, rename it; "
        return (
            f"No source has this name, so {count} not read; {hint}"
            f"what lies in landing/{INBOX} is told by its headers, and the sources are {_NAMES}."
        )


@dataclass(frozen=True)
class Landing:
    """Everything that a pass has to look at, in its order: by source, then by path."""

    files: tuple[Found, ...]
    misplaced: tuple[Misplaced, ...]


def look_around(
    landing: Path,
    paths: Sequence[Path] = (),
    source: str | None = None,
    profiles: Collection[str] = (),
) -> Landing:
    """The files of landing (of one source or profile, when named), or of `paths` (files or folders).

    Raises `UsageError` for a source that does not exist.
    """
    if source is not None and source not in (*SOURCES, *profiles):
        raise UsageError(f"There is no source {source!r}; the sources are {_NAMES}.")
    if paths:
        found = [file for path in paths for file in _named(landing, path, source, profiles)]
        return Landing(_in_order(found), ())
    found = []
    misplaced = []
    for path in sorted(landing.iterdir()) if landing.is_dir() else ():
        if _is_ignored(path) or (source is not None and path.name != source):
            continue
        if not path.is_dir():
            found.append(Found(None, path, _name(landing, path)))
        elif path.name in SOURCES or path.name in profiles or path.name == INBOX:
            found += [_found(landing, file, path.name, profiles) for file in _files(path)]
        elif files := _files(path):
            misplaced.append(_misplaced(_name(landing, path), files, profiles))
    return Landing(_in_order(found), tuple(misplaced))


def _found(landing: Path, file: Path, folder: str | None, profiles: Collection[str]) -> Found:
    """A file of a folder that says whose it is, or of none that does."""
    name = _name(landing, file)
    if folder in SOURCES:
        return Found(folder, file, name)
    return Found(None, file, name, folder if folder in profiles else None)


def _named(landing: Path, path: Path, source: str | None, profiles: Collection[str]) -> list[Found]:
    """The files of a path from the command line; a missing file is reported when it is read."""
    path = path.absolute()
    files = _files(path) if path.is_dir() else [path]
    return [_found(landing, file, source or _folder_of(landing, file, profiles), profiles) for file in files]


def _folder_of(landing: Path, file: Path, profiles: Collection[str]) -> str | None:
    """The folder below landing, or else the nearest folder that is called like a source."""
    try:
        first = _real(file).relative_to(_real(landing)).parts[0]
        return first if first in SOURCES or first in profiles else None
    except ValueError:
        return next((parent.name for parent in file.parents if parent.name in SOURCES), None)


def _misplaced(name: str, files: Sequence[Path], profiles: Collection[str]) -> Misplaced:
    near = difflib.get_close_matches(name.casefold(), [*SOURCES, *profiles], n=1, cutoff=0.75)
    return Misplaced(name, tuple(sorted(files)), next(iter(near), None))


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
        sorted(once.values(), key=lambda item: (source_rank(item.source), item.file, str(item.path)))
    )


def source_rank(source: str | None) -> int:
    """The place of a source in a pass; what is of none comes first."""
    return SOURCES.index(source) if source in SOURCES else -1
