"""A file is known by its content: hashed once, then remembered by size and times until it changes."""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

FILE_ID_DIGITS = 16
REMEMBERED = "_seen.json"
_CHUNK = 4 * 1024 * 1024
# A file that changed this recently may change again within the clock's tick.
_SETTLED_NANOSECONDS = 2_000_000_000


@dataclass(frozen=True)
class Fingerprint:
    """First 16 hex digits of the SHA-256 of the content, whether all of it is UTF-8, and its longest line."""

    file_id: str
    is_utf8: bool
    # In bytes, to the nearest few megabytes: tells text from one endless line.
    longest_line: int


def fingerprint(path: Path) -> Fingerprint:
    """Reads the file once; `OSError` when it cannot be."""
    digest = hashlib.sha256()
    is_utf8 = True
    rest = b""
    line = longest = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            if is_utf8:
                whole, rest = _whole_characters(rest + chunk)
                is_utf8 = _is_utf8(whole)
            last_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            line = line + len(chunk) if last_end < 0 else len(chunk) - last_end - 1
            longest = max(longest, line)
    return Fingerprint(digest.hexdigest()[:FILE_ID_DIGITS], is_utf8 and not rest, longest)


class Memory:
    """Which file of landing had which content when it was last hashed; only saves time, never decides."""

    def __init__(self, raw: Path) -> None:
        self._path = raw / REMEMBERED
        self._known: dict[str, list[object]] = {}
        self._now: dict[str, list[object]] = {}
        try:
            self._known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}  # Nothing is remembered: every file is hashed.

    def file_id(self, path: Path) -> str | None:
        """The content's id when the file is provably the one that was hashed."""
        known = self._known.get(str(path))
        if known is None or known[1:] != identity(path):
            return None
        self._now[str(path)] = known
        return str(known[0])

    def remember(self, path: Path, file_id: str, before: list[int], now_ns: int) -> None:
        """Notes a content that was hashed; `before` is the identity that the file had when that began."""
        if before == identity(path) and now_ns - before[2] > _SETTLED_NANOSECONDS:
            self._now[str(path)] = [file_id, *before]

    def save(self) -> None:
        """Writes what this pass has met, and what earlier ones have met and is still there."""
        known = {path: known for path, known in self._known.items() if Path(path).exists()} | self._now
        if known != self._known:
            temporary = self._path.with_name(self._path.name + ".tmp")
            temporary.write_text(json.dumps(known), encoding="utf-8")
            temporary.replace(self._path)


def is_endless(path: Path) -> bool:
    """Whether it is a pipe, a socket or a device: reading one may wait, or go on, for ever."""
    return not stat.S_ISREG(path.stat().st_mode)


def identity(path: Path) -> list[int]:
    """What changes whenever a file's content does: size, both times and inode."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _whole_characters(data: bytes) -> tuple[bytes, bytes]:
    """Splits off a UTF-8 character that the end cuts in two."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            length = (
                2 if byte >> 5 == 0b110 else 3 if byte >> 4 == 0b1110 else 4 if byte >> 3 == 0b11110 else 1
            )
            return (data[:-back], data[-back:]) if length > back else (data, b"")
    return data, b""


def _is_utf8(data: bytes) -> bool:
    """By Arrow's validation, which makes no text of it."""
    try:
        pa.array([data], pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True
