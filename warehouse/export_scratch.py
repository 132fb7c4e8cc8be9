"""Folders in which a sheet is put together: gone with the export, or with the next one when it was killed."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

_PREFIX = ".xlsx-"
# Of a process on another machine nobody can tell here whether it lives.
_LONGEST_EXPORT_SECONDS = 24 * 3600


def made(scratch: Path) -> str:
    """A new folder for this process below `scratch`; those that dead processes left there go."""
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    clear(scratch)
    return tempfile.mkdtemp(prefix=f"{_PREFIX}{socket.gethostname()}~{os.getpid()}~", dir=scratch)


def clear(scratch: Path) -> int:
    """Takes away what killed exports left below `scratch`, and says how many there were."""
    left = [folder for folder in scratch.glob(f"{_PREFIX}*") if not _is_in_use(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _is_in_use(folder: Path) -> bool:
    host, _, rest = folder.name.removeprefix(_PREFIX).partition("~")
    pid = rest.partition("~")[0]
    if host == socket.gethostname() and pid.isdigit():
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    try:
        return time.time() - folder.stat().st_mtime < _LONGEST_EXPORT_SECONDS
    except FileNotFoundError:
        return False
