"""A file is known by its content: hashed once, then remembered by size and times until it changes."""

from __future__ import annotations

import hashlib
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
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
    digest, text = hashlib.sha256(), _Text()
    with path.open("rb", buffering=0) as file, ThreadPoolExecutor(1, "fingerprint") as pool:
        while chunk := file.read(_CHUNK):
            # Of a big file both look at the same bytes, on a thread each; a small one is no thread's worth.
            add = pool.submit(text.add, chunk).result if len(chunk) == _CHUNK else partial(text.add, chunk)
            digest.update(chunk)
            add()
    return Fingerprint(digest.hexdigest()[:FILE_ID_DIGITS], text.is_utf8 and not text.rest, text.longest_line)


class _Text:
    """What the chunks of a file tell of it as a text."""

    def __init__(self) -> None:
        self.is_utf8 = True
        # The beginning of a character that the next chunk ends.
        self.rest = b""
        self.longest_line = 0
        self._line = 0

    def add(self, chunk: bytes) -> None:
        """The next chunk."""
        if self.is_utf8:
            whole, self.rest = _whole_characters(self.rest + chunk)
            self.is_utf8 = _is_utf8(whole)
        last_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._line = self._line + len(chunk) if last_end < 0 else len(chunk) - last_end - 1
        self.longest_line = max(self.longest_line, self._line)


@dataclass(frozen=True)
class Remembered:
    """What a file of landing was when it was last looked at."""

    # Of the file itself; None for an archive, of which only the members count.
    print_: Fingerprint | None
    # Source and id of every ledger entry that it came to.
    marks: tuple[tuple[str, str], ...]
    # How many files that were: one, or the members of an archive.
    files: int
    # The profiles through which it went, as a table of rows or as one that is looked up.
    profiles: tuple[str, ...] = ()
    # The rules by which its way was found; empty when the folder alone had said it.
    rules: str = ""


class Memory:
    """What each file of landing came to when it was last hashed; only saves time, never decides."""

    def __init__(self, raw: Path) -> None:
        self._path = raw / REMEMBERED
        self._known: dict[str, list[object]] = {}
        self._now: dict[str, list[object]] = {}
        try:
            self._known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}  # Nothing is remembered: every file is hashed.

    def recall(self, path: Path) -> Remembered | None:
        """What the file came to, when it is provably the one that was hashed."""
        known = self._known.get(str(path))
        try:
            if known is None or known[0] != identity(path):
                return None
            _, told, marks, files, profiles, rules = known
            remembered = Remembered(
                None if told is None else Fingerprint(*told),  # type: ignore[misc]
                tuple((source, file_id) for source, file_id in marks),  # type: ignore[attr-defined]
                int(str(files)),
                tuple(profiles),  # type: ignore[arg-type]
                str(rules),
            )
        except (KeyError, TypeError, ValueError):
            return None  # Written by an earlier version.
        self._now[str(path)] = known
        return remembered

    def remember(self, path: Path, what: Remembered, before: list[int], now_ns: int) -> None:
        """Notes what was found; `before` is the identity that the file had when its hashing began."""
        if before == identity(path) and now_ns - before[1] > _SETTLED_NANOSECONDS:
            told = what.print_
            print_ = None if told is None else [told.file_id, told.is_utf8, told.longest_line]
            marks = [list(mark) for mark in what.marks]
            self._now[str(path)] = [before, print_, marks, what.files, list(what.profiles), what.rules]

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
    ends = pa.array([0, len(data)], pa.int32()).buffers()[1]
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
