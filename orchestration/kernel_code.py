"""Which code makes a score: the kernels' modules, and a version over their sources."""

from __future__ import annotations

import ast
import hashlib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import scoring_udfs

# What scoring calls; all that these import within the room comes along.
ENTRIES = ("scoring_udfs.score", "scoring_udfs.rubric", "scoring_udfs.signals")
_ROOM = Path(scoring_udfs.__path__[0])


@cache
def code_version() -> str:
    """`c-` and 8 hex characters over the sources that make scores, and Python's Unicode tables."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for source in scoring_sources():
        digest.update(source.read_bytes())
    return f"c-{digest.hexdigest()[:8]}"


def scoring_sources() -> list[Path]:
    """The files of `ENTRIES` and of every module of `scoring_udfs` that these import, directly or not."""
    found: set[Path] = set()
    waiting = list(ENTRIES)
    while waiting:
        source = _source_of(waiting.pop())
        if source is not None and source not in found:
            found.add(source)
            waiting += _imports(source)
    return sorted(found)


def _source_of(module: str) -> Path | None:
    """None for a name that is no module of the room: another library, or a function in a module."""
    room, *parts = module.split(".")
    if room != _ROOM.name:
        return None
    path = _ROOM.joinpath(*parts)
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file if file.is_file() else None


def _imports(source: Path) -> Iterator[str]:
    """Every module that a file names; of `from a import b` both a and a.b, since b may be a module."""
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
